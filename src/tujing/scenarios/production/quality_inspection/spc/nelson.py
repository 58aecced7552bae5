"""The eight run rules of L. S. Nelson, "The Shewhart control chart: tests for special causes", JQT 16 (1984)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tujing.words import Text

RULES: dict[int, Text] = {
    1: Text(zh="1 点落在 3σ 以外", en="one point beyond 3 sigma"),
    2: Text(zh="连续 9 点在中心线同一侧", en="nine points in a row on one side of the centre"),
    3: Text(zh="连续 6 点递增或递减", en="six points in a row rising or falling"),
    4: Text(zh="连续 14 点上下交替", en="fourteen points in a row going up and down by turns"),
    5: Text(zh="连续 3 点中有 2 点落在同侧 2σ 以外", en="two of three points beyond 2 sigma on one side"),
    6: Text(zh="连续 5 点中有 4 点落在同侧 1σ 以外", en="four of five points beyond 1 sigma on one side"),
    7: Text(zh="连续 15 点落在中心线两侧 1σ 以内", en="fifteen points in a row within 1 sigma"),
    8: Text(zh="连续 8 点落在中心线两侧且无一在 1σ 以内", en="eight points in a row beyond 1 sigma, on both sides"),
}

Bools = NDArray[np.bool_]


def signals(z: NDArray[np.float64], rules: Iterable[int] = tuple(RULES)) -> dict[int, NDArray[np.int64]]:
    """Returns, for each rule, the positions at which it is completed.

    `z` is each point's distance from the centre line in standard deviations; NaN breaks every run.
    """
    found = {rule: np.flatnonzero(_TESTS[rule](z)) for rule in rules}
    return {rule: places.astype(np.int64) for rule, places in found.items() if len(places)}


def _last(flags: Bools, window: int, at_least: int | None = None) -> Bools:
    """Returns where, of the last `window` flags, at least so many (all, unless said) are set, the last one included."""
    needed = window if at_least is None else at_least
    total = np.concatenate([[0], np.cumsum(flags)])
    result = np.zeros(len(flags), dtype=bool)
    if len(flags) >= window:
        result[window - 1 :] = total[window:] - total[:-window] >= needed
    return result & flags


def _beyond(z: NDArray[np.float64]) -> Bools:
    return np.abs(z) > 3


def _one_side(z: NDArray[np.float64]) -> Bools:
    return _last(z > 0, 9) | _last(z < 0, 9)


def _trend(z: NDArray[np.float64]) -> Bools:
    steps = np.diff(z, prepend=np.nan)
    # Six points in a row are five steps.
    return _last(steps > 0, 5) | _last(steps < 0, 5)


def _alternating(z: NDArray[np.float64]) -> Bools:
    steps = np.diff(z, prepend=np.nan)
    turns = np.concatenate([[False], steps[1:] * steps[:-1] < 0])
    # Fourteen points are thirteen steps and twelve turns.
    return _last(turns, 12)


def _two_of_three(z: NDArray[np.float64]) -> Bools:
    return _last(z > 2, 3, 2) | _last(z < -2, 3, 2)


def _four_of_five(z: NDArray[np.float64]) -> Bools:
    return _last(z > 1, 5, 4) | _last(z < -1, 5, 4)


def _hugging(z: NDArray[np.float64]) -> Bools:
    return _last(np.abs(z) < 1, 15)


def _avoiding(z: NDArray[np.float64]) -> Bools:
    outside = _last(np.abs(z) > 1, 8)
    both = ~(_last(z > 0, 8) | _last(z < 0, 8))
    return outside & both


_TESTS = {
    1: _beyond,
    2: _one_side,
    3: _trend,
    4: _alternating,
    5: _two_of_three,
    6: _four_of_five,
    7: _hugging,
    8: _avoiding,
}
