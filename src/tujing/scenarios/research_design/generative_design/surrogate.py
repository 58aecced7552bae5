"""Gaussian processes for all results of a set of cases, and the search for better designs with them.

Constrained expected improvement: M. Schonlau, W. Welch, D. Jones 1998; J. Gardner et al., "Bayesian optimization with
inequality constraints", ICML 2014. Several candidates at once: the "believer" heuristic of D. Ginsbourger et al. 2010.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tujing.scenarios.research_design.generative_design import gaussian_process, learners, regression
from tujing.scenarios.research_design.generative_design.cases import Cases
from tujing.scenarios.research_design.generative_design.gaussian_process import GaussianProcess
from tujing.scenarios.research_design.generative_design.stiffness import Array

ROWS = 600
"""More cases than this are thinned at random: the exact process takes time with their cube."""
POOL = 4096


@dataclass(frozen=True, eq=False)
class Accuracy:
    """Of one result, each case predicted by models that have not seen it."""

    predicted: Array
    lower: Array
    upper: Array
    plain: Array
    """By a quadratic response surface in the same folds."""


@dataclass(frozen=True, eq=False)
class Surrogate:
    """One process a result; `bands` widens their deviations so that 90 % of cross-validated cases lie inside."""

    cases: Cases
    models: dict[str, GaussianProcess]
    bands: dict[str, tuple[float, float]]
    """Result → (width, usual error): half the interval is width × (deviation + usual error)."""
    accuracy: dict[str, Accuracy]

    def predict(self, name: str, inputs: Array) -> tuple[Array, Array, Array]:
        """Returns prediction, lower and upper bound of the 90 % interval."""
        mean, deviation = self.models[name].predict(inputs)
        width, usual = self.bands[name]
        half = width * (deviation + usual)
        return mean, mean - half, mean + half


@dataclass(frozen=True)
class Goal:
    """Make `objective` small (`sign` 1) or large (−1) while each limit (result, sign, value) holds: sign·x ≤ sign·v."""

    objective: str
    sign: float
    limits: tuple[tuple[str, float, float], ...]

    def holds(self, results: dict[str, float]) -> bool:
        return all(sign * results[name] <= sign * value * (1 + 1e-9 * sign) for name, sign, value in self.limits)


def learn(cases: Cases, seed: int) -> Surrogate:
    """Fits and cross-validates a process for every result."""
    rows = np.arange(len(cases.labels))
    if len(rows) > ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, ROWS, replace=False))
    models, bands, accuracy = {}, {}, {}
    for name, values in cases.results.items():
        models[name] = gaussian_process.fit(cases.inputs[rows], values[rows])
        accuracy[name], bands[name] = _validate(cases.inputs, values, models[name], seed)
    return Surrogate(cases, models, bands, accuracy)


def _validate(inputs: Array, values: Array, model: GaussianProcess, seed: int) -> tuple[Accuracy, tuple[float, float]]:
    """Returns how well cases left out are predicted, and the band that holds 90 % of them.

    The usual error stands beside the deviation, which a process of a smooth result takes for almost nothing.
    """
    predicted, deviation, plain = np.empty_like(values), np.empty_like(values), np.empty_like(values)
    for part in regression.folds(len(values), seed):
        seen = np.setdiff1d(np.arange(len(values)), part)
        if len(seen) > ROWS:
            seen = np.random.default_rng(seed).choice(seen, ROWS, replace=False)
        refitted = gaussian_process.fit(inputs[seen], values[seen], model.kernel, restarts=1)
        predicted[part], deviation[part] = refitted.predict(inputs[part])
        plain[part] = learners.quadratic(inputs[seen], values[seen])(inputs[part])
    usual = float(np.abs(values - predicted).mean()) + 1e-12 * float(np.abs(values).max())
    width = regression.conformal(np.abs(values - predicted) / (deviation + usual))
    half = width * (deviation + usual)
    return Accuracy(predicted, predicted - half, predicted + half, plain), (width, usual)


def promising(
    surrogate: Surrogate, goal: Goal, low: Array, high: Array, seed: int, caution: float = 1.0
) -> tuple[Array, float]:
    """Returns the point of the box with the greatest expected improvement, and that improvement.

    `caution` above 1 shuns designs that may break a limit: for a proposal that is built rather than simulated.
    """
    from scipy.optimize import minimize
    from scipy.stats import qmc

    pool = qmc.scale(qmc.Sobol(len(low), seed=seed).random(POOL), low, high)
    worth = _worth(surrogate, goal, pool, caution)
    start = pool[int(worth.argmax())]
    span = high - low

    def loss(share: Array) -> float:
        return -float(_worth(surrogate, goal, (low + share * span)[None], caution)[0]) / scale

    scale = max(float(worth.max()), 1e-300)
    found = minimize(loss, (start - low) / span, method="L-BFGS-B", bounds=[(0, 1)] * len(low), options={"maxiter": 30})
    better = low + np.clip(found.x, 0, 1) * span
    gain = float(_worth(surrogate, goal, better[None], caution)[0])
    return (better, gain) if gain > worth.max() else (start, float(worth.max()))


def best_known(cases: Cases, goal: Goal) -> int | None:
    """Returns the row of the best case that keeps every limit."""
    kept = np.ones(len(cases.labels), dtype=bool)
    for name, sign, value in goal.limits:
        kept &= sign * cases.results[name] <= sign * value
    if not kept.any():
        return None
    return int(np.where(kept, goal.sign * cases.results[goal.objective], np.inf).argmin())


def _worth(surrogate: Surrogate, goal: Goal, inputs: Array, caution: float) -> Array:
    """Expected improvement times the chance that the limits hold; without a feasible case, that chance alone."""
    from scipy.special import ndtr

    chance = np.ones(len(inputs))
    for name, sign, value in goal.limits:
        mean, deviation = surrogate.models[name].predict(inputs)
        chance *= ndtr(sign * (value - mean) / deviation) ** caution
    row = best_known(surrogate.cases, goal)
    if row is None:
        return chance
    mean, deviation = surrogate.models[goal.objective].predict(inputs)
    gain = goal.sign * (surrogate.cases.results[goal.objective][row] - mean)
    score = gain / deviation
    density = np.exp(-(score**2) / 2) / np.sqrt(2 * np.pi)
    worth: Array = chance * (gain * ndtr(score) + deviation * density)
    return np.maximum(worth, 0)


def believe(surrogate: Surrogate, at: Array, label: str) -> Surrogate:
    """Returns the surrogate as if its own prediction at (d,) had been observed there, to look elsewhere next."""
    results = {name: float(surrogate.predict(name, at[None])[0][0]) for name in surrogate.models}
    return observed(surrogate, at, results, label)


def observed(surrogate: Surrogate, at: Array, results: dict[str, float], label: str) -> Surrogate:
    """Returns the surrogate with one more true case; its parameters stay until the next `learn`."""
    cases = surrogate.cases.more(at[None], results, label)
    return Surrogate(cases, _updated(surrogate, cases), surrogate.bands, surrogate.accuracy)


def _updated(surrogate: Surrogate, cases: Cases) -> dict[str, GaussianProcess]:
    kept = slice(-ROWS, None)
    return {
        name: gaussian_process.conditioned(model, cases.inputs[kept], cases.results[name][kept])
        for name, model in surrogate.models.items()
    }
