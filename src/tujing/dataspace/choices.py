"""How a person wants a file to be read: its sheet, encoding and header row, its units, and corrections in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tujing.dataspace.limits import LIMITS, Limits
from tujing.dataspace.sniff import Source, sniff
from tujing.dataspace.units import other_units
from tujing.elements.definition import Element
from tujing.problems import refuse


@dataclass(frozen=True)
class Reading:
    """What is not as the file itself tells; the default takes the file's word for everything."""

    sheet: str = ""
    encoding: str = ""
    header: int = 1
    units: Mapping[str, str] = field(default_factory=dict)
    """Column → unit that the file's figures are in."""
    corrections: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Row → heading → text."""

    def source(self, path: Path, limits: Limits = LIMITS) -> Source:
        """Reads the file's headings.

        Raises
        ------
        BadInput
            As `sniff` does.
        """
        found = sniff(path, self.sheet, limits, encoding=self.encoding, header=self.header)
        return replace(found, corrections=self.corrections)

    def factors(self, element: Element) -> dict[str, float]:
        """Returns column → factor.

        Raises
        ------
        BadInput
            When a column does not exist or cannot be in that unit.
        """
        found = {}
        for name, unit in self.units.items():
            known = other_units(element.columns[name]) if name in element.columns else {}
            if unit not in known:
                raise refuse(
                    "unknown_unit",
                    f"列 {name} 不能用单位“{unit}”；可用：{'、'.join(known) or '无'}。",
                    f"Column {name} cannot be in “{unit}”; there are: {', '.join(known) or 'none'}.",
                    column=name,
                    value=unit,
                )
            found[name] = known[unit]
        return found

    def as_dict(self) -> dict[str, Any]:
        """Returns it as plain JSON, where a row's number is text."""
        return {
            "sheet": self.sheet,
            "encoding": self.encoding,
            "header": self.header,
            "units": dict(self.units),
            "corrections": {str(row): dict(cells) for row, cells in self.corrections.items()},
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Reading:
        return cls(
            sheet=str(given.get("sheet", "")),
            encoding=str(given.get("encoding", "")),
            header=int(given.get("header", 1)),
            units=dict(given.get("units", {})),
            corrections={int(row): dict(cells) for row, cells in given.get("corrections", {}).items()},
        )
