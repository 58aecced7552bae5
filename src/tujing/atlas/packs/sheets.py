"""A manifest as flat rows of a dozen sheets, and back without loss. Pure.

A sheet's columns are dotted keys (`name.zh`, `change.low`); one ending in `[]` holds a list, an entry a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tujing.atlas.manifest import Manifest

SCENARIOS = "scenarios"
LISTS: dict[str, tuple[str, ...]] = {
    "pain_points": ("pain_points",),
    "reads": ("data_elements", "reads"),
    "writes": ("data_elements", "writes"),
    "knowledge_models": ("knowledge_models",),
    "tools": ("tools",),
    "skills": ("skills",),
    "prerequisites": ("prerequisites",),
    "kpis": ("kpis",),
    "effects": ("effects",),
    "costs": ("costs",),
    "durations": ("durations",),
    "risks": ("risks",),
}
"""Sheet → the list of a manifest that it holds, one row an entry."""

OWNER = "belongs_to"
"""First column of every list's sheet: the scenario an entry belongs to."""

Row = dict[str, Any]


@dataclass
class Gathered:
    """A manifest's content put together from sheets, and the row that each part of it came from."""

    content: dict[str, Any]
    row: int
    rows: dict[str, list[int]] = field(default_factory=dict)
    """Sheet → the row of each of its entries."""

    def place(self, location: tuple[Any, ...]) -> tuple[str, int, str]:
        """Returns sheet, row and dotted key of a place in the content, as pydantic names it."""
        for sheet, path in LISTS.items():
            size = len(path)
            if location[:size] == path and len(location) > size and isinstance(location[size], int):
                rows = self.rows.get(sheet, [])
                row = rows[location[size]] if location[size] < len(rows) else self.row
                return sheet, row, ".".join(str(part) for part in location[size + 1 :])
        return SCENARIOS, self.row, ".".join(str(part) for part in location)


def sheets(manifests: Mapping[str, Manifest]) -> dict[str, list[Row]]:
    """Returns all rows by sheet."""
    tables: dict[str, list[Row]] = {name: [] for name in (SCENARIOS, *LISTS)}
    for name, manifest in manifests.items():
        content = manifest.model_dump(mode="json")
        for sheet, path in LISTS.items():
            entries = _taken(content, path)
            tables[sheet] += [{OWNER: name, **_flat(entry)} for entry in entries]
        tables[SCENARIOS].append(_flat(content))
    return tables


def gathered(tables: Mapping[str, list[tuple[int, Row]]]) -> dict[str, Gathered]:
    """Puts manifests together again from the numbered rows of every sheet."""
    found = {str(row["id"]): Gathered(_deep(row), number) for number, row in tables.get(SCENARIOS, [])}
    for one in found.values():
        for path in LISTS.values():
            _holder(one.content, path).setdefault(path[-1], [])
    for sheet, path in LISTS.items():
        for number, row in tables.get(sheet, []):
            one = found[str(row[OWNER])]
            entry = _deep({key: value for key, value in row.items() if key != OWNER})
            _holder(one.content, path)[path[-1]].append(entry)
            one.rows.setdefault(sheet, []).append(number)
    return found


def _taken(content: dict[str, Any], path: tuple[str, ...]) -> list[dict[str, Any]]:
    """Removes a list from the content and returns it."""
    holder = _holder(content, path)
    entries: list[dict[str, Any]] = holder.pop(path[-1])
    return entries


def _holder(content: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for part in path[:-1]:
        content = content.setdefault(part, {})
    return content


def _flat(content: Mapping[str, Any]) -> Row:
    return dict(_leaves(content, ""))


def _leaves(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        yield f"{key}[]", "\n".join(str(each) for each in value)
    else:
        yield key, value


def _deep(row: Row) -> dict[str, Any]:
    """Nests dotted keys again. An empty cell is left out, so that a default holds; an empty list stays a list."""
    content: dict[str, Any] = {}
    for key, value in row.items():
        name = key.removesuffix("[]")
        if name != key:
            value = [line.strip() for line in str(value or "").split("\n") if line.strip()]
        elif value is None or value == "":
            continue
        *above, last = name.split(".")
        holder = content
        for part in above:
            holder = holder.setdefault(part, {})
        holder[last] = value
    return content
