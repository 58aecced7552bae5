"""Intervals whose width depends on the prediction, and keep their promise on units never seen.

Residuals of held-out lives, weighted so that each life counts once and stands where units in use stand, give local
quantiles (a kernel over the prediction); what these still miss on other folds' lives is added (conformalised quantiles:
Romano, Patterson, Candès 2019, by life instead of by row).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tujing.scenarios.service.predictive_maintenance.fleet import Floats

GRID = 41
LEVELS = np.linspace(0.025, 0.975, 20)
KERNEL = 0.07
"""Width of the kernel, as a share of the cap."""


@dataclass(frozen=True)
class Residuals:
    """Held-out residuals (true − predicted, in steps) by prediction, with weights and the fold of each life."""

    predicted: Floats
    residual: Floats
    weight: Floats
    fold: Floats
    cap: float
    lives: int

    def quantiles(self, predictions: Floats, levels: Floats, leave_out: int | None = None) -> Floats:
        """Returns local residual quantiles, predictions × levels."""
        grid = np.linspace(0, self.cap, GRID)
        use = np.ones(len(self.residual), bool) if leave_out is None else self.fold != leave_out
        order = np.argsort(self.residual[use])
        residual, predicted, weight = self.residual[use][order], self.predicted[use][order], self.weight[use][order]
        table = np.empty((GRID, len(levels)))
        for row, centre in enumerate(grid):
            local = weight * (np.exp(-0.5 * ((predicted - centre) / (KERNEL * self.cap)) ** 2) + 1e-4)
            share = (np.cumsum(local) - local / 2) / local.sum()
            table[row] = np.interp(levels, share, residual)
        return np.column_stack([np.interp(predictions, grid, table[:, one]) for one in range(len(levels))])


@dataclass(frozen=True)
class Intervals:
    """Turns predictions into intervals and distributions."""

    residuals: Residuals
    coverage: float
    widen: float
    """Steps added on both sides, so that held-out lives are covered as promised."""
    measured: float
    """Coverage on held-out lives, each fold judged by the others."""

    def bounds(self, predictions: Floats) -> tuple[Floats, Floats]:
        """Returns lower and upper remaining life in steps, within 0 and the cap, holding the prediction."""
        return _bounds(self.residuals, predictions, self.coverage, self.widen, None)

    def draws(self, predictions: Floats, leave_out: int | None = None) -> Floats:
        """Returns equally likely remaining lives, predictions × 20, each at least half a step.

        A life at the cap is only known to be longer: it is infinite here, so plan no further than the cap.
        """
        shifted = predictions[:, None] + self.residuals.quantiles(predictions, LEVELS, leave_out)
        lives: Floats = np.where(shifted >= self.residuals.cap - 0.5, np.inf, np.maximum(shifted, 0.5))
        return lives


def calibrate(
    held_out: Sequence[Floats], weights: Sequence[Floats], folds: Sequence[int], cap: float, coverage: float
) -> Intervals:
    """Calibrates on the predictions for held-out lives, one array a life over its steps."""
    predicted = np.concatenate(held_out)
    truth = np.concatenate([np.minimum(np.arange(len(one) - 1, -1, -1), cap) for one in held_out])
    fold = np.concatenate([np.full(len(one), place, float) for one, place in zip(held_out, folds, strict=True)])
    weight = np.concatenate(list(weights))
    use = weight > 1e-9
    residuals = Residuals(predicted[use], (truth - predicted)[use], weight[use], fold[use], cap, len(held_out))
    scores = np.empty(int(use.sum()))
    for one in np.unique(residuals.fold):
        part = residuals.fold == one
        left = int(one) if len(np.unique(residuals.fold)) > 1 else None
        ends = residuals.quantiles(residuals.predicted[part], _ends(coverage), left)
        below, above = ends[:, 0] - residuals.residual[part], residuals.residual[part] - ends[:, 1]
        scores[part] = np.maximum(below, above)
    widen = _weighted_quantile(scores, residuals.weight, coverage)
    inside = 0.0
    for one in np.unique(residuals.fold):
        part = residuals.fold == one
        left = int(one) if len(np.unique(residuals.fold)) > 1 else None
        other = ~part if left is not None else part
        fair = _weighted_quantile(scores[other], residuals.weight[other], coverage)
        lower, upper = _bounds(residuals, residuals.predicted[part], coverage, fair, left)
        truth_part = residuals.predicted[part] + residuals.residual[part]
        inside += float((residuals.weight[part] * ((truth_part >= lower - 0.5) & (truth_part <= upper + 0.5))).sum())
    return Intervals(residuals, coverage, widen, inside / float(residuals.weight.sum()))


def _ends(coverage: float) -> Floats:
    return np.array([(1 - coverage) / 2, (1 + coverage) / 2])


def _bounds(
    residuals: Residuals, predictions: Floats, coverage: float, widen: float, left: int | None
) -> tuple[Floats, Floats]:
    ends = residuals.quantiles(predictions, _ends(coverage), left)
    lower = np.clip(np.minimum(predictions + ends[:, 0] - widen, predictions), 0, residuals.cap)
    upper = np.clip(np.maximum(predictions + ends[:, 1] + widen, predictions), 0, residuals.cap)
    return lower, upper


def _weighted_quantile(values: Floats, weights: Floats, level: float) -> float:
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][min(int(np.searchsorted(share, level)), len(values) - 1)])
