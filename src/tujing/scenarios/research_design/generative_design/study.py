"""A simulated study of the motor arm: designs spread over the box, true runs, a surrogate, then the best verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tujing.scenarios.research_design.generative_design.cases import Cases
from tujing.scenarios.research_design.generative_design.plate import Plate, simulate
from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.scenarios.research_design.generative_design.surrogate import (
    Goal,
    Surrogate,
    best_known,
    observed,
    promising,
)
from tujing.scenarios.research_design.generative_design.watching import Watch

BOX = {"height": (40.0, 90.0), "thickness": (6.0, 16.0), "hole": (10.0, 28.0), "position": (0.3, 0.7)}
"""mm; position of the hole as a share of the length."""
UNITS = {"height": "mm", "thickness": "mm", "hole": "mm", "position": "1", "force": "N"}
RESULT_UNITS = {"mass": "kg", "stress": "MPa", "deflection": "mm"}
NEGLIGIBLE = 1e-4
"""Expected improvement, as a share of the best, below which a further run is not worth its time."""


@dataclass(frozen=True)
class Step:
    """One true run of the search: the best mass so far, None while nothing keeps the limits."""

    runs: int
    best: float | None


def run(inputs: Mapping[str, float], force: float) -> dict[str, float]:
    """Returns the true results of one design under `force` N across the free end."""
    response = simulate(Plate(**{name: inputs[name] for name in BOX}), (0.0, -force))
    return {"mass": response.mass, "stress": response.stress, "deflection": response.deflection}


def can_verify(cases: Cases) -> bool:
    """Whether the cases are of this arm, so that its simulation can check a candidate."""
    known = {*cases.names, *cases.fixed}
    return known == {*BOX, "force"} and set(cases.results) <= set(RESULT_UNITS)


def explore(count: int, force: float, seed: int, watch: Watch) -> Cases:
    """Returns `count` simulated designs on a Latin hypercube (fewer when `watch` says that time is up)."""
    from scipy.stats import qmc

    low, high = _bounds()
    points = qmc.scale(qmc.LatinHypercube(len(low), seed=seed).random(count), low, high)
    found = []
    for number, point in enumerate(points):
        found.append(run(dict(zip(BOX, point, strict=True)), force))
        if not watch((number + 1) / count) and number >= 24:
            break
    return Cases(
        tuple(BOX),
        points[: len(found)],
        {name: np.array([one[name] for one in found]) for name in RESULT_UNITS},
        tuple(f"R{number + 1:03d}" for number in range(len(found))),
        {**UNITS, **RESULT_UNITS},
        {"force": force},
    )


def search(
    surrogate: Surrogate, goal: Goal, runs: int, seed: int, watch: Watch
) -> tuple[Surrogate, list[Step], dict[str, tuple[float, float, float]]]:
    """Simulates the most promising design, learns from it, and again.

    Returns the surrogate, the history, and what was predicted of the last best design before it was run:
    result → (prediction, lower, upper).
    """
    low, high = _bounds()
    force = surrogate.cases.fixed["force"]
    steps = [_step(surrogate.cases, goal)]
    foretold: dict[str, tuple[float, float, float]] = {}
    for number in range(runs):
        point, gain = promising(surrogate, goal, low, high, seed + number)
        before = best_known(surrogate.cases, goal)
        if before is not None and gain < NEGLIGIBLE * abs(surrogate.cases.results[goal.objective][before]):
            break
        guesses = {name: [float(one[0]) for one in surrogate.predict(name, point[None])] for name in surrogate.models}
        results = run(dict(zip(BOX, point, strict=True)), force)
        surrogate = observed(surrogate, point, results, f"B{number + 1:03d}")
        if best_known(surrogate.cases, goal) == len(surrogate.cases.labels) - 1:
            foretold = {name: (guess[0], guess[1], guess[2]) for name, guess in guesses.items()}
        steps.append(_step(surrogate.cases, goal))
        if not watch((number + 1) / runs):
            break
    return surrogate, steps, foretold


def _step(cases: Cases, goal: Goal) -> Step:
    row = best_known(cases, goal)
    return Step(len(cases.labels), None if row is None else float(cases.results[goal.objective][row]))


def _bounds() -> tuple[Array, Array]:
    low, high = np.array(list(BOX.values())).T
    return low, high
