"""Predicts one result from inputs: Gaussian process, tree ensembles and a quadratic, weighed by cross-validation.

Every learner predicts each row from a model that has not seen it; non-negative weights that sum to one are fitted to
these predictions (L. Breiman, "Stacked regressions", Machine Learning 24, 1996). The interval is conformal: the
quantile of the left-out residuals, each divided by the spread that a forest expects there (J. Lei et al., J. Amer.
Statist. Assoc. 113, 2018), so it is wide where the data scatter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tujing.scenarios.research_design.generative_design import gaussian_process
from tujing.scenarios.research_design.generative_design.stiffness import Array

GP_ROWS = 900
"""An exact process takes time with the cube of the rows; above this it learns from a spread-out part of them."""
COVERAGE = 0.9
SKEWED = 1.0
Fitted = Callable[[Array], Array]
Learner = Callable[[Array, Array, int], Fitted]


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


def _boosting(inputs: Array, outputs: Array, seed: int) -> Fitted:
    from sklearn.ensemble import GradientBoostingRegressor

    model = GradientBoostingRegressor(
        n_estimators=600, learning_rate=0.05, max_depth=5, subsample=0.5, min_samples_leaf=4, max_features=0.7,
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


LEARNERS: dict[str, Learner] = {
    "quadratic": quadratic,
    "histogram_boosting": _histogram_boosting,
    "boosting": _boosting,
    "gaussian_process": _process,
    "extra_trees": _extra_trees,
}
"""In order of need: when time runs short the later ones are left out."""


@dataclass(frozen=True, eq=False)
class Stack:
    """A fitted predictor. Left-out predictions and intervals are of the rows it was made from."""

    weights: dict[str, float]
    left_out: Array
    lower: Array
    upper: Array
    plain: Array
    """Left-out predictions of the quadratic response surface, in the same folds."""
    rmse: dict[str, float]
    """Left-out error of each learner."""
    models: dict[str, Fitted]
    spread: Fitted
    quantile: float
    skipped: tuple[str, ...]

    def predict(self, inputs: Array) -> tuple[Array, Array, Array]:
        """Returns prediction, lower and upper bound of the 90 % interval."""
        middle = np.sum([self.weights[name] * model(inputs) for name, model in self.models.items()], axis=0)
        half = self.quantile * self.spread(inputs)
        return middle, middle - half, middle + half


def folds(count: int, seed: int, parts: int = 5) -> list[Any]:
    """Returns the row numbers of each part, at random."""
    return np.array_split(np.random.default_rng(seed).permutation(count), parts)


def fit(inputs: Array, outputs: Array, seed: int, more: Callable[[float], bool]) -> Stack:
    """Fits the stack to (n, d) inputs and (n,) outputs.

    `more(share)` is told how far it is and says whether there is time for a further learner.
    """
    parts = folds(len(outputs), seed)
    left_out: dict[str, Array] = {}
    skipped = []
    steps = len(LEARNERS) * (len(parts) + 1) + 1
    done = 0
    for name, learner in LEARNERS.items():
        if not more(done / steps) and len(left_out) >= 2:
            skipped.append(name)
            continue
        column = np.empty(len(outputs))
        complete = True
        for part in parts:
            seen = np.setdiff1d(np.arange(len(outputs)), part)
            column[part] = learner(inputs[seen], outputs[seen], seed)(inputs[part])
            done += 1
            if not more(done / steps) and len(left_out) >= 2:
                complete = False
                break
        if complete:
            left_out[name] = column
        else:
            skipped.append(name)
    weights = _weigh(left_out, outputs)
    models = {}
    for name, weight in weights.items():
        if weight > 0:
            models[name] = LEARNERS[name](inputs, outputs, seed)
        done += 1
        more(min(1.0, done / steps))
    middle = np.sum([weight * left_out[name] for name, weight in weights.items()], axis=0)
    spread, expected = _spread(inputs, np.abs(outputs - middle), seed)
    scores = np.sort(np.abs(outputs - middle) / expected)
    rank = min(len(scores) - 1, int(np.ceil(COVERAGE * (len(scores) + 1))) - 1)
    half = scores[rank] * expected
    errors = {name: float(np.sqrt(np.mean((column - outputs) ** 2))) for name, column in left_out.items()}
    return Stack(
        weights, middle, middle - half, middle + half, left_out["quadratic"], errors, models, spread,
        float(scores[rank]), tuple(skipped),
    )  # fmt: skip


def _weigh(left_out: dict[str, Array], outputs: Array) -> dict[str, float]:
    from scipy.optimize import nnls

    matrix = np.stack(list(left_out.values()), axis=1)
    weight = 1e3 * float(np.abs(outputs).max() + 1)  # a heavy row makes the weights sum to one
    solved = nnls(np.vstack([matrix, np.full(len(left_out), weight)]), np.append(outputs, weight))[0]
    solved = np.where(solved < 0.02, 0, solved)
    return {name: float(one) for name, one in zip(left_out, solved / solved.sum(), strict=True)}


def _spread(inputs: Array, residuals: Array, seed: int) -> tuple[Fitted, Array]:
    """Returns what error to expect anywhere, and at the rows themselves from trees that have not seen them."""
    from sklearn.ensemble import RandomForestRegressor

    typical = float(residuals.mean()) or 1e-12
    if len(residuals) < 60:
        return lambda new: np.full(len(new), typical), np.full(len(residuals), typical)
    leaf = max(10, len(residuals) // 100)
    forest = RandomForestRegressor(200, min_samples_leaf=leaf, oob_score=True, bootstrap=True, random_state=seed)
    forest.fit(inputs, residuals)

    def spread(new: Array) -> Array:
        return np.asarray(forest.predict(new), dtype=float) + 0.1 * typical

    return spread, np.asarray(forest.oob_prediction_, dtype=float) + 0.1 * typical
