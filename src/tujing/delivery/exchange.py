"""The columns of the breakdown and of progress and money as tables, read from xlsx and csv. What is exported imports.

Headings are read in Chinese, in English, or both as exported. A heading with 万元 means ten thousand yuan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tujing.dataspace.reading import records
from tujing.dataspace.sniff import Source, sniff
from tujing.delivery.responsibility import responsibilities
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

TASKS_SHEET = "任务 Tasks"
ACTUALS_SHEET = "进度与费用 Actuals"


@dataclass(frozen=True)
class ExchangeColumn:
    """A column of a table: its key, its heading, and whether an import needs it."""

    key: str
    label: Text
    kind: str = "text"
    """text, name, date, money, number or share; how a workbook shows it."""
    required: bool = False

    @property
    def heading(self) -> str:
        return f"{self.label.zh} {self.label.en}"


def _column(key: str, zh: str, en: str, kind: str = "text", required: bool = False) -> ExchangeColumn:
    return ExchangeColumn(key, Text(zh=zh, en=en), kind, required)


TASK_COLUMNS = (
    _column("scenario", "场景编号", "Scenario", required=True),
    _column("level", "等级", "Level", "number", required=True),
    _column("version", "项目版本", "Version", "number", required=True),
    _column("number", "任务编号", "Number", required=True),
    _column("name_zh", "任务", "Task in Chinese", "name"),
    _column("name_en", "任务（英文）", "Task", "name"),
    _column("phase", "阶段", "Phase"),
    _column("role", "执行角色", "Role"),
    _column("start", "开始", "Start", "date"),
    _column("end", "结束", "End", "date"),
    _column("needs", "前置任务", "Needs"),
    _column("cost", "费用（元）", "Cost, CNY", "money"),
    _column("person_days", "自有人天", "Person-days", "number"),
    _column("baseline_start", "基准开始", "Baseline start", "date"),
    _column("baseline_end", "基准结束", "Baseline end", "date"),
    _column("progress", "完成", "Progress", "share"),
    _column("slack", "时差（天）", "Slack, days", "number"),
    *(
        _column(f"raci_{role}", f"分工：{one.name.zh}", f"RACI: {one.name.en}")
        for role, one in responsibilities().roles.items()
    ),
)
ACTUAL_COLUMNS = (
    _column("scenario", "场景编号", "Scenario", required=True),
    _column("level", "等级", "Level", "number", required=True),
    _column("number", "任务编号", "Number", required=True),
    _column("on", "日期", "Day", "date", required=True),
    _column("progress", "完成", "Progress", "share"),
    _column("cost", "费用（元）", "Cost, CNY", "money"),
    _column("reference", "凭证", "Reference"),
)


@dataclass(frozen=True)
class Sheet:
    """A table as it was read."""

    file: str
    rows: tuple[tuple[int, dict[str, str]], ...]
    """Row number as a person sees it, and key → text; blank cells are left out."""
    headings: dict[str, str]
    """Key → heading as written."""

    def is_in_ten_thousands(self, key: str) -> bool:
        return "万" in self.headings.get(key, "")

    def place(self, row: int, key: str) -> dict[str, Any]:
        return {"file": self.file, "row": row, "column": self.headings.get(key, key)}


def read_sheet(path: Path, columns: Sequence[ExchangeColumn], sheet: str) -> Sheet:
    """Reads a workbook's sheet, or a text file in UTF-8, UTF-16 or GBK.

    A workbook without the sheet is read from its first one.

    Raises
    ------
    BadInput
        When the file cannot be read, a required column is not there or empty in a row; names row and column.
    """
    source = _open(path, sheet)
    known = _match(source.headings, columns)
    absent = [column for column in columns if column.required and column.key not in known]
    if absent:
        raise refuse(
            "missing_column",
            f"缺少列“{absent[0].label.zh}”，请按导出文件的表头填写。",
            f"The column “{absent[0].label.en}” is missing; use the headings of an export.",
            file=path.name,
            row=1,
            column=absent[0].label.zh,
        )
    rows = tuple(records(source, known))
    problems = [
        Problem(
            "blank_cell",
            Text(zh="这一格不能为空，请填写。", en="This cell must not be blank; fill it in."),
            file=path.name,
            row=number,
            column=known[column.key],
        )
        for number, row in rows
        for column in columns
        if column.required and column.key not in row
    ]
    if problems:
        raise BadInput(problems)
    return Sheet(path.name, rows, known)


def _open(path: Path, sheet: str) -> Source:
    try:
        return sniff(path, sheet)
    except BadInput as error:
        if error.problems[0].code != "unknown_sheet":
            raise
        return sniff(path)


def _match(headings: Sequence[str], columns: Sequence[ExchangeColumn]) -> dict[str, str]:
    """Finds each column's heading; the whole one first, so that a short word takes no other column's place."""
    plain = {_plain(heading): heading for heading in reversed(headings)}
    found: dict[str, str] = {}
    for column in columns:
        wanted = (column.heading, column.label.zh, column.label.en, column.key, _unitless(column.label.zh))
        spelt = [_plain(one) for one in wanted]
        spelt += [_plain(f"{_unitless(column.label.zh)}（万元）"), _plain(f"{_unitless(column.label.zh)}万元")]
        heading = next((plain[one] for one in spelt if one in plain), None)
        if heading is not None:
            found[column.key] = heading
    return found


def _unitless(label: str) -> str:
    return label.removesuffix("（元）")


def _plain(heading: str) -> str:
    return "".join(one for one in heading.casefold() if not one.isspace()).replace("(", "（").replace(")", "）")
