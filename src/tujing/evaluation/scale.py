"""From a jump in the scale that was fitted to a relative change, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tujing.evaluation.designs import Fitted


@dataclass(frozen=True)
class Estimate:
    """A relative change (−0.3 is thirty per cent less) with its 95 % interval."""

    relative: float
    low: float
    high: float
    standard_error: float
    degrees_of_freedom: int = 0


@dataclass(frozen=True)
class Scale:
    """Logarithms, unless some period is zero; then the figures as they are."""

    logarithm: bool
    level_after: float
    """Mean of the treated part after go-live, to which a jump in levels is related."""

    def apply(self, values: np.ndarray) -> np.ndarray:
        return np.log(values) if self.logarithm else np.asarray(values, float)

    def back(self, values: np.ndarray) -> np.ndarray:
        return np.exp(values) if self.logarithm else values

    def share(self, jump: float) -> float:
        """The jump as a relative change; rises with the jump. Not a number where the base would not be positive."""
        if self.logarithm:
            return math.expm1(min(jump, 700.0))
        base = self.level_after - jump
        return jump / base if base > 1e-12 else math.nan

    def jump(self, relative: float) -> float:
        """The inverse of `share`."""
        if relative <= -1.0:
            return -math.inf
        return math.log1p(relative) if self.logarithm else self.level_after * relative / (1.0 + relative)

    def without(self, level: float, jump: float) -> float:
        """What a level after go-live would have been without the jump."""
        return level * math.exp(-jump) if self.logarithm else level - jump

    def relative(self, fitted: Fitted) -> Estimate:
        """The fitted jump as a relative change; an end that has no base is infinite."""
        relative = self.share(fitted.estimate)
        low, high = self.share(fitted.low), self.share(fitted.high)
        if math.isnan(relative):
            return Estimate(0.0, -math.inf, math.inf, math.inf, fitted.degrees_of_freedom)
        # The slope of `share`: of exp(j) − 1, or of j / (after − j).
        slope = 1.0 + relative if self.logarithm else self.level_after / (self.level_after - fitted.estimate) ** 2
        return Estimate(
            relative,
            -math.inf if math.isnan(low) else low,
            math.inf if math.isnan(high) else high,
            abs(slope) * fitted.standard_error,
            fitted.degrees_of_freedom,
        )
