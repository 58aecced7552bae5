"""Predicts one result from inputs: Gaussian process, tree ensembles and a quadratic, weighed by cross-validation.

Every learner predicts each row from a model that has not seen it; non-negative weights that sum to one are fitted to
these predictions (L. Breiman, "Stacked regressions", Machine Learning 24, 1996). The interval is conformal: the
quantile of the left-out residuals, each divided by the spread that a forest expects there (J. Lei et al., J. Amer.
Statist. Assoc. 113, 2018), so it is wide where the data scatter.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from tujing.scenarios.research_design.generative_design.learners import LEARNERS, Fitted, Learner
from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.scenarios.research_design.generative_design.watching import Watch

COVERAGE = 0.9
SPREAD_ROWS = 5_000
"""The forest that says where the data scatter needs no more rows than this."""
ENOUGH = 2
"""Learners that are tried whatever the time, so that there is something to weigh."""


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


def fit(inputs: Array, outputs: Array, seed: int, watch: Watch) -> Stack:
    """Fits the stack to (n, d) inputs and (n,) outputs; learners for which `watch` leaves no time are skipped."""
    parts = folds(len(outputs), seed)
    suited = {name: one for name, one in LEARNERS.items() if one.least <= len(outputs) <= one.most}
    left_out: dict[str, Array] = {}
    skipped = []
    steps = len(suited) * (len(parts) + 1) + 1
    for number, (name, learner) in enumerate(suited.items()):
        done = number * len(parts)
        needed = len(left_out) < ENOUGH
        column = None
        if watch(done / steps) or needed:
            column = _left_out(learner, inputs, outputs, parts, seed, watch, (done, steps), needed)
        if column is None:
            skipped.append(name)
        else:
            left_out[name] = column
    weights = _weigh(left_out, outputs)
    models = {}
    for number, (name, weight) in enumerate(weights.items()):
        if weight > 0:
            models[name] = suited[name].final(inputs, outputs, seed)
        watch((len(suited) * len(parts) + number + 1) / steps)
    middle = np.sum([weight * left_out[name] for name, weight in weights.items()], axis=0)
    spread, expected = _spread(inputs, np.abs(outputs - middle), seed)
    quantile = conformal(np.abs(outputs - middle) / expected)
    half = quantile * expected
    errors = {name: float(np.sqrt(np.mean((column - outputs) ** 2))) for name, column in left_out.items()}
    return Stack(
        weights, middle, middle - half, middle + half, left_out["quadratic"], errors, models, spread,
        quantile, tuple(skipped),
    )  # fmt: skip


def conformal(scores: Array) -> float:
    """Returns the score below which a new case lies with 90 % chance, from (n,) scores of left-out cases."""
    rank = min(len(scores) - 1, int(np.ceil(COVERAGE * (len(scores) + 1))) - 1)
    return float(np.sort(scores)[rank])


def _left_out(
    learner: Learner, inputs: Array, outputs: Array, parts: list[Any], seed: int, watch: Watch, at: tuple[int, int],
    needed: bool,
) -> Array | None:  # fmt: skip
    """Returns every row predicted by a model that has not seen it; None when the time does not suffice.

    `at` is how many of how many steps are done. The first part tells how long the others and the final fit will take.
    """
    column = np.empty(len(outputs))
    started = time.perf_counter()
    for number, part in enumerate(parts):
        seen = np.setdiff1d(np.arange(len(outputs)), part)
        column[part] = learner.fit(inputs[seen], outputs[seen], seed)(inputs[part])
        watch((at[0] + number + 1) / at[1])
        each = (time.perf_counter() - started) / (number + 1)
        if not needed and each * (len(parts) - number - 1) > watch.left():
            return None
    return column


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
    rows = np.random.default_rng(seed).permutation(len(residuals))[:SPREAD_ROWS]
    leaf = max(10, len(rows) // 100)
    forest = RandomForestRegressor(200, min_samples_leaf=leaf, oob_score=True, bootstrap=True, random_state=seed)
    forest.fit(inputs[rows], residuals[rows])

    def spread(new: Array) -> Array:
        return np.asarray(forest.predict(new), dtype=float) + 0.1 * typical

    expected = spread(inputs)
    expected[rows] = np.asarray(forest.oob_prediction_, dtype=float) + 0.1 * typical
    return spread, expected
