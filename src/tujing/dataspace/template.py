"""A workbook to fill in for one data element: headings with units, drop-downs, a sheet of explanations and examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from tujing.elements.definition import Column, Element
from tujing.words import Text

ROWS = 5_000
"""Rows that are prepared with drop-downs and checks."""
LONGEST_LIST = 250
"""Characters that a drop-down may hold in itself (Excel allows 255)."""

TYPES = {
    "string": Text(zh="文本", en="text"),
    "integer": Text(zh="整数", en="whole number"),
    "number": Text(zh="数值", en="number"),
    "boolean": Text(zh="是/否", en="yes/no"),
    "date": Text(zh="日期", en="date"),
    "datetime": Text(zh="日期时间", en="date and time"),
}
GUIDE = (
    Text(zh="列", en="Column"), Text(zh="名称", en="Name"), Text(zh="类型", en="Type"), Text(zh="单位", en="Unit"),
    Text(zh="必填", en="Required"), Text(zh="可取值或范围", en="Values or range"),
    Text(zh="须存在于", en="Must exist in"),
)  # fmt: skip


def heading(column: Column, language: str) -> str:
    """The heading of a column as an import understands it: label, `*` when required, unit in brackets."""
    unit = f" ({column.unit})" if column.unit not in ("", "1") else ""
    return f"{column.label[language]}{'*' if column.required else ''}{unit}"


def choices(column: Column, language: str) -> list[str]:
    """What may be chosen for a column, in the reader's words where an import understands them."""
    if column.type == "boolean":
        return ["是", "否"] if language == "zh" else ["yes", "no"]
    if language == "zh":
        return [column.enum_words[value][0] if column.enum_words.get(value) else value for value in column.enum]
    return list(column.enum)


def workbook(element: Element, examples: Sequence[Mapping[str, str]], language: str) -> bytes:
    """Returns the workbook; `examples` are rows by column name."""
    import xlsxwriter

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        must = book.add_format({"bold": True, "bg_color": "#fff1b8", "border": 1, "border_color": "#d9d9d9"})
        may = book.add_format({"bold": True, "bg_color": "#f5f5f5", "border": 1, "border_color": "#d9d9d9"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        formats = {
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        sheet = book.add_worksheet(element.label[language][:31])
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(element.columns.values()):
            words = heading(column, language)
            sheet.write_string(0, place, words, must if column.required else may)
            sheet.set_column(place, place, min(max(_width(words) + 3, 12), 40), formats.get(column.type))
            _validate(sheet, place, column, language)
        guide = book.add_worksheet("说明" if language == "zh" else "Guide")
        guide.write_row(0, 0, [text[language] for text in GUIDE], may)
        for row, (name, column) in enumerate(element.columns.items(), start=1):
            cells = [
                column.label[language], name, TYPES[column.type][language], column.unit,
                ("是" if language == "zh" else "yes") if column.required else "", _allowed(column, language),
                column.reference,
            ]  # fmt: skip
            for place, cell in enumerate(cells):
                guide.write_string(row, place, cell, wrap)
        guide.set_column(0, 1, 24)
        guide.set_column(5, 5, 44)
        guide.set_column(6, 6, 28)
        if examples:
            shown = book.add_worksheet("示例" if language == "zh" else "Examples")
            shown.write_row(0, 0, [heading(column, language) for column in element.columns.values()], may)
            for row, example in enumerate(examples, start=1):
                for place, name in enumerate(element.columns):
                    shown.write_string(row, place, example.get(name) or "")
            shown.autofit(max_width=300)
    return buffer.getvalue()


def _validate(sheet: Any, place: int, column: Column, language: str) -> None:
    rule: dict[str, Any] | None = None
    offered = choices(column, language)
    if offered and len(",".join(offered)) <= LONGEST_LIST and not any("," in one for one in offered):
        rule = {"validate": "list", "source": offered}
    elif column.type in ("integer", "number") and (column.minimum is not None or column.maximum is not None):
        rule = {"validate": "decimal"}
        if column.minimum is not None and column.maximum is not None:
            rule |= {"criteria": "between", "minimum": column.minimum, "maximum": column.maximum}
        elif column.minimum is not None:
            rule |= {"criteria": ">=", "value": column.minimum}
        else:
            rule |= {"criteria": "<=", "value": column.maximum}
    if rule is not None:
        sheet.data_validation(1, place, ROWS, place, rule | {"error_type": "warning"})


def _allowed(column: Column, language: str) -> str:
    if column.enum:
        return "、".join(choices(column, language)) if language == "zh" else ", ".join(column.enum)
    if column.minimum is not None and column.maximum is not None:
        return f"{column.minimum:g} – {column.maximum:g}"
    if column.minimum is not None:
        return f"≥ {column.minimum:g}"
    return f"≤ {column.maximum:g}" if column.maximum is not None else ""


def _width(words: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in words)
