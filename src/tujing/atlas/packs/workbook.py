"""The workbook in which a consultant edits scenarios: three heading rows (Chinese, English, key), then the entries."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pydantic import ValidationError

from tujing.atlas.labels import labels
from tujing.atlas.manifest import Manifest
from tujing.atlas.packs.sheets import LISTS, OWNER, SCENARIOS, Gathered, Row, gathered, sheets
from tujing.problems import BadInput, Problem, refuse
from tujing.safe_workbook import damage_refused
from tujing.words import Text

HEADINGS = 3
WIDEST = 60
LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 100_000


def as_workbook(manifests: Mapping[str, Manifest]) -> bytes:
    """Returns the workbook; `read` gives the same manifests back."""
    import xlsxwriter

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#fafafa", "valign": "top", "text_wrap": True})
        key = book.add_format({"font_color": "#8c8c8c", "font_size": 8, "bottom": 1})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in sheets(manifests).items():
            sheet = book.add_worksheet(name)
            keys = list(dict.fromkeys(each for row in rows for each in row)) or [OWNER]
            for column, dotted in enumerate(keys):
                heading = _heading(dotted)
                sheet.write_string(0, column, heading.zh, head)
                sheet.write_string(1, column, heading.en, head)
                sheet.write_string(2, column, dotted, key)
                for place, row in enumerate(rows, start=HEADINGS):
                    _write(sheet, place, column, row.get(dotted), body)
                sheet.set_column(
                    column, column, _width([heading.zh, heading.en, *(str(row.get(dotted, "")) for row in rows)])
                )
            sheet.freeze_panes(HEADINGS, 1)
            sheet.autofilter(HEADINGS - 1, 0, HEADINGS - 1 + len(rows), len(keys) - 1)
    return buffer.getvalue()


def read(path: Path) -> dict[str, Manifest]:
    """Reads an edited workbook whole.

    Raises
    ------
    BadInput
        With every fault, by sheet and cell: a merged cell, a formula, a column or sheet that is not known, a scenario
        given twice or named nowhere, a value that does not fit. Also when the file is no workbook or unpacks too large.
    """
    _check_file(path)
    with damage_refused(path):
        book = load_workbook(path)
    problems: list[Problem] = []
    tables: dict[str, list[tuple[int, Row]]] = {}
    for sheet in book.worksheets:
        if sheet.title not in (SCENARIOS, *LISTS):
            problems.append(
                _problem(path, sheet.title, "", "不认识这张表，请删去。", "This sheet is not known; remove it.")
            )
            continue
        problems += [
            _problem(path, sheet.title, str(one), "有合并单元格，请取消合并。", "Cells are merged; split them.")
            for one in sheet.merged_cells.ranges
        ]
        rows, faults = _rows(path, sheet)
        tables[sheet.title] = rows
        problems += faults
    if SCENARIOS not in tables:
        problems.append(_problem(path, SCENARIOS, "", "缺少这张表。", "This sheet is missing."))
    problems += _name_faults(path, tables)
    if problems:
        raise BadInput(problems)
    found: dict[str, Manifest] = {}
    for id, one in gathered(tables).items():
        try:
            found[id] = Manifest.model_validate(one.content)
        except ValidationError as error:
            problems += _value_faults(path, one, error, book)
    if problems:
        raise BadInput(problems)
    return found


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            is_workbook = "xl/workbook.xml" in archive.namelist()
    except FileNotFoundError:
        raise refuse(
            "missing_file", "找不到这个文件，请检查路径。", "No such file; check the path.", file=path
        ) from None
    except (OSError, zipfile.BadZipFile):
        is_workbook, size, unpacked = False, 0, 0
    if size > LARGEST_FILE or unpacked > LARGEST_UNPACKED:
        raise refuse(
            "too_large",
            "文件过大（展开超过 200 MB），请确认选对了文件。",
            "The file is too large (over 200 MB unpacked); check that it is the right one.",
            file=path,
        )
    if not is_workbook:
        raise refuse(
            "no_workbook",
            "不是 Excel 工作簿，请用 .xlsx 格式保存。",
            "This is no Excel workbook; save it as .xlsx.",
            file=path,
        )


def _rows(path: Path, sheet: Any) -> tuple[list[tuple[int, Row]], list[Problem]]:
    problems = []
    keys = [str(cell.value).strip() if cell.value is not None else "" for cell in sheet[HEADINGS]]
    for place, key in enumerate(keys, start=1):
        if key and keys.count(key) > 1:
            cell = f"{get_column_letter(place)}{HEADINGS}"
            problems.append(_problem(path, sheet.title, cell, f"列 {key} 重复。", f"The column {key} appears twice."))
    if sheet.max_row > MOST_ROWS:
        problems.append(_problem(path, sheet.title, "", "行数超过十万。", "More than 100 000 rows."))
        return [], problems
    rows = []
    for cells in sheet.iter_rows(min_row=HEADINGS + 1):
        row: Row = {}
        for key, cell in zip(keys, cells, strict=False):
            if cell.data_type == "f":
                problems.append(
                    _problem(
                        path, sheet.title, cell.coordinate, "是公式，请改为数值或文字。", "A formula; write its value."
                    )
                )
            elif key:
                row[key] = cell.value
            elif cell.value is not None:
                problems.append(
                    _problem(path, sheet.title, cell.coordinate, "这一列没有键名。", "This column has no key.")
                )
        if any(value is not None for value in row.values()):
            rows.append((cells[0].row, row))
    return rows, problems


def _name_faults(path: Path, tables: Mapping[str, list[tuple[int, Row]]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, row in tables.get(SCENARIOS, []):
        id = str(row.get("id") or "")
        if not id:
            yield _problem(path, SCENARIOS, f"A{number}", "缺少场景编号。", "The scenario's id is missing.")
        elif id in seen:
            yield _problem(path, SCENARIOS, f"A{number}", f"场景 {id} 重复。", f"The scenario {id} appears twice.")
        seen.add(id)
    for sheet in LISTS:
        for number, row in tables.get(sheet, []):
            if str(row.get(OWNER) or "") not in seen:
                zh = f"没有场景 {row.get(OWNER)}，请核对编号。"
                yield _problem(path, sheet, f"A{number}", zh, f"There is no scenario {row.get(OWNER)}; check the id.")


def _value_faults(path: Path, one: Gathered, error: ValidationError, book: Any) -> Iterator[Problem]:
    for item in error.errors(include_url=False, include_context=False):
        sheet, row, key = one.place(item["loc"])
        keys = [str(cell.value or "") for cell in book[sheet][HEADINGS]] if sheet in book.sheetnames else []
        names = [name.removesuffix("[]") for name in keys]
        near = [place for place, name in enumerate(names, 1) if name and f"{key}.".startswith(f"{name}.")]
        cell = f"{get_column_letter(near[0])}{row}" if near else f"{row}:{key}"
        zh, en = f"这个值不合要求（{item['msg']}）。", f"This value does not fit ({item['msg']})."
        yield _problem(path, sheet, cell, zh, en)


def _problem(path: Path, sheet: str, cell: str, zh: str, en: str) -> Problem:
    return Problem("bad_workbook", Text(zh=zh, en=en), file=str(path), key=f"{sheet}!{cell}" if cell else sheet)


def _heading(dotted: str) -> Text:
    words = [labels().keys.get(part) for part in dotted.removesuffix("[]").split(".")]
    parts = dotted.removesuffix("[]").split(".")
    zh = " ".join(word.zh if word else part for word, part in zip(words, parts, strict=True))
    return Text(zh=zh, en=" ".join(word.en if word else part for word, part in zip(words, parts, strict=True)))


def _write(sheet: Any, row: int, column: int, value: Any, body: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, body)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, body)
    elif value is not None:
        sheet.write_string(row, column, str(value), body)


def _width(values: list[str]) -> int:
    lines = [line for value in values for line in value.split("\n")]
    return min(WIDEST, 2 + max(sum(2 if ord(letter) > 0x2E7F else 1 for letter in line) for line in lines))
