"""The whole method: dispatching rules, then a search on the order of operations, then CP-SAT from the best found.

Each stage starts from what the last one found, so there is a schedule from the first moment on and it only gets better.
The search is tabu search where the makespan alone matters and no machine pauses, otherwise annealing. On shops too
large to be proved, tabu search and CP-SAT's windows run side by side and exchange what they find between rounds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tujing.scenarios.production.scheduling.bound import simple_bound
from tujing.scenarios.production.scheduling.dispatch import RULES, dispatch
from tujing.scenarios.production.scheduling.rich import decoder_for
from tujing.scenarios.production.scheduling.schedule import Schedule, best
from tujing.scenarios.production.scheduling.search import Limit, anneal
from tujing.scenarios.production.scheduling.shop import ShopProblem
from tujing.scenarios.production.scheduling.tabu import TabuSearch, can_search, tabu_search

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

FIRST_RULE = "ATCS"
DISPATCH_SHARE = 0.15
TABU_STEPS = 12
"""Per operation–machine pair, before CP-SAT begins: a fixed number, so that the same seed finds the same."""
TABU_SHARE = 0.25
"""Of the time at most for these steps."""
ALONE_OPERATIONS = 1_200
"""With more operations tabu search gets `ALONE_SHARE` of the time for itself: the solver needs long to begin."""
ALONE_SHARE = 0.6
SOLVER_OPERATIONS = 3_000
"""With more the solver would not begin in time."""
READINGS_A_SECOND = 10_000
"""Of clocks: with more than this for each second left, building the model would take too much of the time."""
LNS_OPERATIONS = 240
"""With more operations CP-SAT only re-solves windows."""
ROUNDS = 3
STEPS_AT_ONCE = 16
"""Of tabu search beside the solver, between looks at what the solver found."""

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
    known: Schedule | None = None,
) -> Solved:
    """Schedules a shop within `seconds`, or less when optimality is proved earlier; `known` is where to begin."""
    run = _Run(problem, seconds, watch, known)
    run.dispatch()
    if run.is_open and can_search(problem):
        run.search_and_prove(workers, seed)
    elif run.is_open:
        provable = run.is_provable
        run.search(seed, provable)
        if run.is_open and provable:
            run.prove(workers, seed)
    return Solved(run.best, run.bound, tuple(run.trail))


class _Run:
    """Best schedule and bound so far, and the time left."""

    def __init__(self, problem: ShopProblem, seconds: float, watch: Watch, known: Schedule | None) -> None:
        self.started = time.perf_counter()
        self.problem, self.seconds, self.watch = problem, seconds, watch
        self.bound = simple_bound(problem)
        self.trail: list[tuple[float, int, int]] = []
        self.decoder = decoder_for(problem)
        self.best = known or dispatch(problem, RULES[FIRST_RULE], self.decoder)

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

    def dispatch(self) -> None:
        """The other rules, while the time lasts: on ten thousand operations each takes about a second."""
        self.look("dispatch", None)
        for rule in RULES.values():
            if self.used > DISPATCH_SHARE * self.seconds:
                break
            found = dispatch(self.problem, rule, self.decoder)
            self.look("dispatch", best([self.best, found]))

    @property
    def is_provable(self) -> bool:
        """Whether the exact model knows all that the problem has, and can be built in the time left."""
        # OR-Tools takes half a second to import: only here, when it is needed.
        from tujing.scenarios.production.scheduling.exact_model import reading_count

        # With lots an operation may begin before the one ahead ends, which the exact model does not know.
        return not self.problem.has_lots and reading_count(self.best) <= READINGS_A_SECOND * self.left

    def search(self, seed: int, provable: bool) -> None:
        """Annealing, for all the time when no proof is to follow."""
        small = provable and self._exact_pays
        share = SMALL_SEARCH_SHARE if small else LARGE_SEARCH_SHARE if provable else 1.0
        iterations = SMALL_SEARCH_ITERATIONS * self._modes if small else None
        limit = Limit(share * self.left, iterations, target=self.bound)
        self.look("search", anneal(self.best, limit, seed, lambda _, found: self.look("search", found)))

    def search_and_prove(self, workers: int, seed: int) -> None:
        """Tabu search; then CP-SAT alone on small shops, and both side by side on larger ones."""
        from tujing.scenarios.production.scheduling.exact import arc_count, prove

        count, small = len(self.problem.operations), self._exact_pays
        share = ALONE_SHARE if count > ALONE_OPERATIONS else TABU_SHARE
        if count > SOLVER_OPERATIONS:
            share = 1.0
        steps = None if count > ALONE_OPERATIONS else TABU_STEPS * self._modes
        limit = Limit(share * self.left, steps, target=self.bound)
        self.look("search", tabu_search(self.best, limit, seed, lambda _, found: self.look("search", found)))
        search = TabuSearch(self.best, seed + 1)

        def meanwhile() -> Schedule | None:
            before = search.cost
            search.advance(STEPS_AT_ONCE, self.bound)
            return search.best if search.cost < before else None

        rounds = 1 if small else ROUNDS
        while rounds and self.is_open:
            proof = prove(
                self.best,
                self.left / rounds,
                workers=workers if small else max(2, min(workers, os.cpu_count() or workers)),
                seed=seed + rounds,
                with_setups=arc_count(self.problem) <= EXACT_ARCS,
                lns_only=count > LNS_OPERATIONS,
                watch=lambda found, bound: self.look("exact", found, bound),
                meanwhile=None if small else meanwhile,
            )
            self.look("exact", proof.schedule, proof.bound)
            if self.best.cost < search.cost:
                search.learn(self.best)
            rounds -= 1

    def prove(self, workers: int, seed: int) -> None:
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
