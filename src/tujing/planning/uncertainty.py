"""Uncertain figures: a manifest's range as a triangular distribution, a measured belief as a normal one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.float64] | npt.NDArray[np.float32]


@dataclass(frozen=True)
class Triangular:
    """Lowest, likeliest, highest."""

    low: float
    mode: float
    high: float

    @property
    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3

    @property
    def standard_deviation(self) -> float:
        low, mode, high = self.low, self.mode, self.high
        return math.sqrt(max(0.0, low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18)

    def quantile(self, share: Floats) -> Floats:
        """Returns the values below which `share` (0–1) of the distribution lies."""
        width = self.high - self.low
        if width == 0:
            return np.full_like(share, self.low)
        rising = self.low + np.sqrt(share * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - share) * width * (self.high - self.mode))
        return np.where(share < (self.mode - self.low) / width, rising, falling)

    def from_normal(self, deviate: Floats) -> Floats:
        """Turns standard normal deviates into draws of this distribution (Gaussian copula)."""
        from scipy.special import ndtr

        return self.quantile(ndtr(deviate))

    def mirrored(self) -> Triangular:
        return Triangular(-self.high, -self.mode, -self.low)

    def scaled(self, factor: float) -> Triangular:
        """Returns the distribution of `factor` times the figure; `factor` is not negative."""
        return Triangular(self.low * factor, self.mode * factor, self.high * factor)

    def plus(self, other: Triangular) -> Triangular:
        """Returns the range of both together: lowest with lowest, likeliest with likeliest, highest with highest."""
        return Triangular(self.low + other.low, self.mode + other.mode, self.high + other.high)


@dataclass(frozen=True)
class Normal:
    """A figure that has been measured: mean and standard deviation."""

    mean: float
    standard_deviation: float

    def from_normal(self, deviate: Floats) -> Floats:
        """Turns standard normal deviates into draws of this distribution."""
        return self.mean + self.standard_deviation * deviate

    def mirrored(self) -> Normal:
        return Normal(-self.mean, self.standard_deviation)

    def scaled(self, factor: float) -> Normal:
        """Returns the distribution of `factor` times the figure; `factor` is not negative."""
        return Normal(self.mean * factor, self.standard_deviation * factor)


Uncertain = Triangular | Normal
NOTHING = Triangular(0.0, 0.0, 0.0)
