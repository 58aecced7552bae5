"""The whole method: dispatching rules, then annealing, then CP-SAT from the best found.

Each stage starts from what the last one found, so there is a schedule from the first moment on and it only gets better.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tujing.scenarios.production.scheduling.bound import simple_bound
from tujing.scenarios.production.scheduling.decode import Decoder
from tujing.scenarios.production.scheduling.dispatch import RULES, dispatch
from tujing.scenarios.production.scheduling.schedule import Schedule, best
from tujing.scenarios.production.scheduling.search import Limit, anneal
from tujing.scenarios.production.scheduling.shop import ShopProblem

CLOSING_SECONDS = 0.1
"""Kept back for the solver to stop in."""
EXACT_ARCS = 2_500
"""Up to so many set-up arcs CP-SAT finds better schedules itself; with more it is only asked for a bound."""
EXACT_MODES = 350
"""Up to so many operation–machine pairs CP-SAT gets most of the time; with more, annealing does."""
SMALL_SEARCH_SHARE = 0.3
LARGE_SEARCH_SHARE = 0.85
SMALL_SEARCH_ITERATIONS = 300
"""Per operation–machine pair, where CP-SAT follows: a fixed number, so that the same seed finds the same."""

Stage = Literal["dispatch", "search", "exact"]
Watch = Callable[[Stage, float, Schedule, int], None]
"""Called often with stage, share of the time used, best schedule and bound; may raise to stop everything."""


@dataclass(frozen=True)
class Solved:
    """A schedule with what is known about it."""

    schedule: Schedule
    bound: int
    """No schedule costs less."""
    trail: tuple[tuple[float, int, int], ...]
    """Seconds, cost and bound each time either became better."""

    @property
    def optimal(self) -> bool:
        return self.schedule.cost == self.bound


def solve(
    problem: ShopProblem,
    seconds: float,
    *,
    workers: int = 4,
    seed: int = 0,
    watch: Watch = lambda stage, share, schedule, bound: None,
) -> Solved:
    """Schedules a shop within `seconds`, or less when optimality is proved earlier."""
    run = _Run(problem, seconds, watch)
    run.look("dispatch", run.best)
    if run.is_open:
        run.search(seed)
    if run.is_open:
        run.prove(workers, seed)
    return Solved(run.best, run.bound, tuple(run.trail))


class _Run:
    """Best schedule and bound so far, and the time left."""

    def __init__(self, problem: ShopProblem, seconds: float, watch: Watch) -> None:
        self.started = time.perf_counter()
        self.problem, self.seconds, self.watch = problem, seconds, watch
        self.bound = simple_bound(problem)
        self.trail: list[tuple[float, int, int]] = []
        decoder = Decoder(problem)
        self.best = best([dispatch(problem, rule, decoder) for rule in RULES.values()])

    @property
    def used(self) -> float:
        return time.perf_counter() - self.started

    @property
    def left(self) -> float:
        return self.seconds - CLOSING_SECONDS - self.used

    @property
    def is_open(self) -> bool:
        """Whether there is time left to find something better, or to prove that there is nothing."""
        return self.best.cost > self.bound and self.left > 0

    def look(self, stage: Stage, found: Schedule | None, bound: int = 0) -> None:
        if found is not None and found.cost < self.best.cost:
            self.best = found
        self.bound = min(max(self.bound, bound), self.best.cost)
        if not self.trail or self.trail[-1][1:] != (self.best.cost, self.bound):
            self.trail.append((self.used, self.best.cost, self.bound))
        self.watch(stage, min(1.0, self.used / self.seconds), self.best, self.bound)

    def search(self, seed: int) -> None:
        share = SMALL_SEARCH_SHARE if self._exact_pays else LARGE_SEARCH_SHARE
        iterations = SMALL_SEARCH_ITERATIONS * self._modes if self._exact_pays else None
        limit = Limit(share * self.left, iterations, target=self.bound)
        self.look("search", anneal(self.best, limit, seed, lambda _, found: self.look("search", found)))

    def prove(self, workers: int, seed: int) -> None:
        # OR-Tools takes half a second to import: only here, when it is needed.
        from tujing.scenarios.production.scheduling.exact import arc_count, prove

        proof = prove(
            self.best,
            self.left,
            workers=workers,
            seed=seed,
            with_setups=arc_count(self.problem) <= EXACT_ARCS,
            watch=lambda found, bound: self.look("exact", found, bound),
        )
        self.look("exact", proof.schedule, proof.bound)

    @property
    def _exact_pays(self) -> bool:
        from tujing.scenarios.production.scheduling.exact import arc_count

        return arc_count(self.problem) <= EXACT_ARCS and self._modes <= EXACT_MODES

    @property
    def _modes(self) -> int:
        return sum(len(operation.modes) for _, operation in self.problem.operations)
