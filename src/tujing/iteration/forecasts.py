"""How good the forecasts were: each was kept when the plan was made and meets its measurement later.

A forecast N(f, s²) of an effect meets a measurement y with standard error e, so what is forecast of y is N(f, s² + e²):

    error        |f − y| ÷ |scale|          scale: the first forecast's |f|, the same for every forecast of that effect
    bias, MAE    mean of (f − y) ÷ |scale| and of its size, each weighing by (scale ÷ e)²: by how well it was measured
    coverage     share of y inside the stated 95 % interval
    PIT          Φ((y − f) ÷ √(s² + e²)), uniform on [0, 1] when the spreads are right
    CRPS         the normal closed form, in units of the scale

From these follows by how much stated intervals must widen: k² = (n₀ + Σ z²) ÷ (n₀ + n), the posterior scale of a normal
with n₀ forecasts' worth of trust in the stated spread; never below 1, as a few lucky hits make no method surer.

Gneiting and Raftery, Strictly proper scoring rules, prediction, and estimation, JASA 102 (2007); Gelman et al.,
Bayesian Data Analysis, 3rd ed. (2013), section 2.6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

QUANTILE = 1.959964


@dataclass(frozen=True)
class Scored:
    """A forecast that has met its measurement."""

    forecast: float
    spread: float
    measured: float
    error: float
    """Standard error of the measurement."""
    scale: float
    """What an error is divided by; not nought."""

    @property
    def total_spread(self) -> float:
        return math.hypot(self.spread, self.error)

    @property
    def z(self) -> float:
        spread = self.total_spread
        miss = self.measured - self.forecast
        if spread == 0:
            return 0.0 if miss == 0 else math.copysign(math.inf, miss)
        return miss / spread

    @property
    def normalised_error(self) -> float:
        return abs(self.forecast - self.measured) / abs(self.scale)

    @property
    def pit(self) -> float:
        return _below(self.z)

    @property
    def crps(self) -> float:
        """Continuous ranked probability score over the scale; nought is perfect."""
        spread = self.total_spread
        if spread == 0:
            return self.normalised_error
        z = self.z
        density = math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        return spread * (z * (2 * _below(z) - 1) + 2 * density - 1 / math.sqrt(math.pi)) / abs(self.scale)


@dataclass(frozen=True)
class Score:
    """What a set of forecasts is worth."""

    count: int
    bias: float
    mean_error: float
    """Normalised absolute error, by precision: the forecast error that the loop reports."""
    plain_error: float
    """The same with every measurement weighing alike, however uncertain."""
    coverage: float
    mean_pit: float
    crps: float


def score(forecasts: Sequence[Scored]) -> Score | None:
    """Scores a set of forecasts; None when there are none."""
    if not forecasts:
        return None
    weights = _weights(forecasts)
    return Score(
        count=len(forecasts),
        bias=fmean(((one.forecast - one.measured) / abs(one.scale) for one in forecasts), weights),
        mean_error=fmean((one.normalised_error for one in forecasts), weights),
        plain_error=fmean(one.normalised_error for one in forecasts),
        coverage=fmean(float(abs(one.z) <= QUANTILE) for one in forecasts),
        mean_pit=fmean(one.pit for one in forecasts),
        crps=fmean(one.crps for one in forecasts),
    )


def widening(forecasts: Sequence[Scored], prior_forecasts: float) -> float:
    """Returns the factor by which stated standard deviations are to be widened, at least 1.

    Forecasts without any spread tell nothing of how good spreads are and are left out.
    """
    squares = [one.z**2 for one in forecasts if one.total_spread > 0]
    return max(1.0, math.sqrt((prior_forecasts + sum(squares)) / (prior_forecasts + len(squares))))


def _weights(forecasts: Sequence[Scored]) -> list[float]:
    """Weighs by the measurements' precision; where one is exact, only the exact ones count."""
    if any(one.error == 0 for one in forecasts):
        return [float(one.error == 0) for one in forecasts]
    # From the ratio to the best measured one: the precisions themselves could overflow.
    relative = [one.error / abs(one.scale) for one in forecasts]
    best = min(relative)
    return [(best / one) ** 2 for one in relative]


def _below(z: float) -> float:
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))
