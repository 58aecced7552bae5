"""The guide's six indicators of performance: the last twelve months beside the twelve before, or withheld and why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.elements.definition import elements
from tujing.evaluation.compute import Tables, months_with_data, over
from tujing.evaluation.formula import Node, aggregates, parse
from tujing.evaluation.formula_check import check
from tujing.problems import check_model, read_yaml
from tujing.words import Text

DEFINITIONS = Path(__file__).parent / "indicators.yaml"
FEWEST_MONTHS = 12


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Way(_Entry):
    """One formula of an indicator."""

    name: Text
    unit: str
    formula: str
    time: dict[str, str] = Field(default_factory=dict)


class Indicator(_Entry):
    id: str
    name: Text
    better: Literal["lower", "higher"]
    compare: Literal["level", "growth"] = "level"
    """`growth`: the indicator is the relative change over the year itself."""
    rated: str = ""
    """A rating that comes before the formulas."""
    ways: tuple[Way, ...]


class Indicators(_Entry):
    performance: tuple[Indicator, ...]
    provenance: dict[str, str]


@dataclass(frozen=True)
class Found:
    """An indicator's value; `value` None means withheld, never zero."""

    indicator: Indicator
    way: Way | None
    value: float | None
    before: float | None
    """The twelve months before; None when they are not whole."""
    unit: str
    withheld: Text | None


@cache
def indicators() -> Indicators:
    """Returns the declared indicators, every formula checked."""
    found = check_model(Indicators, read_yaml(DEFINITIONS), DEFINITIONS)
    for one in found.performance:
        for way in one.ways:
            check(parse(way.formula), way.formula, way.unit, str(DEFINITIONS), one.id)
    return found


def performance(tables: Tables, as_of: date, rated: Mapping[str, float]) -> list[Found]:
    """Works out the six indicators over the twelve whole months before the month of `as_of`.

    Parameters
    ----------
    tables
        Data element → table, of those that have data.
    rated
        Indicator of `ratings.yaml` → score, 0 to 100.
    """
    return [_find(one, tables, as_of, rated) for one in indicators().performance]


def _find(one: Indicator, tables: Tables, as_of: date, rated: Mapping[str, float]) -> Found:
    if one.rated in rated:
        return Found(one, None, rated[one.rated], None, "points", None)
    last, before, earlier = (_back(as_of, years) for years in (0, 1, 2))
    why: Text | None = None
    for way in one.ways:
        node = parse(way.formula)
        absent = [each.element for each in aggregates(node) if each.element not in tables]
        if absent:
            why = why or _absent(absent[0])
            continue
        short = _short(node, way, tables, before, last)
        if short is not None:
            why = short
            continue
        value = over(node, way.unit, tables, way.time, before, last)
        whole = _short(node, way, tables, earlier, before) is None
        past = over(node, way.unit, tables, way.time, earlier, before) if whole else math.nan
        if one.compare == "growth":
            if not whole or not past > 0:
                why = _short(node, way, tables, earlier, before) or _absent(next(aggregates(node)).element)
                continue
            return Found(one, way, value / past - 1.0, None, "1", None)
        if math.isfinite(value):
            return Found(one, way, value, past if math.isfinite(past) else None, way.unit, None)
        why = _absent(next(aggregates(node)).element)
    return Found(one, None, None, None, "", why)


def _short(node: Node, way: Way, tables: Tables, first: date, last: date) -> Text | None:
    """Why the months do not do: a mean over half a year is not last year's figure."""
    for each in aggregates(node):
        months = months_with_data(each, tables, way.time, first, last)
        needed = FEWEST_MONTHS if each.element != "development_project" else 1
        if months < needed:
            label = elements()[each.element].label
            return Text(
                zh=f"{label.zh}在 {first} 至 {last} 间只有 {months} 个月有数据，需 {needed} 个月；请补导。",
                en=f"{label.en} has data in {months} months from {first} to {last}, {needed} are needed; import them.",
            )
    return None


def _absent(element: str) -> Text:
    label = elements()[element].label
    return Text(
        zh=f"缺少{label.zh}（{element}）的数据，请导入后再评。",
        en=f"There are no data of {label.en} ({element}); import them and evaluate again.",
    )


def _back(day: date, years: int) -> date:
    """The first of the month, so many years before."""
    return date(day.year - years, day.month, 1)
