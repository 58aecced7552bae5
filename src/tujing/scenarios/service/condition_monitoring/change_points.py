"""When the state changed: the exact optimal cut of a signal into pieces of constant mean.

PELT (Killick, Fearnhead & Eckley, J. Am. Stat. Assoc. 107, 2012): dynamic programming over the last cut, with
candidates that can never win again struck out; the result is the exact optimum of squared error plus a penalty a cut.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from tujing.scenarios.service.condition_monitoring.series import Floats

LONGEST = 3000
"""A longer signal is averaged over equal spans first, so that the cut stays within seconds."""
MEDIAN_ROWS = 51
"""Rows of the running median around which the noise is measured."""


def change_points(signal: Floats, penalty: float | None = None, shortest: int = 5) -> list[int]:
    """Returns the rows at which a new mean begins, in order (never 0).

    `signal` is of any length, without NaN. `penalty` is the squared error that a cut must save; by default
    3 ln n times the variance of the noise, widened by its autocorrelation, so that slow swings are no changes.
    `shortest` is the least number of rows between cuts.
    """
    step = -(-len(signal) // LONGEST)
    if step > 1:
        count = len(signal) // step
        signal = signal[: count * step].reshape(count, step).mean(axis=1)
    if len(signal) < 2 * shortest:
        return []
    if penalty is None:
        penalty = _penalty(signal)
    return [cut * step for cut in _pelt(signal, penalty, shortest)]


def _pelt(signal: Floats, penalty: float, shortest: int) -> list[int]:
    count = len(signal)
    sums = np.concatenate([[0.0], np.cumsum(signal)])
    squares = np.concatenate([[0.0], np.cumsum(signal**2)])
    best = np.full(count + 1, np.inf)
    best[0] = -penalty
    before = np.zeros(count + 1, dtype=int)
    candidates = np.array([0])
    doomed: deque[np.ndarray] = deque()
    for end in range(shortest, count + 1):
        cost = squares[end] - squares[candidates] - (sums[end] - sums[candidates]) ** 2 / (end - candidates)
        total = best[candidates] + cost
        winner = int(total.argmin())
        best[end], before[end] = total[winner] + penalty, candidates[winner]
        # A candidate dearer than a cut at `end` never wins again, once that cut may begin a piece: `shortest` rows on.
        doomed.append(candidates[total > best[end]])
        if len(doomed) >= shortest:
            candidates = np.setdiff1d(candidates, doomed.popleft(), assume_unique=True)
        candidates = np.append(candidates, end - shortest + 1) if end >= 2 * shortest - 1 else candidates
    cuts: list[int] = []
    end = count
    while before[end] > 0:
        end = int(before[end])
        cuts.append(end)
    return cuts[::-1]


def _penalty(signal: Floats) -> float:
    """What a cut must save, from the variance around a running median: changes of level do not widen it."""
    from scipy.ndimage import median_filter

    rest = signal - median_filter(signal, size=min(MEDIAN_ROWS, len(signal)), mode="nearest")
    middle = float(np.median(np.abs(rest)) / 0.6745) ** 2
    spread = float(rest.var())
    follows = float((rest[1:] * rest[:-1]).mean() / spread) if spread > 0 else 0.0
    follows = min(max(follows, 0.0), 0.8)
    # n autocorrelated values tell as much of a mean as n (1 − ρ) / (1 + ρ) independent ones.
    return float(3.0 * np.log(len(signal)) * max(middle, spread, 1e-12) * (1.0 + follows) / (1.0 - follows))
