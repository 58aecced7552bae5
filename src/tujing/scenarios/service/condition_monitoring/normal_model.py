"""The learned normal state: how the variables lie together, and how each instant follows from those before.

Two descriptions of the same normal rows. The static one is the principal component model of the standardised rows
(Jackson & Mudholkar 1979) with its T² and SPE. The dynamic one is a ridge vector autoregression: what it cannot
foresee is nearly white, so deviations can be accumulated over time without mistaking ordinary swings of a controlled
process for faults (Negiz & Çinar 1997; the residual of canonical variate analysis is the same idea).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tujing.scenarios.service.condition_monitoring.series import Bools, Floats

LAGS = 2
RIDGE = 0.1
"""Weight of the autoregression's penalty, per row of standardised data."""
SHRINK = 0.1
"""Share of each covariance that is replaced by its diagonal, so that few rows still give an inverse (Ledoit & Wolf)."""


@dataclass(frozen=True)
class NormalModel:
    """Everything learned from normal rows. With p variables, L lags and k components:"""

    mean: Floats
    """p"""
    scale: Floats
    """p, standard deviations"""
    loadings: Floats
    """p × k"""
    variances: Floats
    """k, of the principal components"""
    regression: Floats
    """(L·p) × p: standardised row from the L rows before it, the latest first"""
    inverse: Floats
    """p × p, inverse covariance of prediction errors"""

    @property
    def lags(self) -> int:
        return len(self.regression) // len(self.mean)

    def standardised(self, rows: Floats) -> Floats:
        return (rows - self.mean) / self.scale

    def errors(self, before: Floats, standard: Floats) -> Floats:
        """Returns standardised rows minus their one-step prediction; `before` holds the `lags` rows that precede."""
        return standard - lagged(np.vstack([before, standard]), self.lags) @ self.regression

    def t_squared(self, standard: Floats) -> Floats:
        """Hotelling's T² in the space of the principal components."""
        return np.asarray(((standard @ self.loadings) ** 2 / self.variances).sum(axis=1))

    def spe(self, standard: Floats) -> Floats:
        """Squared prediction error: what the principal components leave over (Q)."""
        rest = standard - standard @ self.loadings @ self.loadings.T
        return np.asarray((rest**2).sum(axis=1))


def fit(rows: Floats, keep: Bools | None = None) -> NormalModel:
    """Learns the normal state from `rows`; rows where `keep` is False are held out and teach nothing.

    Rows are consecutive instants; a row teaches dynamics only where all the rows it is predicted from are kept.
    """
    keep = np.ones(len(rows), dtype=bool) if keep is None else keep
    mean = rows[keep].mean(axis=0)
    scale = rows[keep].std(axis=0, ddof=1)
    # A variable may stand still in the kept part alone; then any movement counts in its own units.
    scale = np.where(scale > 1e-12 * np.maximum(1.0, np.abs(mean)), scale, 1.0)
    standard = (rows - mean) / scale
    follows = keep.copy()
    follows[:LAGS] = False
    for lag in range(1, LAGS + 1):
        follows[lag:] &= keep[:-lag]
    past, now = lagged(standard, LAGS)[follows[LAGS:]], standard[follows]
    count = past.shape[1]
    regression = np.linalg.solve(past.T @ past + RIDGE * len(past) * np.eye(count), past.T @ now)
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(standard[keep].T)))
    values, vectors = values[::-1], vectors[:, ::-1]
    components = max(1, int((values > 1.0).sum()))
    return NormalModel(
        mean=mean,
        scale=scale,
        loadings=vectors[:, :components],
        variances=np.maximum(values[:components], 1e-9),
        regression=regression,
        inverse=_inverse(now - past @ regression),
    )


def lagged(standard: Floats, lags: int) -> Floats:
    """Returns for each row from `lags` on the rows before it side by side, the latest first."""
    return np.hstack([standard[lags - lag : len(standard) - lag] for lag in range(1, lags + 1)])


def _inverse(rows: Floats) -> Floats:
    covariance = np.atleast_2d(np.cov(rows.T))
    covariance = (1 - SHRINK) * covariance + SHRINK * np.diag(np.diag(covariance))
    # A variable that its past foretells exactly leaves no error; a floor keeps the inverse finite.
    return np.asarray(np.linalg.inv(covariance + 1e-9 * np.eye(len(covariance))), dtype=float)
