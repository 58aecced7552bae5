"""Whether units in use still look like the ones learned from, feature by feature.

Population stability index over deciles of the training data (0.1 small, 0.25 large by custom of credit scoring) and the
two-sample Kolmogorov–Smirnov distance. Compared is a whole history's worth of rows of both.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tujing.scenarios.service.predictive_maintenance.fleet import Floats

LARGE = 0.25


def psi(reference: Floats, current: Floats, bins: int = 10) -> float:
    """Returns Σ (q − p) ln(q/p) over the reference's quantile bins; 0 for equal samples."""
    edges = np.unique(np.quantile(reference, np.linspace(0, 1, bins + 1)[1:-1]))
    count = len(edges) + 1
    before = np.bincount(np.searchsorted(edges, reference, side="right"), minlength=count) + 0.5
    after = np.bincount(np.searchsorted(edges, current, side="right"), minlength=count) + 0.5
    p, q = before / before.sum(), after / after.sum()
    return float(((q - p) * np.log(q / p)).sum())


def distance(reference: Floats, current: Floats) -> float:
    """Returns the largest difference of the two empirical distribution functions, 0 to 1."""
    points = np.sort(np.concatenate([reference, current]))
    first = np.searchsorted(np.sort(reference), points, side="right") / len(reference)
    second = np.searchsorted(np.sort(current), points, side="right") / len(current)
    return float(np.abs(first - second).max())


def outside(reference: Floats, current: Floats) -> float:
    """Returns the share of current values beyond the reference's range widened by a tenth of it."""
    low, high = float(reference.min()), float(reference.max())
    room = 0.1 * (high - low)
    return float(((current < low - room) | (current > high + room)).mean())


def drift(names: Sequence[str], reference: Floats, current: Floats) -> list[dict[str, float | str]]:
    """Returns for every feature its index, distance and share outside the training range, the largest index first."""
    rows: list[dict[str, float | str]] = [
        {
            "feature": name,
            "psi": psi(reference[:, column], current[:, column]),
            "ks": distance(reference[:, column], current[:, column]),
            "outside": outside(reference[:, column], current[:, column]),
        }
        for column, name in enumerate(names)
    ]
    return sorted(rows, key=lambda row: -float(row["psi"]))
