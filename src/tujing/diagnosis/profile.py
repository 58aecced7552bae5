"""An assessment as a picture: questions by levels, scores by indicator or group. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tujing.diagnosis.catalogue import Either
from tujing.diagnosis.evidence import Confidence
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.grading.grade import grade
from tujing.diagnosis.grading.rules import ByLevels, ByPoints, ByShares, Ladder
from tujing.diagnosis.instrument import Instrument
from tujing.diagnosis.questionnaire import worth
from tujing.diagnosis.scoring import score
from tujing.words import Text


@dataclass(frozen=True)
class Cell:
    """One level of one question."""

    level: int
    state: Literal["", "asked", "claimed", "evidenced", "accepted"]
    """Empty: not reached and not asked. `asked`: what the next level's cheapest way needs."""


@dataclass(frozen=True)
class Score:
    """`score` of at most `most`, in the instrument's own measure."""

    label: Text
    score: float
    most: float


def cells(
    one: Either, answers: Mapping[str, Any], trust: Confidence, changes: Sequence[Mapping[str, Any]] = ()
) -> dict[str, list[Cell]]:
    """Returns question → its levels from 1 up, for what is graded by levels; empty for other rules.

    A step partly met counts from half on. `changes` are those of a way to the next level.
    """
    if isinstance(one, Instrument):
        ids, highest = list(one.scenario_by_id), len(one.level_rule.levels)
    elif isinstance(one.rule, Ladder | ByLevels):
        ids = list(one.places)
        highest = one.rule.highest if isinstance(one.rule, ByLevels) else len(one.rule.cuts)
    else:
        return {}
    reach = {change["question"]: _whole(change["value"]) for change in changes}
    found = {}
    for id in ids:
        claimed, counted = _level(one, id, answers.get(id)), _level(one, id, trust.counted.get(id))
        accepted = claimed if trust.states.get(id) == "accepted" else 0
        asked = reach.get(id, 0)
        found[id] = [Cell(level, _state(level, claimed, counted, accepted, asked)) for level in range(1, highest + 1)]
    return found


def _whole(value: str) -> int:
    """The level that a change reaches; 0 where it reaches an option."""
    return int(value) if value.isdecimal() else 0


def _level(one: Either, id: str, answer: Any) -> int:
    return 0 if answer is None else int(worth(one, id, answer) + 0.5)


def _state(level: int, claimed: int, counted: int, accepted: int, asked: int) -> Any:
    if level <= accepted:
        return "accepted"
    if level <= min(claimed, counted):
        return "evidenced"
    if level <= claimed:
        return "claimed"
    return "asked" if level <= asked else ""


def group_scores(one: Either, answers: Mapping[str, Any], enterprise_kind: str = "") -> dict[str, Score]:
    """Returns the score of each indicator with points, or of each group of a form whose rule scores groups."""
    if isinstance(one, Instrument):
        points = score(one, answers).points
        return {each.id: Score(each.label, points[each.id], each.points) for each in one.indicators if each.points}
    labels = {group.id: group.label for group in one.groups}
    graded = grade(one, answers, enterprise_kind).groups
    return {id: Score(labels[id], found or 0.0, _most(one, id)) for id, found in graded.items()}


def _most(form: Form, group: str) -> float:
    rule = form.rule
    if isinstance(rule, ByPoints):
        inside = [item for item in form.items if item.group == group]
        return float(sum(max(choice.points for choice in item.choices) for item in inside))
    if isinstance(rule, Ladder):
        return float(len(rule.cuts))
    return float(rule.highest) if isinstance(rule, ByLevels) else 1.0 if isinstance(rule, ByShares) else 0.0


def points_after(one: Instrument, answers: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Returns the points of each indicator once the changes are made."""
    points = dict(score(one, answers).points)
    for change in changes:
        if change["question"] in points:
            points[change["question"]] += change["points"]
    return points


def covering(able: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Returns a few scenarios that between them bring about every change that any can.

    Greedy set cover (V. Chvátal 1979): each time the one that serves most changes not served yet; ties by id.

    Parameters
    ----------
    able
        Question to change → the scenarios that can.
    """
    left = {question for question, scenarios in able.items() if scenarios}
    chosen: list[str] = []
    while left:
        served = Counter(id for question in left for id in able[question])
        best = min(served, key=lambda id: (-served[id], id))
        chosen.append(best)
        left = {question for question in left if best not in able[question]}
    return tuple(chosen)
