"""What the data itself says about its readiness: how much, how long, how fresh, how complete, how right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.elements.definition import Column, Element

if TYPE_CHECKING:
    import ibis

    from tujing.dataspace.engine import Engine


@dataclass(frozen=True)
class ElementFacts:
    """The readiness facts of one element's current table. Shares lie in 0–1."""

    element: str
    rows: int
    first: date | None
    last: date | None
    """First and last day of the element's time column; none when it has no time or no rows."""
    span_days: int
    """Days from first to last, both included."""
    freshness_days: int | None
    """Days since the last, never negative."""
    completeness: Mapping[str, float]
    """Column → share of rows with a value."""
    uniqueness: float
    """Different keys per row."""
    validity: float
    """Share of rows whose ranges, enumerations and references all hold."""


@dataclass(frozen=True)
class Measured:
    """What the engine counts; all of it independent of today's date, so that it can be kept."""

    rows: int
    first: str
    last: str
    filled: Mapping[str, int]
    keys: int
    valid: int


def measure(engine: Engine, element: Element, files: Sequence[Path], targets: Mapping[str, Sequence[Path]]) -> Measured:
    """Counts in one pass over the files; `targets` are the files of each referenced element that has data."""
    import ibis

    table = engine.table(files)
    counts: dict[str, Any] = {"rows": table.count()}
    counts |= {f"filled_{name}": table[name].count() for name in element.columns}
    if element.time_column:
        time = table[element.time_column].cast("date")
        counts |= {"first": time.min(), "last": time.max()}
    row = table.aggregate(**counts).to_pyarrow().to_pylist()[0]
    return Measured(
        rows=row["rows"],
        first=_day(row.get("first")),
        last=_day(row.get("last")),
        filled={name: row[f"filled_{name}"] for name in element.columns},
        keys=int(table.select(*element.key).distinct().count().to_pyarrow().as_py()),
        valid=int(table.filter(ibis.and_(*_rules(engine, element, table, targets))).count().to_pyarrow().as_py()),
    )


def element_facts(element: Element, measured: Measured, as_of: date) -> ElementFacts:
    """Turns counts into shares and spans as seen on a day."""
    first = date.fromisoformat(measured.first) if measured.first else None
    last = date.fromisoformat(measured.last) if measured.last else None
    rows = max(measured.rows, 1)
    return ElementFacts(
        element=element.name,
        rows=measured.rows,
        first=first,
        last=last,
        span_days=(last - first).days + 1 if first and last else 0,
        freshness_days=max((as_of - last).days, 0) if last else None,
        completeness={name: measured.filled.get(name, 0) / rows for name in element.columns},
        uniqueness=measured.keys / rows,
        validity=measured.valid / rows,
    )


def _rules(
    engine: Engine, element: Element, table: ibis.Table, targets: Mapping[str, Sequence[Path]]
) -> list[ibis.expr.types.BooleanValue]:
    """The constraints as expressions that are true or false, never null: a missing value breaks only `required`."""
    import ibis

    rules = [ibis.literal(True)]
    for name, column in element.columns.items():
        values = table[name]
        if column.required:
            rules.append(values.notnull())
        rules += [values.isnull() | rule for rule in _value_rules(column, values)]
        target, _, target_column = column.reference.partition(".")
        if target in targets:
            known = engine.table(targets[target])[target_column]
            # A null on the right would make every `in` unknown.
            known = known.as_table().filter(lambda t, c=target_column: t[c].notnull())[target_column]
            rules.append(values.isnull() | values.isin(known))
    return rules


def _value_rules(column: Column, values: ibis.Column) -> list[ibis.expr.types.BooleanValue]:
    rules = []
    if column.type == "number":
        rules.append(~(values.isnan() | values.isinf()))
    if column.minimum is not None:
        rules.append(values >= column.minimum)
    if column.maximum is not None:
        rules.append(values <= column.maximum)
    if column.enum:
        rules.append(values.isin(column.enum))
    return rules


def _day(value: date | datetime | None) -> str:
    if value is None:
        return ""
    return (value.date() if isinstance(value, datetime) else value).isoformat()
