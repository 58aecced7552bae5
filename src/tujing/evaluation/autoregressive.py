"""Regression on periods that resemble their neighbours, averaged over how strongly they do.

The errors are a first-order autoregression plus white noise, var(e_s, e_t) = σ²(share · φ^|s−t| + (1 − share) · [s =
t]), which also describes means of autocorrelated days; or a level that wanders (a random walk) plus noise. None of this
can be known from a hundred weeks, and one that pretends to know it promises too much. So the regression is solved by
generalised least squares at every point of a grid, each point is weighed by its restricted likelihood, and what is
reported comes from the mixture of Student distributions. Periods may be missing: distances are those of the calendar.

Harville, Bayesian inference for variance components using only error contrasts, Biometrika 61 (1974); Zellner and Tiao,
Bayesian analysis of the regression model with autocorrelated errors, JASA 59 (1964).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

CORRELATIONS = (0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.88, 0.94, 0.98)
SHARES = (1.0, 0.75, 0.5, 0.25)
WALK = 1.0
GRID = (
    (0.0, 1.0, 0.0),
    *((phi, share, 0.0) for phi in CORRELATIONS for share in SHARES),
    *((WALK, share, rest) for share in (1.0, 0.5, 0.2, 0.07) for rest in (0.0, 0.45) if share < 1.0 or rest == 0.0),
)
"""(φ, share of the variance that is so correlated, φ of the rest); φ of one is a walk, its share that of a step."""
WANDERS = np.array([phi == WALK for phi, _, _ in GRID])
PRIOR = np.where(WANDERS, 3.0, 1.0)[:, None]
"""A level that wanders is beforehand about as likely as one that returns: it is the case that costs most to miss."""
NEIGHBOURS = np.array([phi * share + rest * (1.0 - share) for phi, share, rest in GRID])
"""Correlation of neighbours; for a walk, of its steps' scale."""
LAGS = 8
"""Of the Ljung–Box test; two of its degrees of freedom go to the grid."""
HEAVIEST = 64
STEPS, ACCURACY = 40, 1e-6
"""Of the search for a quantile: steps at most, and how near its probability must come."""
TINY = 1e-300


@dataclass(frozen=True)
class Regression:
    """One coefficient of K regressions on the same regressors, at each of G points of the grid."""

    centre: np.ndarray
    """The coefficient, shape (G, K)."""
    error: np.ndarray
    """Its standard error, shape (G, K)."""
    weights: np.ndarray
    """Weight of each point, shape (G, K); sums to one over the grid."""
    scale: np.ndarray
    """σ, shape (G, K)."""
    degrees_of_freedom: int
    information: np.ndarray
    """Akaike's criterion corrected for short series, shape (K,); smaller is better."""
    coefficients: np.ndarray
    """All coefficients averaged over the grid, shape (regressors, K)."""
    whiteness: np.ndarray
    """p of the Ljung–Box test on the whitened errors at the likeliest point, shape (K,)."""


@dataclass(frozen=True)
class _Whitened:
    """The inverse Cholesky factor and log determinant of one correlation matrix."""

    inverse: np.ndarray
    log_determinant: float


def regress(places: np.ndarray, regressors: np.ndarray, outcomes: np.ndarray, which: int) -> Regression:
    """Regresses K series on the same regressors and follows one coefficient over the grid.

    Parameters
    ----------
    places
        Whole numbers, ascending, shape (T,); holes are allowed.
    regressors
        Shape (T, k), of full column rank, k < T, with a constant among them.
    outcomes
        Shape (T, K).
    which
        The column of `regressors` that is followed.
    """
    count, width = regressors.shape
    freedom = count - width
    everything = np.concatenate([regressors, outcomes], axis=1)
    coefficients, squares, spread, determinant, left = [], [], [], [], []
    for white in _whitenings(tuple(int(place) for place in places)):
        turned = white.inverse @ everything
        orthogonal, upper = np.linalg.qr(turned[:, :width])
        projected = orthogonal.T @ turned[:, width:]
        remainder = turned[:, width:] - orthogonal @ projected
        row = np.linalg.solve(upper, np.eye(width))[which]
        coefficients.append(np.linalg.solve(upper, projected))
        squares.append(np.maximum(np.einsum("tk,tk->k", remainder, remainder), TINY))
        spread.append(row @ row)
        determinant.append((white.log_determinant, float(np.log(np.abs(np.diag(upper))).sum())))
        left.append(remainder)
    square = np.stack(squares)
    of_errors, of_regressors = np.array(determinant).T[:, :, None]
    restricted = -0.5 * of_errors - of_regressors - 0.5 * freedom * np.log(square)
    weights = PRIOR * np.exp(restricted - restricted.max(axis=0))
    weights /= weights.sum(axis=0)
    likelihood = -0.5 * of_errors - 0.5 * count * np.log(square / count)
    parameters = width + 3
    scale = np.sqrt(square / freedom)
    solved = np.stack(coefficients)
    return Regression(
        centre=solved[:, which, :],
        error=scale * np.sqrt(np.array(spread))[:, None],
        weights=weights,
        scale=scale,
        degrees_of_freedom=freedom,
        information=-2.0 * likelihood.max(axis=0) + 2.0 * parameters * count / max(count - parameters - 1, 1),
        coefficients=np.einsum("gk,gwk->wk", weights, solved),
        whiteness=_whiteness(np.stack(left), weights.argmax(axis=0)),
    )


def standard_error(places: np.ndarray, regressors: np.ndarray, which: int, point: int) -> float:
    """Returns the coefficient's standard error at σ = 1 at one point of the grid: how precise a design would be."""
    upper = np.linalg.qr(_whiten(np.asarray(places, float), *GRID[point]).inverse @ regressors, mode="r")
    row = np.linalg.solve(upper, np.eye(regressors.shape[1]))[which]
    return float(np.sqrt(row @ row))


def mixture_quantile(
    level: float, weights: np.ndarray, centre: np.ndarray, error: np.ndarray, freedom: np.ndarray
) -> np.ndarray:
    """The quantile of K mixtures of Student distributions; all arrays are of shape (components, K).

    Newton's steps kept within a bracket, on the heaviest components, which hold all but a trifle of the weight.
    """
    from scipy.special import gammaln, stdtr, stdtrit

    if len(weights) > HEAVIEST:
        kept = np.argpartition(-weights, HEAVIEST, axis=0)[:HEAVIEST]
        weights, centre, error, freedom = (
            np.take_along_axis(one, kept, axis=0) for one in (weights, centre, error, freedom)
        )
        weights = weights / weights.sum(axis=0)
    safe = np.maximum(error, TINY)
    ends = centre + stdtrit(freedom, level) * safe
    low, high = ends.min(axis=0), ends.max(axis=0)
    constant = gammaln(0.5 * (freedom + 1.0)) - gammaln(0.5 * freedom) - 0.5 * np.log(np.pi * freedom) - np.log(safe)
    found = np.clip((weights * ends).sum(axis=0), low, high)
    for _ in range(STEPS):
        away = (found - centre) / safe
        missing = level - (weights * stdtr(freedom, away)).sum(axis=0)
        if np.abs(missing).max() < ACCURACY:
            break
        low, high = np.where(missing > 0, found, low), np.where(missing > 0, high, found)
        density = (weights * np.exp(constant - 0.5 * (freedom + 1.0) * np.log1p(away**2 / freedom))).sum(axis=0)
        step = found + missing / np.maximum(density, TINY)
        found = np.where((step > low) & (step < high), step, 0.5 * (low + high))
    return np.asarray(found)


def _whiteness(errors: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Ljung and Box, On a measure of lack of fit in time series models, Biometrika 65 (1978)."""
    from scipy.special import chdtrc

    left = errors[point, :, np.arange(len(point))]
    count = left.shape[1]
    power = np.maximum((left**2).sum(axis=1), TINY)
    total = np.zeros(len(point))
    lags = max(min(LAGS, count // 4), 1)
    for lag in range(1, lags + 1):
        total += ((left[:, lag:] * left[:, :-lag]).sum(axis=1) / power) ** 2 / (count - lag)
    return np.asarray(chdtrc(max(lags - 2, 1), count * (count + 2) * total))


@lru_cache(maxsize=12)
def _whitenings(places: tuple[int, ...]) -> tuple[_Whitened, ...]:
    return tuple(_whiten(np.asarray(places, float), phi, share, rest) for phi, share, rest in GRID)


def _whiten(places: np.ndarray, phi: float, share: float, rest: float) -> _Whitened:
    from scipy.linalg import solve_triangular

    apart = np.abs(places[:, None] - places[None, :])
    identity = np.eye(len(places))
    if phi == WALK:
        # Means, over each period, of a walk in continuous time.
        since = places - places[0] + 1.0
        alike = np.minimum(since[:, None], since[None, :]) - 0.5 - identity / 6.0
    else:
        alike = phi**apart if phi > 0.0 else identity
    others = rest**apart if rest > 0.0 else identity
    factor = np.linalg.cholesky(share * alike + (1.0 - share) * others)
    inverse = solve_triangular(factor, identity, lower=True)
    return _Whitened(inverse, 2.0 * float(np.log(np.diag(factor)).sum()))
