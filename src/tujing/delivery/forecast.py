"""When the rest of a project will be done, from what is done: the network run on from today.

The buffer at a project's end is there to be used; how much of it is eaten against how much of the longest chain is done
tells whether the end is in danger (Goldratt, Critical Chain, 1997).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tujing.delivery.schedule import Activity, Link, critical_path


@dataclass(frozen=True)
class Standing:
    """A task as it stands: current plan, how much is done, and when that was reported."""

    number: str
    start: date
    end: date
    needs: tuple[Link, ...] = ()
    done: float = 0.0
    reported: date | None = None
    """Day of the last report; the finish of a task that is done."""

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Forecast:
    """What follows when everything left takes as long as planned."""

    dates: Mapping[str, tuple[date, date]]
    """Task → first and last day, expected or real; one that is under way began when it was planned, or today."""
    end: date
    """Last day of the last task."""
    planned_end: date
    """Last day of the last task as planned, before the buffer."""
    buffer_days: int
    buffer_used: float
    """Share of the buffer that is eaten; above 1 the project ends late. Without a buffer: 0, or 2 when it ends late."""
    chain: tuple[str, ...]
    """The longest chain of what is left."""
    chain_done: float
    """Share of the planned longest chain's days that are done, 0–1."""
    slack: Mapping[str, int]
    """Task → days that it may slip from now on without moving the end."""


def forecast(tasks: Sequence[Standing], end: date, today: date) -> Forecast:
    """Runs the network on from the end of `today`; `end` is the project's last day, buffer included.

    A task that is done keeps its real finish; one that has begun needs its remaining share of days from tomorrow on;
    one that has not begun starts as planned, or as soon as what it needs is done.

    Raises
    ------
    BadInput
        When links name no task or go in a circle.
    """
    origin = min([task.start for task in tasks] + [today])

    def day(of: date) -> int:
        return (of - origin).days

    left = critical_path(_activity(task, day(today) + 1, origin) for task in tasks)
    plan = critical_path(Activity(task.number, task.days, task.needs, day(task.start)) for task in tasks)
    planned_end = max((task.end for task in tasks), default=end)
    last = max((times.early_finish for times in left.times.values()), default=day(end) + 1)
    reached = origin + timedelta(days=last - 1)
    buffer_days = max((end - planned_end).days, 0)
    over = max((reached - planned_end).days, 0)
    known = {task.number: task for task in tasks}
    chain_days = sum(known[number].days for number in plan.path)
    chain_done = sum(known[number].days * known[number].done for number in plan.path)
    return Forecast(
        dates={
            number: (
                min(known[number].start, today)
                if 0 < known[number].done < 1
                else origin + timedelta(days=times.early_start),
                origin + timedelta(days=max(times.early_finish - 1, times.early_start)),
            )
            for number, times in left.times.items()
        },
        end=reached,
        planned_end=planned_end,
        buffer_days=buffer_days,
        buffer_used=over / buffer_days if buffer_days else 2.0 * (over > 0),
        chain=tuple(number for number in left.path if known[number].done < 1),
        chain_done=chain_done / chain_days if chain_days else 1.0,
        slack={number: times.slack for number, times in left.times.items()},
    )


def _activity(task: Standing, tomorrow: int, origin: date) -> Activity:
    start = (task.start - origin).days
    if task.done >= 1:
        finish = max(((task.reported or task.end) - origin).days + 1, 0)
        begun = min(start, max(finish - 1, 0))
        return Activity(task.number, finish - begun, (), begun)
    if task.done > 0:
        rest = max(math.ceil(task.days * (1 - task.done) - 1e-9), 1)
        return Activity(task.number, rest, (), tomorrow)
    return Activity(task.number, task.days, task.needs, max(start, tomorrow))
