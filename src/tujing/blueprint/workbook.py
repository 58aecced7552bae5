"""The project list as an Excel workbook in one language: projects, subtasks, money, trace, architecture, gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from tujing.blueprint.budget import money_columns, sources
from tujing.blueprint.content import content
from tujing.blueprint.made import Blueprint
from tujing.blueprint.model import Element
from tujing.blueprint.telling import department
from tujing.blueprint.trace import threads
from tujing.delivery.breakdown import templates
from tujing.reports import words
from tujing.words import Text

WIDTHS = {"code": 8, "text": 18, "name": 30, "long": 60, "money": 15, "date": 12, "number": 10}
FORMATS: dict[str, dict[str, Any]] = {
    "code": {},
    "text": {"text_wrap": True},
    "name": {"text_wrap": True},
    "long": {"text_wrap": True},
    "money": {"num_format": "#,##0"},
    "number": {"num_format": "0.#"},
    "date": {"num_format": "yyyy-mm-dd"},
}

Column = tuple[Text, str, Callable[[Any], Any]]
"""Heading, kind of cell, and how a row gives its value."""


def t(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def workbook(made: Blueprint, language: str) -> bytes:
    """Returns the workbook; every text is written as text, so one that begins with `=` is never a formula."""
    buffer = BytesIO()
    import xlsxwriter  # only where a workbook is asked for

    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    name = words.name(made.given.enterprise.name, language)
    heading = t("数字化转型项目清单", "Project list of the digital transformation")[language]
    start = date.fromisoformat(made.given.plan["start"])
    # The plan's own day, so that the same plan gives the same bytes.
    book.set_properties({"title": f"{name} {heading}", "author": "Tujing", "created": datetime(*start.timetuple()[:3])})
    writer = _Writer(book, language)
    _projects(writer, made)
    _subtasks(writer, made)
    _quarters(writer, made)
    _sources(writer, made)
    _matrix(writer, made)
    _requirements(writer, made)
    _architecture(writer, made)
    _gaps(writer, made)
    book.close()
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Any, language: str) -> None:
        self.book, self.language = book, language
        self._head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF3FA"}
        )
        self._formats = {kind: book.add_format({"valign": "top", **rest}) for kind, rest in FORMATS.items()}

    def sheet(self, title: Text, columns: Sequence[Column], rows: Sequence[Any]) -> Any:
        sheet = self.book.add_worksheet(title[self.language])
        for place, (label, kind, value) in enumerate(columns):
            sheet.set_column(place, place, WIDTHS[kind])
            sheet.write_string(0, place, label[self.language], self._head)
            for number, row in enumerate(rows, start=1):
                self._cell(sheet, number, place, value(row), kind)
        sheet.freeze_panes(1, 2)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def _cell(self, sheet: Any, row: int, column: int, value: Any, kind: str) -> None:
        form = self._formats[kind]
        if value is None or value == "":
            sheet.write_blank(row, column, None, form)
        elif kind == "date":
            sheet.write_datetime(row, column, datetime.fromisoformat(str(value)), form)
        elif kind in ("money", "number"):
            sheet.write_number(row, column, value, form)
        else:
            sheet.write_string(row, column, self.words(value), form)

    def words(self, value: Any) -> str:
        """One text, or several with their codes, in the language of the workbook."""
        if isinstance(value, Text):
            return value[self.language]
        if isinstance(value, Element):
            return f"{value.code} {value.name[self.language]}"
        if isinstance(value, (tuple, list)):
            return "\n".join(self.words(one) for one in value)
        return str(value)


def _projects(writer: _Writer, made: Blueprint) -> None:
    model = made.model
    columns: list[Column] = [
        (t("编号", "Code"), "code", lambda one: one.code),
        (t("项目", "Project"), "name", lambda one: one.name),
        (t("目标等级", "Level"), "number", lambda one: one.facts["level"]),
        (t("阶段", "Phase"), "text", lambda one: model.targets(one.id, "belongs_to")[0].name),
        (t("开始", "Start"), "date", lambda one: one.facts["start"]),
        (t("结束", "End"), "date", lambda one: one.facts["end"]),
        (t("责任部门", "Department"), "text", lambda one: department(one.facts["department"], writer.language)),
        (t("实施方式", "Way"), "text", lambda one: _way(one.facts["option"], writer.language)),
        (t("一次性投入（元）", "One-off cost, CNY"), "money", lambda one: one.facts["cost"]),
        (t("年运行费（元）", "Yearly cost, CNY"), "money", lambda one: one.facts["yearly_cost"]),
        (t("自有人天", "Own person-days"), "number", lambda one: one.facts["person_days"]),
        (t("净现值（元）", "NPV, CNY"), "money", lambda one: one.facts["npv"]),
        (t("先行项目", "After"), "name", lambda one: model.sources(one.id, "precedes")),
        (t("立项理由", "Why"), "long", lambda one: one.text),
    ]
    writer.sheet(t("项目清单", "Projects"), columns, model.of("task"))


def _way(option: Any, language: str) -> str:
    """Buy, subscribe or build, where the plan chose."""
    known = templates().options
    return known[option][language] if option in known else ""


def _subtasks(writer: _Writer, made: Blueprint) -> None:
    model = made.model
    rows = [
        (task, number, subtask)
        for task in model.of("task")
        for number, subtask in enumerate(made.given.work[task.id.removeprefix("task.")].subtasks, start=1)
    ]
    columns: list[Column] = [
        (t("编号", "Code"), "code", lambda row: f"{row[0].code}.{row[1]}"),
        (t("子任务", "Subtask"), "name", lambda row: row[2].name),
        (t("项目", "Project"), "name", lambda row: row[0]),
        (t("阶段", "Phase"), "text", lambda row: model.targets(row[0].id, "belongs_to")[0].name),
        (t("环节", "Stage"), "text", lambda row: row[2].stage),
        (t("责任角色", "Role"), "text", lambda row: row[2].role),
        (t("开始", "Start"), "date", lambda row: row[2].start.isoformat()),
        (t("结束", "End"), "date", lambda row: row[2].end.isoformat()),
        (t("费用（元）", "Cost, CNY"), "money", lambda row: row[2].cost),
        (t("自有人天", "Own person-days"), "number", lambda row: row[2].person_days),
    ]
    writer.sheet(t("分阶段子任务", "Subtasks by phase"), columns, rows)


def _quarters(writer: _Writer, made: Blueprint) -> None:
    language, rows = writer.language, made.given.plan["budget"]
    columns: list[Column] = [
        (t("季度", "Quarter"), "text", lambda row: words.quarter(date.fromisoformat(row["start"]), language)),
        *(
            (t(f"{name.zh}（元）", f"{name.en}, CNY"), "money", lambda row, key=key: row[key])
            for name, key in money_columns(rows)
        ),
        (t("用人天", "Person-days used"), "number", lambda row: row["person_days"]),
        (t("可用人天", "At hand"), "number", lambda row: row["person_days_at_hand"]),
        (t("在建项目", "Under way"), "number", lambda row: row["under_way"]),
    ]
    title = t("分季度预算", "Budget by quarter")
    sheet = writer.sheet(title, columns, rows)
    chart = writer.book.add_chart({"type": "column"})
    shown = [place for place, (_, key) in enumerate(money_columns(rows), start=1) if key in ("budget", "spent")]
    for column in shown:
        chart.add_series(
            {
                "name": [title[language], 0, column],
                "categories": [title[language], 1, 0, len(rows), 0],
                "values": [title[language], 1, column, len(rows), column],
            }
        )
    chart.set_title({"name": t("各季度预算与投入（元）", "Budget and spending by quarter, CNY")[language]})
    chart.set_y_axis({"num_format": "#,##0"})
    chart.set_size({"width": 720, "height": 320})
    sheet.insert_chart(1, len(columns) + 1, chart)


def _sources(writer: _Writer, made: Blueprint) -> None:
    starts = [date.fromisoformat(row["start"]) for row in made.given.plan["budget"]]
    columns: list[Column] = [
        (t("资金来源", "Source"), "name", lambda row: row[0]),
        (t("合计（元）", "Total, CNY"), "money", lambda row: sum(row[1])),
    ]
    for place, start in enumerate(starts):
        columns.append((t(words.quarter(start, "zh"), words.quarter(start, "en")), "money", _amount(place)))
    writer.sheet(t("资金来源", "Sources of money"), columns, sources(made.given))


def _amount(place: int) -> Callable[[Any], float]:
    """Reads the amount of one quarter from a source's row."""
    return lambda row: float(row[1][place])


def _matrix(writer: _Writer, made: Blueprint) -> None:
    columns: list[Column] = [
        (t("任务", "Task"), "name", lambda row: row.task),
        (t("驱动因素", "Drivers"), "long", lambda row: row.drivers),
        (t("目标", "Goals"), "long", lambda row: row.goals),
        (t("需求", "Requirements"), "long", lambda row: row.requirements),
        (t("场景", "Scenario"), "text", lambda row: row.scenario),
        (t("能力", "Capability"), "text", lambda row: row.capability),
        (t("数据要素", "Data elements"), "name", lambda row: row.data),
        (t("应用系统", "Applications"), "name", lambda row: row.applications),
        (t("标准", "Standards"), "text", lambda row: row.standards),
        (t("验收", "Acceptance"), "long", lambda row: row.acceptances),
    ]
    writer.sheet(t("追溯矩阵", "Trace matrix"), columns, threads(made.model))


def _requirements(writer: _Writer, made: Blueprint) -> None:
    model, known = made.model, content()
    columns: list[Column] = [
        (t("编号", "Code"), "code", lambda one: one.code),
        (t("需求", "Requirement"), "name", lambda one: one.name),
        (t("类别", "Kind"), "text", lambda one: known.requirements[one.facts["requirement"]]),
        (t("内容", "What is asked"), "long", lambda one: one.text),
        (t("支撑的目标", "Serves"), "name", lambda one: model.targets(one.id, "serves")),
        (t("由谁满足", "Met by"), "text", lambda one: model.sources(one.id, "meets")),
        (t("由何验收", "Verified by"), "long", lambda one: model.sources(one.id, "verifies")),
        (t("验证方法", "Method"), "text", lambda one: _methods(made, one)),
    ]
    writer.sheet(t("需求清单", "Requirements"), columns, model.of("requirement"))


def _methods(made: Blueprint, one: Element) -> list[Text]:
    known = content()
    kinds = [str(each.facts["acceptance"]) for each in made.model.sources(one.id, "verifies")]
    return list(
        dict.fromkeys(known.methods[known.acceptance[kind].method] for kind in kinds if kind in known.acceptance)
    )


def _architecture(writer: _Writer, made: Blueprint) -> None:
    known, model = content().kinds, made.model
    rows = [
        one
        for kind in ("capability", "scenario", "data", "application", "model", "infrastructure", "standard", "role")
        for one in model.of(kind)
    ]
    columns: list[Column] = [
        (t("编号", "Code"), "code", lambda one: one.code),
        (t("名称", "Name"), "name", lambda one: one.name),
        (t("类别", "Kind"), "text", lambda one: known[one.kind]),
        (t("说明", "Description"), "long", lambda one: one.text),
        (t("关联场景", "Scenarios"), "name", lambda one: _scenarios(made, one)),
    ]
    writer.sheet(t("架构清单", "Architecture"), columns, rows)


def _scenarios(made: Blueprint, one: Element) -> list[Element]:
    model = made.model
    found = [
        *model.targets(one.id, "supports"),
        *model.targets(one.id, "computes_for"),
        *model.sources(one.id, "reads"),
        *model.sources(one.id, "writes"),
        *model.sources(one.id, "builds"),
    ]
    return list({each.id: each for each in found}.values())


def _gaps(writer: _Writer, made: Blueprint) -> None:
    severity = {"error": t("错误", "error"), "warning": t("提醒", "warning")}
    columns: list[Column] = [
        (t("程度", "Severity"), "code", lambda gap: severity[gap.severity]),
        (t("缺口", "Gap"), "long", lambda gap: gap.words),
        (t("下一步", "Next step"), "long", lambda gap: gap.next_step),
    ]
    writer.sheet(t("追溯缺口", "Gaps"), columns, made.gaps)
