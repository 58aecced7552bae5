"""What can be measured from the data elements: series by week, for the part that adopted a scenario and for the
rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.elements.definition import elements
from tujing.evaluation.compute import WHOLE, Tables, computed, reads
from tujing.evaluation.formula import Node, parse
from tujing.evaluation.formula_check import check
from tujing.evaluation.series import Grain, Series
from tujing.problems import BadInput, Problem, check_model, read_yaml, refuse
from tujing.words import Text

if TYPE_CHECKING:
    import pandas as pd

DEFINITIONS = Path(__file__).parent / "measures.yaml"


class DriverLink(BaseModel):
    """How a relative change of the measure moves a money driver."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    driver: str
    exposure: float | Literal["level"]
    source: str
    status: Literal["found", "recalled", "constructed", "measured"]


class Measure(BaseModel):
    """A KPI: a formula over data-element columns that yields a figure a period."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")
    name: Text
    unit: str
    """`1` for a share or a plain number."""
    better: Literal["lower", "higher"]
    formula: str
    grain: Literal["day", "week", "month"] = "week"
    """The finest period in which the figure has a meaning."""
    time: dict[str, str] = Field(default_factory=dict)
    """Data element → the column that says when a row counts; else the element's own time column."""
    standard: str = ""
    drivers: tuple[DriverLink, ...] = ()

    @cached_property
    def node(self) -> Node:
        return parse(self.formula, key=f"{self.id}.formula")

    @property
    def reads(self) -> tuple[str, ...]:
        return reads(self.node)


@cache
def measures() -> dict[str, Measure]:
    """Returns the measures that come with Tujing, by id."""
    return read_measures(DEFINITIONS)


def read_measures(path: Path) -> dict[str, Measure]:
    """Reads a list of measures and checks their formulas, columns and units.

    Raises
    ------
    BadInput
        With every fault, each at its KPI and character.
    """
    listed = read_yaml(path)
    if not isinstance(listed, list):
        raise refuse(
            "not_a_list",
            "应为 KPI 的列表，每项以 - 开头。",
            "This must be a list of KPIs, each beginning with a dash.",
            file=path,
        )
    found: dict[str, Measure] = {}
    problems: list[Problem] = []
    for number, entry in enumerate(listed, start=1):
        name = str(entry.get("id", number)) if isinstance(entry, dict) else str(number)
        try:
            measure = check_model(Measure, entry, path)
            if measure.id in found:
                raise refuse("repeated_kpi", f"{name} 写了两次。", f"{name} is there twice.", file=path, key=name)
            check_measure(measure, str(path))
            found[measure.id] = measure
        except BadInput as error:
            problems += [
                replace(one, key=one.key if one.key.startswith(name) else f"{name}.{one.key}") for one in error.problems
            ]
    if problems:
        raise BadInput(problems)
    return found


def check_measure(measure: Measure, file: str = "") -> None:
    """Checks one measure's formula, columns, times and unit.

    Raises
    ------
    BadInput
        At the first fault.
    """
    key = f"{measure.id}.formula"
    check(parse(measure.formula, file, key), measure.formula, measure.unit, file, key)
    for element, column in measure.time.items():
        known = elements().get(element)
        if known is None or column not in known.columns or known.columns[column].type not in ("date", "datetime"):
            raise refuse(
                "no_such_time",
                f"{element}.{column} 不是时间列。",
                f"{element}.{column} is no column of moments.",
                file=file,
                key=f"{measure.id}.time",
            )


def weekly(
    measure: Measure, tables: Tables, parts: frozenset[str], scope: str = "family", until: date | None = None
) -> Series | None:
    """Works out a measure week by week, or month by month where it has no meaning in a week.

    Parameters
    ----------
    parts
        The product families (or what `scope` is) that adopted the scenario; empty means the whole factory, and then
        there is no control.
    scope
        A key of `compute.SCOPES`.
    until
        Only periods that end before this day are used.

    Returns None when a table that the measure reads is absent, or the part that adopted shows nothing.
    """
    by = scope if parts else ""
    grain: Grain = "month" if measure.grain == "month" else "week"
    if any(name not in tables for name in reads(measure.node, by)):
        return None
    whole = computed(measure.node, measure.unit, tables, grain, measure.time, by, sorted(parts))
    whole = whole if until is None else _ended(whole, grain, until)
    mine = True if parts else WHOLE
    if mine not in whole:
        return None
    beside = False in whole
    whole = whole.dropna() if beside else whole.dropna(subset=[mine])
    sisters = whole[[]]
    if beside:
        each = computed(measure.node, measure.unit, tables, grain, measure.time, by)
        sisters = each.drop(columns=[name for name in parts if name in each]).reindex(whole.index)
    return Series(
        whole.index.to_numpy("datetime64[D]"),
        whole[mine].to_numpy(float),
        whole[False].to_numpy(float) if beside else None,
        {str(name): sisters[name].to_numpy(float) for name in sisters},
        grain,
    )


def _ended(frame: pd.DataFrame, grain: Grain, until: date) -> pd.DataFrame:
    import pandas as pd

    length = pd.DateOffset(months=1) if grain == "month" else pd.DateOffset(days=7)
    return frame[[day + length <= pd.Timestamp(until) for day in frame.index]]
