"""What may be known at midnight about the day that begins: the calendar, and loads up to the day before.

Every figure is made from rows before the day; nothing of the day itself enters, so a forecast from them is the
one that could have been made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tujing.scenarios.production.energy.calendars import MAJOR, MINOR, SUNDAY, WORKDAY
from tujing.scenarios.production.energy.loads import Array

PROFILE = 0
"""Column of the similar-day profile."""
SPREAD = 1
"""Column of the spread between similar days."""
LAST_WEEK, QUICK_PROFILE, MEDIAN = 3, 11, 12
"""Columns of last week's day, of the profile that forgets within days, and of the median of eight similar days."""
LEVELS = (PROFILE, 2, LAST_WEEK, 5, 8, 10, QUICK_PROFILE, MEDIAN)
"""Columns that are each a forecast of the day's course: what a linear model can weigh without running away."""
HALF_LIFE, QUICK, SLOW = 14.0, 4.0, 60.0
"""Days after which a similar day counts half."""
RECENT = 10
OFF = 0.25
"""A day under this share of a usual workday is one on which the plant rested."""
LONGEST_REST = 10
WEEK = 7


@dataclass(frozen=True)
class History:
    """Daily rows without gaps (days × spans) and the kind of each day, at least one day further than the rows."""

    values: Array
    kinds: NDArray[np.int64]
    weekdays: NDArray[np.int64]

    @property
    def like(self) -> NDArray[np.int64]:
        """What each day is compared with: a great holiday is like a Sunday, a single one like its workday."""
        return np.where(self.kinds == MAJOR, SUNDAY, np.where(self.kinds == MINOR, WORKDAY, self.kinds))


def day_features(history: History, day: int) -> Array:
    """Returns one row a span of `day` (spans × features), from days before it only; needs seven of them."""
    values, like = history.values[:day], history.like
    spans = values.shape[1]
    same = np.nonzero(like[:day] == like[day])[0]
    if len(same) < 2:
        same = np.arange(max(0, day - 7), day)
    weekday = np.nonzero((history.weekdays[:day] == history.weekdays[day]) & (history.kinds[:day] < MAJOR))[0]
    weekday = weekday if len(weekday) else same
    totals = values.mean(axis=1)
    yesterday, recent = values[day - 1], values[same[-RECENT:]]
    profile = _recent_mean(values, same, day, HALF_LIFE)
    alike_yesterday = np.nonzero(like[: day - 1] == like[day - 1])[0][-8:]
    usual_yesterday = totals[alike_yesterday].mean() if len(alike_yesterday) else totals[day - 1]
    rest, unplanned = rested(totals, history.kinds, day)
    following = history.kinds[day + 1] if day + 1 < len(history.kinds) else like[day]
    tail = max(1, spans // 12)
    whole_day = [
        history.weekdays[day],
        history.kinds[day],
        history.kinds[day - 1],
        following,
        totals[day - 1],
        totals[day - 1] - usual_yesterday,
        totals[-7:].mean(),
        totals[same[-5:]].mean(),
        totals[same[-1]],
        yesterday[-tail:].mean(),
        yesterday[-1],
        values[same[-5:]].max(),
        rest,
        unplanned,
        totals[day - 1] / max(totals[same[-8:]].mean(), 1e-9),
    ]
    by_span = [
        profile,
        recent.std(axis=0),
        values[weekday[-4:]].mean(axis=0),
        values[day - 7],
        np.arange(spans),
        yesterday,
        _smooth(yesterday, 2),
        _smooth(values[day - 7], 2),
        _smooth(values[same[-1]], 2),
        _smooth(profile, 1),
        _recent_mean(values, same, day, SLOW),
        _recent_mean(values, same, day, QUICK),
        np.median(values[same[-8:]], axis=0),
        values[day - 2],
        (values[day - 7] + values[max(day - 14, 0)]) / 2,
        recent.min(axis=0),
        recent.max(axis=0),
    ]
    return np.column_stack([*by_span, *(np.full(spans, float(figure)) for figure in whole_day)])


def _recent_mean(values: Array, days: NDArray[np.int64], day: int, half_life: float) -> Array:
    weights = 0.5 ** ((day - days) / half_life)
    return np.asarray(weights @ values[days] / weights.sum())


def _smooth(row: Array, reach: int) -> Array:
    if len(row) <= 2 * reach:
        return row
    return np.convolve(np.pad(row, reach, mode="edge"), np.full(2 * reach + 1, 1 / (2 * reach + 1)), "valid")


def rested(totals: Array, kinds: NDArray[np.int64], day: int) -> tuple[int, int]:
    """Returns for how many days before `day` the plant has rested, and how many of them the calendar calls workdays.

    `totals` needs the days before `day` only.
    """
    window = np.arange(max(0, day - 60), day)
    workdays = window[kinds[window] == WORKDAY]
    usual = float(np.median(totals[workdays])) if len(workdays) else float(totals[:day].mean())
    rest = unplanned = 0
    while rest < min(LONGEST_REST, day) and totals[day - 1 - rest] < OFF * usual:
        unplanned += int(kinds[day - 1 - rest] == WORKDAY)
        rest += 1
    return rest, unplanned


def rest_goes_on(history: History, day: int) -> float:
    """Returns the chance that the plant rests on workday `day`, after a workday on which it rested unexpectedly.

    Laplace's rule over the earlier workdays that followed such a day; 0 where yesterday was no such day.
    """
    kinds, totals = history.kinds, history.values[:day].mean(axis=1)
    if kinds[day] != WORKDAY or rested(totals, kinds, day)[1] == 0:
        return 0.0
    cases = [one for one in range(WEEK, day) if kinds[one] == WORKDAY and rested(totals, kinds, one)[1] > 0]
    went_on = sum(rested(totals, kinds, one + 1)[0] > 0 for one in cases)
    return (1 + went_on) / (2 + len(cases))
