"""Projects as an Excel workbook: tasks to edit and import again, Gantt with baseline, gates, earned value, warnings."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from tujing.delivery.exchange import (
    ACTUAL_COLUMNS,
    ACTUALS_SHEET,
    TASK_COLUMNS,
    TASKS_SHEET,
    ExchangeColumn,
)
from tujing.problems import refuse

WIDTHS = {"text": 16, "name": 28, "long": 70, "money": 15, "date": 12, "number": 10, "share": 9}
FORMATS = {"money": "#,##0.00", "date": "yyyy-mm-dd", "number": "0.##", "share": "0%"}
STATES = {"passed": "通过 passed", "waived": "豁免 waived", "open": "未过 open"}
WEEKS_SHOWN = 260

Column = tuple[str, str]
"""Heading and kind."""


def task_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the breakdown of every project as rows with the keys of `TASK_COLUMNS`; days are ISO text."""
    return [
        {
            "scenario": one["scenario"],
            "level": one["level"],
            "version": one["version"],
            "name_zh": task["name"]["zh"],
            "name_en": task["name"]["en"],
            **{name: task[name] for name in ("number", "phase", "role", "start", "end", "cost", "person_days")},
            **{name: task[name] for name in ("baseline_start", "baseline_end", "progress", "slack")},
            "needs": ", ".join(task["needs"]),
            **{f"raci_{role}": letters for role, letters in task["raci"].items()},
        }
        for one in document["projects"]
        for task in one["tasks"]
    ]


def write_tables(document: Mapping[str, Any], actuals: Sequence[Mapping[str, Any]], path: Path) -> Path:
    """Writes the workbook, or with a name that ends in .csv the tasks alone, in UTF-8 that Excel opens.

    Raises
    ------
    BadInput
        When the ending is another, or the file cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise refuse(
            "unknown_format",
            "请用 .xlsx 或 .csv 作文件名的结尾。",
            "Give the file a name that ends in .xlsx or .csv.",
            file=path,
        )
    content = workbook(document, actuals) if kind == ".xlsx" else _csv(task_rows(document))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise refuse(
            "cannot_write",
            "无法写入这个文件，请检查文件夹权限，或先在 Excel 里关闭它。",
            "Cannot write this file; check the folder's permissions, or close it in Excel first.",
            file=path,
            detail=str(error),
        ) from error
    return path


def workbook(document: Mapping[str, Any], actuals: Sequence[Mapping[str, Any]]) -> bytes:
    """Returns the workbook. Every text is written as text: one that begins with `=` or `@` is never a formula."""
    import xlsxwriter

    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "图景 项目实施 · Tujing delivery"})
    pen = _Pen(book)
    pen.exchange(TASKS_SHEET, TASK_COLUMNS, task_rows(document))
    pen.exchange(ACTUALS_SHEET, ACTUAL_COLUMNS, actuals)
    _gantt(pen, document)
    pen.table("阶段门 Gates", GATES, _gate_rows(document))
    pen.table("挣值 Earned value", VALUES, _value_rows(document))
    pen.table("预警 Warnings", WARNINGS, _warning_rows(document))
    pen.table("素养培训 Literacy", LESSONS, _lesson_rows(document))
    book.close()
    return buffer.getvalue()


GATES: tuple[Column, ...] = (
    ("场景编号 Scenario", "text"),
    ("等级 Level", "number"),
    ("阶段门 Gate", "text"),
    ("检查 Check", "name"),
    ("标准", "long"),
    ("Criterion", "long"),
    ("应于 Due", "date"),
    ("状态 State", "text"),
    ("依据", "long"),
    ("Evidence", "long"),
    ("证据哈希 SHA-256", "text"),
)
VALUES: tuple[Column, ...] = (
    ("场景编号 Scenario", "text"),
    ("等级 Level", "number"),
    ("预算 BAC", "money"),
    ("计划值 PV", "money"),
    ("挣值 EV", "money"),
    ("实际费用 AC", "money"),
    ("SPI", "number"),
    ("CPI", "number"),
    ("完工估算 EAC", "money"),
    ("SPI(t)", "number"),
    ("按挣得进度预计完成 Forecast end", "date"),
    ("计量 Unit", "text"),
)
WARNINGS: tuple[Column, ...] = (
    ("场景编号 Scenario", "text"),
    ("等级 Level", "number"),
    ("程度 Severity", "text"),
    ("预警", "long"),
    ("下一步", "long"),
    ("Warning", "long"),
    ("Next step", "long"),
)
LESSONS: tuple[Column, ...] = (
    ("开始 Start", "date"),
    ("结束 End", "date"),
    ("对象 Audience", "name"),
    ("课程", "name"),
    ("Course", "name"),
    ("天 Days", "number"),
    ("场景编号 Scenario", "text"),
)


def _gate_rows(document: Mapping[str, Any]) -> list[list[Any]]:
    return [
        [
            one["scenario"],
            one["level"],
            gate["name"]["zh"],
            mark["name"]["zh"],
            mark["criterion"]["zh"],
            mark["criterion"]["en"],
            mark["due"],
            STATES["passed" if mark["passed"] else gate["state"]],
            (mark["verdict"] or {}).get("zh"),
            (mark["verdict"] or {}).get("en"),
            (mark["evidence"] or {}).get("sha256"),
        ]
        for one in document["projects"]
        for gate in one["gates"]
        for mark in gate["milestones"]
    ]


def _value_rows(document: Mapping[str, Any]) -> list[list[Any]]:
    names = (
        "budget",
        "planned",
        "earned",
        "actual",
        "spi",
        "cpi",
        "estimate_at_completion",
        "spi_time",
        "forecast_end",
    )
    return [
        [one["scenario"], one["level"], *(one["earned_value"][name] for name in names), one["measured_in"]]
        for one in document["projects"]
    ]


def _warning_rows(document: Mapping[str, Any]) -> list[list[Any]]:
    return [
        [
            *(one["scenario"], one["level"], one["severity"], one["zh"], one["next_step"]["zh"]),
            *(one["en"], one["next_step"]["en"]),
        ]
        for one in document["warnings"]
    ]


def _lesson_rows(document: Mapping[str, Any]) -> list[list[Any]]:
    return [
        [
            *(one["start"], one["end"], one["audience"]["zh"], one["course"]["zh"], one["course"]["en"]),
            *(one["days"], one["scenario"]),
        ]
        for one in document["literacy"]
    ]


class _Pen:
    """Writes sheets in one style."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF3FA"}
        )
        self.forms = {
            kind: book.add_format(
                {"valign": "top", "text_wrap": kind in ("name", "long"), "num_format": FORMATS.get(kind, "General")}
            )
            for kind in WIDTHS
        }

    def exchange(self, title: str, columns: Sequence[ExchangeColumn], rows: Sequence[Mapping[str, Any]]) -> None:
        cells = [[row.get(column.key) for column in columns] for row in rows]
        self.table(title, [(column.heading, column.kind) for column in columns], cells)

    def table(self, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Any:
        sheet = self.book.add_worksheet(title)
        for place, (heading, kind) in enumerate(columns):
            sheet.set_column(place, place, WIDTHS[kind])
            sheet.write_string(0, place, heading, self.head)
            for number, row in enumerate(rows, start=1):
                self.cell(sheet, number, place, row[place], kind)
        sheet.freeze_panes(1, 0)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        return sheet

    def cell(self, sheet: Any, row: int, column: int, value: Any, kind: str) -> None:
        if value is None:
            sheet.write_blank(row, column, None, self.forms[kind])
        elif kind == "date":
            sheet.write_datetime(row, column, date.fromisoformat(value), self.forms[kind])
        elif kind in ("money", "number", "share"):
            sheet.write_number(row, column, value, self.forms[kind])
        else:
            sheet.write_string(row, column, value, self.forms[kind])


def _gantt(pen: _Pen, document: Mapping[str, Any]) -> None:
    """A column a week: the bar of the current plan, critical in another colour, and the baseline where they differ."""
    columns: list[Column] = [
        ("场景编号 Scenario", "text"),
        ("任务 Task", "name"),
        ("开始 Start", "date"),
        ("结束 End", "date"),
    ]
    tasks = [(one, task) for one in document["projects"] for task in one["tasks"]]
    sheet = pen.table(
        "甘特图 Gantt",
        columns,
        [
            [f"{one['scenario']}@{one['level']}", f"{task['number']} {task['name']['zh']}", task["start"], task["end"]]
            for one, task in tasks
        ],
    )
    if not tasks:
        return
    days = [
        date.fromisoformat(task[name])
        for _, task in tasks
        for name in ("start", "end", "baseline_start", "baseline_end")
        if task[name]
    ]
    monday = min(days) - timedelta(days=min(days).weekday())
    weeks = min((max(days) - monday).days // 7 + 1, WEEKS_SHOWN)
    turned = pen.book.add_format({"rotation": 90, "num_format": "yyyy-mm-dd", "font_size": 8})
    shades = {
        "plan": pen.book.add_format({"bg_color": "#4C7DD6"}),
        "critical": pen.book.add_format({"bg_color": "#D9534F"}),
        "baseline": pen.book.add_format({"bg_color": "#C9CED6"}),
    }
    sheet.set_column(len(columns), len(columns) + weeks - 1, 2)
    for week in range(weeks):
        begin = monday + timedelta(weeks=week)
        sheet.write_datetime(0, len(columns) + week, begin, turned)
        for row, (_, task) in enumerate(tasks, start=1):
            if _touches(task["start"], task["end"], begin):
                shade = "critical" if task["critical"] else "plan"
            elif _touches(task["baseline_start"], task["baseline_end"], begin):
                shade = "baseline"
            else:
                continue
            sheet.write_blank(row, len(columns) + week, None, shades[shade])


def _touches(start: str | None, end: str | None, monday: date) -> bool:
    if not start or not end:
        return False
    return date.fromisoformat(start) <= monday + timedelta(days=6) and date.fromisoformat(end) >= monday


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.heading for column in TASK_COLUMNS])
    for row in rows:
        writer.writerow(["" if row.get(column.key) is None else row[column.key] for column in TASK_COLUMNS])
    return text.getvalue().encode("utf-8-sig")
