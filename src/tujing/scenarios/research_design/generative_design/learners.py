"""What can learn a table: a quadratic surface, a Gaussian process, boosted trees of three kinds and extra trees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tujing.scenarios.research_design.generative_design import gaussian_process
from tujing.scenarios.research_design.generative_design.stiffness import Array

GP_ROWS = 900
"""An exact process takes time with the cube of the rows; above this it learns from a spread-out part of them."""
SKEWED = 1.0
BOOSTING_SEEDS = 3
"""Boosting draws rows at random; the mean of a few runs scatters less."""
Fitted = Callable[[Array], Array]


def quadratic(inputs: Array, outputs: Array, seed: int = 0) -> Fitted:
    """Returns the plain response surface: all first and second powers and products, by least squares."""
    middle, width = inputs.mean(axis=0), inputs.std(axis=0) + 1e-12
    coefficients = np.linalg.lstsq(_terms((inputs - middle) / width), outputs, rcond=1e-10)[0]
    return lambda new: _terms((new - middle) / width) @ coefficients


def _terms(inputs: Array) -> Array:
    count = inputs.shape[1]
    products = [inputs[:, first] * inputs[:, second] for first in range(count) for second in range(first, count)]
    return np.column_stack([np.ones(len(inputs)), inputs, *products])


def _process(inputs: Array, outputs: Array, seed: int) -> Fitted:
    bend = _straighten(inputs)
    chosen = np.arange(len(inputs))
    if len(inputs) > GP_ROWS:
        chosen = np.random.default_rng(seed).choice(len(inputs), GP_ROWS, replace=False)
    fitted = gaussian_process.fit(bend(inputs[chosen]), outputs[chosen], "matern_5_2", restarts=1)
    return lambda new: fitted.predict(bend(new))[0]


def _straighten(inputs: Array) -> Fitted:
    """Returns the map that takes logarithms of those inputs that are positive and lean far to one side."""
    spread = inputs.std(axis=0) + 1e-12
    skew = (((inputs - inputs.mean(axis=0)) / spread) ** 3).mean(axis=0)
    leaning = (inputs.min(axis=0) >= 0) & (skew > SKEWED)
    typical = np.array([np.median(column[column > 0]) if (column > 0).any() else 1.0 for column in inputs.T])

    def bend(new: Array) -> Array:
        return np.where(leaning, np.log1p(np.maximum(new, 0) / typical), new)

    return bend


def _histogram_boosting(inputs: Array, outputs: Array, seed: int) -> Fitted:
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(
        max_iter=600, learning_rate=0.05, min_samples_leaf=8, max_leaf_nodes=15, early_stopping=False, random_state=seed
    )
    return _predictor(model.fit(inputs, outputs))


def _deep_boosting(inputs: Array, outputs: Array, seed: int) -> Fitted:
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(
        max_iter=800, learning_rate=0.03, min_samples_leaf=5, max_leaf_nodes=63, max_features=0.7,
        early_stopping=False, random_state=seed,
    )  # fmt: skip
    return _predictor(model.fit(inputs, outputs))


def _boosting(inputs: Array, outputs: Array, seed: int) -> Fitted:
    from sklearn.ensemble import GradientBoostingRegressor

    model = GradientBoostingRegressor(
        n_estimators=1200, learning_rate=0.035, max_depth=5, subsample=0.5, min_samples_leaf=4, max_features=0.7,
        random_state=seed,
    )  # fmt: skip
    return _predictor(model.fit(inputs, outputs))


def _extra_trees(inputs: Array, outputs: Array, seed: int) -> Fitted:
    from sklearn.ensemble import ExtraTreesRegressor

    return _predictor(ExtraTreesRegressor(200, random_state=seed).fit(inputs, outputs))


def _predictor(model: Any) -> Fitted:
    def predict(new: Array) -> Array:
        return np.asarray(model.predict(new), dtype=float)

    return predict


@dataclass(frozen=True)
class Learner:
    """`fit(inputs (n, d), outputs (n,), seed)` returns the predictor; it suits `least`–`most` rows."""

    fit: Callable[[Array, Array, int], Fitted]
    least: int = 0
    most: int = 1_000_000
    seeds: int = 1
    """How many runs the predictor in use is the mean of; one while it is only tried."""

    def final(self, inputs: Array, outputs: Array, seed: int) -> Fitted:
        """Returns the predictor to be used."""
        models = [self.fit(inputs, outputs, seed + number) for number in range(self.seeds)]
        return lambda new: np.mean([model(new) for model in models], axis=0)


LEARNERS: dict[str, Learner] = {
    "quadratic": Learner(quadratic),
    "histogram_boosting": Learner(_histogram_boosting),
    "deep_boosting": Learner(_deep_boosting, least=2_000),
    "boosting": Learner(_boosting, most=20_000, seeds=BOOSTING_SEEDS),
    "gaussian_process": Learner(_process),
    "extra_trees": Learner(_extra_trees, most=20_000),
}
"""In order of need: when time runs short the later ones are left out."""
