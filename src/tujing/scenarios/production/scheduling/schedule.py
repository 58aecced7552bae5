"""A schedule and its measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tujing.scenarios.production.scheduling.shop import Mode, ShopProblem


@dataclass(frozen=True)
class Schedule:
    """Machine and times of every operation (numbered as in `ShopProblem.operations`)."""

    problem: ShopProblem
    order: tuple[int, ...]
    """All operations, each after those that it waits for."""
    choice: tuple[int, ...]
    """Index of the mode taken."""
    start: tuple[int, ...]
    """When work on the part begins; the set-up before it is not included."""
    end: tuple[int, ...]
    setup: tuple[int, ...]
    """Working minutes of set-up right before the operation."""
    before: tuple[int, ...]
    """The operation before it on its machine; −1 for the machine's first."""

    def mode(self, operation: int) -> Mode:
        return self.problem.operations[operation][1].modes[self.choice[operation]]

    def setup_start(self, operation: int) -> int:
        """When the set-up begins, done as late as possible."""
        if not self.setup[operation]:
            return self.start[operation]
        calendar = self.problem.machines[self.mode(operation).machine].calendar
        if calendar is None:
            return self.start[operation] - self.setup[operation]
        return calendar.start_at(calendar.worked(self.start[operation]) - self.setup[operation])

    @cached_property
    def completion(self) -> tuple[int, ...]:
        """End of each job."""
        return tuple(self.end[last - 1] for last in self.problem.first[1:])

    @cached_property
    def tardiness(self) -> tuple[int, ...]:
        """Minutes by which each job is late; 0 for one in time or without a due date."""
        return tuple(
            0 if job.due is None else max(0, completed - job.due)
            for job, completed in zip(self.problem.jobs, self.completion, strict=True)
        )

    @property
    def makespan(self) -> int:
        return max(self.completion)

    @property
    def weighted_tardiness(self) -> int:
        """Sum of weight times tardiness, in the problem's whole-number weights."""
        return sum(job.weight * late for job, late in zip(self.problem.jobs, self.tardiness, strict=True))

    @property
    def cost(self) -> int:
        """The objective's value; lower is better."""
        value = self.makespan if self.problem.objective == "makespan" else self.weighted_tardiness
        return value + self.problem.stability * self.moved if self.problem.stability else value

    @cached_property
    def moved(self) -> int:
        """Minutes by which operations start earlier or later than in the schedule in force, in all."""
        return sum(
            abs(start - operation.planned)
            for start, (_, operation) in zip(self.start, self.problem.operations, strict=True)
            if operation.planned is not None
        )

    @cached_property
    def overstayed(self) -> tuple[int, ...]:
        """Operations that start later after the one before than their longest wait allows."""
        return tuple(
            number
            for number, (_, operation) in enumerate(self.problem.operations)
            if operation.longest_wait is not None
            and number not in self.problem.first
            and self.start[number] - self.end[number - 1] > operation.longest_wait
        )

    @property
    def setup_share(self) -> float:
        """Set-up as a share of all the time in which machines are occupied."""
        setting_up = sum(self.setup)
        working = sum(self.mode(operation).duration for operation in range(len(self.start)))
        return setting_up / (setting_up + working) if setting_up else 0.0

    @property
    def on_time_share(self) -> float | None:
        """Share of the jobs with a due date that meet it; None when no job has one."""
        late = [
            minutes > 0 for job, minutes in zip(self.problem.jobs, self.tardiness, strict=True) if job.due is not None
        ]
        return 1 - sum(late) / len(late) if late else None


def machine_sequences(schedule: Schedule) -> list[list[int]]:
    """Returns the operations of each machine in the order in which it does them."""
    sequences: list[list[int]] = [[] for _ in schedule.problem.machines]
    for operation in schedule.order:
        sequences[schedule.mode(operation).machine].append(operation)
    return sequences


def best(schedules: Sequence[Schedule]) -> Schedule:
    """Returns the schedule of least cost; of equals the one that ends first."""
    return min(schedules, key=lambda schedule: (schedule.cost, schedule.makespan))
