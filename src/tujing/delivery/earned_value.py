"""Earned value and earned schedule of a project.

Earned value as in ISO 21508:2018 (PV, EV, AC, SPI, CPI, EAC); earned schedule after Lipke, Schedule is Different, 2003.
A task's planned value accrues evenly over its days. Values are yuan, or days of work where the project's money is not
known. A day counts as a whole: values are those at its end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class Planned:
    """A task in the baseline, and how much of it is earned, 0–1."""

    start: date
    end: date
    """Last day."""
    value: float
    earned: float = 0.0


@dataclass(frozen=True)
class EarnedValue:
    """Where a project stands at the end of a day. A ratio is none where its denominator is nothing."""

    budget: float
    """BAC, budget at completion."""
    planned: float
    """PV."""
    earned: float
    """EV."""
    actual: float
    """AC."""
    schedule_variance: float
    cost_variance: float
    spi: float | None
    cpi: float | None
    estimate_at_completion: float | None
    """EAC = BAC ÷ CPI: the rest costs as what was done."""
    estimate_to_complete: float | None
    variance_at_completion: float | None
    to_complete_cpi: float | None
    """TCPI = (BAC − EV) ÷ (BAC − AC): how thrifty the rest must be to keep the budget."""
    earned_schedule: float
    """Days from the start after which as much should have been earned."""
    spi_time: float | None
    """SPI(t) = earned schedule ÷ days gone by."""
    forecast_end: date | None
    """Start + planned duration ÷ SPI(t)."""

    def as_dict(self) -> dict[str, Any]:
        figures = {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return {**figures, "forecast_end": self.forecast_end.isoformat() if self.forecast_end else None}


def planned_value(tasks: Iterable[Planned], day: date) -> float:
    """Returns PV at the end of a day."""
    return math.fsum(task.value * _share_due(task, day) for task in tasks)


def earned_value(tasks: Sequence[Planned], actual: float, day: date) -> EarnedValue:
    """Returns the figures at the end of a day; `actual` is what was spent until then."""
    budget = math.fsum(task.value for task in tasks)
    planned = planned_value(tasks, day)
    earned = math.fsum(task.value * task.earned for task in tasks)
    cpi = _ratio(earned, actual)
    at_completion = _ratio(budget, cpi) if cpi else None
    begin = min((task.start for task in tasks), default=day)
    finish = max((task.end for task in tasks), default=day)
    gone = (day - begin).days + 1
    schedule = _earned_schedule(tasks, earned, begin, finish)
    spi_time = _ratio(schedule, gone) if gone > 0 else None
    return EarnedValue(
        budget=budget,
        planned=planned,
        earned=earned,
        actual=actual,
        schedule_variance=earned - planned,
        cost_variance=earned - actual,
        spi=_ratio(earned, planned),
        cpi=cpi,
        estimate_at_completion=at_completion,
        estimate_to_complete=None if at_completion is None else at_completion - actual,
        variance_at_completion=None if at_completion is None else budget - at_completion,
        to_complete_cpi=_ratio(budget - earned, budget - actual),
        earned_schedule=schedule,
        spi_time=spi_time,
        forecast_end=_forecast(begin, finish, spi_time),
    )


def curve(tasks: Sequence[Planned], days: Iterable[date]) -> list[tuple[date, float]]:
    """Returns PV at the end of each day given: the line that the earned value is drawn beside."""
    return [(day, planned_value(tasks, day)) for day in days]


def _share_due(task: Planned, day: date) -> float:
    length = (task.end - task.start).days + 1
    return min(max((day - task.start).days + 1, 0) / length, 1.0)


def _earned_schedule(tasks: Sequence[Planned], earned: float, begin: date, finish: date) -> float:
    """Returns the earliest moment, in days from the start, at which PV reaches the earned value.

    PV is linear within a day, so the moment is found by halving whole days, then by a straight line.
    """
    if earned <= 0:
        return 0.0
    low, high = 0, (finish - begin).days + 1
    while high - low > 1:
        middle = (low + high) // 2
        if planned_value(tasks, begin + timedelta(days=middle - 1)) < earned:
            low = middle
        else:
            high = middle
    before = planned_value(tasks, begin + timedelta(days=low - 1))
    after = planned_value(tasks, begin + timedelta(days=high - 1))
    part = (earned - before) / (after - before) if after > before else 1.0
    return low + min(max(part, 0.0), 1.0)


def _forecast(begin: date, finish: date, spi_time: float | None) -> date | None:
    if not spi_time:
        return None
    # A hundred years is as good as never; next to no progress would take longer than a number can hold.
    days = math.ceil(min(((finish - begin).days + 1) / spi_time, 36_500) - 1e-9)
    return begin + timedelta(days=days - 1)


def _ratio(over: float, under: float | None) -> float | None:
    return over / under if under and under > 0 else None
