"""What to believe of an effect after it was measured: a normal prior times a normal measurement.

Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), section 2.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Belief:
    """A normal belief about the relative change of a money driver."""

    mean: float
    standard_deviation: float


def from_range(low: float, mode: float, high: float) -> Belief:
    """Returns the normal belief with the mean and variance of the triangular distribution (low, mode, high)."""
    mean = (low + mode + high) / 3.0
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18.0
    return Belief(mean, math.sqrt(max(variance, 0.0)))


def update(prior: Belief, measured: Belief) -> Belief:
    """Returns the posterior; a prior or a measurement without spread wins outright (the prior first)."""
    if prior.standard_deviation == 0.0:
        return prior
    if measured.standard_deviation == 0.0:
        return measured
    prior_precision = prior.standard_deviation**-2
    precision = prior_precision + measured.standard_deviation**-2
    mean = (prior.mean * prior_precision + measured.mean * measured.standard_deviation**-2) / precision
    return Belief(mean, math.sqrt(1.0 / precision))
