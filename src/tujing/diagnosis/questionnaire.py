"""One face for every instrument, the SME 2024 form and the others: what it asks, what an answer may be, what it comes
to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from tujing.diagnosis import answers as grammar
from tujing.diagnosis.catalogue import Either, item_ids
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.grading.grade import Graded, grade
from tujing.diagnosis.scoring import Result, score
from tujing.problems import Problem, refuse
from tujing.words import Text

Outcome = Result | Graded
"""Both have `score`, `level` and `level_name`."""


def label(one: Either, question: str) -> Text:
    """Returns a question's short name."""
    return one.items[one.places[question]].label if isinstance(one, Form) else one.label(question)


def check(one: Either, answers: Mapping[str, Any], file: str = "") -> dict[str, Any]:
    """Checks answers and returns them as they are stored. Unanswered questions are allowed.

    Raises
    ------
    BadInput
        With every answer that does not fit, each naming its question.
    """
    if not isinstance(one, Form):
        return grammar.check(one, answers, file)
    grade(one, answers)
    # As the database gives them back: the levels of a ladder are text.
    plain: dict[str, Any] = json.loads(json.dumps(dict(answers)))
    return {id: plain[id] for id in one.places if id in plain}


def missing(one: Either, answers: Mapping[str, Any]) -> list[Problem]:
    """Returns one problem for each question that must be answered and is not.

    Of a form every answer may stay open (it counts nothing), but not all of them.
    """
    if not isinstance(one, Form):
        return grammar.missing(one, answers)
    if answers:
        return []
    words = Text(zh=f"{one.title.zh}一项都还没有作答。", en=f"Nothing of {one.title.en} is answered yet.")
    return [Problem("unanswered", words, key="answers")]


def outcome(one: Either, answers: Mapping[str, Any], enterprise_kind: str = "") -> Outcome:
    """Returns what answers come to; what is not answered counts nothing."""
    return grade(one, answers, enterprise_kind) if isinstance(one, Form) else score(one, answers)


def level(one: Either, answers: Mapping[str, Any], enterprise_kind: str = "") -> int:
    """Returns the level reached, 0 where none is."""
    return outcome(one, answers, enterprise_kind).level or 0


def worth(one: Either, question: str, answer: Any) -> float:
    """Returns how much an answer claims, to set answers to one question in order; 0 claims nothing.

    Points of an indicator or a choice, a scenario's or an item's level, the sum of a ladder's grades.
    """
    if not isinstance(one, Form):
        result = score(one, {question: answer})
        return result.points.get(question, 0) or float(result.scenario_levels.get(question, 0))
    points = {choice.id: choice.points for choice in one.items[one.places[question]].choices}
    if points:
        return points.get(answer, 0.0)
    if isinstance(answer, Mapping):
        return float(sum(np.mean(grade) for grade in answer.values()))
    return float(answer or 0)


def sections(one: Either) -> dict[str, tuple[Text, tuple[str, ...]]]:
    """Returns the sections that people are assigned to: id → its name and its questions."""
    found: dict[str, tuple[Text, tuple[str, ...]]] = {}
    if isinstance(one, Form):
        for group in one.groups:
            inside = tuple(item.id for item in one.items if item.group == group.id)
            if inside:
                found[group.id] = (group.label, inside)
        return found
    for part in one.parts:
        found[part.id] = (part.label, tuple(each.id for each in one.indicators if each.part == part.id))
    for each in one.scenario_groups:
        found[each.id] = (each.label, tuple(scene.id for scene in one.scenarios if scene.group == each.id))
    return found


def questions_of(one: Either, name: str) -> tuple[str, ...]:
    """Returns the questions of a section, or of `all`, or the one question of that name.

    Raises
    ------
    BadInput
        When there is none of that name.
    """
    known = sections(one)
    if name == "all":
        return item_ids(one)
    if name in known:
        return known[name][1]
    if name in item_ids(one):
        return (name,)
    raise refuse(
        "unknown_section",
        f"{one.title.zh}没有 {name} 这一部分，可用：{'、'.join(known)}、all，或题目编号。",
        f"{one.title.en} has no section {name}; there are: {', '.join(known)}, all, or a question's id.",
        key="section",
        value=name,
    )
