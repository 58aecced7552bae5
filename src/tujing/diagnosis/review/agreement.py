"""How far raters agree, beyond chance. Pure.

Krippendorff's alpha, any number of raters, with gaps: K. Krippendorff, “Computing Krippendorff's Alpha-Reliability”
(2011). Weighted kappa, two raters: J. Cohen, “Weighted kappa”, Psychological Bulletin 70 (1968), with quadratic
weights. Gower's similarity, not corrected for chance, for questions of different kinds: J. C. Gower, Biometrics 27
(1971).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tujing.words import Text

Floats = NDArray[np.float64]
Metric = Literal["nominal", "ordinal", "interval"]

RELIABLE, TENTATIVE = 0.8, 0.667
"""Krippendorff's own customary bounds: rely from 0.800 on, draw tentative conclusions from 0.667 on."""


def alpha(ratings: Floats, metric: Metric = "ordinal") -> float | None:
    """Returns Krippendorff's alpha: 1 full agreement, 0 as by chance; below 0 systematic disagreement.

    Parameters
    ----------
    ratings
        Shape (raters, units), NaN where a rater did not rate; units rated once or never tell nothing.

    Returns
    -------
    None where no two values differ anywhere, so that chance itself is undefined, or no unit is rated twice.
    """
    rated = ratings[:, (~np.isnan(ratings)).sum(axis=0) >= 2]
    values = np.unique(rated[~np.isnan(rated)])
    if len(values) < 2:
        return None
    coincidences = np.zeros((len(values), len(values)))
    for unit in rated.T:
        present = np.searchsorted(values, unit[~np.isnan(unit)])
        counts = np.bincount(present, minlength=len(values)).astype(float)
        coincidences += (np.outer(counts, counts) - np.diag(counts)) / (len(present) - 1)
    totals = coincidences.sum(axis=0)
    apart = _squared(values, totals, metric)
    expected = (np.outer(totals, totals) - np.diag(totals)) / (totals.sum() - 1)
    return float(1 - (coincidences * apart).sum() / (expected * apart).sum())


def _squared(values: Floats, totals: Floats, metric: Metric) -> Floats:
    """Squared differences between values; ordinal ones count the ranks that lie between."""
    if metric == "nominal":
        return 1.0 - np.eye(len(values))
    if metric == "interval":
        return np.asarray((values[:, None] - values[None, :]) ** 2)
    middle = np.cumsum(totals) - totals / 2
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)


def weighted_kappa(one: Sequence[int], other: Sequence[int], categories: int) -> float | None:
    """Returns Cohen's kappa with quadratic weights of two raters over categories 0 … categories − 1.

    None where both gave one and the same category throughout.
    """
    seen = np.zeros((categories, categories))
    np.add.at(seen, (np.asarray(one, int), np.asarray(other, int)), 1.0)
    places = np.arange(categories)
    apart = (places[:, None] - places[None, :]) ** 2
    expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    by_chance = (apart * expected).sum()
    return float(1 - (apart * seen).sum() / by_chance) if by_chance else None


def gower(distances: Sequence[float]) -> float | None:
    """Returns the mean similarity of questions whose distances are 0 (same) to 1 (opposite ends); None without any."""
    return float(1 - np.mean(distances)) if len(distances) else None


def reading(value: float | None) -> Text:
    """Says an alpha in words, by Krippendorff's customary bounds."""
    if value is None:
        return Text(zh="答案没有差异，无从校正偶然", en="no answers differ, so chance cannot be corrected for")
    if value >= RELIABLE:
        return Text(zh="可以信赖", en="reliable")
    if value >= TENTATIVE:
        return Text(zh="只宜作初步结论", en="good for tentative conclusions only")
    return Text(zh="分歧过大，先核对再下结论", en="too much disagreement to conclude; compare notes first")
