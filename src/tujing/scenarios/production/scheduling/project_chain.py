"""A project's whole method: priority rules, then a genetic search, and beside it CP-SAT from the best found."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tujing.scenarios.production.scheduling.project import Project, ProjectSchedule
from tujing.scenarios.production.scheduling.project_search import POPULATION, Evolution, priority_rules
from tujing.scenarios.production.scheduling.solver import POLL_SECONDS, drive, on_solution

SEARCH_SHARE = 0.25
"""Of the time at most for the first population."""
CHILDREN_AT_ONCE = 4
STALLED = 1_000
"""Children without a better schedule after which the cores are left to the solver, until it finds a better one."""
CLOSING_SECONDS = 0.1

Stage = Literal["dispatch", "search", "exact"]
Watch = Callable[[Stage, float, ProjectSchedule, int], None]
"""Called often with stage, share of the time used, best schedule and bound; may raise to stop everything."""


@dataclass(frozen=True)
class SolvedProject:
    """A schedule, its bound, the rule that a planner would use and its schedule, and how it came about."""

    schedule: ProjectSchedule
    bound: int
    rule: str
    plain: ProjectSchedule
    trail: tuple[tuple[float, int, int], ...]

    @property
    def optimal(self) -> bool:
        return self.schedule.makespan == self.bound


def solve_project(
    project: Project,
    seconds: float,
    *,
    workers: int = 4,
    seed: int = 0,
    watch: Watch = lambda stage, share, schedule, bound: None,
) -> SolvedProject:
    """Schedules a project within `seconds`, or less when optimality is proved earlier."""
    started = time.perf_counter()
    rule, plain = min(priority_rules(project).items(), key=lambda item: item[1].makespan)
    best, bound = plain, project.bound
    trail: list[tuple[float, int, int]] = []

    def look(stage: Stage, found: ProjectSchedule, proved: int) -> None:
        nonlocal best, bound
        if found.makespan < best.makespan:
            best = found
        bound = min(max(bound, proved), best.makespan)
        used = time.perf_counter() - started
        if not trail or trail[-1][1:] != (best.makespan, bound):
            trail.append((used, best.makespan, bound))
        watch(stage, min(1.0, used / seconds), best, bound)

    look("dispatch", plain, 0)
    evolution = Evolution(best, seed)
    while len(evolution.people) < POPULATION and best.makespan > bound:
        look("search", evolution.advance(1), 0)
        if time.perf_counter() - started > SEARCH_SHARE * seconds:
            break
    left = seconds - CLOSING_SECONDS - (time.perf_counter() - started)
    if best.makespan > bound and left > 0:
        _prove(evolution, best, left, workers, seed, lambda found, proved: look("exact", found, proved))
    return SolvedProject(best, bound, rule, plain, tuple(trail))


def _prove(
    evolution: Evolution,
    incumbent: ProjectSchedule,
    seconds: float,
    workers: int,
    seed: int,
    watch: Callable[[ProjectSchedule, int], None],
) -> None:
    """Runs CP-SAT with one cumulative constraint a resource, hinted with the incumbent; the evolution goes on beside.

    The genetic search is ahead on scarce resources, the solver on the rest, and only it proves.
    """
    from ortools.sat.python import cp_model

    project, limit = incumbent.project, incumbent.makespan
    model = cp_model.CpModel()
    starts = []
    for number, (head, tail) in enumerate(zip(project.heads, project.tails, strict=True)):
        starts.append(model.new_int_var(head, limit - tail, ""))
        model.add_hint(starts[number], incumbent.start[number])
    makespan = model.new_int_var(project.bound, limit, "")
    model.add_hint(makespan, limit)
    for number, task in enumerate(project.tasks):
        for other in task.successors:
            model.add(starts[other] >= starts[number] + task.duration)
        if not task.successors:
            model.add(makespan >= starts[number] + task.duration)
    for kind, capacity in enumerate(project.capacities):
        users = [number for number, task in enumerate(project.tasks) if task.needs[kind] and task.duration]
        intervals = [model.new_fixed_size_interval_var(starts[one], project.tasks[one].duration, "") for one in users]
        model.add_cumulative(intervals, [project.tasks[one].needs[kind] for one in users], capacity)
    model.minimize(makespan)

    found: list[ProjectSchedule] = [incumbent]
    proved = [0]

    def keep(solution: Any) -> None:
        found.append(ProjectSchedule(project, tuple(solution.value(start) for start in starts)))

    def raise_bound(value: float) -> None:
        if math.isfinite(value):
            proved[0] = max(proved[0], math.ceil(value - 1e-6))

    def tick() -> bool:
        evolution.learn(found[-1])
        if evolution.idle < STALLED:
            bred = evolution.advance(CHILDREN_AT_ONCE)
        else:
            bred = evolution.best
            time.sleep(POLL_SECONDS)
        better = min(found[-1], bred, key=lambda one: one.makespan)
        watch(better, proved[0])
        return better.makespan > proved[0]

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.best_bound_callback = raise_bound
    status = drive(solver, model, on_solution(keep), tick, wait=0.0)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise_bound(solver.best_objective_bound)
    tick()
