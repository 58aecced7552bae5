"""Project schedules without a solver: priority rules, and a genetic search that improves each child both ways in time.

Serial generation from an order of tasks; then all tasks are pushed to the right and back to the left again, which
never makes a schedule longer (Valls, Ballestín & Quintanilla, European Journal of Operational Research 165, 2005).
Children take their order from two parents, in whole stretches (two-point crossover after Hartmann, 1998).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tujing.scenarios.production.scheduling.project import Project, ProjectSchedule, place

POPULATION = 40
MUTATION = 0.05
"""Share of the tasks of a child that jump to a place nearby."""


def priority_rules(project: Project) -> dict[str, ProjectSchedule]:
    """Returns the schedule that each priority rule of the textbooks leads to."""
    tasks, heads, tails = project.tasks, project.heads, project.tails
    longest = max(head + tail for head, tail in zip(heads, tails, strict=True))
    followers = _followers(project)
    keys: dict[str, Callable[[int], float]] = {
        "LFT": lambda number: longest - tails[number] + tasks[number].duration,
        "LST": lambda number: longest - tails[number],
        "MTS": lambda number: -followers[number],
        "SPT": lambda number: tasks[number].duration,
        "FIFO": lambda number: heads[number],
    }
    return {
        name: ProjectSchedule(project, tuple(place(project, _by_priority(project, key)))) for name, key in keys.items()
    }


class Evolution:
    """A population of schedules; breeds as many children as it is told, the same for the same seed."""

    def __init__(self, start: ProjectSchedule, seed: int = 0) -> None:
        self.project, self.random = start.project, random.Random(seed)
        self.people = [_improved(self.project, _order(start))]
        self.best = min(start, self.people[0], key=lambda one: one.makespan)
        self.idle = 0
        """Children since the last better schedule."""

    def advance(self, children: int) -> ProjectSchedule:
        """Returns the best so far."""
        for _ in range(children):
            if len(self.people) < POPULATION:
                noisy = [-tail * self.random.uniform(0.3, 1.7) for tail in self.project.tails]
                child = _improved(self.project, _by_priority(self.project, noisy.__getitem__))
                self.people.append(child)
            else:
                child = self._child()
            self.idle += 1
            if child.makespan < self.best.makespan:
                self.best, self.idle = child, 0
        return self.best

    def learn(self, schedule: ProjectSchedule) -> None:
        """Takes in a better schedule that somebody else found, in place of the worst."""
        if schedule.makespan < self.best.makespan:
            worst = max(range(len(self.people)), key=lambda number: self.people[number].makespan)
            self.people[worst] = self.best = _improved(self.project, _order(schedule))
            self.idle = 0

    def _child(self) -> ProjectSchedule:
        """A child of two tournament winners takes the place of the worst, unless it is worse or there already."""
        people, chance = self.people, self.random
        one, other = (min(chance.sample(people, 2), key=lambda schedule: schedule.makespan) for _ in range(2))
        child = _improved(self.project, _crossed(_order(one), _order(other), chance, self.project))
        worst = max(range(len(people)), key=lambda number: people[number].makespan)
        if child.makespan <= people[worst].makespan and all(child.start != person.start for person in people):
            people[worst] = child
        return child


def _improved(project: Project, order: list[int]) -> ProjectSchedule:
    start = place(project, order)
    tasks = project.tasks
    # Right: the latest to end goes first in the mirror; left again: the earliest start in the right-pushed schedule.
    mirror = sorted(range(len(tasks)), key=lambda one: (-start[one] - tasks[one].duration, -project.heads[one], -one))
    right = place(project, _valid(mirror, [task.successors for task in tasks]), backwards=True)
    back = sorted(range(len(tasks)), key=lambda one: (-right[one] - tasks[one].duration, one))
    left = place(project, _valid(back, project.predecessors))
    first, second = ProjectSchedule(project, tuple(start)), ProjectSchedule(project, tuple(left))
    return second if second.makespan <= first.makespan else first


def _order(schedule: ProjectSchedule) -> list[int]:
    order = sorted(range(len(schedule.start)), key=lambda one: (schedule.start[one], schedule.end[one], one))
    return _valid(order, schedule.project.predecessors)


def _valid(order: list[int], ahead: tuple[tuple[int, ...], ...] | list[tuple[int, ...]]) -> list[int]:
    """Puts what must come first before each task; an order that has it so stays the same."""
    done = [False] * len(order)
    result: list[int] = []
    for number in order:
        stack = [number]
        while stack:
            top = stack[-1]
            if done[top]:
                stack.pop()
                continue
            missing = [other for other in ahead[top] if not done[other]]
            if missing:
                stack += missing
            else:
                done[top] = True
                result.append(top)
                stack.pop()
    return result


def _crossed(one: list[int], other: list[int], chance: random.Random, project: Project) -> list[int]:
    low, high = sorted(chance.sample(range(len(one) + 1), 2))
    middle = set(one[:low])
    taken = [number for number in other if number not in middle][: high - low]
    used = middle | set(taken)
    child = [*one[:low], *taken, *(number for number in one if number not in used)]
    for at in range(len(child)):
        if chance.random() < MUTATION:
            child.insert(max(0, at - chance.randrange(1, 10)), child.pop(at))
    return _valid(child, project.predecessors)


def _by_priority(project: Project, key: Callable[[int], float]) -> list[int]:
    waiting = [len(one) for one in project.predecessors]
    ready = {number for number, count in enumerate(waiting) if not count}
    order = []
    while ready:
        number = min(ready, key=lambda one: (key(one), one))
        ready.remove(number)
        order.append(number)
        for other in project.tasks[number].successors:
            waiting[other] -= 1
            if not waiting[other]:
                ready.add(other)
    return order


def _followers(project: Project) -> list[int]:
    sets: list[set[int]] = [set() for _ in project.tasks]
    for number in reversed(project.sequence):
        for other in project.tasks[number].successors:
            sets[number] |= {other} | sets[other]
    return [len(one) for one in sets]
