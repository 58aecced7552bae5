"""CP-SAT on the exact model: proves a schedule optimal, bounds it from below, or finds a better one."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from tujing.scenarios.production.scheduling.bound import simple_bound
from tujing.scenarios.production.scheduling.exact_model import ExactModel
from tujing.scenarios.production.scheduling.rich import decoder_for
from tujing.scenarios.production.scheduling.schedule import Schedule, best
from tujing.scenarios.production.scheduling.shop import ShopProblem
from tujing.scenarios.production.scheduling.solver import POLL_SECONDS, drive, on_solution

Watch = Callable[[Schedule | None, int], None]
"""Called with a better schedule, if there is one, and the bound; may raise to stop the solver."""


@dataclass(frozen=True)
class Proof:
    """What the solver can say."""

    schedule: Schedule
    """The best known: the incumbent, or a better one."""
    bound: int
    """No schedule costs less."""


def prove(
    incumbent: Schedule,
    seconds: float,
    *,
    workers: int = 4,
    seed: int = 0,
    with_setups: bool = True,
    lns_only: bool = False,
    watch: Watch = lambda found, bound: None,
    meanwhile: Callable[[], Schedule | None] | None = None,
) -> Proof:
    """Runs CP-SAT from an incumbent until it is proved optimal or `seconds` are over, building the model included.

    With `lns_only` it re-solves windows around the incumbent and hardly works on the bound. `meanwhile` is called again
    and again in the caller's thread while the solver runs in its own; it does a little work and may return a better
    schedule, which is reported but does not reach the solver any more.

    Without set-ups the model is a relaxation: its bound holds, and its solutions are decoded with the set-ups put back.
    """
    started = time.perf_counter()
    model = ExactModel(incumbent, with_setups)
    seconds -= time.perf_counter() - started
    if seconds <= 0:
        return Proof(incumbent, simple_bound(incumbent.problem))
    return _Solve(model, incumbent).run(seconds, workers, seed, watch, lns_only, meanwhile)


def arc_count(problem: ShopProblem) -> int:
    """Returns how many pairs of operations set-ups add to the model, which decides whether it can be solved."""
    on_machine = [0] * len(problem.machines)
    for _, operation in problem.operations:
        for mode in operation.modes:
            on_machine[mode.machine] += 1
    return sum(
        count * count
        for count, machine in zip(on_machine, problem.machines, strict=True)
        if any(machine.setups.values())
    )


def as_started(problem: ShopProblem, order: list[int], choice: list[int], start: list[int]) -> Schedule:
    """Returns the schedule of the starts given; they must leave room for everything."""
    end, setup, before = [0] * len(order), [0] * len(order), [-1] * len(order)
    last: dict[int, int] = {}
    for number in order:
        mode = problem.operations[number][1].modes[choice[number]]
        machine = problem.machines[mode.machine]
        if mode.machine in last:
            before[number] = last[mode.machine]
            family = problem.operations[before[number]][1].modes[choice[before[number]]].family
            setup[number] = machine.setups.get((family, mode.family), 0)
        last[mode.machine] = number
        end[number] = start[number] + mode.duration
        if machine.calendar is not None:
            end[number] = machine.calendar.end_at(machine.calendar.worked(start[number]) + mode.duration)
    figures = (order, choice, start, end, setup, before)
    return Schedule(problem, *(tuple(one) for one in figures))


class _Solve:
    """The solver in a thread of its own, so that progress is reported, and stopping asked for, from the caller's."""

    def __init__(self, model: ExactModel, incumbent: Schedule) -> None:
        self.model, self.best = model, incumbent
        self.decoder = decoder_for(incumbent.problem)
        self.bound = simple_bound(incumbent.problem)
        self.found: list[tuple[list[int], list[int], list[int]]] = []
        self.status: Any = cp_model.UNKNOWN
        self.solver = cp_model.CpSolver()

    def _keep(self, solution: Any) -> None:
        """Keeps order and modes; decoding waits for the other thread."""
        starts, choice = [], []
        for spans in self.model.spans:
            taken = [
                (span, mode)
                for span in spans
                for mode, literal in span.modes.items()
                if isinstance(literal, int) or solution.boolean_value(literal)
            ]
            ((span, mode),) = taken
            begin = solution.value(span.start)
            starts.append(begin if span.clock is None else span.clock.start_at(begin))
            choice.append(mode)
        modes = [self.model.problem.operations[number][1].modes[mode] for number, mode in enumerate(choice)]
        order = sorted(range(len(starts)), key=lambda number: (starts[number], modes[number].duration > 0, number))
        self.found.append((order, choice, starts))

    def run(
        self,
        seconds: float,
        workers: int,
        seed: int,
        watch: Watch,
        lns_only: bool = False,
        meanwhile: Callable[[], Schedule | None] | None = None,
    ) -> Proof:
        self.solver.parameters.max_time_in_seconds = seconds
        self.solver.parameters.num_workers = workers
        self.solver.parameters.random_seed = seed
        self.solver.parameters.use_lns_only = lns_only
        self.solver.best_bound_callback = self._raise_bound

        def tick() -> bool:
            own = None if meanwhile is None else meanwhile()
            if own is not None and own.cost < self.best.cost:
                self.best = own
            watch(self._better() or own, self.bound)
            return self.best.cost > self.bound or meanwhile is None

        self.status = drive(
            self.solver, self.model.model, on_solution(self._keep), tick, 0.0 if meanwhile else POLL_SECONDS
        )
        if self.status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._raise_bound(self.solver.best_objective_bound)
        better = self._better()
        watch(better, self.bound)
        return Proof(self.best, min(self.bound, self.best.cost))

    def _raise_bound(self, value: float) -> None:
        if math.isfinite(value):
            self.bound = max(self.bound, self.model.value_of(value))

    def _better(self) -> Schedule | None:
        """Decodes what was found since the last look; returns it when it beats the best known."""
        before = self.best
        while self.found:
            order, choice, starts = self.found.pop(0)
            schedules = [self.decoder.schedule(order, choice)]
            if self.model.is_complete:
                # What must follow within a longest wait, or is to keep its start, the decoder may place otherwise.
                schedules.append(as_started(self.best.problem, order, choice, starts))
            self.best = best([self.best, *schedules])
        return None if self.best is before else self.best
