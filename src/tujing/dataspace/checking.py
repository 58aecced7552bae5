"""Which rows break an element's constraints: required, range, enumeration, reference.

Rows are typed already. Uniqueness of keys needs the whole table and is asked of the engine (`engine.Engine.repeated`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tujing.elements.definition import Column, Element
from tujing.problems import Problem
from tujing.words import Text

References = Mapping[str, pa.Array]
"""`element.column` → the values that exist. A reference whose element has no data is absent and not checked."""

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True)
class Violation:
    """One rule that some rows of a batch break."""

    code: str
    column: str
    words: Text
    rows: NDArray[np.int64]
    """Positions within the batch, from 0."""


def violations(element: Element, batch: pa.RecordBatch | pa.Table, references: References) -> Iterator[Violation]:
    """Yields every rule that is broken, with its rows; a null breaks only `required`."""
    for name, column in element.columns.items():
        values = batch.column(name)
        for code, words, broken in _broken(column, values, references):
            rows = positions(broken)
            if len(rows):
                yield Violation(code, name, words, rows)


def positions(mask: pa.Array | pa.ChunkedArray) -> NDArray[np.int64]:
    """Returns where a Boolean mask is true; null counts as false."""
    if isinstance(mask, pa.ChunkedArray):
        mask = mask.combine_chunks()
    if not pc.any(mask).as_py():
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(mask.fill_null(False).to_numpy(zero_copy_only=False))


def problem(violation: Violation, row: int, value: object, file: str = "", heading: str = "") -> Problem:
    """Turns one row of a violation into the problem a person reads, under the heading they wrote."""
    shown = "" if value is None else str(value)[:80]
    column = heading or violation.column
    return Problem(violation.code, violation.words, file=file, row=row, column=column, value=shown)


def _broken(
    column: Column, values: pa.ChunkedArray, references: References
) -> Iterator[tuple[str, Text, pa.ChunkedArray]]:
    label = column.label
    if column.required and values.null_count:
        words = Text(zh=f"{label.zh}不能为空，请填写。", en=f"{label.en} must not be blank; fill it in.")
        yield "required", words, values.is_null()
    if column.type == "number":
        words = Text(zh=f"{label.zh}不是有限的数值，请改正。", en=f"{label.en} is not a finite number; correct it.")
        yield "not_finite", words, pc.invert(pc.is_finite(values))
    if column.type in ("date", "datetime"):
        words = Text(
            zh=f"{label.zh}不在 {EARLIEST.year}—{LATEST.year} 年之间，请改正。",
            en=f"{label.en} lies outside {EARLIEST.year}–{LATEST.year}; correct it.",
        )
        yield "implausible_date", words, pc.or_(pc.less(values, EARLIEST), pc.greater(values, LATEST))
    unit = f" {column.unit}" if column.unit not in ("", "1") else ""
    if column.minimum is not None:
        words = Text(
            zh=f"{label.zh}小于下限 {column.minimum:g}{unit}，请核对数值与单位。",
            en=f"{label.en} is below {column.minimum:g}{unit}; check value and unit.",
        )
        yield "below_minimum", words, pc.less(values, column.minimum)
    if column.maximum is not None:
        words = Text(
            zh=f"{label.zh}大于上限 {column.maximum:g}{unit}，请核对数值与单位。",
            en=f"{label.en} is above {column.maximum:g}{unit}; check value and unit.",
        )
        yield "above_maximum", words, pc.greater(values, column.maximum)
    if column.enum:
        allowed = "、".join(_named(column, value) for value in column.enum), ", ".join(column.enum)
        words = Text(
            zh=f"{label.zh}只能取：{allowed[0]}。",
            en=f"{label.en} must be one of: {allowed[1]}.",
        )
        yield "not_in_enum", words, _absent(values, pa.array(column.enum, pa.string()))
    if column.reference in references:
        target = column.reference.partition(".")[0]
        words = Text(
            zh=f"{label.zh}在 {target} 中不存在，请先导入 {target} 或改正编码。",
            en=f"{label.en} is not found in {target}; import {target} first or correct the code.",
        )
        yield "unknown_reference", words, _absent(values, references[column.reference])


def _named(column: Column, value: str) -> str:
    """A value of an enumeration with the usual word for it: `finished（成品）`."""
    words = column.enum_words.get(value)
    return f"{value}（{words[0]}）" if words else value


def _absent(values: pa.ChunkedArray, known: pa.Array) -> pa.ChunkedArray:
    """Marks values, not nulls, that are not among the known ones."""
    return pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=known)))
