"""The cheapest set of answers to change that reaches the next level: an exact optimisation, never a guess.

minimise    Σ effort(move)
subject to  score + Σ points(move) ≥ score asked; enough scenarios, and enough mandatory ones, at the level asked
            at most one move a single choice or scenario; no answer ever goes backwards
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.diagnosis.instrument import Indicator, Instrument, LevelTest, Provenance, Scenario, milli
from tujing.diagnosis.scoring import Answers, picked, score
from tujing.problems import check_model, read_yaml
from tujing.words import Text

EFFORT = Path(__file__).parent / "effort.yaml"


class Effort(BaseModel):
    """Relative effort of each step, from `effort.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provenance: Provenance
    option: float = Field(ge=0)
    """One more option of a multiple choice."""
    step: float = Field(ge=0)
    """From one option of a single choice to the next better one."""
    scenario_levels: dict[int, float]
    """From the level below to this level."""
    indicators: dict[str, float] = {}
    """Indicators whose option or step costs otherwise."""


@dataclass(frozen=True)
class Change:
    """One answer to change. `points` gained in the score; a scenario gains none but counts for its level."""

    question: str
    kind: Literal["single", "multi", "scenario", "item"]
    label: Text
    before: Text
    after: Text
    value: str
    """The option's id, or the level, to reach."""
    points: float
    effort: float


@dataclass(frozen=True)
class NextLevel:
    """A proven cheapest way to a level."""

    level: int
    name: Text
    effort: float
    changes: tuple[Change, ...]
    score_after: float


@dataclass(frozen=True)
class Move:
    """A change the optimiser may choose; moves of one `group` exclude each other."""

    change: Change
    group: str
    reaches: int = 0
    """The level a scenario reaches by it."""
    mandatory: bool = False


@cache
def effort() -> Effort:
    return check_model(Effort, read_yaml(EFFORT), EFFORT)


def next_level(
    instrument: Instrument, answers: Answers, level: int | None = None, weights: Effort | None = None
) -> NextLevel | None:
    """Returns the cheapest changes that reach a level (default: the next one), or None at the highest level.

    Deterministic. Among equally cheap sets one with the fewest changes is chosen.
    """
    now = score(instrument, answers)
    wanted = now.level + 1 if level is None else level
    test = next((one for one in instrument.level_rule.levels if one.level == wanted), None)
    if test is None:
        return None
    moves = list(possible_moves(instrument, answers, weights or effort()))
    chosen = _solve(moves, test, milli(now.score), dict(now.scenario_levels), instrument)
    return NextLevel(
        level=test.level,
        name=test.name,
        effort=round(sum(move.change.effort for move in chosen), 3),
        changes=tuple(move.change for move in chosen),
        score_after=(milli(now.score) + sum(milli(move.change.points) for move in chosen)) / 1000,
    )


def possible_moves(instrument: Instrument, answers: Answers, weights: Effort) -> Iterator[Move]:
    """Yields every way in which one answer can get better."""
    for indicator in instrument.indicators:
        held = set(picked(indicator, answers.get(indicator.id, {})))
        if indicator.kind == "single":
            yield from _steps(indicator, next(iter(held), None), weights)
        else:
            yield from _options(indicator, held, weights)
    for scenario in instrument.scenarios:
        yield from _levels(instrument, scenario, int(answers.get(scenario.id, {}).get("level", 0)), weights)


def _steps(indicator: Indicator, held: str | None, weights: Effort) -> Iterator[Move]:
    """An unanswered single choice counts as its lowest option."""
    ids = [option.id for option in indicator.options]
    current = ids.index(held) if held is not None else 0
    today = indicator.options[current]
    gained_from = today.points if held is not None else 0.0
    for place, option in enumerate(indicator.options):
        if milli(option.points) > milli(gained_from) and place >= current:
            cost = weights.indicators.get(indicator.id, weights.step) * max(place - current, 1)
            points = (milli(option.points) - milli(gained_from)) / 1000
            words = _words(indicator, today.label, option.label, option.id, points, cost)
            yield Move(words, group=indicator.id)


def _options(indicator: Indicator, held: set[str], weights: Effort) -> Iterator[Move]:
    before = _joined([option.label for option in indicator.options if option.id in held])
    for option in indicator.options:
        if option.id in held or option.exclusive or not option.points:
            continue
        cost = weights.indicators.get(indicator.id, weights.option)
        change = _words(indicator, before, option.label, option.id, option.points, cost)
        yield Move(change, group=f"{indicator.id}.{option.id}")


def _levels(instrument: Instrument, scenario: Scenario, level: int, weights: Effort) -> Iterator[Move]:
    before = scenario.levels.get(level, instrument.no_level)
    cost = 0.0
    for higher in range(level + 1, max(scenario.levels) + 1):
        cost += weights.scenario_levels[higher]
        after = scenario.levels[higher]
        change = Change(scenario.id, "scenario", scenario.label, before, after, str(higher), 0.0, cost)
        yield Move(change, group=scenario.id, reaches=higher, mandatory=scenario.mandatory)


def _words(indicator: Indicator, before: Text, after: Text, value: str, points: float, cost: float) -> Change:
    return Change(indicator.id, indicator.kind, indicator.label, before, after, value, points, cost)


def _joined(labels: list[Text]) -> Text:
    if not labels:
        return Text(zh="无", en="none")
    return Text(zh="、".join(label.zh for label in labels), en="; ".join(label.en for label in labels))


def _solve(
    moves: list[Move], test: LevelTest, score_now: int, levels: Mapping[str, int], instrument: Instrument
) -> list[Move]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    take = [model.new_bool_var(f"{move.change.question}.{move.change.value}") for move in moves]

    groups: dict[str, list[int]] = {}
    for place, move in enumerate(moves):
        groups.setdefault(move.group, []).append(place)
    for places in groups.values():
        model.add_at_most_one(take[place] for place in places)

    gained = sum(milli(move.change.points) * chosen for move, chosen in zip(moves, take, strict=True))
    model.add(score_now + gained >= milli(test.score))
    for mandatory_only, asked in ((False, test.scenarios), (True, test.mandatory)):
        reached = sum(
            levels[one.id] >= test.level for one in instrument.scenarios if one.mandatory or not mandatory_only
        )
        newly = [
            chosen
            for move, chosen in zip(moves, take, strict=True)
            # A scenario already there adds nothing by climbing further.
            if move.reaches >= test.level > levels.get(move.change.question, test.level)
            and (move.mandatory or not mandatory_only)
        ]
        model.add(reached + sum(newly) >= asked)

    # Efforts in thousandths weigh more than any number of changes, so fewest changes only break ties.
    heavier = len(moves) + 1
    model.minimize(
        sum((milli(move.change.effort) * heavier + 1) * chosen for move, chosen in zip(moves, take, strict=True))
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    if solver.solve(model) != cp_model.OPTIMAL:
        raise ArithmeticError(f"level {test.level} of {instrument.id} cannot be reached")
    return [move for move, chosen in zip(moves, take, strict=True) if solver.value(chosen)]
