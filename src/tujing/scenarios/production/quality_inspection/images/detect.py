"""Two detectors of damaged surfaces from patch descriptors: from good pictures only, and from marked defects.

Good only: every patch is held against what is normal at its place (pictures of one part, always held alike) or anywhere
(a texture), by its Mahalanobis distance after PaDiM (T. Defard et al., ICPR 2021), or by its distance from the nearest
of a bank of normal patches after PatchCore (K. Roth et al., CVPR 2022). Labelled: a boosted classifier of patches, with
a second round on the good patches that it finds hardest (K.-K. Sung and T. Poggio, PAMI 20, 1998).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tujing.scenarios.production.quality_inspection.images.descriptors import Array

ALIKE = 0.5
"""Share of the variation of good patches that their place explains, above which pictures are taken to be held alike."""
BANK = 2000
BORDER = 6
"""Patches nearer to the border than this many have rings of their own: what lies outside the picture is made up by the
filters, so that their distances are greater there without any damage."""
LEAST_MIDDLE = 0.1
"""Share of patches that must lie further inside for the rings to be told from the middle."""
RING_QUANTILE, RING_PICTURES = 0.99, 30
"""Which distance of good patches brings the rings level, and from how many good pictures it is taken at most."""
SHRINK = 0.05
EASY, HARD, LOOKED_AT = 160, 80, 1000
"""Good patches a picture in the first round, added in the second, and looked at to find those."""
FIRST, SECOND = 40, 80
"""Boosting iterations of the two rounds."""
STEP = 20
WEAK = 0.01
"""Share of a defective picture's patches that is taken for the defect when nothing is marked."""

Tick = Callable[[float], None]
"""Told the share of the training that is done; may raise to stop it."""


@dataclass(frozen=True)
class Normal:
    """What good patches look like: by place when the pictures are held alike, otherwise the same everywhere."""

    mean: Array
    deviation: Array
    """Grid × descriptor, or descriptor alone."""
    placed: bool
    whiten: Array
    bank: Any = field(repr=False, default=None)
    """A nearest-neighbour index of whitened good patches; None when places are known."""
    ring: Array | None = None
    """For each ring from the border inwards, how much greater good patches' distances are than in the middle."""

    def standardise(self, grid: Array) -> Array:
        """Returns the descriptors as deviations from normal, in standard deviations."""
        return np.asarray((grid - self.mean) / self.deviation, dtype=np.float32)

    def distance(self, grid: Array) -> Array:
        """Returns how far each patch of a picture is from normal."""
        z = self.standardise(grid).reshape(-1, grid.shape[-1]) @ self.whiten
        away = np.sqrt(np.mean(z * z, axis=1)) if self.bank is None else self.bank.kneighbors(z)[0].mean(axis=1)
        away = np.asarray(away, dtype=np.float32).reshape(grid.shape[:2])
        return away if self.ring is None else away / self.ring[_depth(grid.shape[0], grid.shape[1])]


def _depth(rows: int, columns: int) -> NDArray[np.int64]:
    """Returns each patch's steps from the border, at most `BORDER`."""
    down, across = np.arange(rows), np.arange(columns)
    nearest = np.minimum.outer(np.minimum(down, down[::-1]), np.minimum(across, across[::-1]))
    return np.asarray(np.minimum(nearest, BORDER), dtype=np.int64)


def _ring(normal: Normal, good: Array) -> Array:
    """Returns the ratio of each ring's distances to the middle's; 1 everywhere on pictures that are nearly all ring."""
    depth = _depth(good.shape[1], good.shape[2])
    if np.mean(depth == BORDER) < LEAST_MIDDLE:
        return np.ones(BORDER + 1, np.float32)
    away = np.stack([normal.distance(grid) for grid in good])
    high = np.array([np.quantile(away[:, depth == one], RING_QUANTILE) for one in range(BORDER + 1)])
    return np.asarray(high / max(float(high[-1]), 1e-12), dtype=np.float32).clip(min=1e-6)


def learn_normal(good: Array, seed: int) -> Normal:
    """Learns what good pictures look like.

    `good` is pictures × rows × columns × descriptor; one picture is enough for a texture, places need more.
    """
    from scipy import ndimage
    from sklearn.neighbors import NearestNeighbors

    flat = good.reshape(-1, good.shape[-1])
    overall = flat.var(axis=0)
    placed = len(good) >= 5 and float(np.median(good.mean(axis=0).var(axis=(0, 1)) / (overall + 1e-12))) > ALIKE
    if placed:
        here = good.mean(axis=0)
        mean = ndimage.uniform_filter(here, (3, 3, 1), mode="nearest")
        spread = ndimage.uniform_filter(good.var(axis=0) + (here - mean) ** 2, (5, 5, 1), mode="nearest")
        deviation = np.sqrt(spread + 0.2 * spread.mean(axis=(0, 1)) + 1e-12)
    else:
        mean, deviation = flat.mean(axis=0), np.sqrt(overall + 1e-12)
    rng = np.random.default_rng(seed)
    z = ((good - mean) / deviation).reshape(flat.shape)
    sample = z[rng.choice(len(z), min(len(z), 100_000), replace=False)]
    values, vectors = np.linalg.eigh(np.cov(sample.T) + SHRINK * np.eye(sample.shape[1]))
    whiten = (vectors / np.sqrt(values)).astype(np.float32)
    bank = None
    if not placed:
        chosen = sample[: min(len(sample), BANK)] @ whiten
        bank = NearestNeighbors(n_neighbors=3, algorithm="brute").fit(chosen)
    normal = Normal(mean.astype(np.float32), deviation.astype(np.float32), placed, whiten, bank)
    some = rng.choice(len(good), min(len(good), RING_PICTURES), replace=False)
    return replace(normal, ring=_ring(normal, good[np.sort(some)]))


@dataclass(frozen=True)
class Labelled:
    """A classifier of patches."""

    normal: Normal
    model: Any = field(repr=False)

    def probability(self, grid: Array) -> Array:
        """Returns each patch's probability of being part of a defect."""
        inputs = _inputs(self.normal, grid)
        return np.asarray(self.model.predict_proba(inputs)[:, 1], dtype=np.float32).reshape(grid.shape[:2])


def learn_defects(
    grids: Array, marks: Sequence[Array | None], bad: NDArray[np.bool_], seed: int, tick: Tick
) -> Labelled:
    """Learns a classifier of patches from good pictures and marked defects.

    Parameters
    ----------
    grids
        Pictures × rows × columns × descriptor.
    marks
        For each picture the share of each patch that is marked; None: defective, but nobody has marked where, and then
        the patches furthest from normal count as the defect.
    bad
        Whether each picture is defective.
    """
    from scipy import ndimage
    from sklearn.ensemble import HistGradientBoostingClassifier

    rng = np.random.default_rng(seed)
    normal = learn_normal(grids[~bad], seed)
    inputs: list[Array] = []
    labels: list[NDArray[np.float64]] = []
    clear: list[NDArray[np.int64]] = []
    for number, grid in enumerate(grids):
        mark = marks[number]
        if mark is None:
            away = normal.distance(grid)
            limit = np.quantile(away, 1 - WEAK)
            inside, near = away >= limit, away >= np.quantile(away, 1 - 10 * WEAK)
        else:
            # A mark smaller than a patch still has its strongest patch.
            inside = (
                mark >= min(0.5, float(mark.max())) if bad[number] and mark.max() > 0 else np.zeros(mark.shape, bool)
            )
            near = np.asarray(ndimage.maximum_filter(mark, 5)) > 0
        outside = np.flatnonzero(~near)
        clear.append(outside)
        easy = rng.choice(outside, min(EASY, len(outside)), replace=False)
        rows = np.concatenate([np.flatnonzero(inside), easy])
        inputs.append(_inputs(normal, grid)[rows])
        labels.append(np.repeat([1.0, 0.0], [int(inside.sum()), len(easy)]))
    model = HistGradientBoostingClassifier(
        max_leaf_nodes=15, l2_regularization=1.0, early_stopping=False, warm_start=True, random_state=seed
    )
    _grow(model, np.concatenate(inputs), np.concatenate(labels), FIRST, lambda share: tick(0.35 * share))
    for number, grid in enumerate(grids):
        rows = rng.choice(clear[number], min(LOOKED_AT, len(clear[number])), replace=False)
        patches = _inputs(normal, grid)[rows]
        hardest = np.argsort(-model.predict_proba(patches)[:, 1], kind="stable")[:HARD]
        inputs.append(patches[hardest])
        labels.append(np.zeros(len(hardest)))
        tick(0.35 + 0.15 * (number + 1) / len(grids))
    final = HistGradientBoostingClassifier(
        max_leaf_nodes=15, l2_regularization=1.0, early_stopping=False, warm_start=True, random_state=seed
    )
    _grow(final, np.concatenate(inputs), np.concatenate(labels), SECOND, lambda share: tick(0.5 + 0.5 * share))
    return Labelled(normal, final)


def _grow(model: Any, inputs: Array, labels: NDArray[np.float64], iterations: int, tick: Tick) -> None:
    """Boosts in small steps, so that somebody may stop it in between."""
    for done in range(STEP, iterations + 1, STEP):
        model.set_params(max_iter=done).fit(inputs, labels)
        tick(done / iterations)


def _inputs(normal: Normal, grid: Array) -> Array:
    flat = grid.reshape(-1, grid.shape[-1])
    if not normal.placed:
        return flat
    return np.concatenate([flat, normal.standardise(grid).reshape(flat.shape)], axis=1)


def picture_score(scores: Array) -> float:
    """Returns the score of a picture: its worst spot, a little smoothed so that one odd patch does not decide."""
    from scipy import ndimage

    return float(np.max(ndimage.gaussian_filter(scores, 1.0, mode="nearest")))
