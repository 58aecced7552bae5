"""A formula compiled to Ibis and computed period by period, for the whole factory or part by part."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from tujing.elements.definition import elements
from tujing.evaluation.formula import Aggregate, Binary, Column, Condition, Node, Number, aggregates
from tujing.evaluation.formula_check import definition, row_unit, told_unit
from tujing.evaluation.quantity import quantity
from tujing.evaluation.series import Grain
from tujing.problems import refuse

if TYPE_CHECKING:
    import ibis
    import pandas as pd

Tables = Mapping[str, "pa.Table | ibis.Table"]

SCOPES = {"family": "product.family", "line": "work_centre.work_centre_id", "workshop": "work_centre.department"}
"""What a part is by: product family, line (work centre), workshop. Without a scope it is the whole plant."""
TRUNCATION: dict[Grain, str] = {"day": "D", "week": "W", "month": "M"}
WHOLE = ""


def computed(
    node: Node,
    unit: str,
    tables: Tables,
    grain: Grain,
    times: Mapping[str, str],
    scope: str = "",
    treated: Sequence[str] = (),
) -> pd.DataFrame:
    """Computes a checked formula.

    Parameters
    ----------
    unit
        What the values are returned in.
    times
        Data element → the column that says when a row counts; else the element's own time column.
    scope
        A key of `SCOPES`; empty takes the whole plant as one part, named "".
    treated
        With a scope: the parts that are taken together as one, named True, and the others as one, named False.

    Returns
    -------
    One row a period (its first day), one column a part; not a number where a part has no data.

    Raises
    ------
    BadInput
        When a table has no time or no way to the scope.
    """
    parts = {one: _aggregate(one, tables, grain, times, scope, treated) for one in aggregates(node)}
    factor = quantity(unit).factor
    value = _value(node, parts)
    assert not isinstance(value, (int, float))
    frame: pd.DataFrame = (value / factor).unstack("part").sort_index()
    return frame.replace([np.inf, -np.inf], np.nan)


def over(node: Node, unit: str, tables: Tables, times: Mapping[str, str], first: date, last: date) -> float:
    """Computes a checked formula over all rows from `first` to before `last`, for the whole plant; NaN without data."""
    window = (first, last)
    parts = {one: _aggregate(one, tables, None, times, "", (), window) for one in aggregates(node)}
    value = _value(node, parts)
    assert not isinstance(value, (int, float))
    return float(value.iloc[0]) / quantity(unit).factor if len(value) else math.nan


def months_with_data(one: Aggregate, tables: Tables, times: Mapping[str, str], first: date, last: date) -> int:
    """Counts the months from `first` to before `last` in which an aggregate has rows."""
    rows = Aggregate("count", one.element, None, one.conditions, one.at)
    return len(_aggregate(rows, tables, "month", times, "", (), (first, last)))


def rows_behind(
    one: Aggregate,
    tables: Tables,
    times: Mapping[str, str],
    grain: Grain,
    period: date,
    scope: str = "",
    part: str = "",
) -> ibis.Table:
    """Returns the rows of one aggregate that a period's figure rests on, the oldest first, lazily.

    With a scope only those of a part of it; conditions of the aggregate hold.

    Raises
    ------
    BadInput
        When the table has no time or no way to the scope.
    """
    import ibis

    table = _ibis(tables[one.element])
    columns = list(table.columns)
    moment = _moment(one.element, times)
    for condition in one.conditions:
        table = table.filter(_condition(table, condition))
    begins = table[moment].cast("timestamp").truncate(TRUNCATION[grain]).cast("date")
    table = table.filter(begins == ibis.literal(period))
    if scope:
        joined, name = _joined(table, one.element, tables, scope)
        table = joined.filter(joined[name] == part)
    return table.select(columns).order_by(moment)


def _moment(element: str, times: Mapping[str, str]) -> str:
    """The column that says when a row counts."""
    moment = times.get(element) or elements()[element].time_column
    if not moment:
        raise refuse(
            "no_time",
            f"{element} 没有时间列，无法按期汇总；请在 time 里指明。",
            f"{element} has no time column to group by; name one under time.",
            key=f"time.{element}",
        )
    return moment


def reads(node: Node, scope: str = "") -> tuple[str, ...]:
    """The data elements that a formula reads, with those on the way to the scope."""
    found: dict[str, None] = {}
    for one in aggregates(node):
        found[one.element] = None
        for step in _way(one.element, scope) if scope else ():
            found[step[2]] = None
    return tuple(found)


def _value(node: Node, parts: Mapping[Aggregate, pd.Series]) -> pd.Series | float:
    if isinstance(node, Aggregate):
        return parts[node]
    if isinstance(node, Number):
        return node.value
    assert isinstance(node, Binary)
    left, right = _value(node.left, parts), _value(node.right, parts)
    if node.sign == "+":
        return left + right
    if node.sign == "-":
        return left - right
    if node.sign == "*":
        return left * right
    return left / (right.where(right != 0) if not isinstance(right, (int, float)) else right)


def _aggregate(
    one: Aggregate,
    tables: Tables,
    grain: Grain | None,
    times: Mapping[str, str],
    scope: str,
    treated: Sequence[str],
    window: tuple[date, date] | None = None,
) -> pd.Series:
    """One value a period and part; without a grain one for all time."""
    import ibis
    import pandas as pd  # half a second to load: only where something is computed

    table = _ibis(tables[one.element])
    moment = _moment(one.element, times)
    for condition in one.conditions:
        table = table.filter(_condition(table, condition))
    table = table.filter(table[moment].notnull())
    if window is not None:
        day = table[moment].cast("date")
        table = table.filter((day >= ibis.literal(window[0])) & (day < ibis.literal(window[1])))
    if scope:
        table, part = _joined(table, one.element, tables, scope)
        table = table.filter(table[part].notnull())
        by = table[part].isin(list(treated)) if treated else table[part]
    else:
        by = ibis.literal(WHOLE)
    moments = table[moment].cast("timestamp")
    period = ibis.literal(date(1970, 1, 1)) if grain is None else moments.truncate(TRUNCATION[grain]).cast("date")
    grouped = table.group_by(period=period, part=by).aggregate(value=_reduced(table, one, moment))
    frame = _run(grouped).to_pandas()
    frame["period"] = pd.to_datetime(frame["period"])
    found: pd.Series = frame.dropna(subset=["part"]).set_index(["period", "part"])["value"].astype(float)
    return found


def _reduced(table: ibis.Table, one: Aggregate, moment: str) -> ibis.Value:
    if one.kind in ("count", "count_distinct"):
        if one.body is None:
            return table.count()
        values = _row(table, one.body, counting=True)
        if isinstance(one.body, Binary):
            return values.cast("int64").sum()
        return values.nunique() if one.kind == "count_distinct" else values.count()
    assert one.body is not None
    values = _row(table, one.body) * told_unit(one).factor
    if one.kind == "last":
        return values.argmax(table[moment])
    return getattr(values, one.kind)()


def _row(table: ibis.Table, node: Node, counting: bool = False) -> Any:
    """A row's value in base units; moments in minutes since 1970 when they are subtracted or compared."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Column):
        values, kind = table[node.column], definition(node).type
        if kind in ("date", "datetime"):
            return values if counting else values.cast("timestamp").epoch_seconds() / 60.0
        if kind in ("string", "boolean"):
            return values
        factor = row_unit(node).factor
        return values if counting and factor == 1.0 else values.cast("float64") * factor
    assert isinstance(node, Binary)
    left, right = _row(table, node.left), _row(table, node.right)
    if node.sign == "-":
        return left - right
    if node.sign == "+":
        return left + right
    if node.sign == "*":
        return left * right
    if node.sign == "/":
        return left / (right.nullif(0.0) if hasattr(right, "nullif") else right)
    return _compared(left, node.sign, right)


def _condition(table: ibis.Table, one: Condition) -> ibis.expr.types.BooleanValue:
    if isinstance(one.values, Column):
        return _compared(_row(table, one.column), one.sign, _row(table, one.values))
    values = table[one.column.column]
    is_boolean = definition(one.column).type == "boolean"
    wanted = [str(value) == "true" if is_boolean else value for value in one.values]
    if one.sign in ("=", "!="):
        found = values.isin(wanted)
        return found if one.sign == "=" else ~found
    return reduce(lambda a, b: a | b, [_compared(values, one.sign, value) for value in wanted])


def _compared(left: Any, sign: str, right: Any) -> Any:
    if sign == "=":
        return left == right
    if sign == "!=":
        return left != right
    if sign == ">=":
        return left >= right
    if sign == "<=":
        return left <= right
    return left > right if sign == ">" else left < right


def _joined(table: ibis.Table, element: str, tables: Tables, scope: str) -> tuple[ibis.Table, str]:
    """Follows the references from an element to the column that names the part."""
    goal, _, name = SCOPES[scope].partition(".")
    before = ""
    for number, (_, column, target, target_column) in enumerate(_way(element, scope)):
        other = _ibis(tables[target])
        carried = (
            [name] if target == goal else [one for one, known in elements()[target].columns.items() if known.reference]
        )
        here = f"way_{number}_"
        taken = other.select(
            **{f"{here}key": other[target_column]},
            **{here + one: other[one] for one in carried if one in other.columns},
        )
        table = table.left_join(taken.distinct(on=f"{here}key"), [(before + column, f"{here}key")])
        before = here
    return table, before + name


def _way(element: str, scope: str) -> list[tuple[str, str, str, str]]:
    """The shortest chain of references (element, column, target, target column) to the element that names the part.

    Raises
    ------
    BadInput
        When there is none.
    """
    goal = SCOPES[scope].partition(".")[0]
    waiting: list[tuple[str, list[tuple[str, str, str, str]]]] = [(element, [])]
    seen = {element}
    while waiting:
        here, way = waiting.pop(0)
        if here == goal:
            return way
        for name, column in elements()[here].columns.items():
            target, _, target_column = column.reference.partition(".")
            if target and target not in seen:
                seen.add(target)
                waiting.append((target, [*way, (here, name, target, target_column)]))
    raise refuse(
        "no_way_to_scope",
        f"{element} 没有通往 {SCOPES[scope]} 的引用，不能按此划分；请改用全厂。",
        f"{element} has no reference that leads to {SCOPES[scope]}; take the whole plant.",
        key="scope",
        value=scope,
    )


def _ibis(table: pa.Table | ibis.Table) -> ibis.Table:
    import ibis

    return ibis.memtable(table) if isinstance(table, pa.Table) else table


def _run(expression: ibis.Table) -> pa.Table:
    """Runs where the tables live; tables in memory get an engine of their own, which no other thread shares."""
    import ibis

    if expression._find_backends()[0]:
        return expression.to_pyarrow()
    connection = ibis.duckdb.connect()
    try:
        return connection.to_pyarrow(expression)
    finally:
        connection.disconnect()
