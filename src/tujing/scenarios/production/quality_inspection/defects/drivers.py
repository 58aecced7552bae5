"""Which settings drive the defects: by permutation on unseen pieces, with direction and range."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tujing.scenarios.production.quality_inspection.defects.features import Features
from tujing.scenarios.production.quality_inspection.defects.model import Ensemble, balanced_error
from tujing.scenarios.production.quality_inspection.sheets import Sheet

Floats = NDArray[np.float64]
MOST = 15
"""Columns examined: those whose single-column separation is greatest come first when there are more."""
BINS = 10
LOOKED_AT = 1500
"""Pieces of a fold that are shuffled."""
FEW = 20
"""Fewest pieces in a bin."""


@dataclass(frozen=True)
class Driver:
    """One column and what it does to defects."""

    column: str
    importance: float
    """By how much the balanced error on unseen pieces grows when the column is shuffled."""
    direction: str
    """higher | lower | middle | word: where the defects are."""
    stay_from: float | None
    stay_to: float | None
    """The widest run of values whose predicted defect share lies below the mean; None for words."""
    inside: float
    outside: float
    """Observed share of defects within the range and outside it."""


def drivers(
    sheet: Sheet,
    features: Features,
    folds: Sequence[tuple[NDArray[np.int64], Ensemble]],
    labels: NDArray[np.int64],
    chance: Floats,
    seed: int,
    tick: Callable[[float], None],
    until: float = float("inf"),
) -> list[Driver]:
    """Returns the columns by importance, greatest first.

    `folds` pairs the rows held out with the ensemble that has not seen them; `chance` is each row's probability of
    being defective (of more classes: of the rarest half). After `until`, by `time.perf_counter()`, no further fold
    is begun.
    """
    rng = np.random.default_rng(seed)
    names = _most_telling(sheet, features, labels)
    whole = features.matrix(sheet)
    growth: dict[str, list[float]] = {name: [] for name in names}
    # One fold is enough for a ranking of many columns, all of them for few.
    used = folds if len(names) <= MOST // 2 else folds[:2]
    for number, (all_held, model) in enumerate(used):
        if number and time.perf_counter() > until:
            break
        held = all_held[:LOOKED_AT]
        before = balanced_error(labels[held], model.decide(model.quick(whole[held])))
        for i, name in enumerate(names):
            columns = dict(sheet.columns)
            columns[name] = columns[name].copy()
            columns[name][held] = rng.permutation(columns[name][held])
            shuffled = features.matrix(Sheet(sheet.file, columns))[held]
            after = balanced_error(labels[held], model.decide(model.quick(shuffled)))
            growth[name].append(after - before)
            tick((number + (i + 1) / len(names)) / len(used))
    found = [_driver(sheet, name, float(np.mean(growth[name])), labels, chance) for name in names]
    return sorted(found, key=lambda one: -one.importance)


def _most_telling(sheet: Sheet, features: Features, labels: NDArray[np.int64]) -> list[str]:
    """Returns the columns to examine: all, or those with the greatest F ratio."""
    from tujing.scenarios.production.quality_inspection.defects.model import screen

    if len(features.columns) <= MOST:
        return list(features.columns)
    numbers = np.column_stack([np.asarray(sheet.columns[name], dtype=float) for name in features.numbers])
    return [features.numbers[int(i)] for i in screen(numbers, labels, MOST)]


def _driver(sheet: Sheet, name: str, importance: float, labels: NDArray[np.int64], chance: Floats) -> Driver:
    bad = labels > 0
    if not sheet.is_number(name):
        return Driver(name, importance, "word", None, None, float(bad.mean()), float(bad.mean()))
    values = np.asarray(sheet.columns[name], dtype=float)
    known = ~np.isnan(values)
    shown, level = values[known], chance[known]
    bins = max(2, min(BINS, len(shown) // FEW))
    edges = np.unique(np.quantile(shown, np.linspace(0, 1, bins + 1)))
    place = np.clip(np.searchsorted(edges, shown, side="right") - 1, 0, max(0, len(edges) - 2))
    heights = np.array([level[place == i].mean() if np.any(place == i) else np.nan for i in range(len(edges) - 1)])
    calm = heights <= np.nanmean(level)
    start, end = _longest(calm, np.bincount(place, minlength=len(heights)))
    low, high = float(edges[start]), float(edges[end + 1])
    within = (shown >= low) & (shown <= high)
    state = bad[known]
    return Driver(
        column=name,
        importance=importance,
        direction=_direction(heights),
        stay_from=low,
        stay_to=high,
        inside=float(state[within].mean()) if within.any() else float("nan"),
        outside=float(state[~within].mean()) if (~within).any() else float("nan"),
    )


def _longest(calm: NDArray[np.bool_], pieces: NDArray[np.int64]) -> tuple[int, int]:
    """Returns the first and last bin of the run of calm bins that holds most pieces."""
    best, start, most = (0, len(calm) - 1), None, -1
    for i, flag in enumerate([*calm, False]):
        if flag and start is None:
            start = i
        if not flag and start is not None:
            if int(pieces[start:i].sum()) > most:
                best, most = (start, i - 1), int(pieces[start:i].sum())
            start = None
    return best


def _direction(heights: Floats) -> str:
    known = heights[~np.isnan(heights)]
    if len(known) < 3:
        return "higher" if len(known) > 1 and known[-1] > known[0] else "lower"
    third = max(1, len(known) // 3)
    low, middle, high = known[:third].mean(), known[third:-third].mean(), known[-third:].mean()
    if middle > max(low, high):
        return "middle"
    if min(low, high) > middle and min(low, high) > 0.8 * max(low, high):
        return "both ends"
    return "higher" if high > low else "lower"
