"""The flexible job shop: jobs of operations, each on one of several machines, with calendars and set-ups.

Times are whole numbers: minutes after `ShopProblem.origin`, or the instance's own unit when there is no origin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from tujing.scenarios.production.scheduling.working_time import WorkingTime

Objective = Literal["makespan", "weighted_tardiness"]


@dataclass(frozen=True)
class Mode:
    """One way to do an operation: a machine, the working minutes it takes there, and the set-up family it needs."""

    machine: int
    duration: int
    family: str = ""
    lot: int | None = None
    """Working minutes of a transfer lot; the next operation may begin when the first is through. None: all at once."""
    pools: tuple[tuple[int, int], ...] = ()
    """Tools and people that it needs beside the machine: pool and how many of it."""


@dataclass(frozen=True)
class Operation:
    """One step of a job. `label` is its number as the input counts (0-based in a text file, the route's sequence)."""

    modes: tuple[Mode, ...]
    label: int
    name: str = ""
    wait: int = 0
    """Least minutes on the wall after the job's operation before it."""
    longest_wait: int | None = None
    """Most minutes on the wall after it; None: any."""
    unbroken: bool = False
    """Must not pause over a break: it runs within one shift."""
    not_before: int = 0
    planned: int | None = None
    """Start in the schedule that is in force; moving away from it costs `ShopProblem.stability` a minute."""
    planned_machine: int | None = None
    """Machine in that schedule."""
    frozen: bool = False
    """Goes first on its machine, in the sequence of the schedule in force; so do all before it in its job."""


@dataclass(frozen=True)
class Job:
    """An order: operations in sequence, none starting before `release`.

    `due` is a wish that may be missed at a cost of `weight` a minute. It is not a deadline.
    """

    name: str | int
    operations: tuple[Operation, ...]
    release: int = 0
    due: int | None = None
    weight: int = 1


@dataclass(frozen=True)
class Machine:
    """A machine that does one operation at a time.

    `calendar` is when it works (None: always). `setups` gives the working minutes between two operations that directly
    follow one another, by family; a pair that is absent takes none, and so does the first operation.
    """

    name: str | int
    calendar: WorkingTime | None = None
    setups: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Pool:
    """Tools of one kind, or people of one skill: so many are there at any time."""

    name: str
    capacity: int


@dataclass(frozen=True)
class ShopProblem:
    """What is to be scheduled, and what makes a schedule good.

    Raises
    ------
    ValueError
        When a job has no operation, an operation no mode, or a figure is negative.
    """

    jobs: tuple[Job, ...]
    machines: tuple[Machine, ...]
    objective: Objective
    origin: datetime | None = None
    """Wall-clock time of minute 0; None for an instance without a clock."""
    weight_scale: int = 1
    """Weights are whole numbers; this many make a weight of one."""
    pools: tuple[Pool, ...] = ()
    stability: int = 0
    """Cost of each minute by which an operation starts earlier or later than planned."""

    def __post_init__(self) -> None:
        if not self.jobs:
            raise ValueError("a shop needs at least one job")
        for job in self.jobs:
            if not job.operations:
                raise ValueError(f"job {job.name} has no operation")
            if job.release < 0 or job.weight < 0:
                raise ValueError(f"job {job.name}: release and weight must not be negative")
            for operation in job.operations:
                self._check(job, operation)
        if any(minutes < 0 for machine in self.machines for minutes in machine.setups.values()):
            raise ValueError("a set-up time must not be negative")
        if self.objective == "weighted_tardiness" and not self.has_due_dates:
            raise ValueError("weighted tardiness needs due dates")

    def _check(self, job: Job, operation: Operation) -> None:
        place = f"job {job.name}, operation {operation.label}"
        for pool, amount in (needed for mode in operation.modes for needed in mode.pools):
            if not 0 <= pool < len(self.pools) or not 0 < amount <= self.pools[pool].capacity:
                raise ValueError(f"{place}: needs more of a pool than there is")
        if operation.longest_wait is not None and operation.longest_wait < operation.wait:
            raise ValueError(f"{place}: the longest wait is shorter than the least")
        if not operation.modes:
            raise ValueError(f"{place}: no machine can do it")
        if len({mode.machine for mode in operation.modes}) < len(operation.modes):
            raise ValueError(f"{place}: a machine is named twice")
        for mode in operation.modes:
            if not 0 <= mode.machine < len(self.machines):
                raise ValueError(f"{place}: machine {mode.machine} does not exist")
            if mode.duration < 0 or (mode.duration == 0 and self.machines[mode.machine].calendar):
                raise ValueError(f"{place}: duration {mode.duration} is too short")

    @cached_property
    def is_plain(self) -> bool:
        """Whether machines, calendars, set-ups and sequences are all there is to keep."""
        rich = (
            one.wait
            or one.longest_wait is not None
            or one.unbroken
            or one.not_before
            or one.frozen
            or any(mode.pools for mode in one.modes)
            for _, one in self.operations
        )
        return not (self.stability or self.has_lots or any(rich))

    @cached_property
    def has_lots(self) -> bool:
        return any(mode.lot is not None for _, operation in self.operations for mode in operation.modes)

    @property
    def has_due_dates(self) -> bool:
        return any(job.due is not None for job in self.jobs)

    @property
    def has_setups(self) -> bool:
        return any(minutes for machine in self.machines for minutes in machine.setups.values())

    @cached_property
    def operations(self) -> tuple[tuple[int, Operation], ...]:
        """All operations as `(job index, operation)`, job after job; their place here is their number elsewhere."""
        return tuple((index, operation) for index, job in enumerate(self.jobs) for operation in job.operations)

    @cached_property
    def first(self) -> tuple[int, ...]:
        """Number of each job's first operation, and at the end the number of operations."""
        numbers = [0]
        for job in self.jobs:
            numbers.append(numbers[-1] + len(job.operations))
        return tuple(numbers)
