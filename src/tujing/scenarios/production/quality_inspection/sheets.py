"""Plain CSV tables as factories export them: any separator, UTF-8 or GBK, gzipped or not.

A sheet becomes control charts, a gauge study or defect prediction by what its columns are; nothing here knows which.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tujing.elements.definition import elements
from tujing.problems import refuse
from tujing.runtime.textfiles import first_lines, read_text

MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "--", "?", "#n/a", "无", "空"}
MOSTLY = 0.8
"""A column with at least this share of numbers is a column of numbers; the odd text in it is a mistake."""
SUFFIXES = (".csv", ".txt", ".tsv", ".csv.gz", ".txt.gz", ".tsv.gz")
ROWS_LIMIT = 2_000_000

Column = NDArray[np.float64] | NDArray[np.str_]


@dataclass(frozen=True)
class Sheet:
    """A table: heading → numbers (NaN: missing) or words ("": missing), all of one length."""

    file: str
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def is_number(self, name: str) -> bool:
        return self.columns[name].dtype.kind == "f"

    def words(self, name: str) -> list[str]:
        """Returns a column as a person reads it: whole numbers without a point."""
        column = self.columns[name]
        if column.dtype.kind != "f":
            return [str(word) for word in column]
        return ["" if math.isnan(value) else f"{value:.12g}" for value in column]


@dataclass(frozen=True)
class Sheets:
    """What came in on the command line: `input`, or `train` and `test`."""

    tables: Mapping[str, Sheet]


class PlainTable:
    """The format for `--input measurements.csv`, and `--input train=… --input test=…`."""

    name = "csv"

    def matches(self, path: Path) -> bool:
        """Returns whether it is a text table that is no data element."""
        if not path.is_file() or not path.name.lower().endswith(SUFFIXES):
            return False
        stem = path.name.split(".")[0]
        if stem in elements():
            return False
        lines = first_lines(path, 1)
        return not (lines and _is_inspection(lines[0]))

    def read(self, paths: Mapping[str, Path]) -> Sheets:
        """Reads the tables.

        Raises
        ------
        BadInput
            When a file is empty or ragged, or text stands among numbers; names row and column.
        """
        return Sheets({name: read_sheet(path) for name, path in paths.items()})


def _is_inspection(heading: str) -> bool:
    """Whether the headings are those of the data element, so that it is read, with its checks, as that."""
    definition = elements()["inspection"]
    cells = {cell.strip().strip('"').lower() for cell in _split(heading)}
    required = [name for name, column in definition.columns.items() if column.required]
    return all(
        cells & {name.lower(), definition.columns[name].label.zh, *definition.columns[name].aliases}
        for name in required
    )


def read_sheet(path: Path) -> Sheet:
    """Reads one table, headings in the first line.

    Raises
    ------
    BadInput
        When the file is empty or ragged, or text stands among numbers; names row and column.
    """
    text = read_text(path)
    lines = text.splitlines()
    if len([line for line in lines[:3] if line.strip()]) < 2:
        raise refuse(
            "empty_file",
            "文件里没有数据：第一行应是列名，下面每行一条记录。",
            "The file holds no data: the first line should name the columns, and every further line is a record.",
            file=path.name,
        )
    if len(lines) > ROWS_LIMIT:
        raise refuse(
            "too_many_rows",
            f"文件超过 {ROWS_LIMIT} 行，请分段或先汇总。",
            f"The file has more than {ROWS_LIMIT} rows; split or sum it up first.",
            file=path.name,
        )
    separator = _separator(lines[0])
    rows = list(csv.reader(lines, delimiter=separator))
    headings = _headings(rows[0], path)
    body = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    for number, row in body:
        if len(row) != len(headings):
            raise refuse(
                "ragged_row",
                f"这一行有 {len(row)} 列，表头有 {len(headings)} 列，请补齐。",
                f"This row has {len(row)} columns and the heading {len(headings)}; make them equal.",
                file=path.name,
                row=number,
            )
    columns: dict[str, Column] = {}
    for position, heading in enumerate(headings):
        cells = [row[position].strip() for _, row in body]
        columns[heading] = _column(cells, [number for number, _ in body], heading, path.name)
    return Sheet(path.name, columns)


def _split(line: str) -> list[str]:
    return next(csv.reader([line], delimiter=_separator(line)), [])


def _separator(heading: str) -> str:
    return max(",;\t", key=heading.count)


def _headings(cells: Iterable[str], path: Path) -> list[str]:
    headings = [cell.strip() for cell in cells]
    for position, heading in enumerate(headings):
        if not heading:
            zh, en = f"第 {position + 1} 列没有列名，请补上。", f"Column {position + 1} has no name; add one."
            raise refuse("no_heading", zh, en, file=path.name, row=1)
        if headings.index(heading) != position:
            zh, en = f"列名 {heading} 重复，请改名。", f"The heading {heading} stands twice; rename one."
            raise refuse("repeated_heading", zh, en, file=path.name, row=1, column=heading)
    return headings


def _column(cells: list[str], numbers: list[int], heading: str, file: str) -> Column:
    values = np.full(len(cells), np.nan)
    odd: list[int] = []
    filled = 0
    for i, cell in enumerate(cells):
        if cell.lower() in MISSING:
            continue
        filled += 1
        try:
            values[i] = float(cell)
        except ValueError:
            odd.append(i)
    if filled and len(odd) > (1 - MOSTLY) * filled:
        return np.array(["" if cell.lower() in MISSING else cell for cell in cells], dtype=np.str_)
    if odd:
        raise refuse(
            "not_a_number",
            f"这一列是数值，但这里是“{cells[odd[0]]}”；请改成数字，或留空表示缺失。",
            f"This column holds numbers, but here is {cells[odd[0]]!r}; make it a number, or leave it empty.",
            file=file,
            row=numbers[odd[0]],
            column=heading,
            value=cells[odd[0]],
        )
    infinite = np.flatnonzero(np.isinf(values))
    if len(infinite):
        raise refuse(
            "not_finite",
            "数值不能是无穷大，请改正或留空。",
            "A value cannot be infinite; correct it or leave it empty.",
            file=file,
            row=numbers[int(infinite[0])],
            column=heading,
        )
    return values
