"""The exact model in CP-SAT: proves a schedule optimal, bounds it from below, or finds a better one.

Every machine is sequenced on its own clock of working minutes, where operations have a fixed length whatever the shift.
Only where a job passes between machines of different calendars, or meets a due date, are readings compared on the wall.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from tujing.scenarios.production.scheduling.bound import earliest, simple_bound
from tujing.scenarios.production.scheduling.rich import decoder_for
from tujing.scenarios.production.scheduling.schedule import Schedule, machine_sequences
from tujing.scenarios.production.scheduling.shop import Machine, ShopProblem
from tujing.scenarios.production.scheduling.solver import POLL_SECONDS, drive, on_solution
from tujing.scenarios.production.scheduling.working_time import WorkingTime

Clock = WorkingTime | None
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
    model = _Model(incumbent, with_setups)
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


def reading_count(incumbent: Schedule) -> int:
    """Returns how many readings of clocks the model may need, which decides how long it takes to build.

    One for each operation, each of its clocks, and each break of that clock until the last time that matters.
    """
    problem, end = incumbent.problem, max(horizons(incumbent))
    clocks = [{problem.machines[mode.machine].calendar for mode in one.modes} for _, one in problem.operations]
    breaks = {clock: len(clock.gaps(end)) for clock in set().union(*clocks) if clock is not None}
    return sum(breaks.get(clock, 0) for used in clocks for clock in used if clock is not None)


def horizons(incumbent: Schedule) -> list[int]:
    """Returns for each job a time by which it ends in some best schedule no worse than the incumbent."""
    cost, problem = incumbent.cost, incumbent.problem
    if problem.objective == "makespan":
        return [cost] * len(problem.jobs)
    costly = [job.due + cost // job.weight if job.due is not None and job.weight else None for job in problem.jobs]
    # A job that costs nothing can always wait until all the others are done.
    end = max([incumbent.makespan, *(limit for limit in costly if limit is not None)])
    for job, limit in zip(problem.jobs, costly, strict=True):
        if limit is None:
            for operation in job.operations:
                end = max(_end_of(problem.machines[mode.machine], end, mode.duration) for mode in operation.modes)
    return [end if limit is None else limit for limit in costly]


def _end_of(machine: Machine, minute: int, work: int) -> int:
    work += max(machine.setups.values(), default=0)
    calendar = machine.calendar
    return minute + work if calendar is None else calendar.end_at(calendar.worked(minute) + work)


@dataclass
class _Span:
    """Start and end of an operation on one clock, with the modes of that clock."""

    clock: Clock
    start: Any
    end: Any
    present: Any
    """Literal; 1 when the operation can only be on this clock."""
    modes: dict[int, Any] = field(default_factory=dict)
    """Literal of each mode, by its index."""


class _Model:
    """Variables and constraints, each hinted with the incumbent's value."""

    def __init__(self, incumbent: Schedule, with_setups: bool) -> None:
        self.problem, self.incumbent = incumbent.problem, incumbent
        self.model = cp_model.CpModel()
        self.horizon = horizons(incumbent)
        self.spans = [self._spans(operation) for operation in range(len(self.problem.operations))]
        self._readings: dict[tuple[int, int], Any] = {}
        self._machines_do_one_at_a_time(with_setups)
        self._jobs_keep_their_sequence()
        self.value_of = self._objective()

    def _variable(self, low: int, high: int, value: int) -> Any:
        variable = self.model.new_int_var(low, max(low, high), "")
        self.model.add_hint(variable, value)
        return variable

    def _literal(self, value: bool) -> Any:
        literal = self.model.new_bool_var("")
        self.model.add_hint(literal, value)
        return literal

    def _spans(self, operation: int) -> list[_Span]:
        """Creates the operation's start and end on each clock that it may be on, and chooses one mode."""
        job, definition = self.problem.operations[operation]
        index = operation - self.problem.first[job]
        heads = earliest(self.problem, self.problem.jobs[job])
        modes_on: dict[Clock, list[int]] = {}
        for number, mode in enumerate(definition.modes):
            modes_on.setdefault(self.problem.machines[mode.machine].calendar, []).append(number)
        chosen = self.incumbent.choice[operation]
        spans = []
        for clock, numbers in modes_on.items():
            here = chosen in numbers
            low, high = _read(clock, heads[index]), _read(clock, self.horizon[job])
            begin = _read(clock, self.incumbent.start[operation]) if here else low
            start = self._variable(low, high, begin)
            literals: dict[int, Any] = dict.fromkeys(numbers, 1)
            if len(definition.modes) > 1:
                literals = {number: self._literal(number == chosen) for number in numbers}
            if len(numbers) == 1:
                end, present = start + definition.modes[numbers[0]].duration, literals[numbers[0]]
            else:
                duration = definition.modes[chosen if here else numbers[0]].duration
                end = self._variable(low, high, begin + duration)
                for number in numbers:
                    taken = end == start + definition.modes[number].duration
                    self.model.add(taken).only_enforce_if(literals[number])
                present = 1 if len(modes_on) == 1 else self._literal(here)
                if len(modes_on) > 1:
                    self.model.add(sum(literals.values()) == present)
            self.model.add(end <= high).only_enforce_if(present)
            spans.append(_Span(clock, start, end, present, literals))
        if len(definition.modes) > 1:
            self.model.add_exactly_one(literal for span in spans for literal in span.modes.values())
        return spans

    def _jobs_keep_their_sequence(self) -> None:
        for operation in range(1, len(self.spans)):
            if self.problem.operations[operation][0] != self.problem.operations[operation - 1][0]:
                continue
            for before in self.spans[operation - 1]:
                for after in self.spans[operation]:
                    if before.clock == after.clock:
                        waits = self.model.add(before.end <= after.start)
                    else:
                        waits = self.model.add(self._end_on_wall(before) <= self._start_on_wall(after))
                    waits.only_enforce_if([before.present, after.present])

    def _machines_do_one_at_a_time(self, with_setups: bool) -> None:
        sequences = machine_sequences(self.incumbent)
        for number, machine in enumerate(self.problem.machines):
            visits = [
                (operation, span, mode, literal)
                for operation, spans in enumerate(self.spans)
                for span in spans
                for mode, literal in span.modes.items()
                if self.problem.operations[operation][1].modes[mode].machine == number
            ]
            self.model.add_no_overlap(
                self.model.new_optional_fixed_size_interval_var(
                    span.start, self.problem.operations[operation][1].modes[mode].duration, literal, ""
                )
                for operation, span, mode, literal in visits
            )
            if with_setups and any(machine.setups.values()) and len(visits) > 1:
                self._sequence_with_setups(number, visits, sequences[number])

    def _sequence_with_setups(self, number: int, visits: list[tuple[int, _Span, int, Any]], hinted: list[int]) -> None:
        """Puts the machine's operations in a circuit through node 0; each arc taken leaves room for its set-up."""
        follows = set(zip([-1, *hinted], [*hinted, -1], strict=True)) if hinted else {(-1, -1)}
        setups = self.problem.machines[number].setups
        arcs: list[tuple[int, int, Any]] = [(0, 0, self._literal((-1, -1) in follows))]
        for node, (operation, _, _, literal) in enumerate(visits, start=1):
            arcs.append((0, node, self._literal((-1, operation) in follows)))
            arcs.append((node, 0, self._literal((operation, -1) in follows)))
            if not isinstance(literal, int):
                arcs.append((node, node, literal.negated()))
        for node, (operation, before, mode, _) in enumerate(visits, start=1):
            job, definition = self.problem.operations[operation]
            for other, (next_operation, after, next_mode, _) in enumerate(visits, start=1):
                next_job, next_definition = self.problem.operations[next_operation]
                if next_operation == operation or (job == next_job and next_operation < operation):
                    continue
                arc = self._literal((operation, next_operation) in follows)
                arcs.append((node, other, arc))
                families = (definition.modes[mode].family, next_definition.modes[next_mode].family)
                room = definition.modes[mode].duration + setups.get(families, 0)
                self.model.add(after.start >= before.start + room).only_enforce_if(arc)
        self.model.add_circuit(arcs)

    def _objective(self) -> Callable[[float], int]:
        """Sets the objective; returns how its value or bound reads as a cost."""
        last = [self.spans[number - 1] for number in self.problem.first[1:]]
        if self.problem.objective == "weighted_tardiness":
            self._minimise_tardiness(last)
            return lambda value: math.ceil(value - 1e-6)
        clocks = {span.clock for spans in last for span in spans}
        clock = clocks.pop() if len(clocks) == 1 else None
        one_clock = not clocks
        latest = _read(clock, self.incumbent.cost)
        makespan = self._variable(0, latest, latest)
        for spans in last:
            for span in spans:
                end = span.end if one_clock else self._end_on_wall(span)
                self.model.add(makespan >= end).only_enforce_if(span.present)
        self.model.minimize(makespan)
        if clock is None:
            return lambda value: math.ceil(value - 1e-6)
        return lambda value: clock.end_at(max(1, math.ceil(value - 1e-6)))

    def _minimise_tardiness(self, last: list[list[_Span]]) -> None:
        terms = []
        for number, (job, spans) in enumerate(zip(self.problem.jobs, last, strict=True)):
            if job.due is None or not job.weight:
                continue
            late = self._variable(0, max(0, self.horizon[number] - job.due), self.incumbent.tardiness[number])
            for span in spans:
                self.model.add(late >= self._end_on_wall(span) - job.due).only_enforce_if(span.present)
            terms.append(job.weight * late)
        total = sum(terms)
        self.model.add(total <= self.incumbent.cost)
        self.model.minimize(total)

    def _start_on_wall(self, span: _Span) -> Any:
        return self._on_wall(span.clock, span.start, strictly=False)

    def _end_on_wall(self, span: _Span) -> Any:
        return self._on_wall(span.clock, span.end, strictly=True)

    def _on_wall(self, clock: Clock, reading: Any, *, strictly: bool) -> Any:
        """Adds to a reading the breaks before it; a break at the very reading counts for a start but not for an end."""
        if clock is None:
            return reading
        wall = reading
        for worked, length in clock.gaps(max(self.horizon)):
            threshold = worked + strictly
            if threshold <= 0:
                wall = wall + length
                continue
            key = (id(reading), threshold)
            if key not in self._readings:
                passed = self.model.new_bool_var("")
                self.model.add(reading >= threshold).only_enforce_if(passed)
                self.model.add(reading < threshold).only_enforce_if(passed.negated())
                self._readings[key] = passed
            wall = wall + length * self._readings[key]
        return wall


def _read(clock: Clock, minute: int) -> int:
    return minute if clock is None else clock.worked(minute)


class _Solve:
    """The solver in a thread of its own, so that progress is reported, and stopping asked for, from the caller's."""

    def __init__(self, model: _Model, incumbent: Schedule) -> None:
        self.model, self.best = model, incumbent
        self.decoder = decoder_for(incumbent.problem)
        self.bound = simple_bound(incumbent.problem)
        self.found: list[tuple[list[int], list[int]]] = []
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
        self.found.append((order, choice))

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
            order, choice = self.found.pop(0)
            schedule = self.decoder.schedule(order, choice)
            if schedule.cost < self.best.cost:
                self.best = schedule
        return None if self.best is before else self.best
