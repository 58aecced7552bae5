"""Answers in a spreadsheet: a template to fill in, one row an option, and its reading back.

Each row has a question's id, an option's id and a mark (√). A scenario's options are its levels 0 to 4; the option `-`
of a multiple choice says "none of these"; a row of a raw number takes the number in place of the mark.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tujing.diagnosis import answers as grammar
from tujing.diagnosis.answers import AnswerFile
from tujing.diagnosis.instrument import Instrument
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

HEADINGS = {
    "id": "编号 id",
    "question": "题目 question",
    "option": "选项 option",
    "text": "内容 text",
    "points": "分值 points",
    "mark": "填写 mark",
    "kind": "证据类型 kind",
    "reference": "证据 reference",
}
NEEDED = ("id", "option", "mark")
NONE_OF_THESE = "-"
MARKED = {"√", "✓", "v", "x", "1", "1.0", "y", "yes", "true", "是"}
UNMARKED = {"", "0", "0.0", "n", "no", "false", "否"}
MOST_ROWS = 5000


def template(instrument: Instrument, path: Path) -> None:
    """Writes the spreadsheet to fill in."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("answers")
    bold = book.add_format({"bold": True, "bg_color": "#E6F4FF", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    entry = book.add_format({"bg_color": "#FFFBE6", "border": 1, "align": "center"})
    for place, (heading, width) in enumerate(zip(HEADINGS.values(), (8, 34, 20, 56, 10, 12, 16, 34), strict=True)):
        sheet.write(0, place, heading, bold)
        sheet.set_column(place, place, width, wrap)
    row = 0
    for row, cells in enumerate(_rows(instrument), start=1):
        sheet.write_row(row, 0, cells)
        sheet.write_blank(row, list(HEADINGS).index("mark"), None, entry)
    sheet.data_validation(1, 6, row, 6, {"validate": "list", "source": list(grammar.KINDS)})
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, row, len(HEADINGS) - 1)
    notes = book.add_worksheet("说明 notes")
    notes.set_column(0, 0, 100, wrap)
    for place, words in enumerate(_notes(instrument)):
        notes.write(place, 0, words)
    book.close()


def _rows(instrument: Instrument) -> Iterator[tuple[str, str, str, str, float | str]]:
    """Id, question, option, text, points."""
    for one in instrument.indicators:
        question = _both(one.question)
        for option in one.options:
            yield one.id, question, option.id, _both(option.label), option.points
        if one.kind == "multi" and not any(option.exclusive for option in one.options):
            yield one.id, question, NONE_OF_THESE, "以上均无 / None of these", 0
        for number in one.numbers:
            yield one.id, question, number.id, f"{_both(number.label)}（{number.unit}，填数字 / enter a number）", ""
    for scenario in instrument.scenarios:
        label = f"{_both(scenario.label)}{'  ★' if scenario.mandatory else ''}"
        yield scenario.id, label, "0", _both(instrument.no_level), ""
        for level, words in sorted(scenario.levels.items()):
            yield scenario.id, label, str(level), _both(words), ""


def _notes(instrument: Instrument) -> Iterator[str]:
    yield _both(instrument.title)
    yield f"{instrument.document}，{instrument.valid_from} 起 / in force from {instrument.valid_from}"
    yield _both(instrument.wording)
    yield "在“填写”列打 √：单选和场景等级选一项，多选可选几项；原始数填数字。"
    yield "Put √ under mark: one option for a single choice or a scenario's level, several for a multiple choice; "
    yield "enter a number in the rows of raw numbers. 有证据的题，在任一行写证据类型与证据 / give evidence in any row."


def _both(words: Text) -> str:
    return f"{words.zh} / {words.en}"


@dataclass
class _Filled:
    """What the rows of one question say."""

    picked: list[str] = field(default_factory=list)
    numbers: dict[str, float] = field(default_factory=dict)
    evidence: list[dict[str, str]] = field(default_factory=list)


def read(path: Path, instrument: Instrument) -> AnswerFile:
    """Reads a filled-in template, .xlsx or .csv (UTF-8, or GBK as spreadsheets save it in China).

    Raises
    ------
    BadInput
        With every fault and its row.
    """
    rows = rows_of(path)
    heading = next(rows, [])
    place = {str(cell).split()[-1]: column for column, cell in enumerate(heading) if str(cell or "").strip()}
    absent = [HEADINGS[name] for name in NEEDED if name not in place]
    if absent:
        raise refuse(
            "missing_column",
            f"缺少列：{'、'.join(absent)}。请用导出的模板填写。",
            f"Columns are missing: {', '.join(absent)}. Fill in the exported template.",
            file=path,
            row=1,
        )
    filled: dict[str, _Filled] = {}
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise refuse("too_many_rows", "行数过多，请用模板填写。", "Too many rows; fill in the template.", file=path)
        cells = {name: _text(row[column]) if column < len(row) else "" for name, column in place.items()}
        if not cells["id"]:
            continue
        fault = _take(cells, instrument, filled, seen)
        if fault:
            code, column, zh, en = fault
            problems.append(Problem(code, Text(zh=zh, en=en), file=str(path), row=number, column=HEADINGS[column]))
    if problems:
        raise BadInput(problems)
    document = {
        "answers": {id: answer for id, one in filled.items() if (answer := _answer(id, one, instrument))},
        "evidence": {id: one.evidence for id, one in filled.items() if one.evidence},
    }
    return grammar.from_document(document, instrument, str(path))


def _take(
    cells: dict[str, str], instrument: Instrument, filled: dict[str, _Filled], seen: set[tuple[str, str]]
) -> tuple[str, str, str, str] | None:
    """Adds one row to what is filled in; returns code, column, sentence zh and en when it cannot be read."""
    id, option, mark = cells["id"], cells["option"].removesuffix(".0"), cells["mark"]
    if id not in instrument.indicator_by_id and id not in instrument.scenario_by_id:
        return "unknown_indicator", "id", f"没有 {id} 这一项，请检查编号。", f"There is no item {id}; check the id."
    if (id, option) in seen:
        return (
            "repeated_row",
            "option",
            f"{id} 的选项 {option} 出现了两行，请只保留一行。",
            f"Option {option} of {id} has two rows; keep one.",
        )
    seen.add((id, option))
    one = filled.setdefault(id, _Filled())
    if cells.get("kind") or cells.get("reference"):
        one.evidence.append({"kind": cells.get("kind") or "statement", "reference": cells.get("reference", "")})
    indicator = instrument.indicator_by_id.get(id)
    if indicator and option in {number.id for number in indicator.numbers}:
        if not mark:
            return None
        try:
            one.numbers[option] = float(mark.replace(",", ""))
        except ValueError:
            return "bad_number", "mark", f"“{mark}”不是数字，请改正。", f'"{mark}" is no number; correct it.'
        return None
    if mark.lower() in UNMARKED:
        return None
    if mark.lower() not in MARKED:
        return "bad_mark", "mark", f"“{mark}”看不懂，选中请打 √。", f'"{mark}" cannot be read; put √ to pick it.'
    one.picked.append(option)
    return None


def _answer(id: str, one: _Filled, instrument: Instrument) -> dict[str, Any]:
    """The answer in the grammar of `answers.py`, empty when nothing is picked; the grammar refuses a wrong pick."""
    if not one.picked and not one.numbers:
        return {}
    answer: dict[str, Any] = {}
    single = one.picked[0] if len(one.picked) == 1 else one.picked
    if id in instrument.scenario_by_id:
        answer["level"] = int(single) if isinstance(single, str) and single.isdecimal() else single
    elif instrument.indicator_by_id[id].kind == "multi":
        answer["options"] = [] if one.picked == [NONE_OF_THESE] else one.picked
    elif one.picked:
        answer["option"] = single
    if one.numbers:
        answer["numbers"] = one.numbers
    return answer


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def rows_of(path: Path) -> Iterator[list[Any]]:
    """Yields the rows of a .csv (UTF-8 or GBK) or of the first sheet of an .xlsx, headings first.

    Raises
    ------
    BadInput
        When it cannot be read.
    """
    return _csv_rows(path) if path.suffix.lower() == ".csv" else _xlsx_rows(path)


def _xlsx_rows(path: Path) -> Iterator[list[Any]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise refuse(
            "missing_file", "找不到这个文件，请检查路径。", "No such file; check the path.", file=path
        ) from None
    except Exception as error:  # openpyxl raises many kinds for what is no workbook
        raise refuse(
            "bad_workbook",
            "打不开这个表格，请存为 .xlsx 后再试。",
            "Cannot open this workbook; save it as .xlsx and try again.",
            file=path,
            detail=str(error),
        ) from error
    for row in book.worksheets[0].iter_rows(values_only=True):
        yield list(row)


def _csv_rows(path: Path) -> Iterator[list[Any]]:
    try:
        content = path.read_bytes()
    except OSError:
        raise refuse(
            "missing_file", "找不到这个文件，请检查路径。", "No such file; check the path.", file=path
        ) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        yield from csv.reader(io.StringIO(text, newline=""))
        return
    raise refuse(
        "unreadable_file",
        "编码既不是 UTF-8 也不是 GBK，请另存为 CSV UTF-8。",
        "Neither UTF-8 nor GBK; save it again as CSV UTF-8.",
        file=path,
    )
