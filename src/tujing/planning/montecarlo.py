"""The risk of a plan: its net present value with effects and costs drawn at random, and with what may go wrong.

Effects are drawn from their own distributions, tied together by one common factor (a one-factor Gaussian copula):
z_i = √ρ · F + √(1 − ρ) · ε_i. Costs likewise, by a factor of their own. Events of the risk register happen or do not,
independently; each that happens takes a share of effects, adds a share of costs, or makes effects late.

Draws are made in chunks, each with a random stream of its own, on two threads: the figures do not depend on which
thread does what. Draws and cash are single precision, about one part in ten million; statistics are double.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tujing.planning.cashflow import Figures, Portfolio
from tujing.planning.draws import Copula
from tujing.planning.returns import expected_shortfall, internal_rate, payback, trough
from tujing.planning.uncertainty import NOTHING, Floats, Triangular

CHUNK = 8192
THREADS = 2
BINS = 40


@dataclass(frozen=True)
class Event:
    """Something that may happen to some projects of a plan, once."""

    id: str
    places: tuple[int, ...]
    """Which of the portfolio's projects it strikes."""
    probability: float
    effect: Triangular = NOTHING
    """Share of their improvements that is lost."""
    one_off: Triangular = NOTHING
    """Share of their one-off cost that comes on top."""
    yearly: Triangular = NOTHING
    """Share of their yearly cost that comes on top."""
    delay: int = 0
    """Quarters by which their effects come later; yearly cost is due all the same."""


@dataclass(frozen=True)
class Percentiles:
    """None: without end in that direction, or not defined."""

    p10: float | None
    p50: float | None
    p90: float | None


@dataclass(frozen=True)
class Risk:
    """What may become of a plan. Money in yuan; payback is the median in quarters, None when half or more never pay."""

    draws: int
    mean: float
    standard_deviation: float
    p10: float
    p50: float
    p90: float
    loss: float
    """Share of draws with a negative net present value, 0–1."""
    payback: float | None
    tail: float
    cvar: float
    """Mean net present value of the worst `tail` of the draws."""
    irr: Percentiles
    """Internal rate of return a year."""
    trough: Percentiles
    """Deepest cumulative cash, yuan, nought or less: p10 is the deep end."""
    trough_quarter: int
    """The quarter (0 = first) that it is reached in most often."""
    edges: tuple[float, ...]
    """Bins of the histogram: one more than `counts`."""
    counts: tuple[int, ...]
    in_tail: tuple[float, ...] = ()
    """For each event, the share of the worst draws in which it happened."""


@dataclass(frozen=True)
class Outcomes:
    """What became of every draw, shape (draws,); `happened` has shape (draws, events)."""

    npv: Floats
    payback: Floats
    irr: Floats
    trough: Floats
    trough_quarter: npt.NDArray[np.int64]
    happened: npt.NDArray[np.bool_]


def simulate(
    portfolio: Portfolio,
    effect_correlation: float,
    cost_correlation: float,
    draws: int = 100_000,
    seed: int = 0,
    events: Sequence[Event] = (),
    tail: float = 0.05,
) -> Risk:
    """Values the plan `draws` times. The same seed gives the same figures, however many threads there are."""
    drawn = outcomes(portfolio, effect_correlation, cost_correlation, draws, seed, events)
    npv = drawn.npv
    counts, edges = np.histogram(npv, bins=BINS)
    p10, p50, p90 = (float(value) for value in np.quantile(npv, [0.1, 0.5, 0.9]))
    median = float(np.quantile(drawn.payback, 0.5, method="lower"))
    worst = np.argpartition(npv, max(1, int(np.ceil(tail * draws))) - 1)[: max(1, int(np.ceil(tail * draws)))]
    return Risk(
        draws=draws,
        mean=float(npv.mean()),
        standard_deviation=float(npv.std(ddof=1)) if draws > 1 else 0.0,
        p10=p10,
        p50=p50,
        p90=p90,
        loss=float((npv < 0).mean()),
        payback=median if np.isfinite(median) else None,
        tail=tail,
        cvar=expected_shortfall(npv, tail),
        irr=_percentiles(drawn.irr),
        trough=_percentiles(drawn.trough),
        trough_quarter=int(np.bincount(drawn.trough_quarter).argmax()),
        edges=tuple(float(edge) for edge in edges),
        counts=tuple(int(count) for count in counts),
        in_tail=tuple(float(share) for share in drawn.happened[worst].mean(axis=0)),
    )


def outcomes(
    portfolio: Portfolio,
    effect_correlation: float,
    cost_correlation: float,
    draws: int,
    seed: int,
    events: Sequence[Event] = (),
) -> Outcomes:
    """Draws and values the plan; the same seed draws the same figures with and without events."""
    sampler = Sampler(portfolio, effect_correlation, cost_correlation, events)

    def work(chunk: tuple[int, np.random.SeedSequence]) -> tuple[npt.NDArray[Any], ...]:
        figures, happened = sampler.draw(*chunk)
        cash = portfolio.cash(figures)
        deepest = trough(cash)
        return (
            portfolio.present(cash),
            payback(cash),
            internal_rate(cash),
            deepest.amount,
            deepest.quarter,
            happened,
        )

    with ThreadPoolExecutor(THREADS) as threads:
        parts = list(threads.map(work, _chunks(draws, seed)))
    return Outcomes(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def sample(
    portfolio: Portfolio, effect_correlation: float, cost_correlation: float, draws: int, seed: int
) -> Iterator[Figures]:
    """Yields the drawn figures in chunks, so that memory stays small."""
    sampler = Sampler(portfolio, effect_correlation, cost_correlation)
    for rows, stream in _chunks(draws, seed):
        yield sampler.draw(rows, stream)[0]


class Sampler:
    """Draws figures of a plan."""

    def __init__(
        self,
        portfolio: Portfolio,
        effect_correlation: float,
        cost_correlation: float,
        events: Sequence[Event] = (),
    ) -> None:
        costs = [one.one_off for one, _ in portfolio.projects] + [one.yearly for one, _ in portfolio.projects]
        self._projects, self._events = len(portfolio.projects), tuple(events)
        self._effects = Copula([effect.improvement for _, effect in portfolio.effects], effect_correlation)
        self._costs = Copula(costs, cost_correlation)
        self._of_project: list[list[int]] = [[] for _ in portfolio.projects]
        for number, (place, _) in enumerate(portfolio.effects):
            self._of_project[place].append(number)

    def draw(self, rows: int, stream: np.random.SeedSequence) -> tuple[Figures, npt.NDArray[np.bool_]]:
        """Returns `rows` sets of figures, and which events happened in each, shape (rows, events)."""
        figures_stream, events_stream = stream.spawn(2)
        random = np.random.Generator(np.random.SFC64(figures_stream))
        effects, costs = self._effects.draw(random, rows), self._costs.draw(random, rows)
        figures = Figures(effects, costs[:, : self._projects], costs[:, self._projects :])
        happened = np.zeros((rows, len(self._events)), dtype=np.bool_, order="F")
        if not self._events:
            return figures, happened
        random = np.random.Generator(np.random.SFC64(events_stream))
        delay = np.zeros((rows, self._projects), dtype=np.int8, order="F")
        for number, event in enumerate(self._events):
            chance = random.random(rows, dtype=np.float32)
            struck = np.flatnonzero(chance < event.probability)
            happened[struck, number] = True
            # Where it happened, chance ÷ probability is itself uniform from 0 to 1: how hard it strikes.
            self._strike(event, figures, delay, struck, chance[struck].astype(np.float64) / event.probability)
        late = delay if any(event.delay for event in self._events) else None
        return Figures(figures.improvements, figures.one_off, figures.yearly, late), happened

    def _strike(
        self, event: Event, figures: Figures, delay: npt.NDArray[np.int8], rows: npt.NDArray[np.intp], severity: Floats
    ) -> None:
        """Changes the drawn figures where the event happened. A worsening is not made smaller by a lost effect."""
        for place in event.places:
            if event.effect != NOTHING:
                kept = (1 - event.effect.quantile(severity)).astype(np.float32)
                for number in self._of_project[place]:
                    share = figures.improvements[rows, number]
                    figures.improvements[rows, number] = np.where(share > 0, share * kept, share)
            for added, costs in ((event.one_off, figures.one_off), (event.yearly, figures.yearly)):
                if added != NOTHING:
                    costs[rows, place] *= (1 + added.quantile(severity)).astype(np.float32)
            if event.delay:
                delay[rows, place] += event.delay


def _chunks(draws: int, seed: int) -> list[tuple[int, np.random.SeedSequence]]:
    """Returns how many draws each chunk makes, with its random stream."""
    begins = range(0, draws, CHUNK)
    streams = np.random.SeedSequence(seed).spawn(len(begins))
    return [(min(CHUNK, draws - begin), stream) for begin, stream in zip(begins, streams, strict=True)]


def _percentiles(values: Floats) -> Percentiles:
    """Returns the percentiles as values that were drawn, so that an infinite one stays what it is."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Percentiles(None, None, None)
    found = [float(value) for value in np.quantile(known, [0.1, 0.5, 0.9], method="lower")]
    return Percentiles(*(value if np.isfinite(value) else None for value in found))
