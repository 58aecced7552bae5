"""What a series may do by itself (level, trend, season), with the jump at go-live beside it; averaged over designs.

Choosing one design by a test and then forgetting that it was chosen makes intervals too narrow where the data cannot
tell designs apart. So each design counts by its Akaike weight, and the interval is that of the mixture.

Burnham and Anderson, Model Selection and Multimodel Inference, 2nd ed. (2002), ch. 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tujing.evaluation.autoregressive import GRID, NEIGHBOURS, WANDERS, mixture_quantile, regress

LEVEL = 0.95
JUMP = 1
"""The column of the jump at go-live in every design."""


@dataclass(frozen=True)
class Design:
    """A level and a jump, with or without a straight trend, and a season of so many yearly harmonics."""

    trend: bool
    harmonics: int


PLAIN = Design(trend=False, harmonics=0)
BESIDE = (PLAIN, Design(True, 0), Design(False, 1), Design(False, 2), Design(True, 1), Design(True, 2))
"""For a gap between two parts of one factory: what they share has gone already, so it may do nothing by itself."""
ALONE = (Design(True, 2), Design(True, 3))
"""For a part without a control: it always may have a trend and a season, whatever the data say for or against."""


@dataclass(frozen=True)
class Fitted:
    """One outcome, averaged over designs. `estimate` is the jump, in the outcome's own unit."""

    estimate: float
    low: float
    high: float
    """The 95 % interval."""
    standard_error: float
    degrees_of_freedom: int
    design: Design
    """The one of most weight."""
    design_weights: dict[Design, float]
    lag_correlation: float
    """Correlation of neighbouring periods' errors."""
    wanders: float
    """Weight of the errors being a random walk: the level drifts for good."""
    whiteness: float
    """p of the Ljung–Box test on what is left once the autocorrelation is taken out."""
    baseline: np.ndarray
    """What is expected without the jump, shape (T,)."""
    noise: np.ndarray
    """weight · σ² of each point of the autocorrelation grid under `design`; for `power.py`."""


def matrix(places: np.ndarray, after: np.ndarray, design: Design, per_year: float) -> np.ndarray:
    """Returns the regressors: level, jump, then trend (a year is 1) and season."""
    years = places / per_year
    columns = [np.ones(len(places)), after.astype(float)]
    if design.trend:
        columns.append(years - years.mean())
    for harmonic in range(1, design.harmonics + 1):
        columns += [np.sin(2 * np.pi * harmonic * years), np.cos(2 * np.pi * harmonic * years)]
    return np.stack(columns, axis=1)


def bearable(places: np.ndarray, after: np.ndarray, design: Design, per_year: float) -> bool:
    """Whether the periods can bear the design: some freedom is left and no regressor is the shadow of others."""
    regressors = matrix(places, after, design, per_year)
    if len(places) < regressors.shape[1] + 4:
        return False
    scaled = regressors / np.linalg.norm(regressors, axis=0)
    return bool(np.linalg.svd(scaled, compute_uv=False)[-1] > 1e-4)


def fit(
    places: np.ndarray, after: np.ndarray, outcomes: np.ndarray, designs: Sequence[Design], per_year: float
) -> list[Fitted]:
    """Fits the designs that the periods can bear to each column of `outcomes` (T, K) and averages over them.

    Parameters
    ----------
    places
        Place of each period in the calendar, shape (T,).
    after
        Mask of the periods after go-live.
    designs
        The first must be bearable.
    """
    tried = [one for place, one in enumerate(designs) if place == 0 or bearable(places, after, one, per_year)]
    matrices = [matrix(places, after, one, per_year) for one in tried]
    done = [regress(places, regressors, outcomes, JUMP) for regressors in matrices]
    information = np.stack([one.information for one in done])
    share = np.exp(-0.5 * (information - information.min(axis=0)))
    share /= share.sum(axis=0)

    weights = np.concatenate([one.weights * part for one, part in zip(done, share, strict=True)])
    centre = np.concatenate([one.centre for one in done])
    error = np.concatenate([one.error for one in done])
    freedom = np.repeat([float(one.degrees_of_freedom) for one in done], len(GRID))[:, None]
    freedom = np.broadcast_to(freedom, centre.shape)
    estimate = (weights * centre).sum(axis=0)
    variance = error**2 * freedom / np.maximum(freedom - 2.0, 0.5) + (centre - estimate) ** 2
    low = mixture_quantile((1.0 - LEVEL) / 2.0, weights, centre, error, freedom)
    high = mixture_quantile((1.0 + LEVEL) / 2.0, weights, centre, error, freedom)
    standard = np.sqrt((weights * variance).sum(axis=0))
    baselines = [
        np.delete(regressors, JUMP, axis=1) @ np.delete(one.coefficients, JUMP, axis=0) * part
        for regressors, one, part in zip(matrices, done, share, strict=True)
    ]
    baseline = np.sum(baselines, axis=0)
    grid = weights.reshape(len(tried), len(GRID), -1).sum(axis=0)
    alike = grid.T @ NEIGHBOURS
    found = []
    for column in range(outcomes.shape[1]):
        top = int(share[:, column].argmax())
        found.append(
            Fitted(
                estimate=float(estimate[column]),
                low=float(low[column]),
                high=float(high[column]),
                standard_error=float(standard[column]),
                degrees_of_freedom=done[top].degrees_of_freedom,
                design=tried[top],
                design_weights={one: float(share[place, column]) for place, one in enumerate(tried)},
                lag_correlation=float(alike[column]),
                wanders=float(grid[WANDERS, column].sum()),
                whiteness=float(done[top].whiteness[column]),
                baseline=baseline[:, column],
                noise=done[top].weights[:, column] * done[top].scale[:, column] ** 2,
            )
        )
    return found
