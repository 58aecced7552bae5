"""What each column of a table holds: how many values, which, how they spread, how many lie outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.elements.definition import Column, Element

if TYPE_CHECKING:
    from tujing.dataspace.engine import Engine

BINS = 20
TOP = 8
EPOCH = date(1970, 1, 1)


def profile(engine: Engine, element: Element, files: Sequence[Path]) -> dict[str, Any]:
    """Returns, as plain JSON, the number of rows and for each column:

    `filled` and `distinct` counts; of figures and dates `low`, `median`, `high`, `mean`, and `edges` with `counts` of
    a histogram; of texts and truths `top`, `[[value, count], …]`; where it has a range or an enumeration `outside`, the
    rows beyond it.
    """
    table = engine.table(files)
    asked: dict[str, Any] = {"rows": table.count()}
    for name, column in element.columns.items():
        values = table[name]
        asked[f"{name}.filled"] = values.count()
        asked[f"{name}.distinct"] = values.approx_nunique()
        if (outside := _outside(values, column)) is not None:
            asked[f"{name}.outside"] = outside
        if column.type in ("date", "datetime"):
            asked |= {f"{name}.low": values.min(), f"{name}.high": values.max()}
        elif column.type in ("integer", "number"):
            asked |= {f"{name}.low": values.min(), f"{name}.high": values.max()}
            asked |= {f"{name}.mean": values.mean(), f"{name}.median": values.median()}
    told = table.aggregate(**asked).to_pyarrow().to_pylist()[0]
    columns = {}
    for name, column in element.columns.items():
        facts = {key.partition(".")[2]: value for key, value in told.items() if key.startswith(f"{name}.")}
        if column.type in ("string", "boolean"):
            facts["top"] = _top(table, name)
        elif facts["filled"]:
            facts |= _histogram(table, name, column, facts)
        columns[name] = {key: _plain(value) for key, value in facts.items()}
    return {"rows": told["rows"], "columns": columns}


def _outside(values: Any, column: Column) -> Any:
    import ibis

    broken: list[Any] = []
    if column.minimum is not None:
        broken.append(values < column.minimum)
    if column.maximum is not None:
        broken.append(values > column.maximum)
    if column.enum:
        broken.append(~values.isin(column.enum))
    return ibis.or_(*broken).sum() if broken else None


def _top(table: Any, name: str) -> list[list[Any]]:
    import ibis

    counted = table.filter(table[name].notnull()).group_by(name).agg(n=lambda t: t.count())
    found = counted.order_by([ibis.desc("n"), name]).limit(TOP).to_pyarrow().to_pylist()
    return [[str(row[name]), row["n"]] for row in found]


def _histogram(table: Any, name: str, column: Column, facts: dict[str, Any]) -> dict[str, Any]:
    values = table[name]
    low, high = facts["low"], facts["high"]
    if column.type in ("date", "datetime"):
        # In days since 1970: a bin is a span of whole days.
        low, high = _days(low), _days(high)
        values = values.cast("date").epoch_seconds() / 86_400
    if not (math.isfinite(low) and math.isfinite(high)):
        return {}
    if column.type == "number":
        bins, width = BINS, (high - low) / BINS
    else:
        width = math.ceil((high - low + 1) / BINS)
        bins = math.ceil((high - low + 1) / width)
    if width == 0:
        return {}
    place = ((values - low) / width).floor().cast("int64").clip(0, bins - 1)
    counted = table.filter(values.notnull()).select(place=place).group_by("place").agg(n=lambda t: t.count())
    counts = {row["place"]: row["n"] for row in counted.to_pyarrow().to_pylist()}
    edges = [low + width * number for number in range(bins + 1)]
    if column.type in ("date", "datetime"):
        edges = [(EPOCH + timedelta(days=int(edge))).isoformat() for edge in edges]
    return {"edges": edges, "counts": [counts.get(number, 0) for number in range(bins)]}


def _days(moment: date | datetime) -> int:
    return ((moment.date() if isinstance(moment, datetime) else moment) - EPOCH).days


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
