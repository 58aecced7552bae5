"""Where to draw the line between good and bad, by balanced error or by cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SMOOTH = 0.01
"""Candidates this near to the least loss, as a share of it, count as equal; the middle one is taken."""


@dataclass(frozen=True)
class Costs:
    """What a missed defect and a false alarm cost; None: both classes' error rates weigh the same."""

    miss: float | None = None
    false_alarm: float | None = None

    @property
    def given(self) -> bool:
        return self.miss is not None or self.false_alarm is not None

    def loss(self, bad: NDArray[np.bool_], flagged: NDArray[np.bool_]) -> float:
        """Returns the cost per piece or, without costs, the balanced error."""
        misses, alarms = float(np.sum(bad & ~flagged)), float(np.sum(~bad & flagged))
        if not self.given:
            return float(misses / max(1, bad.sum()) + alarms / max(1, (~bad).sum())) / 2
        return float(((self.miss or 1.0) * misses + (self.false_alarm or 1.0) * alarms) / len(bad))


def best_threshold(score: Floats, bad: NDArray[np.bool_], costs: Costs) -> float:
    """Returns the score from which to flag so that the loss on these pieces is least.

    Between thresholds that are nearly as good, the middle one is taken, which holds better on new pieces.
    """
    order = np.argsort(score, kind="stable")
    values, marked = score[order], bad[order]
    cuts = np.flatnonzero(np.concatenate([[True], np.diff(values) > 0, [True]]))
    below_bad = np.concatenate([[0], np.cumsum(marked)])[cuts]
    below_good = cuts - below_bad
    n_bad, n_good = int(bad.sum()), int((~bad).sum())
    if costs.given:
        loss = (costs.miss or 1.0) * below_bad + (costs.false_alarm or 1.0) * (n_good - below_good)
    else:
        loss = below_bad / max(1, n_bad) + (n_good - below_good) / max(1, n_good)
    near = np.flatnonzero(loss <= loss.min() * (1 + SMOOTH) + 1e-12)
    cut = cuts[near[len(near) // 2]]
    if cut == 0:
        return float(values[0])
    if cut == len(values):
        return float(np.nextafter(values[-1], np.inf))
    return float((values[cut - 1] + values[cut]) / 2)


def auroc(score: Floats, bad: NDArray[np.bool_]) -> float | None:
    """Returns the chance that a bad one scores higher than a good one (ties half); None without both."""
    if not bad.any() or bad.all():
        return None
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(bad, score))
