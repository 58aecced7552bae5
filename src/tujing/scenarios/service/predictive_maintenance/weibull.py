"""Life without sensors: a Weibull distribution by maximum likelihood, lives still running counted as such.

Source: W. Q. Meeker, L. A. Escobar, *Statistical Methods for Reliability Data*, ch. 8; IEC 61649.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.service.predictive_maintenance.fleet import Floats, Life

ENOUGH = 5
"""Failures of one kind of machine below which kinds are pooled."""


@dataclass(frozen=True)
class Weibull:
    """Reliability exp(−(t/scale)^shape), t in hours of operation."""

    shape: float
    scale: float
    failures: int
    lives: int

    @property
    def mean(self) -> float:
        return self.scale * math.gamma(1 + 1 / self.shape)

    @property
    def wears(self) -> bool:
        """Whether the hazard grows with age beyond what the sample can give by chance (Fisher, two deviations)."""
        # The shape's relative standard error is 0.78/√failures for complete samples.
        return math.log(self.shape) > 2 * 0.78 / math.sqrt(self.failures)

    def remaining(self, age: Floats | float, level: Floats | float) -> Floats:
        """Returns the quantile `level` of remaining life at an age: the conditional distribution."""
        start = (np.asarray(age, dtype=float) / self.scale) ** self.shape
        end: Floats = self.scale * (start - np.log1p(-np.asarray(level, dtype=float))) ** (1 / self.shape)
        return end - age


def fit_weibull(hours: Sequence[float], failed: Sequence[bool]) -> Weibull:
    """Maximum likelihood with right censoring: the profile equation of the shape, solved by bracketing.

    Raises
    ------
    BadInput
        With fewer than two failures, or a life that is not positive.
    """
    from scipy.optimize import brentq

    values, ends = np.asarray(hours, dtype=float), np.asarray(failed, dtype=bool)
    count = int(ends.sum())
    if count < 2 or not np.isfinite(values).all() or (values <= 0).any():
        raise refuse(
            "too_few_failures",
            f"只有 {count} 次完整寿命（两次故障之间的运行时间），至少需要 2 次才能估计寿命分布；请补录故障历史。",
            f"There are only {count} complete lives between failures; a life distribution needs at least 2. "
            "Add more of the failure history.",
            key="machine_event",
        )
    logs = np.log(values)
    top, known = logs.max(), logs[ends].mean()

    def profile(shape: float) -> float:
        weight = np.exp(shape * (logs - top))
        return float((weight * logs).sum() / weight.sum() - 1 / shape - known)

    shape = 50.0 if profile(50.0) < 0 else float(brentq(profile, 1e-2, 50.0))
    scale = float(np.exp(top) * (np.exp(shape * (logs - top)).sum() / count) ** (1 / shape))
    return Weibull(shape, scale, count, len(values))


def by_kind(lives: Sequence[Life]) -> dict[str, Weibull]:
    """Fits one distribution for every kind with `ENOUGH` failures, and a pooled one for the others, under ""."""
    pooled = fit_weibull([one.hours for one in lives], [one.failed for one in lives])
    models = {"": pooled}
    for kind in sorted({one.kind for one in lives} - {""}):
        part = [one for one in lives if one.kind == kind]
        if sum(one.failed for one in part) >= ENOUGH:
            models[kind] = fit_weibull([one.hours for one in part], [one.failed for one in part])
    return models
