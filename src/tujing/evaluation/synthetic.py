"""Synthetic control: the weighted mean of the sister parts that ran most like the treated one before go-live.

Levels are taken out first, so a sister may run higher or lower; weights are not negative and sum to one, so the
counterfactual lies within what the sisters did. Weights fitted to the very weeks they are judged on would flatter the
fit: each quarter of the time before go-live is therefore judged by weights from the other three.

Abadie, Diamond and Hainmueller, Synthetic control methods, JASA 105 (2010); Ferman and Pinto, Synthetic controls with
imperfect pretreatment fit, Quantitative Economics 12 (2021), for taking levels out; Chernozhukov, Wüthrich and Zhu,
A t-test for synthetic controls (2022), for the cross-fitting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST_DONORS = 3
FOLDS = 4
OUTSIDE = 0.25
"""A part that lies outside what all donors did, beyond noise, in more than this share of two-month blocks has no
twin."""
BLOCK = 8


@dataclass(frozen=True)
class Twin:
    """The synthetic control of one part."""

    gap: np.ndarray
    """Treated less synthetic, shape (T,): cross-fitted before go-live, by the final weights after it."""
    weights: np.ndarray
    """One a donor."""
    error: float
    """Root mean square of the cross-fitted gap before go-live."""
    outside: float
    """Share of two-month blocks before go-live in which the treated part lies outside the donors' range."""


def twin(treated: np.ndarray, donors: np.ndarray, after: np.ndarray) -> Twin:
    """Builds the synthetic control of one part.

    Parameters
    ----------
    treated
        Shape (T,).
    donors
        Shape (T, J).
    after
        Mask of the periods after go-live.
    """
    before = np.flatnonzero(~after)
    gap = np.empty(len(treated))
    weights, gap[after] = _apply(treated, donors, before, np.flatnonzero(after))
    for fold in np.array_split(before, FOLDS):
        _, gap[fold] = _apply(treated, donors, np.setdiff1d(before, fold), fold)
    error = float(np.sqrt(np.mean(gap[before] ** 2)))
    return Twin(gap, weights, error, _outside(treated[before], donors[before], error))


def simplex_weights(treated: np.ndarray, donors: np.ndarray) -> np.ndarray:
    """Least-squares weights that are not negative and sum to one (Haskell and Hanson's heavy row, solved by NNLS)."""
    from scipy.optimize import nnls

    width = donors.shape[1]
    heavy = 1e4 * max(float(np.abs(donors).max()), float(np.abs(treated).max()), 1e-9)
    stacked = np.vstack([donors, np.full((1, width), heavy)])
    weights = nnls(stacked, np.append(treated, heavy))[0]
    return np.asarray(weights / weights.sum())


def _apply(
    treated: np.ndarray, donors: np.ndarray, learn: np.ndarray, judge: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    level, levels = treated[learn].mean(), donors[learn].mean(axis=0)
    weights = simplex_weights(treated[learn] - level, donors[learn] - levels)
    return weights, treated[judge] - level - (donors[judge] - levels) @ weights


def _outside(treated: np.ndarray, donors: np.ndarray, error: float) -> float:
    blocks = np.array_split(np.arange(len(treated)), max(len(treated) // BLOCK, 2))
    middle = donors - donors.mean(axis=0)
    outside = 0
    for block in blocks:
        mine = treated[block].mean() - treated.mean()
        theirs = middle[block].mean(axis=0)
        margin = 2.0 * error / np.sqrt(len(block))
        outside += not theirs.min() - margin <= mine <= theirs.max() + margin
    return outside / len(blocks)
