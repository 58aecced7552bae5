"""Score and level of one assessment, or of a hundred thousand at once.

Sums are in whole thousandths of a point, so thresholds are met exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tujing.diagnosis.instrument import Indicator, Instrument, milli
from tujing.words import Text

Answers = Mapping[str, Mapping[str, Any]]
"""`{"B1": {"options": ["rules"]}, "B2": {"option": "le_40"}, "S05": {"level": 1}}`, checked by `answers.py`."""


@dataclass(frozen=True)
class LevelCheck:
    """The three tests of one level, with what was reached and what is asked."""

    level: int
    name: Text
    score: float
    score_asked: float
    scenarios: int
    scenarios_asked: int
    mandatory: int
    mandatory_asked: int

    @property
    def met(self) -> bool:
        return (
            milli(self.score) >= milli(self.score_asked)
            and self.scenarios >= self.scenarios_asked
            and self.mandatory >= self.mandatory_asked
        )


@dataclass(frozen=True)
class Result:
    """What an assessment comes to. An unanswered question counts nothing."""

    instrument: str
    version: str
    score: float
    parts: dict[str, float]
    points: dict[str, float]
    """By indicator."""
    scenario_levels: dict[str, int]
    level: int
    level_name: Text
    met: tuple[LevelCheck, ...]
    unanswered: tuple[str, ...]


def score(instrument: Instrument, answers: Answers) -> Result:
    """Returns the score (0 to the instrument's total) with its parts, and the highest level whose tests are all met."""
    points = {one.id: indicator_points(one, answers.get(one.id, {})) for one in instrument.indicators}
    parts = {
        part.id: sum(points[one.id] for one in instrument.indicators if one.part == part.id)
        for part in instrument.parts
    }
    total = sum(parts.values()) / 1000
    levels = {one.id: int(answers.get(one.id, {}).get("level", 0)) for one in instrument.scenarios}
    checks = tuple(
        LevelCheck(
            level=test.level,
            name=test.name,
            score=total,
            score_asked=test.score,
            scenarios=sum(level >= test.level for level in levels.values()),
            scenarios_asked=test.scenarios,
            mandatory=sum(one.mandatory and levels[one.id] >= test.level for one in instrument.scenarios),
            mandatory_asked=test.mandatory,
        )
        for test in instrument.level_rule.levels
    )
    level = max((check.level for check in checks if check.met), default=0)
    return Result(
        instrument=instrument.id,
        version=instrument.version,
        score=total,
        parts={part: value / 1000 for part, value in parts.items()},
        points={id: value / 1000 for id, value in points.items()},
        scenario_levels=levels,
        level=level,
        level_name=instrument.level_name(level),
        met=checks,
        unanswered=tuple(id for id in instrument.question_ids() if id not in answers),
    )


def indicator_points(indicator: Indicator, answer: Mapping[str, Any]) -> int:
    """Returns the points of one answer in thousandths."""
    return sum(milli(indicator.option_by_id[option].points) for option in picked(indicator, answer))


def picked(indicator: Indicator, answer: Mapping[str, Any]) -> Sequence[str]:
    """Returns the ids of the options an answer picks; none when it is unanswered."""
    if indicator.kind == "multi":
        return tuple(answer.get("options", ()))
    return (answer["option"],) if "option" in answer else ()


@dataclass(frozen=True)
class Population:
    """Many assessments as arrays: `picked` (n, options) 0/1 in the instrument's order, `levels` (n, scenarios)."""

    picked: NDArray[np.float32]
    levels: NDArray[np.int8]


@dataclass(frozen=True)
class PopulationResult:
    """Arrays over n assessments: `score` (n), `parts` (n, parts), `level` (n)."""

    score: NDArray[np.float64]
    parts: NDArray[np.float64]
    level: NDArray[np.int8]


def encode(instrument: Instrument, population: Sequence[Answers]) -> Population:
    """Turns checked answers into arrays."""
    width = len(instrument.indicators) + len(instrument.scenarios)
    codes = np.fromiter(_codes(instrument, population), dtype=np.int32, count=len(population) * width)
    codes = codes.reshape(len(population), width)
    # An indicator's code has one bit an option.
    picked_columns = [
        codes[:, place, None] >> np.arange(len(one.options), dtype=np.int32) & 1
        for place, one in enumerate(instrument.indicators)
    ]
    levels = codes[:, len(instrument.indicators) :].astype(np.int8)
    return Population(np.concatenate(picked_columns, axis=1, dtype=np.float32), levels)


def _codes(instrument: Instrument, population: Sequence[Answers]) -> Iterator[int]:
    """Yields, assessment by assessment, the bits of each indicator's picked options, then each scenario's level."""
    bits = {
        one.id: {option.id: 1 << place for place, option in enumerate(one.options)} for one in instrument.indicators
    }
    indicators = [(one.id, bits[one.id], one.kind == "single") for one in instrument.indicators]
    scenarios = tuple(instrument.scenario_by_id)
    for answers in population:
        for id, bit, single in indicators:
            if id not in answers:
                yield 0
            elif single:
                yield bit[answers[id]["option"]]
            else:
                code = 0
                for option in answers[id]["options"]:
                    code |= bit[option]
                yield code
        for id in scenarios:
            yield answers[id]["level"] if id in answers else 0


def score_many(instrument: Instrument, population: Population) -> PopulationResult:
    """Scores a population; equals `score` assessment by assessment."""
    # Thousandths summed in float32 are exact below 2^24, far above any total; the product then runs at matrix speed.
    parts = population.picked @ _points_by_part(instrument)
    total = parts.sum(axis=1)
    mandatory = np.array([one.mandatory for one in instrument.scenarios])
    # One row a scenario, so that counting runs along the population in one sweep.
    by_scenario = np.ascontiguousarray(population.levels.T)
    level = np.zeros(len(total), dtype=np.int8)
    for test in instrument.level_rule.levels:
        reached = by_scenario >= test.level
        met = total >= milli(test.score)
        met &= reached.sum(axis=0, dtype=np.int16) >= test.scenarios
        met &= reached[mandatory].sum(axis=0, dtype=np.int16) >= test.mandatory
        level[met] = test.level
    return PopulationResult(total.astype(np.float64) / 1000, parts.astype(np.float64) / 1000, level)


def _points_by_part(instrument: Instrument) -> NDArray[np.float32]:
    """Matrix (options, parts) of thousandths of points."""
    part = {one.id: place for place, one in enumerate(instrument.parts)}
    owned = [(part[one.part], milli(option.points)) for one in instrument.indicators for option in one.options]
    matrix = np.zeros((len(owned), len(part)), dtype=np.float32)
    for row, (place, points) in enumerate(owned):
        matrix[row, place] = points
    return matrix
