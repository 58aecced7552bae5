"""Answers: their grammar, checked against an instrument.

    instrument: sme_2024
    assessor: self                      # or third_party
    answers:
      B1: {options: [control_network]}  # multiple choice; an empty list says "none of these"
      B2: {option: le_40, numbers: {digital_equipment: 30, all_equipment: 80}}
      S05: {level: 1}
    evidence:
      B1: [{kind: file, reference: network.pdf, note: drawing of the control network}]
      S05: [{kind: run, reference: "run:12"}]                 # a run of this enterprise
      S07: [{kind: measured, reference: "table:inspection"}]  # a table of its data; without: the fact of the question

A note is a text, or {zh: …, en: …}.
Files are read by `answer_file.py`; a spreadsheet has the same content, one row an option: see `workbook.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tujing.diagnosis.catalogue import Either, item_ids
from tujing.diagnosis.instrument import Indicator, Instrument, Scenario, Trend
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

KINDS = ("file", "link", "run", "measured", "statement")
ASSESSORS = ("self", "third_party")


Evidence = dict[str, Any]
"""`{"kind": …, "reference": …, "note": {"zh": …, "en": …}}`; a note in one language only stands under zh."""


@dataclass(frozen=True)
class AnswerFile:
    """What an answer file holds."""

    answers: dict[str, dict[str, Any]]
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)
    """By question."""
    assessor: str = "self"


def from_document(document: Any, instrument: Instrument, file: str = "") -> AnswerFile:
    """Checks a parsed answer file.

    Raises
    ------
    BadInput
        With every fault.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("answers"), Mapping):
        raise refuse(
            "no_answers",
            "文件里没有 answers 一项，请按模板填写。",
            "The file has no answers entry; fill in the template.",
            file=file,
            key="answers",
        )
    problems = [
        _problem("unknown_key", key, "不认识这一项，请删去。", "This entry is not known; remove it.", file)
        for key in document
        if key not in ("instrument", "assessor", "answers", "evidence")
    ]
    named = document.get("instrument", instrument.id)
    if named != instrument.id:
        problems.append(
            _problem(
                "other_instrument",
                "instrument",
                f"答卷用的是 {named}，不是 {instrument.id}。",
                f"These answers are for {named}, not for {instrument.id}.",
                file,
            )
        )
    assessor = document.get("assessor", "self")
    if assessor not in ASSESSORS:
        problems.append(
            _problem(
                "unknown_assessor",
                "assessor",
                "评估方只能是 self（企业自评）或 third_party（第三方）。",
                "The assessor is self or third_party.",
                file,
            )
        )
    checked, faults = _checked(document["answers"], instrument, file)
    evidence, evidence_faults = _checked_evidence(document.get("evidence") or {}, instrument, file)
    problems += [*faults, *evidence_faults]
    if problems:
        raise BadInput(problems)
    return AnswerFile(checked, evidence, assessor)


def check(instrument: Instrument, answers: Mapping[str, Any], file: str = "") -> dict[str, dict[str, Any]]:
    """Checks answers and returns them in canonical order. Unanswered questions are allowed, see `missing`.

    Raises
    ------
    BadInput
        With every fault, each naming its question.
    """
    checked, problems = _checked(answers, instrument, file)
    if problems:
        raise BadInput(problems)
    return checked


def missing(instrument: Instrument, answers: Mapping[str, Any], file: str = "") -> list[Problem]:
    """Returns one problem for each unanswered question."""
    return [
        _problem(
            "unanswered",
            id,
            f"“{instrument.label(id).zh}”还没有作答。",
            f"{instrument.label(id).en} is not answered yet.",
            file,
        )
        for id in instrument.question_ids()
        if id not in answers
    ]


def check_evidence(instrument: Either, evidence: Mapping[str, Any]) -> dict[str, list[Evidence]]:
    """Checks lists of evidence by question, of any instrument.

    Raises
    ------
    BadInput
        With every fault.
    """
    checked, problems = _checked_evidence(evidence, instrument, "")
    if problems:
        raise BadInput(problems)
    return checked


def trend(now: float, before: float, flat_within: float) -> Trend:
    """Returns which way a figure went; within a share of the earlier value it is flat."""
    change = now - before
    if abs(change) <= flat_within * abs(before):
        return "flat"
    return "up" if change > 0 else "down"


def _checked(
    answers: Mapping[str, Any], instrument: Instrument, file: str
) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    problems = [
        _unknown_question(id, instrument, f"answers.{id}", file) for id in answers if not _known(id, instrument)
    ]
    checked = {}
    for id in instrument.question_ids():
        if id not in answers:
            continue
        indicator = instrument.indicator_by_id.get(id)
        faults = [
            Problem(code, Text(zh=zh, en=en), file=file, key=f"answers.{id}", value=str(answers[id])[:80])
            for code, zh, en in (
                _indicator_faults(indicator, answers[id])
                if indicator
                else _scenario_faults(instrument.scenario_by_id[id], answers[id])
            )
        ]
        problems += faults
        if not faults:
            checked[id] = _canonical(indicator, answers[id])
    return checked, problems


def _known(id: Any, instrument: Either) -> bool:
    return id in item_ids(instrument)


def _canonical(indicator: Indicator | None, answer: Mapping[str, Any]) -> dict[str, Any]:
    if indicator is None:
        return {"level": answer["level"]}
    numbers = {"numbers": dict(answer["numbers"])} if answer.get("numbers") else {}
    if indicator.kind == "single":
        return {"option": answer["option"], **numbers}
    return {"options": [option.id for option in indicator.options if option.id in answer["options"]], **numbers}


Fault = tuple[str, str, str]
"""Code, sentence zh, sentence en."""


def _scenario_faults(scenario: Scenario, answer: Any) -> Iterator[Fault]:
    highest = max(scenario.levels)
    level = answer.get("level") if isinstance(answer, Mapping) else None
    if not isinstance(answer, Mapping) or set(answer) != {"level"}:
        yield "bad_answer", "请写成 {level: 0–4}。", "Write it as {level: 0–4}."
    elif isinstance(level, bool) or not isinstance(level, int) or not 0 <= level <= highest:
        yield (
            "level_out_of_range",
            f"等级要填 0 到 {highest} 的整数。",
            f"The level is a whole number from 0 to {highest}.",
        )


def _indicator_faults(indicator: Indicator, answer: Any) -> Iterator[Fault]:
    word = "option" if indicator.kind == "single" else "options"
    if isinstance(answer, Mapping) and indicator.kind == "single" and "options" in answer:
        yield (
            "two_options",
            "这是单选题，请用 option 只选一项。",
            "This is a single choice; give one option under option.",
        )
        return
    if isinstance(answer, Mapping) and set(answer) == {"numbers"}:
        yield "no_option", "填了原始数，还要选出对应的一项。", "Raw numbers are given; pick the option as well."
        return
    if not isinstance(answer, Mapping) or word not in answer or set(answer) - {word, "numbers"}:
        shape = f"{{{word}: …}}"
        yield "bad_answer", f"请写成 {shape}，可附 numbers。", f"Write it as {shape}, with numbers if you have them."
        return
    chosen = answer[word]
    if indicator.kind == "single" and isinstance(chosen, list):
        yield "two_options", "这是单选题，只能选一项。", "This is a single choice; pick one option only."
        return
    if indicator.kind == "multi" and not isinstance(chosen, list):
        yield "bad_answer", "这是多选题，options 要写成列表。", "This is a multiple choice; options is a list."
        return
    ids = chosen if isinstance(chosen, list) else [chosen]
    unknown = [id for id in ids if not isinstance(id, str) or id not in indicator.option_by_id]
    if unknown:
        known = ", ".join(indicator.option_by_id)
        yield (
            "unknown_option",
            f"没有选项 {unknown[0]}，可选的有：{known}。",
            f"There is no option {unknown[0]}; there are: {known}.",
        )
        return
    if len(set(ids)) < len(ids):
        yield "repeated_option", "同一选项写了两次，请删去一个。", "An option is given twice; remove one."
    if len(ids) > 1 and any(indicator.option_by_id[id].exclusive for id in ids):
        yield (
            "exclusive_option",
            "选了“以上均无”就不能再选其他项。",
            'The option "none of these" cannot stand beside another.',
        )
    yield from _number_faults(indicator, answer.get("numbers"), ids[0] if ids else "")


def _number_faults(indicator: Indicator, numbers: Any, chosen: str) -> Iterator[Fault]:
    if numbers is None:
        return
    known = {number.id for number in indicator.numbers}
    if not isinstance(numbers, Mapping) or set(numbers) - known:
        names = ", ".join(sorted(known))
        if names:
            yield "unknown_number", f"这里只填原始数：{names}。", f"Only these raw numbers are asked here: {names}."
        else:
            yield "unknown_number", "这一项不需要原始数，请删去。", "No raw numbers are asked here; remove them."
        return
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            yield "bad_number", f"{name} 要填不小于 0 的数。", f"{name} is a number of 0 or more."
            return
    if indicator.ratio and {indicator.ratio.numerator, indicator.ratio.denominator} <= set(numbers):
        yield from _ratio_faults(indicator, numbers, chosen)
    if indicator.change and {indicator.change.now, indicator.change.before} <= set(numbers):
        went = trend(numbers[indicator.change.now], numbers[indicator.change.before], 0)
        if {went, indicator.option_by_id[chosen].trend} == {"up", "down"}:
            right = indicator.trended(went).label
            yield (
                "numbers_contradict",
                f"按所填原始数应为“{right.zh}”，请核对。",
                f"The raw numbers say {right.en}; check them.",
            )


def _ratio_faults(indicator: Indicator, numbers: Mapping[str, float], chosen: str) -> Iterator[Fault]:
    assert indicator.ratio is not None
    below = numbers[indicator.ratio.denominator]
    if below == 0:
        yield (
            "zero_denominator",
            f"{indicator.ratio.denominator} 不能为 0。",
            f"{indicator.ratio.denominator} cannot be 0.",
        )
        return
    right = indicator.band(numbers[indicator.ratio.numerator] / below)
    if right.id != chosen:
        share = f"{numbers[indicator.ratio.numerator] / below:.1%}"
        yield (
            "numbers_contradict",
            f"按所填原始数为 {share}，应选“{right.label.zh}”（{right.id}），请核对。",
            f"The raw numbers give {share}, which is {right.label.en} ({right.id}); check them.",
        )


def _checked_evidence(evidence: Any, instrument: Either, file: str) -> tuple[dict[str, list[Evidence]], list[Problem]]:
    kinds = ", ".join(KINDS)
    zh = f"每题列出证据，各写 kind（{kinds}）和 reference 或 note，每项不超过 500 字。"
    en = f"List a question's evidence, each with a kind ({kinds}) and a reference or note, 500 letters at most."
    if not isinstance(evidence, Mapping):
        return {}, [_problem("bad_evidence", "evidence", zh, en, file)]
    checked: dict[str, list[Evidence]] = {}
    problems = []
    for id, given in evidence.items():
        items = [_item(one) for one in given] if isinstance(given, list) else [None]
        if not _known(id, instrument):
            problems.append(_unknown_question(id, instrument, f"evidence.{id}", file))
        elif all(items):
            checked[id] = [item for item in items if item]
        else:
            problems.append(_problem("bad_evidence", f"evidence.{id}", zh, en, file))
    return checked, problems


def _item(given: Any) -> Evidence | None:
    """One piece of evidence in its stored form; None when it cannot be read."""
    if not isinstance(given, Mapping) or set(given) - {"kind", "reference", "note"} or given.get("kind") not in KINDS:
        return None
    reference, note = given.get("reference") or "", given.get("note") or {}
    note = {"zh": note} if isinstance(note, str) else note
    said = reference or note or given["kind"] == "measured"
    if not isinstance(note, Mapping) or set(note) - {"zh", "en"} or not said:
        return None
    if not all(isinstance(text, str) and len(text) <= 500 for text in (reference, *note.values())):
        return None
    return {"kind": given["kind"], "reference": reference, "note": dict(note)}


def _unknown_question(id: Any, instrument: Either, key: str, file: str) -> Problem:
    return _problem(
        "unknown_indicator",
        key,
        f"{instrument.title.zh}没有 {id} 这一项，请检查编号。",
        f"{instrument.title.en} has no item {id}; check the id.",
        file,
    )


def _problem(code: str, key: Any, zh: str, en: str, file: str) -> Problem:
    return Problem(code, Text(zh=zh, en=en), file=file, key=str(key))
