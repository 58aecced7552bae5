"""The critical path method: when each task can start, when it must, and which ones hold the end.

Kelley and Walker, Critical-Path Planning and Scheduling, 1959. Times are whole days counted from 0; a task occupies the
days `start … finish − 1`. Links are finish-to-start, with a lag in days that may be negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tujing.problems import refuse


@dataclass(frozen=True)
class Link:
    """The task may start `lag` days after task `code` has finished."""

    code: str
    lag: int = 0


@dataclass(frozen=True)
class Activity:
    """A task of the network."""

    code: str
    days: int
    needs: tuple[Link, ...] = ()
    not_before: int = 0
    """Earliest day on which it may start, whatever it needs."""


@dataclass(frozen=True)
class Times:
    """When a task runs at the earliest and at the latest."""

    early_start: int
    early_finish: int
    late_start: int
    late_finish: int
    free_slack: int
    """Days that it may slip without moving any other task."""

    @property
    def slack(self) -> int:
        """Days that it may slip without moving the end (total float)."""
        return self.late_start - self.early_start

    @property
    def is_critical(self) -> bool:
        return self.slack <= 0


@dataclass(frozen=True)
class Network:
    """The computed network."""

    times: Mapping[str, Times]
    length: int
    """Day on which the last task has finished."""
    path: tuple[str, ...]
    """One longest chain of tasks, first to last."""


def critical_path(activities: Iterable[Activity]) -> Network:
    """Computes earliest times forward, latest times backward, slack and one longest chain.

    Raises
    ------
    BadInput
        When a link names no task, a code comes twice, a duration is negative or tasks wait for each other in a circle;
        the circle is named.
    """
    order = in_order(activities)
    start: dict[str, int] = {}
    finish: dict[str, int] = {}
    for task in order:
        ready = [finish[link.code] + link.lag for link in task.needs]
        start[task.code] = max([task.not_before, 0, *ready])
        finish[task.code] = start[task.code] + task.days
    length = max(finish.values(), default=0)

    latest = dict.fromkeys(finish, length)
    room = {code: length - day for code, day in finish.items()}
    for task in reversed(order):
        begins = latest[task.code] - task.days
        for link in task.needs:
            latest[link.code] = min(latest[link.code], begins - link.lag)
            room[link.code] = min(room[link.code], start[task.code] - link.lag - finish[link.code])
    times = {
        task.code: Times(
            start[task.code],
            finish[task.code],
            latest[task.code] - task.days,
            latest[task.code],
            room[task.code],
        )
        for task in order
    }
    return Network(times, length, _chain({task.code: task for task in order}, start, finish, length))


def in_order(activities: Iterable[Activity]) -> list[Activity]:
    """Returns the tasks so that each comes after those it needs, otherwise in the order given.

    Raises
    ------
    BadInput
        As `critical_path`.
    """
    known: dict[str, Activity] = {}
    for task in activities:
        if task.code in known:
            raise refuse(
                "task_twice",
                f"任务 {task.code} 出现了两次，请为每个任务取不同的编号。",
                f"Task {task.code} comes twice; give every task a number of its own.",
                key=task.code,
            )
        if task.days < 0:
            raise refuse(
                "negative_duration",
                f"任务 {task.code} 的工期是负数，请检查开始与结束日期。",
                f"Task {task.code} has a negative duration; check its start and end.",
                key=task.code,
                value=str(task.days),
            )
        known[task.code] = task
    for task in known.values():
        for link in task.needs:
            if link.code not in known:
                raise refuse(
                    "unknown_predecessor",
                    f"任务 {task.code} 的前置任务 {link.code} 不存在，请改为已有的编号。",
                    f"Task {task.code} needs {link.code}, which is not there; name a task of this project.",
                    key=task.code,
                    value=link.code,
                )
    placed: dict[str, Activity] = {}
    waiting = list(known.values())
    while waiting:
        ready = [task for task in waiting if all(link.code in placed for link in task.needs)]
        if not ready:
            circle = _circle({task.code: task for task in waiting})
            raise refuse(
                "cyclic_dependency",
                f"任务互相等待：{' → '.join(circle)}。请去掉其中一个前置关系。",
                f"Tasks wait for each other: {' → '.join(circle)}. Take away one of these links.",
                key=circle[0],
            )
        placed |= {task.code: task for task in ready}
        waiting = [task for task in waiting if task.code not in placed]
    return list(placed.values())


def _circle(waiting: Mapping[str, Activity]) -> Sequence[str]:
    """Follows needs among tasks that cannot be placed until one comes again. Shown in the order of work."""
    seen: list[str] = []
    code = next(iter(waiting))
    while code not in seen:
        seen.append(code)
        code = next(link.code for link in waiting[code].needs if link.code in waiting)
    return [code, *reversed(seen[seen.index(code) :])]


def _chain(
    tasks: Mapping[str, Activity], start: Mapping[str, int], finish: Mapping[str, int], length: int
) -> tuple[str, ...]:
    """Walks back from a task that ends last along the links that hold each start."""
    code = next((name for name, day in finish.items() if day == length), None)
    chain: list[str] = []
    while code is not None:
        chain.append(code)
        holding = (link.code for link in tasks[code].needs if finish[link.code] + link.lag == start[code])
        code = next(holding, None)
    return tuple(reversed(chain))
