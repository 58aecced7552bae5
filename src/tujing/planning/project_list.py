"""The project list as an Excel workbook: projects, steps left out, money by quarter, value, risk, assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from tujing.planning.appraisal_sheets import appraisal_sheets
from tujing.planning.assumptions import assumptions
from tujing.problems import refuse

MONEY = "#,##0"
WIDTHS = {"text": 16, "name": 22, "long": 70, "money": 15, "date": 12, "number": 10, "share": 10}

PROJECTS = (
    ("场景编号 Scenario", "text", lambda one: one["scenario"]),
    ("名称", "name", lambda one: one["name"]["zh"]),
    ("Name", "name", lambda one: one["name"]["en"]),
    ("目标等级 Level", "number", lambda one: one["level"]),
    ("开始 Start", "date", lambda one: one["start"]),
    ("结束 End", "date", lambda one: one["end"]),
    ("一次性投入（元） One-off cost, CNY", "money", lambda one: one["cost"]),
    ("年运行费（元） Yearly cost, CNY", "money", lambda one: one["yearly_cost"]),
    ("自有人天 Person-days", "number", lambda one: one["person_days"]),
    ("净现值（元） NPV, CNY", "money", lambda one: one["npv"]),
    ("理由", "long", lambda one: one["why"]["zh"]),
    ("Why", "long", lambda one: one["why"]["en"]),
)
REJECTED = (
    ("场景编号 Scenario", "text", lambda one: one["scenario"]),
    ("名称", "name", lambda one: one["name"]["zh"]),
    ("Name", "name", lambda one: one["name"]["en"]),
    ("等级 Level", "number", lambda one: one["level"]),
    ("列入会减少净现值（元） NPV lost if taken, CNY", "money", lambda one: one["loss"]),
    ("未列入的理由", "long", lambda one: one["why_not"]["zh"]),
    ("Why not", "long", lambda one: one["why_not"]["en"]),
)
QUARTERS = (
    ("季度起 Quarter from", "date", lambda one: one["start"]),
    ("预算（元） Budget, CNY", "money", lambda one: one["budget"]),
    ("投入（元） Spent, CNY", "money", lambda one: one["spent"]),
    ("累计结余（元） Left over, CNY", "money", lambda one: one["left"]),
    ("用人天 Person-days", "number", lambda one: one["person_days"]),
    ("可用人天 At hand", "number", lambda one: one["person_days_at_hand"]),
)
ASSUMED = (
    ("假设", "name", lambda one: one["label"]["zh"]),
    ("Assumption", "name", lambda one: one["label"]["en"]),
    ("取值 Value", "text", lambda one: str(one["value"])),
    ("状态 Status", "text", lambda one: one["status"]),
    ("来源 Source", "long", lambda one: one["source"]),
)


def project_list(document: Mapping[str, Any]) -> bytes:
    """Returns the workbook of a plan's document (see `document.py`).

    Every text is written as text: one that begins with `=` or `@` is never a formula.
    """
    buffer = BytesIO()
    import xlsxwriter  # only where a workbook is asked for

    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "图景 转型项目清单 · Tujing project list"})
    _sheet(book, "项目清单 Projects", PROJECTS, document["projects"])
    _sheet(book, "未列入 Left out", REJECTED, document["rejected"])
    quarters = _sheet(book, "分季投入 By quarter", QUARTERS, document["budget"])
    _chart(book, quarters, "分季投入 By quarter", len(document["budget"]))
    for title, columns, rows in appraisal_sheets(document):
        _sheet(book, title, columns, rows)
    used = document["parameters"]["assumptions"]
    figures = assumptions().model_dump(mode="json")
    _sheet(book, "假设 Assumptions", ASSUMED, [{**figures[name], "value": value} for name, value in used.items()])
    book.close()
    return buffer.getvalue()


def write_project_list(document: Mapping[str, Any], path: Path) -> Path:
    """Writes the workbook, making its folder when there is none.

    Raises
    ------
    BadInput
        When the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(project_list(document))
    except OSError as error:
        raise refuse(
            "cannot_write",
            "无法写入这个文件，请检查文件夹权限，或先在 Excel 里关闭它。",
            "Cannot write this file; check the folder's permissions, or close it in Excel first.",
            file=path,
            detail=str(error),
        ) from error
    return path


def _sheet(book: Any, title: str, columns: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> Any:
    sheet = book.add_worksheet(title)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF3FA"})
    formats = {
        "text": book.add_format({"valign": "top"}),
        "name": book.add_format({"valign": "top", "text_wrap": True}),
        "long": book.add_format({"valign": "top", "text_wrap": True}),
        "money": book.add_format({"num_format": MONEY, "valign": "top"}),
        "number": book.add_format({"num_format": "0.#", "valign": "top"}),
        "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
    }
    for place, (label, kind, value) in enumerate(columns):
        sheet.set_column(place, place, WIDTHS[kind])
        sheet.write_string(0, place, label, head)
        for number, row in enumerate(rows, start=1):
            _cell(sheet, number, place, value(row), kind, formats[kind])
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    return sheet


def _cell(sheet: Any, row: int, column: int, value: Any, kind: str, form: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, form)
    elif kind == "date":
        sheet.write_datetime(row, column, date.fromisoformat(value), form)
    elif kind in ("money", "number", "share"):
        sheet.write_number(row, column, value, form)
    else:
        sheet.write_string(row, column, value, form)


def _chart(book: Any, sheet: Any, title: str, rows: int) -> None:
    chart = book.add_chart({"type": "column"})
    for column in (1, 2):
        chart.add_series(
            {
                "name": [title, 0, column],
                "categories": [title, 1, 0, rows, 0],
                "values": [title, 1, column, rows, column],
            }
        )
    chart.set_title({"name": "各季度预算与投入 Budget and spending by quarter"})
    chart.set_y_axis({"num_format": MONEY})
    chart.set_size({"width": 720, "height": 320})
    sheet.insert_chart("H2", chart)
