"""The cheapest answers to change for the next level of a form: exact for every rule that is a set of sums.

minimise    Σ effort(move) subject to  what the answers give + Σ gain(move) ≥ asked, for each sum that the level hangs
on; one move an item (an item and level of a ladder); no answer goes backwards

Sums come from `trust/contests.py`'s reading of the rules: a mean of levels or shares, the weakest group, points with
floors, a ladder's levels. Conditions, a matrix and the usability scale are no such sums, and nothing is advised. A
share is raised in full or not at all. A direct pass is an award, not an answer one decides to change, and is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from tujing.diagnosis.grading.form import Form, Item
from tujing.diagnosis.grading.grade import encode, grade
from tujing.diagnosis.grading.rules import EXACT, ByLevels, ByPoints, ByShares, Floats, Ladder
from tujing.diagnosis.next_level import Change, Effort, NextLevel, effort
from tujing.words import Text

SCALE = 10**12
"""Gains as whole numbers where they have no small common denominator: a sum of a hundred is off by less than
`EXACT`."""

NOTHING = Text(zh="未作答", en="not answered")
ADVISED = (ByLevels, ByShares, ByPoints, Ladder)


@dataclass(frozen=True)
class Move:
    """A change the optimiser may choose. Moves of one `group` exclude each other; `gains` is by sum."""

    change: Change
    group: str
    answer: Any
    gains: Mapping[str, float]


@dataclass(frozen=True)
class Need:
    """A sum that must come to `asked`; the answers give `has` today."""

    name: str
    has: float
    asked: float


def next_level(
    form: Form, answers: Mapping[str, Any], kind: str = "", level: int | None = None, weights: Effort | None = None
) -> NextLevel | None:
    """Returns the cheapest changes that reach a level (default: the next), or None at the highest and where the rule is
    no set of sums (`ADVISED` lists those that are).

    Deterministic. Among equally cheap sets one with the fewest changes is chosen.
    """
    rule = form.rule
    now = grade(form, answers, kind)
    wanted = (now.level or 0) + 1 if level is None else level
    if not isinstance(rule, ADVISED) or wanted > len(rule.cuts):
        return None
    problem = _Problem(form, answers, kind, weights or effort())
    moves, needs = list(problem.moves(wanted)), list(problem.needs(wanted))
    chosen = _solve(moves, needs, answered=now.level is not None)
    after = grade(form, applied(answers, chosen), kind)
    if (after.level or 0) < wanted:
        raise ArithmeticError(f"level {wanted} of {form.id} is not reached by its own advice")
    return NextLevel(
        level=wanted,
        name=form.level_name(wanted),
        effort=round(sum(move.change.effort for move in chosen), 3),
        changes=tuple(move.change for move in chosen),
        score_after=after.score or 0.0,
    )


def applied(answers: Mapping[str, Any], moves: list[Move]) -> dict[str, Any]:
    """Returns the answers with moves made; a ladder's moves fill in their level."""
    after = dict(answers)
    for move in moves:
        id = move.change.question
        if isinstance(move.answer, Mapping):
            held = {str(key): value for key, value in (after.get(id) or {}).items()}
            after[id] = held | dict(move.answer)
        else:
            after[id] = move.answer
    return after


class _Problem:
    def __init__(self, form: Form, answers: Mapping[str, Any], kind: str, weights: Effort) -> None:
        tailored = {id for id, answer in answers.items() if answer is None}
        self.form, self.answers, self.step = form, answers, weights.step
        self.weight = np.array(form.weights(kind or form.kind, "stated", tailored))
        given = {id: answer for id, answer in answers.items() if self.weight[form.places[id]]}
        self.values: Floats = np.nan_to_num(encode(form, [given])[0])

    def needs(self, wanted: int) -> Iterator[Need]:
        rule, values, weight = self.form.rule, self.values, self.weight
        assert isinstance(rule, ADVISED)
        cut = rule.cuts[wanted - 1]
        if isinstance(rule, Ladder):
            whole = int(cut + EXACT)
            for place in range(whole):
                yield Need(f"level {place + 1}", float(values[:, place] @ weight), rule.threshold)
            if cut - whole > EXACT:
                asked = min(cut - whole, rule.threshold)
                yield Need(f"level {whole + 1}", float(values[:, whole] @ weight), asked)
        elif isinstance(rule, ByPoints):
            summed = np.array([item.group != rule.direct for item in self.form.items])
            yield Need("score", float(values[summed].sum()), cut)
            for group, asked in rule.at_least.items():
                inside = np.array([item.group == group for item in self.form.items])
                yield Need(group, float(values[inside].sum()), asked)
        elif isinstance(rule, ByLevels) and rule.aggregate == "weakest":
            for group in self._groups():
                inside = np.array([item.group == group for item in self.form.items])
                yield Need(group, float(values[inside] @ weight[inside] / weight[inside].sum()), cut)
        else:
            yield Need("score", float(values @ weight), cut)

    def moves(self, wanted: int) -> Iterator[Move]:
        for item, weight, value in zip(self.form.items, self.weight, self.values, strict=True):
            if isinstance(self.form.rule, ByPoints):
                yield from self._choices(item)
            elif weight:
                yield from self._climbs(item, float(weight), value, wanted)

    def _groups(self) -> list[str]:
        counted = {item.group for item, weight in zip(self.form.items, self.weight, strict=True) if weight}
        return [group.id for group in self.form.groups if group.id in counted]

    def _climbs(self, item: Item, weight: float, value: Any, wanted: int) -> Iterator[Move]:
        rule = self.form.rule
        if isinstance(rule, Ladder):
            for place in range(min(wanted, len(rule.cuts))):
                yield from self._grades(rule, item, weight, float(value[place]), place)
        elif isinstance(rule, ByShares):
            if value < 1:
                yield self._move(item, "", value, 1, f"{value:.0%}", "100%", {"score": weight * (1 - value)}, 1 - value)
        elif isinstance(rule, ByLevels):
            name, share = "score", weight
            if rule.aggregate == "weakest":
                alike = [each.group == item.group for each in self.form.items]
                name, share = item.group, weight / float(self.weight[alike].sum())
            for higher in range(int(value) + 1, rule.highest + 1):
                gain = {name: share * (higher - value)}
                yield self._move(item, "", value, higher, f"{value:g}", str(higher), gain, higher - value)

    def _grades(self, rule: Ladder, item: Item, weight: float, value: float, place: int) -> Iterator[Move]:
        above = [grade for grade in sorted(rule.grades) if grade > value + EXACT]
        for steps, grade_ in enumerate(above, start=1):
            gain = {f"level {place + 1}": weight * (grade_ - value)}
            shown = f"{place + 1}: {value:g}", f"{place + 1}: {grade_:g}"
            yield self._move(item, f".{place + 1}", value, {str(place + 1): grade_}, *shown, gain, steps)

    def _choices(self, item: Item) -> Iterator[Move]:
        rule = self.form.rule
        assert isinstance(rule, ByPoints)
        if item.group == rule.direct:
            return
        rising = sorted(item.choices, key=lambda choice: choice.points)
        held = next((choice for choice in rising if choice.id == self.answers.get(item.id)), None)
        now = held.points if held else 0.0
        levels = sorted({choice.points for choice in rising if choice.points > now})
        for choice in rising:
            if choice.points <= now:
                continue
            names = [name for name in ("score", item.group) if name == "score" or name in rule.at_least]
            gains = dict.fromkeys(names, choice.points - now)
            steps = levels.index(choice.points) + 1
            before = held.label if held else NOTHING
            change = Change(
                item.id, "item", item.label, before, choice.label, choice.id, choice.points - now, self.step * steps
            )
            yield Move(change, item.id, choice.id, gains)

    def _move(
        self,
        item: Item,
        part: str,
        value: float,
        answer: Any,
        before: str,
        after: str,
        gains: Mapping[str, float],
        steps: float,
    ) -> Move:
        answered = item.id in self.answers
        words = Text(zh=before, en=before) if answered or value else NOTHING
        gained = round(sum(gains.values()), 6)
        change = Change(
            item.id,
            "item",
            item.label,
            words,
            Text(zh=after, en=after),
            after,
            gained,
            round(float(self.step * steps), 6),
        )
        return Move(change, item.id + part, answer, gains)


def _scale(gains: list[float]) -> int:
    """Returns the smallest multiplier that makes every gain whole, when there is a small one; it keeps the solver
    quick."""
    parts = [Fraction(gain).limit_denominator(10**4) for gain in gains]
    scale = math.lcm(*(part.denominator for part in parts))
    exact = all(abs(gain - part) < 1e-13 for gain, part in zip(gains, parts, strict=True))
    return scale if exact and scale <= SCALE else SCALE


def _solve(moves: list[Move], needs: list[Need], answered: bool) -> list[Move]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    take = [model.new_bool_var(f"{move.group}={move.change.value}") for move in moves]
    groups: dict[str, list[int]] = {}
    for place, move in enumerate(moves):
        groups.setdefault(move.group, []).append(place)
    for places in groups.values():
        model.add_at_most_one(take[place] for place in places)
    for need in needs:
        scale = _scale([move.gains[need.name] for move in moves if need.name in move.gains])
        gained = sum(
            round(move.gains[need.name] * scale) * chosen
            for move, chosen in zip(moves, take, strict=True)
            if need.name in move.gains
        )
        model.add(gained >= math.ceil((need.asked - need.has - EXACT / 2) * scale))
    if not answered:
        model.add(sum(take) >= 1)
    # Efforts in thousandths weigh more than any number of changes, so fewest changes only break ties.
    heavier = len(moves) + 1
    efforts = [round(move.change.effort * 1000) for move in moves]
    model.minimize(sum((one * heavier + 1) * chosen for one, chosen in zip(efforts, take, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    if solver.solve(model) != cp_model.OPTIMAL:
        raise ArithmeticError("the level cannot be reached")
    return [move for move, chosen in zip(moves, take, strict=True) if solver.value(chosen)]
