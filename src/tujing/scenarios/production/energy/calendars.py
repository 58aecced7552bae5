"""Which kind of day a date is: workday, Saturday, Sunday, a closure of several days, or a single public holiday."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tujing.problems import read_yaml

WORKDAY, SATURDAY, SUNDAY, MAJOR, MINOR = range(5)
LEAST_CASES = 2
ORDINARY = 0.25
"""Of the distance between a workday and a Sunday: nearer than this to its weekday, a special day is an ordinary one."""


@dataclass(frozen=True)
class Calendar:
    """Days off that the weekday does not tell. A shut-down that the user names counts as a closure of several days."""

    major: frozenset[date] = frozenset()
    minor: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def kind(self, day: date) -> int:
        if day in self.worked:
            return WORKDAY
        if day in self.major:
            return MAJOR
        if day in self.minor and day.weekday() < 5:
            return MINOR
        return max(WORKDAY, day.weekday() - 4)

    def kinds(self, days: Iterable[date]) -> NDArray[np.int64]:
        return np.array([self.kind(day) for day in days], dtype=np.int64)

    def followed(self, days: Sequence[date], totals: NDArray[np.float64]) -> Calendar:
        """Returns the calendar without the kinds of special day that this load, so far, has not kept: two or more of
        them that were like any other day of the same weekday. `totals` is one figure a day of `days`."""
        weekdays = np.array([min(max(day.weekday() - 4, 0), 2) for day in days])
        special = np.array([day in self.major or day in self.minor or day in self.worked for day in days])
        plain = [totals[(weekdays == kind) & ~special] for kind in range(3)]
        if any(len(figures) == 0 for figures in plain):
            return self
        usual = [float(np.median(figures)) for figures in plain]
        gap = abs(usual[WORKDAY] - usual[SUNDAY])

        def kept(dates: frozenset[date], working: bool) -> frozenset[date]:
            # Only where the weekday itself would say otherwise does a day tell whether the calendar is kept.
            cases = [n for n, day in enumerate(days) if day in dates and (weekdays[n] == WORKDAY) != working]
            away = [abs(totals[n] - usual[weekdays[n]]) for n in cases]
            ordinary = len(away) >= LEAST_CASES and float(np.median(away)) < ORDINARY * gap
            return frozenset() if ordinary else dates

        return Calendar(kept(self.major, False), kept(self.minor, False), kept(self.worked, True))


def calendar_for(country: str, closed: Sequence[date] = ()) -> Calendar:
    """Returns the calendar of a country in `holidays.yaml` (unknown or empty: weekends only), with the plant's own
    closed days."""
    years = _holidays().get(country, {}).get("years", {}).values()
    sets = {
        name: frozenset(day for year in years for span in year[name] for day in _days(span))
        for name in ("major", "minor", "worked")
    }
    own = frozenset(closed)
    return Calendar(sets["major"] | own, sets["minor"] - own, sets["worked"] - own)


def countries() -> tuple[str, ...]:
    return tuple(_holidays())


def _days(span: Any) -> list[date]:
    if isinstance(span, date):
        return [span]
    first, last = (date.fromisoformat(part) for part in span.split(".."))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@cache
def _holidays() -> dict[str, Any]:
    return dict(read_yaml(Path(__file__).parent / "holidays.yaml"))
