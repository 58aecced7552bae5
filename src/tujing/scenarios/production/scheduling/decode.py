"""From an order of operations and a machine for each to a schedule: everything starts as early as that order allows.

A set-up may be done before the part arrives. Both set-up and work pause while the machine is off shift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.scenarios.production.scheduling.shop import ShopProblem

NO_LIMIT = 1 << 62


@dataclass(frozen=True)
class Timing:
    """What the search needs to know of a decoded order."""

    cost: int
    completed: list[int]
    """End of each job."""
    blocker: list[int]
    """The operation on the same machine that an operation had to wait for; −1 when it waited for its own job only."""


class Decoder:
    """A problem laid out in plain lists, so that decoding an order is one tight loop."""

    def __init__(self, problem: ShopProblem) -> None:
        self.problem = problem
        families = {"": 0}
        for _, operation in problem.operations:
            for mode in operation.modes:
                families.setdefault(mode.family, len(families))
        self.job_of = [job for job, _ in problem.operations]
        self.modes = [
            [(mode.machine, mode.duration, families[mode.family]) for mode in operation.modes]
            for _, operation in problem.operations
        ]
        self.calendars = [machine.calendar for machine in problem.machines]
        self.setups: list[list[list[int]] | None] = [
            [[machine.setups.get((before, after), 0) for after in families] for before in families]
            if any(machine.setups.values())
            else None
            for machine in problem.machines
        ]
        self.release = [job.release for job in problem.jobs]
        self.makespan = problem.objective == "makespan"
        shortest = [min(mode[1] for mode in modes) for modes in self.modes]
        self.tail = [0] * len(shortest)
        """Least working minutes of the job after each operation."""
        for number in range(len(shortest) - 2, -1, -1):
            if self.job_of[number] == self.job_of[number + 1]:
                self.tail[number] = self.tail[number + 1] + shortest[number + 1]
        self.last = [-1] * len(shortest)
        """The job, where an operation is its last one that has a due date and a weight; otherwise −1."""
        for job, number in enumerate(problem.first[1:]):
            if problem.jobs[job].due is not None and problem.jobs[job].weight:
                self.last[number - 1] = job
        self.due = [job.due or 0 for job in problem.jobs]
        self.weight = [job.weight for job in problem.jobs]

    def timing(self, order: Sequence[int], choice: Sequence[int], limit: int = NO_LIMIT) -> Timing | None:
        """Decodes an order; returns None as soon as its cost is certain to exceed `limit`."""
        job_of, modes, calendars, setups, tail, last = (
            self.job_of,
            self.modes,
            self.calendars,
            self.setups,
            self.tail,
            self.last,
        )
        ready = self.release.copy()
        free = [0] * len(calendars)  # in the machine's working minutes
        before = [-1] * len(calendars)
        family_on = [0] * len(calendars)
        blocker = [-1] * len(job_of)
        cost = 0
        makespan = self.makespan
        for operation in order:
            job = job_of[operation]
            machine, duration, family = modes[operation][choice[operation]]
            calendar = calendars[machine]
            arrived = ready[job]
            if calendar is not None:
                arrived = calendar.worked(arrived)
            start = free[machine]
            setup = setups[machine]
            if setup is not None:
                if before[machine] >= 0:
                    start += setup[family_on[machine]][family]
                family_on[machine] = family
            if start > arrived:
                blocker[operation] = before[machine]
            else:
                start = arrived
            before[machine] = operation
            free[machine] = end = start + duration
            if calendar is not None:
                end = calendar.end_at(end)
            ready[job] = end
            if makespan:
                if end > cost:
                    cost = end
                if end + tail[operation] > limit:
                    return None
            elif last[operation] >= 0 and end > self.due[job]:
                cost += self.weight[job] * (end - self.due[job])
                if cost > limit:
                    return None
        return Timing(cost, ready, blocker)

    def schedule(self, order: Sequence[int], choice: Sequence[int]) -> Schedule:
        """Decodes an order into a full schedule."""
        count = len(self.job_of)
        ready = self.release.copy()
        free = [0] * len(self.calendars)
        last = [-1] * len(self.calendars)
        family_on = [0] * len(self.calendars)
        start, end, setup, before = [0] * count, [0] * count, [0] * count, [-1] * count
        for operation in order:
            job = self.job_of[operation]
            machine, duration, family = self.modes[operation][choice[operation]]
            calendar, table = self.calendars[machine], self.setups[machine]
            if table is not None and last[machine] >= 0:
                setup[operation] = table[family_on[machine]][family]
            arrived = ready[job] if calendar is None else calendar.worked(ready[job])
            begin = max(arrived, free[machine] + setup[operation])
            free[machine] = begin + duration
            start[operation] = begin if calendar is None else calendar.start_at(begin)
            end[operation] = begin + duration if calendar is None else calendar.end_at(begin + duration)
            before[operation], last[machine], family_on[machine] = last[machine], operation, family
            ready[job] = end[operation]
        return Schedule(self.problem, tuple(order), tuple(choice), *(tuple(x) for x in (start, end, setup, before)))
