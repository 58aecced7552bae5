"""The risk of a plan: its net present value with effects and costs drawn at random.

Effects are drawn from their own distributions, tied together by one common factor (a one-factor Gaussian copula):
z_i = √ρ · F + √(1 − ρ) · ε_i. Costs likewise, by a factor of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tujing.planning.cashflow import Figures, Portfolio, payback
from tujing.planning.uncertainty import Floats, Uncertain

CHUNK = 20_000
BINS = 40


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
    edges: tuple[float, ...]
    """Bins of the histogram: one more than `counts`."""
    counts: tuple[int, ...]


def simulate(
    portfolio: Portfolio, effect_correlation: float, cost_correlation: float, draws: int = 100_000, seed: int = 0
) -> Risk:
    """Values the plan `draws` times. The same seed gives the same figures."""
    values, paid_back = [], []
    for figures in sample(portfolio, effect_correlation, cost_correlation, draws, seed):
        cash = portfolio.cash(figures)
        values.append(cash @ portfolio.horizon.discount())
        paid_back.append(payback(cash))
    npv, quarters = np.concatenate(values), np.concatenate(paid_back)
    median = float(np.quantile(quarters, 0.5, method="lower"))
    counts, edges = np.histogram(npv, bins=BINS)
    p10, p50, p90 = (float(value) for value in np.quantile(npv, [0.1, 0.5, 0.9]))
    return Risk(
        draws=draws,
        mean=float(npv.mean()),
        standard_deviation=float(npv.std(ddof=1)) if draws > 1 else 0.0,
        p10=p10,
        p50=p50,
        p90=p90,
        loss=float((npv < 0).mean()),
        payback=median if np.isfinite(median) else None,
        edges=tuple(float(edge) for edge in edges),
        counts=tuple(int(count) for count in counts),
    )


def sample(
    portfolio: Portfolio, effect_correlation: float, cost_correlation: float, draws: int, seed: int
) -> Iterator[Figures]:
    """Yields the drawn figures in chunks, so that memory stays small."""
    random = np.random.default_rng(seed)
    improvements = [effect.improvement for _, effect in portfolio.effects]
    one_off = [one.one_off for one, _ in portfolio.projects]
    yearly = [one.yearly for one, _ in portfolio.projects]
    for begin in range(0, draws, CHUNK):
        rows = min(CHUNK, draws - begin)
        effects = _correlated(random, rows, len(improvements), effect_correlation)
        costs = _correlated(random, rows, len(one_off) + len(yearly), cost_correlation)
        yield Figures(
            _turn(effects, improvements),
            _turn(costs[:, : len(one_off)], one_off),
            _turn(costs[:, len(one_off) :], yearly),
        )


def _correlated(random: np.random.Generator, rows: int, columns: int, correlation: float) -> Floats:
    common = random.standard_normal((rows, 1))
    own = random.standard_normal((rows, columns))
    deviates: Floats = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
    return deviates


def _turn(deviates: Floats, distributions: Sequence[Uncertain]) -> Floats:
    turned = np.empty_like(deviates)
    for column, distribution in enumerate(distributions):
        turned[:, column] = distribution.from_normal(deviates[:, column])
    return turned
