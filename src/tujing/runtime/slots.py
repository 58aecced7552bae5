"""When work that comes round is due: hours, days, weeks and months counted on the wall clock of the works."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta, tzinfo
from typing import Literal, get_args

Period = Literal["hour", "day", "week", "month"]
PERIODS: tuple[Period, ...] = get_args(Period)


def next_slot(anchor: datetime, period: Period, after: datetime, zone: tzinfo) -> datetime:
    """Returns the first slot after a moment: the anchor itself, or the anchor moved by whole periods.

    Days, weeks and months keep the hour of the wall clock in `zone`, also over a change of the clocks; a month that is
    too short has its slot on its last day. Slots that nobody was there for are passed over, not caught up.
    """
    if after < anchor:
        return anchor
    if period == "hour":
        return anchor + timedelta(hours=(after - anchor) // timedelta(hours=1) + 1)
    local, now = anchor.astimezone(zone), after.astimezone(zone)
    if period == "month":
        count = max((now.year - local.year) * 12 + now.month - local.month - 1, 0)
    else:
        count = max((now.date() - local.date()).days // _days(period) - 1, 0)
    while (slot := _moved(local, period, count)) <= after:
        count += 1
    return slot


def _moved(local: datetime, period: Period, count: int) -> datetime:
    if period != "month":
        return local + timedelta(days=_days(period) * count)  # arithmetic of one zone is on the wall clock
    months = local.year * 12 + local.month - 1 + count
    year, month = divmod(months, 12)
    return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))


def _days(period: Period) -> int:
    return 7 if period == "week" else 1
