"""Solves a routing problem with PyVRP, one seed a core.

PyVRP's iterated local search runs on one core. Here several runs with different seeds race, each in a process of its
own that is forked with the model already built; the best plan wins. Every plan is driven again in the user's own units
before it leaves this module.

Source: Wouda, Lan, Kool, "PyVRP: a high-performance VRP solver package", INFORMS Journal on Computing 36 (2024).
"""

from __future__ import annotations

import multiprocessing
import os
import time
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from tujing.scenarios.supply_chain.distribution.pyvrp_model import Model
from tujing.scenarios.supply_chain.distribution.routing import Plan, Route, RoutingProblem, drive
from tujing.scenarios.supply_chain.distribution.search import Result, Run, Watch

HELPERS_YIELD = 19
MARGIN = 0.15
"""Seconds kept back for building tables."""


@dataclass(frozen=True)
class Found:
    """What a search came to; `trail` is (seconds, best cost)."""

    plan: Plan | None
    trail: tuple[tuple[float, float], ...]
    rounds: int


def solve(problem: RoutingProblem, seconds: float, seed: int, workers: int, watch: Watch) -> Found:
    """Searches for `seconds` on up to `workers` cores and returns the best plan found.

    Customers that must be visited but fit into no plan are left out, as few as possible; `Plan.left_out` names them.
    """
    if not problem.stops and not problem.pairs:
        return Found(Plan(problem, ()), (), 0)
    started = time.perf_counter()
    deadline = started + max(0.2, seconds - MARGIN)
    model = Model(problem)
    count = max(1, min(workers, _cores()))
    runs = [Run(model, started, deadline, seed + 7919 * number) for number in range(count)]
    helpers = _Helpers(runs[1:])
    try:
        first = runs[0].go(watch)
        results = [first, *helpers.results(deadline + 1.0, watch)]
    finally:
        helpers.stop()
    ranked = sorted((result for result in results if result.routes is not None), key=lambda result: result.rank)
    rounds = sum(result.rounds for result in results)
    trail = tuple(sorted((moment, cost) for result in results for moment, cost in result.trail))
    if not ranked or ranked[0].routes is None:
        return Found(None, trail, rounds)
    routes = tuple(drive(problem, vehicle, calls, start) for vehicle, start, calls in ranked[0].routes)
    return Found(Plan(problem, routes), trail, rounds)


def _cores() -> int:
    """The cores that this process may use, which a container may have limited."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Helpers:
    """Further runs in forked processes. Where the system cannot fork there are none."""

    def __init__(self, runs: list[Run]) -> None:
        self.processes: list[tuple[Any, Connection]] = []
        if "fork" not in multiprocessing.get_all_start_methods():
            return
        context = multiprocessing.get_context("fork")
        for run in runs:
            ours, theirs = context.Pipe(duplex=False)
            # Not marked as daemon: a worker that is one itself may not have such children. `stop` ends them.
            process = context.Process(target=_helper, args=(run, theirs, os.getpid()), daemon=False)
            process.start()
            theirs.close()
            self.processes.append((process, ours))

    def results(self, deadline: float, watch: Watch) -> list[Result]:
        found = []
        for _, pipe in self.processes:
            while not pipe.poll(0.1) and time.perf_counter() < deadline:
                watch(1.0, None)
            try:
                if pipe.poll():
                    found.append(pipe.recv())
            except EOFError:
                continue  # killed from outside: the others' results stand
        return found

    def stop(self) -> None:
        for process, pipe in self.processes:
            process.kill()
            process.join()
            pipe.close()


def _helper(run: Run, pipe: Connection, parent: int) -> None:
    # Where cores are scarce the first run keeps its share: the others are a bonus, and must not slow it down.
    os.nice(HELPERS_YIELD)

    def alive(share: float, cost: float | None) -> None:
        if os.getppid() != parent:
            os._exit(1)

    pipe.send(run.go(alive))
    pipe.close()
    # Skips what the parent registered to do at its own end.
    os._exit(0)


def tightened(problem: RoutingProblem, routes: tuple[Route, ...], tolerance: float) -> RoutingProblem:
    """Returns the problem in which no route may last longer than (1 + tolerance) × the mean of the given ones."""
    mean = sum(route.duration for route in routes) / len(routes)
    longest = mean * (1 + tolerance)
    vehicles = tuple(replace(v, max_duration=min(v.max_duration, longest)) for v in problem.vehicles)
    return replace(problem, vehicles=vehicles)
