"""What a factory does today: single values against three sigma, and a plain forest where it tries to predict."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tujing.scenarios.production.quality_inspection.spc.constants import d2
from tujing.scenarios.production.quality_inspection.spc.series import Floats, Series


def three_sigma(series: Series) -> NDArray[np.int64]:
    """Returns the positions of the subgroups with a single value beyond three sigma of the trial phase.

    Counts have no single values; their share is held against its own three sigma.
    """
    if len(series.counts):
        rate = series.counts[series.trial].sum() / series.sizes[series.trial].sum()
        sigma = np.sqrt(rate * (1 - rate) / series.sizes)
        return np.flatnonzero(np.abs(series.counts / series.sizes - rate) > 3 * sigma).astype(np.int64)
    base = np.concatenate([group for group, used in zip(series.groups, series.trial, strict=True) if used])
    sigma = float(np.mean(np.abs(np.diff(base)))) / d2(2)
    beyond = [bool(np.any(np.abs(group - base.mean()) > 3 * sigma)) for group in series.groups]
    return np.flatnonzero(beyond).astype(np.int64)


def plain_forest(inputs: Floats, labels: np.ndarray, seed: int) -> np.ndarray:
    """Returns out-of-fold votes (rows × classes) of a random forest with its default settings, gaps filled with 0."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(min(5, int(np.bincount(labels).min())), shuffle=True, random_state=seed)
    forest = RandomForestClassifier(100, random_state=seed, n_jobs=1)
    votes = cross_val_predict(forest, np.nan_to_num(inputs), labels, cv=folds, method="predict_proba")
    return np.asarray(votes)
