"""Pretended go-lives: on earlier dates, and in the parts that did not adopt. They must find little.

Abadie, Using synthetic controls, Journal of Economic Literature 59 (2021), section 5.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tujing.evaluation import synthetic
from tujing.evaluation.designs import ALONE, BESIDE, PLAIN, Design, Fitted, fit
from tujing.evaluation.methods import Answer, Outcome
from tujing.evaluation.scale import Estimate, Scale

DATES = (0.5, 0.3, 0.7)
"""Pretended go-lives as shares of the time before; the middle first."""
SIZABLE = 0.5
"""A pretended effect that is real and larger than this share of the measured one explains it."""
FEWEST_SISTERS = 2


@dataclass(frozen=True)
class InTime:
    """A pretended go-live at a place in the calendar."""

    place: int
    """Index among the periods before go-live."""
    estimate: Estimate


@dataclass(frozen=True)
class InSpace:
    """A sister that pretends to have adopted."""

    sister: str
    estimate: Estimate
    t: float
    """Effect in standard errors."""


@dataclass(frozen=True)
class Placebos:
    in_time: tuple[InTime, ...]
    in_space: tuple[InSpace, ...]
    rank_p: float | None
    """Share of parts, the treated one included, whose effect is at least as many standard errors: 1 / parts at best."""

    @property
    def middle(self) -> Estimate | None:
        return self.in_time[0].estimate if self.in_time else None

    def explains_in_time(self, estimate: Estimate, alone: bool) -> bool:
        """Whether the middle pretended date, or most of them, show an effect of that kind.

        Without a control nothing but the past tells what the part does by itself: there an effect must also be larger
        than every pretended one.
        """
        if alone and any(_size(one.estimate) >= _size(estimate) for one in self.in_time):
            return True
        kin = [_kin(one.estimate, estimate) for one in self.in_time]
        return bool(kin) and (kin[0] or sum(kin) > len(kin) / 2)

    def explains_in_space(self, estimate: Estimate) -> bool:
        """Whether at least half of the sisters, and two or more, show an effect of that kind."""
        kin = sum(_kin(one.estimate, estimate) for one in self.in_space)
        return kin >= 2 and kin >= len(self.in_space) / 2


def placebos(
    places: np.ndarray,
    after: np.ndarray,
    outcomes: Sequence[Outcome],
    answers: Sequence[Answer],
    scales: Sequence[Scale],
    per_year: float,
    fewest: tuple[int, int],
) -> list[Placebos]:
    """Runs every answer's own method on pretended dates and parts; the arguments are those of `methods.answer`."""
    in_time: list[list[InTime]] = [[] for _ in answers]
    in_space: list[list[InSpace]] = [[] for _ in answers]
    for designs, members in _by_designs(outcomes, answers).items():
        series = np.stack([answers[place].outcome for place in members], axis=1)
        for pretended, fitted in _dates(places[~after], series[~after], designs, per_year, fewest):
            for place, one in zip(members, fitted, strict=True):
                # A pretended effect before go-live is seen against the level there.
                estimate = Scale(scales[place].logarithm, _level(outcomes[place], after, pretended)).relative(one)
                in_time[place].append(InTime(pretended, estimate))
        for place, sister, one in _sisters(places, after, outcomes, members, designs, per_year):
            level = float(outcomes[place].sisters[sister][after].mean())
            estimate = Scale(scales[place].logarithm, level).relative(one)
            in_space[place].append(InSpace(sister, estimate, _t(one)))
    return [
        Placebos(tuple(in_time[place]), tuple(in_space[place]), _rank(_t(one.fitted), in_space[place]))
        for place, one in enumerate(answers)
    ]


def _by_designs(outcomes: Sequence[Outcome], answers: Sequence[Answer]) -> dict[tuple[Design, ...], list[int]]:
    groups: dict[tuple[Design, ...], list[int]] = {}
    for place, (outcome, one) in enumerate(zip(outcomes, answers, strict=True)):
        beside = (PLAIN,) if one.method == "synthetic_control" else BESIDE
        groups.setdefault(ALONE if outcome.control is None else beside, []).append(place)
    return groups


def _dates(
    places: np.ndarray, series: np.ndarray, designs: Sequence[Design], per_year: float, fewest: tuple[int, int]
) -> Iterator[tuple[int, list[Fitted]]]:
    tried: set[int] = set()
    for share in DATES:
        pretended = round(share * len(places))
        enough = pretended >= fewest[0] and len(places) - pretended >= fewest[1]
        if enough and pretended not in tried:
            tried.add(pretended)
            yield pretended, fit(places, np.arange(len(places)) >= pretended, series, designs, per_year)


def _sisters(
    places: np.ndarray,
    after: np.ndarray,
    outcomes: Sequence[Outcome],
    members: Sequence[int],
    designs: Sequence[Design],
    per_year: float,
) -> Iterator[tuple[int, str, Fitted]]:
    """Each sister against the other sisters; the treated part, whose effect is real, stays out."""
    labels, gaps = [], []
    for place in members:
        sisters = outcomes[place].sisters
        if len(sisters) < FEWEST_SISTERS:
            continue
        values = np.stack(list(sisters.values()), axis=1)
        for number, name in enumerate(sisters):
            rest = np.delete(values, number, axis=1)
            if designs == (PLAIN,) and rest.shape[1] >= 2:
                gap = synthetic.twin(values[:, number], rest, after).gap
            else:
                gap = values[:, number] - rest.mean(axis=1)
            labels.append((place, name))
            gaps.append(gap)
    if gaps:
        for (place, name), one in zip(
            labels, fit(places, after, np.stack(gaps, axis=1), designs, per_year), strict=True
        ):
            yield place, name, one


def _level(outcome: Outcome, after: np.ndarray, pretended: int) -> float:
    return float(outcome.treated[~after][pretended:].mean())


def _kin(pretended: Estimate, measured: Estimate) -> bool:
    if pretended.low <= 0.0 <= pretended.high:
        return False
    same_way = pretended.relative * measured.relative > 0
    return same_way and _size(pretended) > SIZABLE * _size(measured)


def _size(estimate: Estimate) -> float:
    """How large a change is, a doubling as large as a halving."""
    return abs(math.log1p(max(estimate.relative, -1.0 + 1e-12)))


def _t(fitted: Fitted) -> float:
    return fitted.estimate / max(fitted.standard_error, 1e-300)


def _rank(t: float, in_space: Sequence[InSpace]) -> float | None:
    if not in_space:
        return None
    return (1 + sum(abs(one.t) >= abs(t) for one in in_space)) / (1 + len(in_space))
