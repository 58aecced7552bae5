"""Columns into Arrow tables, with the types that the data elements define."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tujing.elements.definition import element

from .plant import Clock

ARROW = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}


def record_table(name: str, columns: Mapping[str, Any], clock: Clock | None = None) -> pa.Table:
    """Builds one element's table, columns in the definition's order; a column that is not given stays empty.

    With a clock, datetime columns are its minutes and date columns its days; a negative number is missing.
    """
    definition = element(name)
    rows = len(next(iter(columns.values())))
    unknown = set(columns) - set(definition.columns)
    if unknown:
        raise KeyError(f"{name} has no column {sorted(unknown)}")
    arrays = {}
    for column, rule in definition.columns.items():
        kind = ARROW[rule.type]
        if column not in columns:
            arrays[column] = pa.nulls(rows, kind)
        elif clock and rule.type == "datetime":
            arrays[column] = pa.array(clock.moments(columns[column]), kind, from_pandas=True)
        elif clock and rule.type == "date":
            arrays[column] = pa.array(clock.days(columns[column]), kind, from_pandas=True)
        else:
            arrays[column] = pa.array(columns[column], kind, from_pandas=True)
    return pa.table(arrays)


def from_rows(name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], clock: Clock | None = None) -> pa.Table:
    """Builds one element's table from tuples in the order of `columns`."""
    values = zip(*rows, strict=True) if rows else ([] for _ in columns)
    return record_table(name, dict(zip(columns, map(list, values), strict=True)), clock)


def numbered(prefix: str, count: int, width: int = 6, era: int = 0) -> list[str]:
    """Returns `OE-000001` and so on; those of a later era carry its number, `OE-1-000001`."""
    mark = f"{prefix}{era}-" if era else prefix
    return [f"{mark}{number:0{width}d}" for number in range(1, count + 1)]


def rounded(values: npt.ArrayLike, digits: int) -> npt.NDArray[np.float64]:
    return np.asarray(np.round(np.asarray(values, dtype=np.float64), digits), dtype=np.float64)
