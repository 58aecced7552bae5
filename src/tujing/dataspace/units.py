"""Figures that look as if they were in another unit than before: 万元 for yuan, hours for minutes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tujing.elements.definition import Column, Element
from tujing.words import Text

if TYPE_CHECKING:
    from tujing.dataspace.engine import Engine

# Symbol's first part → how often one unit goes into its usual mistake, and the two names.
SLIPS = {
    "CNY": (10_000.0, ("元", "万元"), ("yuan", "10 000 yuan")),
    "min": (60.0, ("分钟", "小时"), ("minutes", "hours")),
}
CONVERSIONS: dict[str, dict[str, float]] = {
    "CNY": {"千元": 1e3, "万元": 1e4, "百万元": 1e6, "亿元": 1e8},
    "s": {"ms": 1e-3, "min": 60.0, "h": 3_600.0},
    "min": {"s": 1 / 60, "h": 60.0, "d": 1_440.0},
    "h": {"s": 1 / 3_600, "min": 1 / 60, "d": 24.0},
    "d": {"min": 1 / 1_440, "h": 1 / 24},
    "kg": {"g": 1e-3, "t": 1e3},
    "t": {"kg": 1e-3},
    "m": {"mm": 1e-3, "cm": 1e-2, "km": 1e3},
    "mm": {"μm": 1e-3, "cm": 10.0, "m": 1e3},
    "km": {"m": 1e-3},
    "kW": {"W": 1e-3, "MW": 1e3},
    "kWh": {"Wh": 1e-3, "MWh": 1e3},
    "m3": {"L": 1e-3},
    "1": {"%": 1e-2, "‰": 1e-3},
}
"""A unit → the other units that a file may be in → what its figures are then multiplied by."""
TOLERANCE = 2.0
"""A ratio within this factor of the slip is suspicious; medians of the same quantity seldom move that far."""


def slips(element: Element, engine: Engine, before: Sequence[Path], after: Sequence[Path]) -> list[Text]:
    """Returns a warning for each money or minutes column whose median moved by about the ratio of two usual units."""
    columns = [name for name, column in element.columns.items() if _unit(column.unit) in SLIPS]
    if not columns or not before:
        return []
    old, new = engine.medians(before, columns), engine.medians(after, columns)
    found = []
    for name in columns:
        warning = _slip(element, name, old.get(name, 0.0), new.get(name, 0.0))
        if warning:
            found.append(warning)
    return found


def other_units(column: Column) -> dict[str, float]:
    """Returns the units that a file may give a column in, and what its figures are then multiplied by."""
    # Of plain numbers only a share is ever written in per cent.
    if column.type != "number" or (column.unit == "1" and column.maximum != 1):
        return {}
    first, slash, rest = column.unit.partition("/")
    return {f"{name}{slash}{rest}": factor for name, factor in CONVERSIONS.get(first, {}).items()}


def _slip(element: Element, name: str, old: float, new: float) -> Text | None:
    if old <= 0 or new <= 0:
        return None
    factor, zh, en = SLIPS[_unit(element.columns[name].unit)]
    ratio = new / old
    label = element.columns[name].label
    small = factor / TOLERANCE <= 1 / ratio <= factor * TOLERANCE
    if not small and not factor / TOLERANCE <= ratio <= factor * TOLERANCE:
        return None
    change = (
        (f"约为现有数据的 1/{factor:g}", f"about 1/{factor:g} of the present data")
        if small
        else (f"约为现有数据的 {factor:g} 倍", f"about {factor:g} times the present data")
    )
    return Text(
        zh=f"{label.zh}的中位数由 {old:g} 变为 {new:g}，{change[0]}；请核对单位是{zh[0]}还是{zh[1]}。",
        en=f"The median of {label.en} went from {old:g} to {new:g}, {change[1]}; "
        f"check whether it is in {en[0]} or {en[1]}.",
    )


def _unit(symbol: str) -> str:
    return symbol.partition("/")[0]
