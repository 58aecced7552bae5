"""The exact model in CP-SAT: variables and constraints of a shop, hinted with the best schedule known.

Every machine is sequenced on its own clock of working minutes, where operations have a fixed length whatever the shift.
Only where a job passes between machines of different calendars, waits, shares tools or people, or meets a due date, are
readings compared on the wall.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from tujing.scenarios.production.scheduling.bound import earliest
from tujing.scenarios.production.scheduling.schedule import Schedule, machine_sequences
from tujing.scenarios.production.scheduling.shop import Machine, Mode, Operation
from tujing.scenarios.production.scheduling.working_time import WorkingTime

Clock = WorkingTime | None


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
                ready = max(end + operation.wait, operation.not_before, operation.planned or 0)
                end = max(_end_of(problem.machines[mode.machine], operation, mode, ready) for mode in operation.modes)
    return [end if limit is None else limit for limit in costly]


def _end_of(machine: Machine, operation: Operation, mode: Mode, minute: int) -> int:
    setup, calendar = max(machine.setups.values(), default=0), machine.calendar
    if calendar is None:
        return minute + setup + mode.duration
    begin = calendar.worked(minute) + setup
    return calendar.end_at((calendar.fit(begin, mode.duration) if operation.unbroken else begin) + mode.duration)


@dataclass
class Span:
    """Start and end of an operation on one clock, with the modes of that clock."""

    clock: Clock
    start: Any
    end: Any
    present: Any
    """Literal; 1 when the operation can only be on this clock."""
    modes: dict[int, Any] = field(default_factory=dict)
    """Literal of each mode, by its index."""


class ExactModel:
    """Variables and constraints, each hinted with the incumbent's value."""

    def __init__(self, incumbent: Schedule, with_setups: bool) -> None:
        self.problem, self.incumbent = incumbent.problem, incumbent
        self.is_complete = with_setups or not self.problem.has_setups
        """Whether what it finds keeps everything; without set-ups it is a relaxation."""
        self.model = cp_model.CpModel()
        self.horizon = horizons(incumbent)
        self.spans = [self._spans(operation) for operation in range(len(self.problem.operations))]
        self._readings: dict[tuple[int, int], Any] = {}
        self._machines_do_one_at_a_time(with_setups)
        self._jobs_keep_their_sequence()
        self._pools_suffice()
        self._unbroken_work_fits_a_shift()
        self.value_of = self._objective()

    def _variable(self, low: int, high: int, value: int) -> Any:
        variable = self.model.new_int_var(low, max(low, high), "")
        self.model.add_hint(variable, value)
        return variable

    def _literal(self, value: bool) -> Any:
        literal = self.model.new_bool_var("")
        self.model.add_hint(literal, value)
        return literal

    def _spans(self, operation: int) -> list[Span]:
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
            low = _read(clock, max(heads[index], definition.not_before))
            high = _read(clock, self.horizon[job])
            begin = _read(clock, self.incumbent.start[operation]) if here else low
            if definition.frozen:
                low = begin  # the decoder places frozen work first, whatever the order
            start = self._variable(low, low if definition.frozen else high, begin)
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
            spans.append(Span(clock, start, end, present, literals))
        if len(definition.modes) > 1:
            self.model.add_exactly_one(literal for span in spans for literal in span.modes.values())
        return spans

    def _jobs_keep_their_sequence(self) -> None:
        for operation in range(1, len(self.spans)):
            if self.problem.operations[operation][0] != self.problem.operations[operation - 1][0]:
                continue
            definition = self.problem.operations[operation][1]
            # A longest wait that the incumbent could not keep is relaxed here too.
            kept = definition.longest_wait is not None and operation not in self.incumbent.overstayed
            for before in self.spans[operation - 1]:
                for after in self.spans[operation]:
                    both = [before.present, after.present]
                    if before.clock == after.clock and (before.clock is None or not definition.wait):
                        waits = self.model.add(before.end + definition.wait <= after.start)
                    else:
                        waits = self.model.add(
                            self._end_on_wall(before) + definition.wait <= self._start_on_wall(after)
                        )
                    waits.only_enforce_if(both)
                    if kept:
                        gap = self._start_on_wall(after) - self._end_on_wall(before)
                        self.model.add(gap <= definition.longest_wait).only_enforce_if(both)

    def _pools_suffice(self) -> None:
        for number, pool in enumerate(self.problem.pools):
            intervals, amounts = [], []
            for operation, spans in enumerate(self.spans):
                for span in spans:
                    for mode, literal in span.modes.items():
                        taken = self.problem.operations[operation][1].modes[mode]
                        amount = dict(taken.pools).get(number)
                        if amount:
                            intervals.append(self._on_wall_interval(span, taken.duration, literal))
                            amounts.append(amount)
            if intervals:
                self.model.add_cumulative(intervals, amounts, pool.capacity)

    def _on_wall_interval(self, span: Span, duration: int, literal: Any) -> Any:
        """From start to end on the wall, breaks included: a pool is held over them."""
        if span.clock is None:
            return self.model.new_optional_fixed_size_interval_var(span.start, duration, literal, "")
        latest = 2 * max(self.horizon) + span.clock.period
        begin, end, length = (self.model.new_int_var(0, latest, "") for _ in range(3))
        self.model.add(begin == self._start_on_wall(span)).only_enforce_if(literal)
        self.model.add(end == self._end_on_wall(span)).only_enforce_if(literal)
        return self.model.new_optional_interval_var(begin, length, end, literal, "")

    def _unbroken_work_fits_a_shift(self) -> None:
        for operation, spans in enumerate(self.spans):
            for span in spans if self.problem.operations[operation][1].unbroken else ():
                for worked, _ in span.clock.gaps(max(self.horizon)) if span.clock is not None else ():
                    if worked > 0:
                        behind, begun = self._passed(span.end, worked + 1), self._passed(span.start, worked)
                        self.model.add(begun >= behind).only_enforce_if(span.present)

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

    def _sequence_with_setups(self, number: int, visits: list[tuple[int, Span, int, Any]], hinted: list[int]) -> None:
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
        if self.problem.stability and clock is not None:
            clock, one_clock = None, False  # moves are counted on the wall
        makespan = self._variable(0, _read(clock, self.incumbent.cost), _read(clock, self.incumbent.makespan))
        for spans in last:
            for span in spans:
                end = span.end if one_clock else self._end_on_wall(span)
                self.model.add(makespan >= end).only_enforce_if(span.present)
        self.model.minimize(makespan + self._moves())
        if clock is None:
            return lambda value: math.ceil(value - 1e-6)
        return lambda value: clock.end_at(max(1, math.ceil(value - 1e-6)))

    def _minimise_tardiness(self, last: list[list[Span]]) -> None:
        terms = []
        for number, (job, spans) in enumerate(zip(self.problem.jobs, last, strict=True)):
            if job.due is None or not job.weight:
                continue
            late = self._variable(0, max(0, self.horizon[number] - job.due), self.incumbent.tardiness[number])
            for span in spans:
                self.model.add(late >= self._end_on_wall(span) - job.due).only_enforce_if(span.present)
            terms.append(job.weight * late)
        total = sum(terms) + self._moves()
        self.model.add(total <= self.incumbent.cost)
        self.model.minimize(total)

    def _moves(self) -> Any:
        """What moving away from the schedule in force costs."""
        terms = []
        for operation, spans in enumerate(self.spans):
            planned = self.problem.operations[operation][1].planned
            if planned is None or not self.problem.stability:
                continue
            most = 2 * max(self.horizon) + planned
            moved = self._variable(0, most, abs(self.incumbent.start[operation] - planned))
            for span in spans:
                start = self._start_on_wall(span)
                self.model.add(moved >= start - planned).only_enforce_if(span.present)
                self.model.add(moved >= planned - start).only_enforce_if(span.present)
            terms.append(self.problem.stability * moved)
        return sum(terms)

    def _start_on_wall(self, span: Span) -> Any:
        return self._on_wall(span.clock, span.start, strictly=False)

    def _end_on_wall(self, span: Span) -> Any:
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
            wall = wall + length * self._passed(reading, threshold)
        return wall

    def _passed(self, reading: Any, threshold: int) -> Any:
        """Literal: the clock is at `threshold` or later."""
        key = (id(reading), threshold)
        if key not in self._readings:
            passed = self.model.new_bool_var("")
            self.model.add(reading >= threshold).only_enforce_if(passed)
            self.model.add(reading < threshold).only_enforce_if(passed.negated())
            self._readings[key] = passed
        return self._readings[key]


def _read(clock: Clock, minute: int) -> int:
    return minute if clock is None else clock.worked(minute)
