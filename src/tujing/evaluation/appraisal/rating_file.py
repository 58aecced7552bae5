"""Reading ratings from a file: one row an answer (.xlsx, .csv), or one entry a person (.yaml)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tujing.dataspace.reading import records
from tujing.dataspace.sniff import sniff
from tujing.evaluation.appraisal.ratings import CLAUSE, STATEMENTS, Rating, rules
from tujing.problems import BadInput, Problem, read_yaml, refuse
from tujing.words import Text

HEADINGS = {
    "rater": ("rater", "评价人"),
    "group": ("group", "角色"),
    "party": ("party", "评价方"),
    "indicator": ("indicator", "指标"),
    "subject": ("subject", "对象"),
    "item": ("item", "题目"),
    "answer": ("answer", "答案"),
    "rated": ("rated", "日期"),
}
CLAUSE_WORDS = {"符合": "met", "不符合": "not_met", "不适用": "not_applicable"}


@dataclass
class _Collected:
    row: int
    key: tuple[str, str, str, str, str]
    rated: date
    answers: dict[str, Any] = field(default_factory=dict)


def read_ratings(path: Path, scenarios: Collection[str], standards: Collection[str]) -> list[Rating]:
    """Reads and checks ratings.

    Parameters
    ----------
    scenarios, standards
        What may be rated: ids for usability, numbers for conformity. A subject may also be empty.

    Raises
    ------
    BadInput
        With every bad row: a column is missing, a group, party, indicator, subject or answer is not known, an item is
        answered twice, or a survey is incomplete. Nothing is taken from the file then.
    """
    rows = _from_yaml(path) if path.suffix.lower() in (".yaml", ".yml") else _from_table(path)
    return ratings_of(rows, path.name, scenarios, standards)


def ratings_of(
    rows: Iterable[tuple[int, dict[str, str]]], file: str, scenarios: Collection[str], standards: Collection[str]
) -> list[Rating]:
    """Checks ratings given as one row an answer, with the keys of `HEADINGS`; as `read_ratings`."""
    problems: list[Problem] = []
    people: dict[tuple[str, str, str, str, str], _Collected] = {}
    for number, row in rows:
        try:
            _take(people, number, row, file, scenarios, standards)
        except BadInput as error:
            problems += error.problems
    for one in people.values():
        missing = [name for name in STATEMENTS if name not in one.answers]
        if rules().indicators[one.key[3]].kind == "usability" and missing and not problems:
            zh, en = f"{one.key[0]} 的量表缺 {'、'.join(missing)}。", f"{one.key[0]} left out {', '.join(missing)}."
            problems += refuse("incomplete_survey", zh, en, file=file, row=one.row).problems
    if problems:
        raise BadInput(problems)
    if not people:
        raise refuse("no_rows", "文件里没有评价。", "The file holds no rating.", file=file)
    return [
        Rating(rater, group, party, indicator, subject, one.answers, one.rated)
        for (rater, group, party, indicator, subject), one in people.items()
    ]


def _take(
    people: dict[tuple[str, str, str, str, str], _Collected],
    number: int,
    row: dict[str, str],
    file: str,
    scenarios: Collection[str],
    standards: Collection[str],
) -> None:
    known = rules()
    rater = row.get("rater", "")
    if not rater:
        raise refuse("no_rater", "没有评价人代号。", "There is no code of the rater.", file=file, row=number)
    group = _one_of(row, "group", {name: one.label for name, one in known.groups.items()}, file, number)
    party = _one_of(row, "party", {name: one.label for name, one in known.parties.items()}, file, number)
    indicator = _one_of(row, "indicator", {name: one.label for name, one in known.indicators.items()}, file, number)
    subject, kind = row.get("subject", ""), known.indicators[indicator].kind
    allowed = standards if kind == "checklist" else scenarios
    if subject and subject not in allowed:
        near = get_close_matches(subject, list(allowed), n=1)
        hint = (f"是否指 {near[0]}？", f" Did you mean {near[0]}?") if near else ("", "")
        raise refuse(
            "unknown_subject",
            f"不认识评价对象 {subject}。{hint[0]}",
            f"There is nothing called {subject} to rate.{hint[1]}",
            file=file,
            row=number,
            column="subject",
            value=subject,
        )
    item, answer = _answer(kind, row.get("item", ""), row.get("answer", ""), file, number)
    key = (rater, group, party, indicator, subject)
    one = people.setdefault(key, _Collected(number, key, _day(row.get("rated", ""), file, number)))
    if item in one.answers:
        raise refuse(
            "answered_twice", f"{item} 答了两次。", f"{item} is answered twice.", file=file, row=number, column="item"
        )
    one.answers[item] = answer


def _answer(kind: str, item: str, answer: str, file: str, row: int) -> tuple[str, Any]:
    place = {"file": file, "row": row, "column": "answer", "value": answer}
    if kind == "usability":
        name = f"Q{int(item.upper().removeprefix('Q')):02d}" if item.upper().removeprefix("Q").isdecimal() else item
        if name not in STATEMENTS:
            raise refuse(
                "unknown_item", f"量表没有 {item} 题。", f"The survey has no {item}.", **{**place, "column": "item"}
            )
        if answer.removesuffix(".0") not in ("1", "2", "3", "4", "5"):
            raise refuse("bad_answer", "答案应为 1 到 5 的整数。", "The answer is a whole number from 1 to 5.", **place)
        return name, int(answer.removesuffix(".0"))
    if kind == "checklist":
        told = CLAUSE_WORDS.get(answer, answer)
        if not item or told not in CLAUSE:
            zh = "每条款答：符合、不符合或不适用，题目写条款号。"
            raise refuse("bad_answer", zh, f"Name the clause and answer {', '.join(CLAUSE)}.", **place)
        return item, told
    try:
        value = float(answer)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 100.0:
        raise refuse("bad_answer", "得分应在 0 到 100 之间。", "The score lies between 0 and 100.", **place)
    return "score", value


def _one_of(row: dict[str, str], column: str, known: dict[str, Text], file: str, number: int) -> str:
    told = row.get(column, "")
    for name, label in known.items():
        if told in (name, label.zh, label.en):
            return name
    raise refuse(
        f"unknown_{column}",
        f"{told or '空'} 不在可选之列：{'、'.join(label.zh for label in known.values())}。",
        f"{told or 'nothing'} is none of: {', '.join(known)}.",
        file=file,
        row=number,
        column=column,
        value=told,
    )


def _day(told: str, file: str, row: int) -> date:
    try:
        return date.fromisoformat(told[:10].replace("/", "-"))
    except ValueError:
        raise refuse(
            "bad_date",
            "日期应写作 2026-09-30。",
            "Write the day as 2026-09-30.",
            file=file,
            row=row,
            column="rated",
            value=told,
        ) from None


def _from_table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    source = sniff(path)
    columns = {
        name: next((one for one in source.headings if one.strip().lower() in words), "")
        for name, words in HEADINGS.items()
    }
    absent = [name for name, heading in columns.items() if not heading and name != "subject"]
    if absent:
        raise refuse(
            "missing_column",
            f"缺少列：{'、'.join(HEADINGS[name][1] for name in absent)}。",
            f"These columns are missing: {', '.join(absent)}.",
            file=path.name,
            row=1,
        )
    return records(source, {name: heading for name, heading in columns.items() if heading})


def _from_yaml(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    listed = read_yaml(path)
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise refuse("not_a_list", "应为评价的列表。", "This must be a list of ratings.", file=path.name)
    for number, one in enumerate(listed, start=1):
        answers = one.get("answers")
        if not isinstance(answers, dict):
            zh, en = "answers 应为 题目: 答案。", "answers must map items to answers."
            raise refuse("no_answers", zh, en, file=path.name, row=number, key="answers")
        plain = {name: str(value) for name, value in one.items() if name != "answers"}
        for item, answer in answers.items():
            yield number, {**plain, "item": str(item), "answer": str(answer)}
