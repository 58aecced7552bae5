"""What an enterprise comes to by a form: answers checked, turned into arrays, graded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tujing.diagnosis.grading.form import Form, Item
from tujing.diagnosis.grading.rules import (
    ByConditions,
    ByLevels,
    ByMatrix,
    ByPoints,
    ByShares,
    Floats,
    Ladder,
    Levels,
    Usability,
    weighted_mean,
)
from tujing.problems import BadInput, Problem
from tujing.words import Text

Answers = Mapping[str, Any]
"""Item id → answer, in the way of the form's rule: a level, a share, a choice's id, a number, yes or no, or for a
ladder `{1: 1, 2: [0.8, 1]}`: the grades of the requirements of each level. `null` leaves an item out (tailoring)."""


UNGRADED = Text(zh="不分级", en="no grades")
UNANSWERED = Text(zh="尚未作答", en="not answered yet")


@dataclass(frozen=True)
class Graded:
    """What an enterprise comes to. `level` is None while nothing is answered, or where the form has no grades."""

    form: Form
    kind: str
    level: int | None
    level_name: Text
    score: float | None
    """What is not answered counts nothing."""
    score_of_answered: float | None
    """Over what is answered only."""
    groups: dict[str, float | None]
    """Group → its own score, where the rule has one."""
    answered: tuple[str, ...]
    missing: tuple[str, ...]
    left_out: tuple[str, ...]
    """Items that do not count: tailored, or of no weight for this kind of enterprise."""


def grade(form: Form, answers: Answers, kind: str = "", switches: Mapping[str, str] | None = None) -> Graded:
    """Grades one enterprise.

    Parameters
    ----------
    kind
        One of the form's kinds (`discrete`, `process`); the first when not given.
    switches
        Assumption id → choice.

    Raises
    ------
    BadInput
        With every answer that does not fit its item, and every unknown item, kind or switch.
    """
    chosen = kind or form.kind
    problems = [*_kind_problems(form, kind), *_switch_problems(form, switches or {})]
    problems += [problem for id in answers for problem in _answer_problems(form, id, answers[id])]
    if problems:
        raise BadInput(problems)
    chosen_switches = switches or {}
    way = chosen_switches.get("weights", "stated")
    tailored = {id for id, answer in answers.items() if answer is None}
    weights = np.array(form.weights(chosen, way, tailored))
    idle = {item.id for item, weight in zip(form.items, weights, strict=True) if not weight}
    given = {id: answer for id, answer in answers.items() if id not in idle}
    array = encode(form, [given])
    score, level = apply(form, array, weights, chosen_switches)
    missing = tuple(id for id in form.places if id not in given and id not in idle)
    part = np.array(form.weights(chosen, way, {*tailored, *missing}))
    reached = int(level[0]) if level[0] >= 0 and form.levels else None
    return Graded(
        form=form,
        kind=chosen,
        level=reached,
        level_name=UNGRADED if not form.levels else UNANSWERED if reached is None else form.level_name(reached),
        score=_plain(score[0]),
        score_of_answered=_plain(apply(form, array, part, chosen_switches)[0][0]),
        groups=_group_scores(form, array, weights),
        answered=tuple(id for id in form.places if id in given),
        missing=missing,
        left_out=tuple(id for id in form.places if id in idle),
    )


def apply(form: Form, answers: Floats, weights: Floats, switches: Mapping[str, str]) -> tuple[Floats, Levels]:
    """Applies a form's rule to the answers of n enterprises; returns score (n) and level (n)."""
    rule = form.rule
    if switches.get("cuts") == "whole" and isinstance(rule, ByLevels):
        rule = rule.model_copy(update={"cuts": tuple(float(level) for level in range(1, rule.highest + 1))})
    if isinstance(rule, Ladder):
        return rule.apply(answers, weights)
    if isinstance(rule, ByLevels):
        names = {group.id: place for place, group in enumerate(form.groups)}
        inside = np.array([names[item.group] for item in form.items])
        chosen = rule.model_copy(update={"aggregate": switches.get("aggregate", rule.aggregate)})
        return chosen.apply(answers, weights, inside)
    if isinstance(rule, ByPoints):
        return rule.apply(answers, [item.group for item in form.items])
    if isinstance(rule, ByShares):
        return rule.apply(answers, weights)
    if isinstance(rule, ByConditions):
        return rule.apply(answers, form.places)
    if isinstance(rule, ByMatrix):
        return rule.apply(answers, list(form.places))
    return rule.apply(answers)


def encode(form: Form, population: Sequence[Answers]) -> Floats:
    """Turns checked answers into an array: (n, items), or (n, items, levels) for a ladder."""
    depth = len(form.rule.cuts) if isinstance(form.rule, Ladder) else 0
    array = np.full((len(population), len(form.items), *([depth] if depth else [])), np.nan)
    points = {item.id: {choice.id: choice.points for choice in item.choices} for item in form.items}
    for row, answers in enumerate(population):
        for id, answer in answers.items():
            place = form.places[id]
            if depth:
                for level in range(1, depth + 1):
                    given = answer.get(level, answer.get(str(level), 0))
                    array[row, place, level - 1] = np.mean(given)
            elif points[id]:
                array[row, place] = points[id][answer]
            else:
                array[row, place] = float(answer)
    return array


def _group_scores(form: Form, array: Floats, weights: Floats) -> dict[str, float | None]:
    """Returns each group's own score, for the groups that hold items and the rules that have one."""
    rule = form.rule
    scores: dict[str, float | None] = {}
    for group in form.groups:
        inside = np.array([item.group == group.id for item in form.items])
        if not inside.any() or isinstance(rule, ByConditions | ByMatrix | Usability):
            continue
        part = array[:, inside]
        if isinstance(rule, ByPoints):
            scores[group.id] = None if np.isnan(part).all() else float(np.nansum(part))
        elif isinstance(rule, Ladder):
            scores[group.id] = _plain(rule.apply(part, weights[inside])[0][0])
        else:
            scores[group.id] = _plain(weighted_mean(part, weights[inside])[0])
    return scores


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _kind_problems(form: Form, kind: str) -> list[Problem]:
    if not kind or kind in form.kinds:
        return []
    words = Text(
        zh=f"企业类型 {kind} 不适用，可选：{'、'.join(form.kinds) or '（不分类型）'}。",
        en=f"There is no kind {kind}; choose of: {', '.join(form.kinds) or '(none)'}.",
    )
    return [Problem("unknown_kind", words, key="kind", value=kind)]


def _switch_problems(form: Form, switches: Mapping[str, str]) -> list[Problem]:
    known = {one.id: one.choices for one in form.assumptions if one.choices}
    return [
        Problem(
            "unknown_switch",
            Text(
                zh=f"没有开关 {name}={choice}，可用：{known or '无'}。",
                en=f"There is no switch {name}={choice}; there are: {known or 'none'}.",
            ),
            key=name,
            value=choice,
        )
        for name, choice in switches.items()
        if choice not in known.get(name, ())
    ]


def _answer_problems(form: Form, id: str, answer: Any) -> list[Problem]:
    if id not in form.places:
        words = Text(
            zh=f"{form.title.zh}没有 {id} 这一项，请核对编号。",
            en=f"{form.title.en} has no item {id}; check the id.",
        )
        return [Problem("unknown_item", words, key=id, value=id)]
    if answer is None:
        return []
    item = form.items[form.places[id]]
    asked = _asked(form, item, answer)
    if asked is None:
        return []
    words = Text(
        zh=f"“{item.label.zh}”的答案 {answer} 不合要求：{asked.zh}。",
        en=f"The answer {answer} to {item.label.en} does not fit: {asked.en}.",
    )
    return [Problem("bad_answer", words, key=id, value=str(answer))]


def _asked(form: Form, item: Item, answer: Any) -> Text | None:
    """Returns what the item asks for, when the answer does not fit; None when it does."""
    rule = form.rule
    if isinstance(rule, Ladder):
        levels = range(1, len(rule.cuts) + 1)
        grades = (
            [given for each in answer.values() for given in (each if isinstance(each, list) else [each])]
            if (isinstance(answer, Mapping))
            else None
        )
        fits = (
            grades is not None
            and all(str(key).isdecimal() and int(key) in levels for key in answer)
            and all(_number(one) and any(math.isclose(one, grade) for grade in rule.grades) for one in grades)
            and all(each != [] for each in answer.values())
        )
        shown = "、".join(f"{one:g}" for one in rule.grades)
        return (
            None
            if fits
            else Text(
                zh=f"应为 {{级: 评分}}，级为 1–{len(rule.cuts)}，评分为 {shown}",
                en=f"give {{level: grade}}, levels 1–{len(rule.cuts)}, grades {shown.replace('、', ', ')}",
            )
        )
    if item.choices:
        ids = [choice.id for choice in item.choices]
        fits = isinstance(answer, str) and answer in ids
        return None if fits else Text(zh=f"可选 {'、'.join(ids)}", en=f"choose of {', '.join(ids)}")
    if isinstance(rule, ByConditions):
        fits = isinstance(answer, bool) or _number(answer)
        return None if fits else Text(zh="应为数字或是/否", en="give a number or yes/no")
    low, high, whole = {
        ByLevels: (0, getattr(rule, "highest", 0), True),
        ByShares: (0, 1, False),
        ByMatrix: (0, 3, True),
        Usability: (1, 5, True),
    }[type(rule)]
    fits = _number(answer) and low <= answer <= high and (not whole or float(answer).is_integer())
    if isinstance(rule, ByShares) and isinstance(answer, bool):
        return None
    kind = ("整数", "a whole number") if whole else ("数", "a number")
    return None if fits else Text(zh=f"应为 {low}–{high} 的{kind[0]}", en=f"give {kind[1]} from {low} to {high}")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
