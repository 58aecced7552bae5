"""The constants of control charts, from their definitions, rounded as the standards print them.

D. C. Montgomery, *Introduction to Statistical Quality Control*, appendix VI; GB/T 17989.2 (ISO 7870-2) table 2.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

LARGEST = 100
"""Largest subgroup for which the range is defined here; nobody draws ranges of more than a dozen."""


def c4(n: int) -> float:
    """Returns the mean of the sample standard deviation of `n` standard normal values (n ≥ 2)."""
    return round(math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2)), 4)


def d2(n: int) -> float:
    """Returns the mean of the range of `n` standard normal values."""
    return round(range_moments(n)[0], 3)


def d3(n: int) -> float:
    """Returns the standard deviation of the range of `n` standard normal values; tables of D₄ use it unrounded."""
    return range_moments(n)[1]


@lru_cache(maxsize=LARGEST)
def range_moments(n: int) -> tuple[float, float]:
    """Returns mean and standard deviation of the range of `n` standard normal values (2 ≤ n ≤ `LARGEST`).

    By integrals over the distribution function F: E W = ∫ 1 − Fⁿ − (1 − F)ⁿ and, for x < y,
    E W² = 2 ∬ 1 − F(y)ⁿ − (1 − F(x))ⁿ + (F(y) − F(x))ⁿ (H. L. Harter, Biometrika 47, 1960).
    """
    if not 2 <= n <= LARGEST:
        raise ValueError(f"a range needs 2 to {LARGEST} values, not {n}")
    from scipy.special import ndtr

    x = np.linspace(-8.0, 8.0, 1601)
    step = x[1] - x[0]
    below = ndtr(x)
    mean = float(np.sum(1 - below**n - (1 - below) ** n) * step)
    high, low = below[None, :], below[:, None]
    joint = np.triu(1 - high**n - (1 - low) ** n + np.clip(high - low, 0, None) ** n)
    # The diagonal is counted by half, as the trapezoid rule has it.
    square = 2 * float(np.sum(joint) - np.trace(joint) / 2) * step**2
    return mean, math.sqrt(square - mean**2)
