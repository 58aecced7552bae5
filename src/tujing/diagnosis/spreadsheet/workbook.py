"""Answers in a spreadsheet: a template to fill in, one row an option, and its reading back. Any instrument.

Each row has a question's id, an option's id and a mark (√). A scenario's options are its levels 0 to 4; the option `-`
of a multiple choice says "none of these"; a row of a raw number, or of a form's number, takes it in place of the mark.
A template made of a draft has its answers marked, and says on a hidden sheet of which draft and when it was made.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tujing.diagnosis import answers as grammar
from tujing.diagnosis import questionnaire
from tujing.diagnosis.answers import AnswerFile
from tujing.diagnosis.asking.questions import NONE_OF_THESE, Question, number_of, picked_of, questions, value_of
from tujing.diagnosis.catalogue import Either
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.instrument import Instrument
from tujing.problems import BadInput, Problem, refuse
from tujing.safe_workbook import damage_refused
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
NUMBER = "number"
"""The row of a form that takes a number."""
STAMP = "tujing"
"""The hidden sheet that says where the template comes from."""
MARKED = {"√", "✓", "v", "x", "1", "1.0", "y", "yes", "true", "是"}
UNMARKED = {"", "0", "0.0", "n", "no", "false", "否"}
MOST_ROWS = 5000


@dataclass(frozen=True)
class Stamp:
    """Of which draft a template was made, and when."""

    assessment: int
    made: datetime


def template(one: Either, path: Path, answers: Mapping[str, Any] | None = None, stamp: Stamp | None = None) -> None:
    """Writes the spreadsheet to fill in, with the answers given so far marked."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("answers")
    bold = book.add_format({"bold": True, "bg_color": "#E6F4FF", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    entry = book.add_format({"bg_color": "#FFFBE6", "border": 1, "align": "center"})
    for place, (heading, width) in enumerate(zip(HEADINGS.values(), (8, 34, 20, 56, 10, 12, 16, 34), strict=True)):
        sheet.write(0, place, heading, bold)
        sheet.set_column(place, place, width, wrap)
    marks = _marks(one, answers or {})
    row = 0
    for row, cells in enumerate(_rows(one), start=1):
        sheet.write_row(row, 0, cells)
        mark = marks.get((cells[0], cells[2]))
        sheet.write(row, list(HEADINGS).index("mark"), mark, entry)
    sheet.data_validation(1, 6, row, 6, {"validate": "list", "source": list(grammar.KINDS)})
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, row, len(HEADINGS) - 1)
    notes = book.add_worksheet("说明 notes")
    notes.set_column(0, 0, 100, wrap)
    for place, words in enumerate(_notes(one)):
        notes.write(place, 0, words)
    if stamp:
        hidden = book.add_worksheet(STAMP)
        hidden.write_row(0, 0, [stamp.assessment, stamp.made.isoformat()])
        hidden.hide()
    book.close()


def _marks(one: Either, answers: Mapping[str, Any]) -> dict[tuple[str, str], str | float]:
    """What stands in the mark column, by question and option."""
    marks: dict[tuple[str, str], str | float] = {}
    for question in questions(one):
        answer = answers.get(question.id)
        picked = picked_of(one, question, answer)
        marks |= {(question.id, pick): "√" for pick in picked}
        number = number_of(question, answer)
        if number and not picked:
            marks[question.id, NUMBER] = float(number)
        if isinstance(one, Instrument) and answer is not None:
            marks |= {(question.id, name): value for name, value in answer.get("numbers", {}).items()}
    return marks


def _rows(one: Either) -> Iterator[tuple[str, str, str, str, float | str]]:
    """Id, question, option, text, points."""
    for question in questions(one):
        words = _both(question.text or question.label) + ("  ★" if question.mandatory else "")
        for choice in question.choices:
            points = "" if choice.points is None else choice.points
            yield question.id, words, choice.value, _both(choice.label), points
        if question.kind in ("number", "share"):
            unit = question.unit if question.unit != "1" else ""
            yield question.id, words, NUMBER, f"填数字 / enter a number{f' ({unit})' if unit else ''}", ""
        indicator = one.indicator_by_id.get(question.id) if isinstance(one, Instrument) else None
        for number in indicator.numbers if indicator else ():
            yield question.id, words, number.id, f"{_both(number.label)}（{number.unit}，填数字 / enter a number）", ""


def _notes(instrument: Either) -> Iterator[str]:
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
    row: int = 0
    """Of the last mark."""


def read(path: Path, one: Either) -> AnswerFile:
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
    known = {question.id: question for question in questions(one)}
    filled: dict[str, _Filled] = {}
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise refuse("too_many_rows", "行数过多，请用模板填写。", "Too many rows; fill in the template.", file=path)
        cells = {name: _text(row[column]) if column < len(row) else "" for name, column in place.items()}
        if not cells["id"]:
            continue
        fault = _take(cells, one, known, filled, seen, number)
        if fault:
            code, column, zh, en = fault
            problems.append(Problem(code, Text(zh=zh, en=en), file=str(path), row=number, column=HEADINGS[column]))
    if isinstance(one, Form):
        problems += [_two(path, known[id], each) for id, each in filled.items() if len(each.picked) > 1]
    if problems:
        raise BadInput(problems)
    evidence = {id: each.evidence for id, each in filled.items() if each.evidence}
    if isinstance(one, Form):
        given = {id: _of_form(one, known[id], each) for id, each in filled.items()}
        answers = {id: answer for id, answer in given.items() if answer is not None}
        return AnswerFile(questionnaire.check(one, answers, str(path)), grammar.check_evidence(one, evidence))
    answers = {id: answer for id, each in filled.items() if (answer := _answer(id, each, one))}
    return grammar.from_document({"answers": answers, "evidence": evidence}, one, str(path))


def _take(
    cells: dict[str, str],
    one: Either,
    known: Mapping[str, Question],
    filled: dict[str, _Filled],
    seen: set[tuple[str, str]],
    row: int,
) -> tuple[str, str, str, str] | None:
    """Adds one row to what is filled in; returns code, column, sentence zh and en when it cannot be read."""
    id, option, mark = cells["id"], cells["option"].removesuffix(".0"), cells["mark"]
    if id not in known:
        return "unknown_indicator", "id", f"没有 {id} 这一项，请检查编号。", f"There is no item {id}; check the id."
    if (id, option) in seen:
        return (
            "repeated_row",
            "option",
            f"{id} 的选项 {option} 出现了两行，请只保留一行。",
            f"Option {option} of {id} has two rows; keep one.",
        )
    seen.add((id, option))
    each = filled.setdefault(id, _Filled())
    if cells.get("kind") or cells.get("reference"):
        each.evidence.append({"kind": cells.get("kind") or "statement", "reference": cells.get("reference", "")})
    if option in _numbers(one, id):
        if not mark:
            return None
        try:
            each.numbers[option] = float(mark.replace(",", ""))
        except ValueError:
            return "bad_number", "mark", f"“{mark}”不是数字，请改正。", f'"{mark}" is no number; correct it.'
        return None
    if mark.lower() in UNMARKED:
        return None
    if mark.lower() not in MARKED:
        return "bad_mark", "mark", f"“{mark}”看不懂，选中请打 √。", f'"{mark}" cannot be read; put √ to pick it.'
    each.picked.append(option)
    each.row = row
    return None


def _numbers(one: Either, id: str) -> set[str]:
    """The rows of a question that take a number."""
    if isinstance(one, Form):
        return {NUMBER}
    indicator = one.indicator_by_id.get(id)
    return {number.id for number in indicator.numbers} if indicator else set()


def _two(path: Path, question: Question, each: _Filled) -> Problem:
    words = Text(
        zh=f"“{question.label.zh}”只能选一项，现在选了 {len(each.picked)} 项。",
        en=f"{question.label.en} takes one option; {len(each.picked)} are marked.",
    )
    return Problem("two_options", words, file=str(path), row=each.row, column=HEADINGS["mark"], key=question.id)


def _of_form(form: Form, question: Question, each: _Filled) -> Any:
    number = f"{each.numbers[NUMBER]:.12g}" if NUMBER in each.numbers else ""
    return value_of(form, question, each.picked, number)


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


def stamp_of(path: Path) -> Stamp | None:
    """Returns of which draft a spreadsheet was made and when; None where it does not say, as a .csv does not."""
    import openpyxl

    if path.suffix.lower() != ".xlsx":
        return None
    try:
        with damage_refused(path):
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            if STAMP not in book.sheetnames:
                return None
            assessment, made = (cell.value for cell in next(book[STAMP].iter_rows(max_row=1, max_col=2)))
            return Stamp(int(assessment), datetime.fromisoformat(made))
    except BadInput:
        return None  # what is wrong with the file is found and said where it is read


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

    if not path.is_file():
        raise refuse("missing_file", "找不到这个文件，请检查路径。", "No such file; check the path.", file=path)
    with damage_refused(path, "bad_workbook"):
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
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
        reader = csv.reader(io.StringIO(text, newline=""))
        try:
            yield from reader
        except csv.Error as error:
            raise refuse(
                "unreadable_row",
                "从这一行起无法读取，请检查引号是否成对。",
                "The file cannot be read from this row on; check that its quotes are closed.",
                file=path,
                row=reader.line_num,
                detail=str(error),
            ) from error
        return
    raise refuse(
        "unreadable_file",
        "编码既不是 UTF-8 也不是 GBK，请另存为 CSV UTF-8。",
        "Neither UTF-8 nor GBK; save it again as CSV UTF-8.",
        file=path,
    )
