"""Solves a facility location problem by the method that fits its size."""

from __future__ import annotations

import math

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.supply_chain.distribution.lagrangian import solve_lagrangian
from tujing.scenarios.supply_chain.distribution.location import Location, LocationProblem, Watch, check_solvable
from tujing.scenarios.supply_chain.distribution.location_exact import solve_strong, transport

SMALL_PAIRS = 6_000
"""Up to as many facility–customer pairs the strong model on HiGHS is the quickest."""


def place(problem: LocationProblem, seconds: float, watch: Watch) -> Location:
    """Returns the best plan found in time; `optimal` when proved.

    Raises
    ------
    BadInput
        When no plan can exist, or none was found in the time given.
    """
    check_solvable(problem)
    m, n = problem.size
    if m * n <= SMALL_PAIRS:
        found = solve_strong(problem, seconds, watch)
    elif problem.single_source:
        found = _single_source(problem, seconds, watch)
    else:
        found = solve_lagrangian(problem, seconds, watch)
    if found is None:
        raise refuse(
            "no_plan_in_time",
            "在给定时间内没有找到可行方案，请延长时间或放宽条件。",
            "No plan was found in the time given; allow more time or relax the conditions.",
        )
    return found


def _single_source(problem: LocationProblem, seconds: float, watch: Watch) -> Location | None:
    """Bounds by the divisible problem, then gives HiGHS the facilities that it opens and a few more."""
    divisible = LocationProblem(
        **{name: getattr(problem, name) for name in problem.__dataclass_fields__ if name != "single_source"}
    )
    relaxed = solve_lagrangian(divisible, seconds * 0.4, lambda share, best, bound: watch(share * 0.4, math.inf, bound))
    if relaxed is None:
        return None
    spare = np.argsort(problem.fixed / np.maximum(problem.capacity, 1e-12))
    near = relaxed.open | problem.required
    near[[i for i in spare if problem.allowed[i] and not near[i]][: max(2, int(near.sum()) // 4)]] = True
    found = solve_strong(
        problem, seconds * 0.6, lambda share, best, bound: watch(0.4 + share * 0.6, best, relaxed.bound), allowed=near
    )
    if found is None:
        return None
    optimal = found.cost <= relaxed.bound + 1e-9 * abs(relaxed.bound)
    return Location(problem, found.open, found.share, relaxed.bound, optimal)


def cheapest_site(problem: LocationProblem) -> Location:
    """The plan of today: opens the sites that cost least a unit of capacity until all demand is held, then serves.

    Takes further sites in the same order while some customer cannot be served.
    """
    order = [int(i) for i in np.argsort(problem.fixed / np.maximum(problem.capacity, 1e-12)) if problem.allowed[i]]
    open_ = problem.required.copy()
    for i in order:
        enough = problem.capacity[open_].sum() >= problem.demand.sum() and np.isfinite(problem.cost[open_]).any(0).all()
        share = transport(problem, open_) if enough else None
        if share is not None:
            break
        open_[i] = True
    else:
        share = transport(problem, open_)
    return Location(problem, open_, np.zeros(problem.size) if share is None else share, -math.inf, False)
