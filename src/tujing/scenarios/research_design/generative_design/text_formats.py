"""The files read straight from the command line: a part (YAML or JSON) and a numeric table (CSV)."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tujing.problems import refuse
from tujing.runtime.textfiles import first_lines, read_text
from tujing.scenarios.research_design.generative_design.part_file import PartFile, read_part_file
from tujing.scenarios.research_design.generative_design.stiffness import Array

SEPARATORS = ",;\t"
ELEMENTS = ("design_case", "product", "bom_line", "quality_alert", "inspection", "supply_risk")
LEAST_ROWS = 20
MOST_CELLS = 20_000_000
NAMES = {"input": "train", "train": "train", "test": "test"}


@dataclass(frozen=True)
class PartInput:
    content: PartFile
    file: str


@dataclass(frozen=True, eq=False)
class NumericTable:
    """`values` (rows, columns); `rows` are line numbers in the file."""

    file: str
    columns: tuple[str, ...]
    values: Array
    rows: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class TableInput:
    """What to learn from and, perhaps, what to predict."""

    train: NumericTable
    test: NumericTable | None = None


class PartYaml:
    """The format of a part; see README.md."""

    name = "part (YAML, JSON)"

    def matches(self, path: Path) -> bool:
        return path.is_file() and path.suffix.lower() in (".yaml", ".yml", ".json")

    def read(self, paths: Mapping[str, Path]) -> PartInput:
        if len(paths) != 1:
            raise refuse("one_file", "一次只设计一个零件。", "One part is designed at a time.", key=", ".join(paths))
        path = next(iter(paths.values()))
        return PartInput(read_part_file(path), path.name)


class NumericCsv:
    """Any table of numbers under one line of headings, gzipped or not; the target is the last column or named."""

    name = "numeric CSV"

    def matches(self, path: Path) -> bool:
        names = path.name.lower().removesuffix(".gz")
        if not names.endswith((".csv", ".txt", ".tsv")) or names.rsplit(".", 1)[0] in ELEMENTS:
            return False
        lines = [line for line in first_lines(path, 3) if line.strip()]
        if len(lines) < 2:
            return not lines or _numbers(lines[0]) == 0  # an empty table is still refused as a table
        return _numbers(lines[1]) * 2 >= len(lines[1].split(_separator(lines[1]))) and len(_split(lines[0])) >= 2

    def read(self, paths: Mapping[str, Path]) -> TableInput:
        unknown = [name for name in paths if name not in NAMES]
        if unknown:
            raise refuse(
                "input_name",
                "表格输入只有 train 与 test 两个名字。",
                "The names of table inputs are train and test.",
                key=unknown[0],
            )
        found = {NAMES[name]: path for name, path in paths.items()}
        if "train" not in found:
            raise refuse(
                "no_train",
                "缺少训练数据，请加上 --input train=文件。",
                "There is nothing to learn from; add --input train=FILE.",
                key="train",
            )
        train = read_table(found["train"])
        return TableInput(train, read_table(found["test"]) if "test" in found else None)


def _separator(line: str) -> str:
    return ";" if ";" in line else max(SEPARATORS, key=line.count)


def _split(line: str) -> list[str]:
    return next(csv.reader([line], delimiter=_separator(line)), [])


def _numbers(line: str) -> int:
    return sum(_number(field.replace(",", ".", 1)) is not None for field in line.split(_separator(line)))


def _number(field: str) -> float | None:
    try:
        return float(field)
    except ValueError:
        return None


def read_table(path: Path) -> NumericTable:
    """Reads a table of numbers; an empty cell or `nan` becomes not-a-number.

    Raises
    ------
    BadInput
        When a cell is no number, a row is short, headings repeat or there is nothing in it; names row and column.
    """
    lines = read_text(path).splitlines()
    if not lines or not lines[0].strip():
        raise refuse("empty_file", "文件是空的，请重新导出。", "The file is empty; export it again.", file=path.name)
    separator = _separator(lines[0])
    columns = [heading.strip() for heading in next(csv.reader([lines[0]], delimiter=separator))]
    if len(columns) < 2 or all(_number(heading) is not None for heading in columns):
        raise refuse(
            "no_headings",
            "首行应为列名，且至少两列：输入与目标。",
            "The first line should hold headings, of two columns or more: inputs and the target.",
            file=path.name,
            row=1,
        )
    if "" in columns or len(set(columns)) < len(columns):
        raise refuse(
            "repeated_heading",
            "列名为空或重复，请让每列名字各不相同。",
            "A heading is empty or repeated; give every column a name of its own.",
            file=path.name,
            row=1,
        )
    if len(lines) * len(columns) > MOST_CELLS:
        raise refuse(
            "too_large",
            f"表格超过 {MOST_CELLS:,} 格，请先抽样。",
            f"The table holds more than {MOST_CELLS:,} cells; take a sample of it.",
            file=path.name,
        )
    values, rows = [], []
    for row, fields in enumerate(csv.reader(lines[1:], delimiter=separator), start=2):
        if not any(field.strip() for field in fields):
            continue
        if len(fields) != len(columns):
            raise refuse(
                "row_length",
                f"这一行有 {len(fields)} 格，应为 {len(columns)} 格。",
                f"This row has {len(fields)} cells and should have {len(columns)}.",
                file=path.name,
                row=row,
            )
        values.append([_cell(field, path, row, column) for field, column in zip(fields, columns, strict=True)])
        rows.append(row)
    if not values:
        raise refuse("no_rows", "只有列名，没有数据。", "There are headings but no rows.", file=path.name)
    return NumericTable(path.name, tuple(columns), np.array(values), tuple(rows))


def _cell(field: str, path: Path, row: int, column: str) -> float:
    text = field.strip()
    if not text or text.lower() in ("nan", "na", "null"):
        return math.nan
    number = _number(text)
    if number is None and _number(text.replace(",", ".", 1)) is not None:
        raise refuse(
            "decimal_comma",
            f"“{text[:40]}”用逗号作小数点，请改为小数点后重新导出。",
            f"“{text[:40]}” has a decimal comma; export it again with decimal points.",
            file=path.name,
            row=row,
            column=column,
        )
    if number is None:
        raise refuse(
            "not_a_number",
            f"“{text[:40]}”不是数字；文字类别请先编码为数字列。",
            f"“{text[:40]}” is not a number; code categories as numbers first.",
            file=path.name,
            row=row,
            column=column,
        )
    return number
