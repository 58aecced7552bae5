"""Figures that look as if they were in another unit than before: 万元 for yuan, hours for minutes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tujing.elements.definition import Element
from tujing.words import Text

if TYPE_CHECKING:
    from tujing.dataspace.engine import Engine

# Symbol's first part → how often one unit goes into its usual mistake, and the two names.
SLIPS = {
    "CNY": (10_000.0, ("元", "万元"), ("yuan", "10 000 yuan")),
    "min": (60.0, ("分钟", "小时"), ("minutes", "hours")),
}
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
