"""Dispatching rules: whenever a machine falls free it takes the best part waiting in front of it.

A part with several eligible machines joins the queue in which it will be finished first. Rules and their names follow
Pinedo, *Scheduling: Theory, Algorithms, and Systems*, chapter 14.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass

from tujing.scenarios.production.scheduling.decode import Decoder
from tujing.scenarios.production.scheduling.rich import decoder_for
from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.scenarios.production.scheduling.shop import ShopProblem


@dataclass(slots=True)
class Waiting:
    """A part in a queue, as a rule sees it. All times in minutes."""

    arrived: int
    now: int
    duration: int
    setup: int
    remaining: int
    """Least work left, this operation included."""
    due: float
    weight: float
    mean_duration: float
    mean_setup: float


Priority = tuple[float, ...]
"""The least goes first."""
Rule = Callable[[Waiting], Priority]


def shortest_processing_time(part: Waiting) -> Priority:
    return (part.duration,)


def earliest_due_date(part: Waiting) -> Priority:
    return (part.due,)


def first_in_first_out(part: Waiting) -> Priority:
    return (part.arrived,)


def most_work_remaining(part: Waiting) -> Priority:
    return (-part.remaining,)


def critical_ratio(part: Waiting) -> Priority:
    return ((part.due - part.now) / max(part.remaining, 1),)


def apparent_tardiness_cost(part: Waiting) -> Priority:
    return (-_urgency(part),)


def apparent_tardiness_cost_with_setups(part: Waiting) -> Priority:
    return (part.setup / (0.3 * part.mean_setup) - _urgency(part),)


def least_setup(part: Waiting) -> Priority:
    """A family is run until its queue is empty; within it, the earliest due date goes first."""
    return (part.setup, part.due)


def _urgency(part: Waiting) -> float:
    """Logarithm of the apparent tardiness cost index with look-ahead parameter 2."""
    slack = 0.0 if math.isinf(part.due) else max(0.0, part.due - part.remaining - part.now)
    return math.log(max(part.weight, 1e-9) / max(part.duration, 1)) - slack / (2 * part.mean_duration)


PLAIN: dict[str, Rule] = {
    "SPT": shortest_processing_time,
    "EDD": earliest_due_date,
    "FIFO": first_in_first_out,
    "MWKR": most_work_remaining,
    "CR": critical_ratio,
}
"""Rules that a planner works with by hand today."""

RULES: dict[str, Rule] = {
    **PLAIN,
    "ATC": apparent_tardiness_cost,
    "ATCS": apparent_tardiness_cost_with_setups,
    "SST": least_setup,
}


def dispatch(problem: ShopProblem, rule: Rule, decoder: Decoder | None = None) -> Schedule:
    """Returns the schedule that a rule leads to; the same for the same problem."""
    return _Floor(decoder or decoder_for(problem), rule).run()


class _Floor:
    """The shop floor while a rule runs it."""

    def __init__(self, decoder: Decoder, rule: Rule) -> None:
        self.decoder, self.rule = decoder, rule
        count = len(decoder.calendars)
        self.queues: list[list[tuple[int, int]]] = [[] for _ in range(count)]
        """Per machine: arrival and operation."""
        self.free = [0] * count
        """Wall-clock minute at which each machine falls free."""
        self.queued = [0] * count
        self.family_on: list[int | None] = [None] * count
        self.choice = [0] * len(decoder.job_of)
        self.order: list[int] = []
        durations = [mode[1] for modes in decoder.modes for mode in modes]
        self.mean_duration = max(sum(durations) / len(durations), 1.0)
        setups = [minutes for table in decoder.setups if table for row in table for minutes in row if minutes]
        self.mean_setup = sum(setups) / len(setups) if setups else 1.0
        jobs = decoder.problem.jobs
        self.due = [math.inf if job.due is None else float(job.due) for job in jobs]
        self.events: list[tuple[int, int, int]] = []
        """`(minute, 0, operation)` a part arrives; `(minute, 1, machine)` a machine chooses. Arrivals come first."""
        for job, number in zip(jobs, decoder.problem.first, strict=False):
            self.events.append((job.release, 0, number))
        heapq.heapify(self.events)

    def run(self) -> Schedule:
        while self.events:
            now, kind, number = heapq.heappop(self.events)
            if kind == 0:
                self._join_queue(now, number)
            else:
                self._choose(now, number)
        return self.decoder.schedule(self.order, self.choice)

    def _join_queue(self, now: int, operation: int) -> None:
        modes = self.decoder.modes[operation]
        ends = [
            self._end(machine, max(now, self.free[machine]), self.queued[machine] + duration)
            for machine, duration, _ in modes
        ]
        self.choice[operation] = mode = ends.index(min(ends))
        machine, duration, _ = modes[mode]
        self.queues[machine].append((now, operation))
        self.queued[machine] += duration
        if len(self.queues[machine]) == 1:
            self._call(machine, max(now, self.free[machine]))

    def _call(self, machine: int, minute: int) -> None:
        """Lets a machine choose at its next working minute, when everything that came off shift has arrived."""
        calendar = self.decoder.calendars[machine]
        if calendar is not None:
            minute = max(minute, calendar.start_at(calendar.worked(minute)))
        heapq.heappush(self.events, (minute, 1, machine))

    def _choose(self, now: int, machine: int) -> None:
        queue = self.queues[machine]
        parts = [self._part(now, machine, arrived, operation) for arrived, operation in queue]
        index = min(range(len(queue)), key=lambda place: (self.rule(parts[place]), queue[place]))
        _, operation = queue.pop(index)
        _, duration, family = self.decoder.modes[operation][self.choice[operation]]
        self.free[machine] = end = self._end(machine, now, parts[index].setup + duration)
        self.queued[machine] -= duration
        self.family_on[machine] = family
        self.order.append(operation)
        job = self.decoder.job_of[operation]
        if operation + 1 < self.decoder.problem.first[job + 1]:
            heapq.heappush(self.events, (end, 0, operation + 1))
        if queue:
            self._call(machine, end)

    def _part(self, now: int, machine: int, arrived: int, operation: int) -> Waiting:
        job = self.decoder.job_of[operation]
        _, duration, family = self.decoder.modes[operation][self.choice[operation]]
        table, family_on = self.decoder.setups[machine], self.family_on[machine]
        return Waiting(
            arrived=arrived,
            now=now,
            duration=duration,
            setup=0 if table is None or family_on is None else table[family_on][family],
            remaining=duration + self.decoder.tail[operation],
            due=self.due[job],
            weight=self.decoder.weight[job],
            mean_duration=self.mean_duration,
            mean_setup=self.mean_setup,
        )

    def _end(self, machine: int, minute: int, work: int) -> int:
        calendar = self.decoder.calendars[machine]
        if calendar is None or not work:
            return minute + work
        return calendar.end_at(calendar.worked(minute) + work)
