"""Simulated factories whose true effect is known: what a method finds in them is what it can be trusted with.

Every figure is days of a year or two, summed to weeks: a weekly and a yearly season, a trend, autocorrelated noise, a
shock that hits the whole factory, and sister lines that share all of it more or less. What differs between the worlds
is how much the sisters share.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from tujing.evaluation.series import Series, weekly_from_days

World = Literal["parallel", "own_trend", "factors", "alone", "drifting"]
WORLDS: tuple[World, ...] = ("parallel", "own_trend", "factors", "alone", "drifting")
FIRST_DAY = date(2024, 1, 1)
SISTERS = 6
NOISE = 0.12
"""Standard deviation of a day's noise, in logarithms."""


@dataclass(frozen=True)
class Factories:
    """Factories of one world, all with the same calendar and go-live."""

    daily: list[Series]
    go_live: date
    change: float

    @property
    def weekly(self) -> list[Series]:
        return [weekly_from_days(one) for one in self.daily]


def factories(
    world: World,
    count: int,
    change: float,
    *,
    seed: int = 0,
    weeks_before: int = 104,
    weeks_after: int = 26,
) -> Factories:
    """Simulates factories in which going live changes the adopting part by `change` (−0.2 is a fifth less), or nothing.

    parallel
        Sisters share season, trend and shocks; each has its own noise.
    own_trend
        As parallel, but the adopting part also has a trend and a season of its own.
    factors
        Two drifting factors move all parts, each part in its own mixture: only a weighted mean of sisters is a twin.
    alone
        No sisters; a trend, a season, and a passing shock of some weeks.
    drifting
        No sisters; the level wanders, so nothing tells a lasting change from the next step of the walk.
    """
    random = np.random.default_rng([seed, WORLDS.index(world)])
    days = 7 * (weeks_before + weeks_after)
    go_live = np.datetime64(FIRST_DAY, "D") + 7 * weeks_before
    calendar = np.datetime64(FIRST_DAY, "D") + np.arange(days)
    after = calendar >= go_live
    years = np.arange(days) / 365.25
    beside = world not in ("alone", "drifting")
    parts = 1 + SISTERS * beside
    shape = (days, parts, count)

    log = random.normal(2.0, 0.5, (1, parts, count)) + _noise(random, shape)
    log += random.normal(0.0, 0.15, (7, 1, count))[np.arange(days) % 7]
    season = _season(random, years, (1, count))
    trend = random.uniform(-0.15, 0.15, (1, 1, count)) * years[:, None, None]
    if world == "factors":
        log += _mixture(random, days, parts, count)
        log += season
    elif world == "drifting":
        log += season + np.cumsum(random.normal(0.0, 0.012, (days, 1, count)), axis=0)
    else:
        log += season + trend + _shock(random, days, count, lasting=beside)
    if world == "own_trend":
        log[:, 0] += random.choice([-1.0, 1.0], count) * random.uniform(0.08, 0.25, count) * years[:, None]
        log[:, 0] += 0.5 * _season(random, years, (count,))
    log[after, 0] += np.log1p(change)

    values = np.exp(log)
    names = [f"line {number}" for number in range(1, parts)]
    daily = [
        Series(
            calendar,
            values[:, 0, each],
            values[:, 1:, each].mean(axis=1) if beside else None,
            {name: values[:, number, each] for number, name in enumerate(names, start=1)},
            "day",
        )
        for each in range(count)
    ]
    return Factories(daily, go_live.astype(date), change)


def _noise(random: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """Days like their neighbours by φ of 0 to 0.9, one φ a factory, with the same variance whatever φ is."""
    from scipy.signal import lfilter

    burn = 60
    phi = random.uniform(0.0, 0.9, shape[2])
    steps = random.normal(0.0, NOISE, (shape[0] + burn, *shape[1:]))
    made = [
        lfilter([np.sqrt(1.0 - one**2)], [1.0, -one], steps[:, :, each], axis=0)[burn:] for each, one in enumerate(phi)
    ]
    return np.stack(made, axis=2)


def _season(random: np.random.Generator, years: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    made = np.zeros((len(years), *shape))
    for harmonic, size in ((1, 0.15), (2, 0.05)):
        height = random.uniform(0.0, size, shape)
        phase = random.uniform(0.0, 2 * np.pi, shape)
        angle = 2 * np.pi * harmonic * years.reshape(-1, *(1,) * len(shape)) + phase
        made += height * np.sin(angle)
    return made


def _shock(random: np.random.Generator, days: int, count: int, lasting: bool) -> np.ndarray:
    """A shock to the whole factory on some day: lasting where sisters show it too, else over in two to six weeks."""
    start = random.integers(30, days - 30, count)
    length = np.full(count, days) if lasting else random.integers(14, 43, count)
    day = np.arange(days)[:, None]
    hit = (day >= start) & (day < start + length)
    return (hit * random.normal(0.0, 0.15, count))[:, None, :]


def _mixture(random: np.random.Generator, days: int, parts: int, count: int) -> np.ndarray:
    factors = np.cumsum(random.normal(0.0, 0.012, (days, 2, count)), axis=0)
    loadings = random.dirichlet([0.7, 0.7], (parts, count))
    twin = random.dirichlet(np.full(parts - 1, 0.5), count)
    loadings[0] = np.einsum("kj,jkf->kf", twin, loadings[1:])
    return np.asarray(np.einsum("tfk,pkf->tpk", factors, loadings))
