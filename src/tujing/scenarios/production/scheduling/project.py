"""The resource-constrained project: tasks with predecessors, each using some of several renewable resources.

Also a shop is one, where an operation needs a machine, a tool and people at once. Times are whole numbers without unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Task:
    """One task. `successors` are places in `Project.tasks`; `needs` is one amount a resource."""

    name: int
    duration: int
    needs: tuple[int, ...]
    successors: tuple[int, ...]


@dataclass(frozen=True)
class Project:
    """What is to be done, with how much of each resource; the makespan is to be short.

    Raises
    ------
    ValueError
        When a task needs more than there is, names a successor that does not exist, or precedences form a circle.
    """

    tasks: tuple[Task, ...]
    capacities: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.tasks:
            raise ValueError("a project needs at least one task")
        for task in self.tasks:
            if task.duration < 0 or min(task.needs, default=0) < 0 or len(task.needs) != len(self.capacities):
                raise ValueError(f"task {task.name}: duration and needs must not be negative, one need a resource")
            if any(need > capacity for need, capacity in zip(task.needs, self.capacities, strict=True)):
                raise ValueError(f"task {task.name} needs more than there is")
            if any(not 0 <= other < len(self.tasks) for other in task.successors):
                raise ValueError(f"task {task.name} names a successor that does not exist")
        if len(self.sequence) < len(self.tasks):
            raise ValueError("precedences form a circle")

    @cached_property
    def predecessors(self) -> tuple[tuple[int, ...], ...]:
        found: list[list[int]] = [[] for _ in self.tasks]
        for number, task in enumerate(self.tasks):
            for other in task.successors:
                found[other].append(number)
        return tuple(tuple(one) for one in found)

    @cached_property
    def sequence(self) -> tuple[int, ...]:
        """Places of all tasks, each after its predecessors; shorter when precedences form a circle."""
        waiting = [len(one) for one in self.predecessors]
        ready = [number for number, count in enumerate(waiting) if not count]
        for number in ready:
            for other in self.tasks[number].successors:
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)
        return tuple(ready)

    @cached_property
    def heads(self) -> tuple[int, ...]:
        """Earliest start of each task, were resources without limit."""
        head = [0] * len(self.tasks)
        for number in self.sequence:
            for other in self.tasks[number].successors:
                head[other] = max(head[other], head[number] + self.tasks[number].duration)
        return tuple(head)

    @cached_property
    def tails(self) -> tuple[int, ...]:
        """Least time from each task's start to the end of the project."""
        tail = [0] * len(self.tasks)
        for number in reversed(self.sequence):
            task = self.tasks[number]
            tail[number] = task.duration + max((tail[other] for other in task.successors), default=0)
        return tuple(tail)

    @cached_property
    def bound(self) -> int:
        """No schedule is shorter than the longest path, nor than any resource's work divided by its capacity."""
        longest = max(head + tail for head, tail in zip(self.heads, self.tails, strict=True))
        loads = [
            -(-sum(task.duration * task.needs[kind] for task in self.tasks) // capacity)
            for kind, capacity in enumerate(self.capacities)
            if capacity
        ]
        return max([longest, *loads])


@dataclass(frozen=True)
class ProjectSchedule:
    """Start of every task, in the order of `Project.tasks`."""

    project: Project
    start: tuple[int, ...]

    @property
    def end(self) -> tuple[int, ...]:
        return tuple(begin + task.duration for begin, task in zip(self.start, self.project.tasks, strict=True))

    @property
    def makespan(self) -> int:
        return max(self.end)


def use_over_time(schedule: ProjectSchedule, resource: int) -> list[int]:
    """Returns how much of a resource is in use in each unit of time."""
    change = [0] * (schedule.makespan + 1)
    for begin, end, task in zip(schedule.start, schedule.end, schedule.project.tasks, strict=True):
        if task.needs[resource] and end > begin:
            change[begin] += task.needs[resource]
            change[end] -= task.needs[resource]
    used, use = [], 0
    for step in change[:-1]:
        use += step
        used.append(use)
    return used


def place(project: Project, order: Sequence[int], *, backwards: bool = False) -> list[int]:
    """Serial schedule generation: each task in turn at its earliest possible start, after its predecessors.

    `backwards` builds the mirror image in time, after the successors. `order` must have them in that sequence.
    """
    tasks = project.tasks
    ahead = [task.successors for task in tasks] if backwards else project.predecessors
    horizon = sum(task.duration for task in tasks) + 1
    free = [[capacity] * horizon for capacity in project.capacities]
    end, start = [0] * len(tasks), [0] * len(tasks)
    for number in order:
        task = tasks[number]
        begin = max([end[other] for other in ahead[number]], default=0)
        duration = task.duration
        if duration:
            profiles = [(free[kind], need) for kind, need in enumerate(task.needs) if need]
            at = begin
            while at < begin + duration:
                for profile, need in profiles:
                    if profile[at] < need:
                        begin = at + 1
                        break
                at += 1
            for profile, need in profiles:
                for at in range(begin, begin + duration):
                    profile[at] -= need
        start[number], end[number] = begin, begin + duration
    return start
