"""From a point of a KPI to the rows of the tables behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tujing.enterprise.models import Organisation
from tujing.evaluation.compute import reads, rows_behind
from tujing.evaluation.formula import Aggregate, aggregates
from tujing.evaluation.store import checked, tables
from tujing.problems import refuse

MOST_ROWS = 100_000
"""What a file of them may hold."""


@dataclass(frozen=True)
class Behind:
    """Some rows behind one figure."""

    element: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    count: int
    """Of all rows behind it."""


def parts_of(organisation: Organisation, kpi: str) -> list[Aggregate]:
    """Returns the aggregates of a KPI's formula, from left to right.

    Raises
    ------
    BadInput
        When there is no such KPI.
    """
    return list(aggregates(checked(organisation, kpi, "", "")[0].node))


def behind(
    organisation: Organisation,
    kpi: str,
    place: int,
    period: date,
    *,
    grain: str = "",
    scope: str = "",
    part: str = "",
    begin: int = 0,
    count: int = 50,
) -> Behind:
    """Returns rows that an aggregate of a KPI, the `place`-th from nought, rests on in a period.

    Raises
    ------
    BadInput
        When KPI, aggregate, grain or scope are not known, or the table has no data.
    """
    measure, chosen = checked(organisation, kpi, grain, scope)
    there = list(aggregates(measure.node))
    if not 0 <= place < len(there):
        raise refuse(
            "unknown_part", f"公式没有第 {place + 1} 项。", f"The formula has no part {place + 1}.", key="place"
        )
    one = there[place]
    at_hand = tables(organisation, set(reads(measure.node, scope)))
    if one.element not in at_hand:
        raise refuse(
            "no_data_for_kpi",
            f"{one.element} 没有数据，请先导入。",
            f"There are no data of {one.element}; import some.",
        )
    rows = rows_behind(one, at_hand, measure.time, chosen, period, scope, part)
    total = int(rows.count().execute())
    found = rows.limit(min(count, MOST_ROWS), offset=begin).to_pyarrow()
    cells = list(zip(*(column.to_pylist() for column in found.columns), strict=True)) if found.num_rows else []
    return Behind(one.element, found.column_names, cells, total)
