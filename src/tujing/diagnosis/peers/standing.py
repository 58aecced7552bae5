"""Where a score stands among its peers, told no finer than the rules allow. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tujing.diagnosis.peers.cells import Rules

QUANTILES = (10, 25, 50, 75, 90)


@dataclass(frozen=True)
class Standing:
    """`enterprises` rounded down; `quantiles` in points; `levels` shares; `percentile` the share below, half of
    equals."""

    enterprises: int
    quantiles: dict[str, float]
    levels: dict[str, float]
    percentile: float | None


def standing(scores: NDArray[np.float64], levels: NDArray[np.int8], own: float | None, rules: Rules) -> Standing:
    """Describes a group: `scores` in points and `levels`, one an enterprise.

    Quantiles by linear interpolation (Hyndman & Fan's type 7); the percentile is the mid-rank.
    """
    cut = np.percentile(scores, QUANTILES)
    counts = np.bincount(levels.astype(int)) / len(levels)
    percentile = None
    if own is not None:
        share = float((scores < own).mean() + (scores == own).mean() / 2)
        percentile = _to(share, rules.share_to)
    return Standing(
        enterprises=len(scores) // rules.counts_to * rules.counts_to,
        quantiles={f"p{name}": _to(float(value), rules.score_to) for name, value in zip(QUANTILES, cut, strict=True)},
        levels={str(level): _to(float(share), rules.share_to) for level, share in enumerate(counts)},
        percentile=percentile,
    )


def _to(value: float, step: float) -> float:
    return round(round(value / step) * step, 6)
