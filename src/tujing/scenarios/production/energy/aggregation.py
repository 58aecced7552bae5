"""Weighs the members of an ensemble day by day, with no constant to choose: Bernstein online aggregation.

Each day's answer is a convex combination; after the day, every member's weight moves with its linearised regret under
the absolute error, corrected to the second order, at a learning rate of its own that follows from the regrets seen.
Over time the combination errs hardly more than the best fixed one would have, and where one member is best on a short
history, it is found within days. O. Wintenberger, "Optimal learning with Bernstein online aggregation", Machine
Learning 106 (2017), algorithm 1 with the adaptive rates of its section 2.4.
"""

from __future__ import annotations

import numpy as np

from tujing.scenarios.production.energy.loads import Array

LARGEST_RATE = 1e6
"""Stands for a rate without bound, before any regret was seen; all weights are then equal anyway."""


class Aggregation:
    """Weights over `members`, equal at first."""

    def __init__(self, members: int) -> None:
        self._gain = np.zeros(members)
        self._squares = np.zeros(members)
        self._range = np.zeros(members)
        self.weights: Array = np.full(members, 1 / members)

    def learn(self, answers: Array, actual: Array) -> None:
        """Takes a day's answers (members × spans) and what came (spans; NaN where nothing was read)."""
        read = ~np.isnan(actual)
        if not read.any():
            return
        combined = self.weights @ answers[:, read]
        slope = np.sign(combined - actual[read])
        regret = (slope * (combined - answers[:, read])).mean(axis=1)
        self._range = np.maximum(self._range, np.abs(regret))
        self._squares += regret**2
        rate = self._rate()
        self._gain += regret - rate * regret**2
        exponent = np.log(rate) + rate * self._gain
        weights = np.exp(exponent - exponent.max())
        self.weights = np.asarray(weights / weights.sum())

    def _rate(self) -> Array:
        with np.errstate(divide="ignore"):
            bounded = np.minimum(1 / (2 * self._range), np.sqrt(np.log(max(len(self._gain), 2)) / self._squares))
        return np.asarray(np.minimum(bounded, LARGEST_RATE))
