"""What a level hangs on, as sums that may lose only so much.

A level is kept while, in every contest, the answers that fail take away no more than the slack. With the SME form there
are three: the score, the scenarios at the level, the mandatory ones among them. An answer that fails counts nothing, as
if it had not been given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tujing.diagnosis.catalogue import Either
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.grading.grade import encode
from tujing.diagnosis.grading.rules import EXACT, ByLevels, ByPoints, ByShares, Floats, Ladder
from tujing.diagnosis.instrument import Instrument, milli
from tujing.diagnosis.scoring import score


@dataclass(frozen=True)
class Contest:
    """`gives`: what each answer adds (only those that add something); more than `slack` of it lost, and the level
    goes."""

    name: str
    gives: Mapping[str, float]
    slack: float


class Undecided(Exception):
    """The rule is no set of sums; the level's footing is found by trying."""


def contests(one: Either, answers: Mapping[str, Any], level: int, enterprise_kind: str = "") -> list[Contest]:
    """Returns the contests that a reached level hangs on.

    Raises
    ------
    Undecided
        For a form whose rule is not additive: conditions, a matrix, the usability scale, or a level by a direct pass.
    """
    if isinstance(one, Form):
        return list(_of_form(one, answers, level, enterprise_kind))
    return list(_of_sme(one, answers, level))


def _of_sme(one: Instrument, answers: Mapping[str, Any], level: int) -> Iterator[Contest]:
    test = one.level_rule.levels[level - 1]
    found = score(one, answers)
    points = {id: milli(value) for id, value in found.points.items() if value}
    yield Contest("score", points, milli(found.score) - milli(test.score))
    reached = {id: 1.0 for id, held in found.scenario_levels.items() if held >= test.level}
    yield Contest("scenarios", reached, len(reached) - test.scenarios)
    starred = {id: 1.0 for id in reached if one.scenario_by_id[id].mandatory}
    yield Contest("mandatory", starred, len(starred) - test.mandatory)


def _of_form(form: Form, answers: Mapping[str, Any], level: int, enterprise_kind: str) -> Iterator[Contest]:
    rule = form.rule
    tailored = {id for id, answer in answers.items() if answer is None}
    weights = np.array(form.weights(enterprise_kind or form.kind, "stated", tailored))
    given = {id: answer for id, answer in answers.items() if weights[form.places[id]]}
    values = np.nan_to_num(encode(form, [given])[0])
    if isinstance(rule, ByLevels | ByShares | ByPoints) and rule.cuts[level - 1] <= EXACT:
        # A level that asks for no points still asks that something be answered.
        counted = {id: 1.0 for id, answer in given.items() if answer is not None}
        yield Contest("answered", counted, len(counted) - 1)
    if isinstance(rule, ByShares) or (isinstance(rule, ByLevels) and rule.aggregate == "mean"):
        yield _sum("score", form, weights * values, rule.cuts[level - 1])
    elif isinstance(rule, ByLevels):
        for group in form.groups:
            inside = np.array([item.group == group.id for item in form.items]) & (weights > 0)
            if inside.any():
                share = np.where(inside, weights, 0) / weights[inside].sum()
                yield _sum(group.id, form, share * values, rule.cuts[level - 1])
    elif isinstance(rule, Ladder):
        yield from _of_ladder(form, rule, weights, values, level)
    elif isinstance(rule, ByPoints) and not _passes(form, rule, values):
        yield _sum("score", form, values, rule.cuts[level - 1])
        for name, asked in rule.at_least.items():
            inside = np.array([item.group == name for item in form.items])
            yield _sum(name, form, np.where(inside, values, 0), asked)
    else:
        raise Undecided(rule.method)


def _of_ladder(form: Form, rule: Ladder, weights: Floats, values: Floats, level: int) -> Iterator[Contest]:
    """Level n asks that every level below be met, and that level n come to what its cut leaves over whole levels."""
    whole = int(rule.cuts[level - 1] + EXACT)
    for place in range(whole):
        yield _sum(f"level {place + 1}", form, weights * values[:, place], rule.threshold)
    rest = rule.cuts[level - 1] - whole
    if rest > EXACT:
        yield _sum(f"level {whole + 1}", form, weights * values[:, whole], min(rest, rule.threshold))


def _passes(form: Form, rule: ByPoints, values: Floats) -> bool:
    return any(item.group == rule.direct and value > 0 for item, value in zip(form.items, values, strict=True))


def _sum(name: str, form: Form, gives: Floats, asked: float) -> Contest:
    held = {item.id: float(value) for item, value in zip(form.items, gives, strict=True) if value}
    return Contest(name, held, float(gives.sum()) - asked + EXACT)
