"""One measure over time: for the part of the factory that adopted a scenario, and for the parts that did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import numpy as np

Grain = Literal["day", "week", "month"]

PER_YEAR: dict[Grain, float] = {"day": 365.25, "week": 365.25 / 7.0, "month": 12.0}


@dataclass(frozen=True)
class Series:
    """One value a period, by the period's first day (Mondays for weeks)."""

    weeks: np.ndarray
    """First days of the periods, datetime64[D], ascending; a period without data is absent."""
    treated: np.ndarray
    control: np.ndarray | None
    """The rest of the factory taken together; none where the whole adopted."""
    sisters: Mapping[str, np.ndarray] = field(default_factory=dict)
    """The parts of the rest one by one (product families, lines, plants); not a number where one has no data."""
    grain: Grain = "week"


def positions(series: Series) -> np.ndarray:
    """Returns each period's place in the calendar, counted from the first; a missing period leaves a hole."""
    if series.grain == "month":
        months = series.weeks.astype("datetime64[M]").astype(int)
        return np.asarray(months - months[0])
    days = series.weeks.astype("datetime64[D]").astype(int)
    return np.asarray((days - days[0]) // (7 if series.grain == "week" else 1))


def split(series: Series, go_live: date) -> tuple[np.ndarray, np.ndarray]:
    """Returns which periods lie wholly before go-live and which wholly after; the one of go-live is neither."""
    moment = np.datetime64(go_live, "D")
    if series.grain == "month":
        following = (series.weeks.astype("datetime64[M]") + 1).astype("datetime64[D]")
    else:
        following = series.weeks + np.timedelta64(7 if series.grain == "week" else 1, "D")
    return following <= moment, series.weeks >= moment


def cut(series: Series, kept: np.ndarray) -> Series:
    """Returns the periods of a mask."""
    return replace(
        series,
        weeks=series.weeks[kept],
        treated=series.treated[kept],
        control=None if series.control is None else series.control[kept],
        sisters={name: values[kept] for name, values in series.sisters.items()},
    )


def weekly_from_days(series: Series) -> Series:
    """Returns weekly means of a daily series: the pattern within the week is gone, and neighbours are less alike."""
    assert series.grain == "day"
    days = series.weeks.astype(int)
    mondays = days - (days + 3) % 7  # 1970-01-01 was a Thursday
    starts = np.unique(mondays)
    place = np.searchsorted(starts, mondays)

    def mean(values: np.ndarray) -> np.ndarray:
        known = np.isfinite(values)
        sums = np.bincount(place, np.where(known, values, 0.0), len(starts))
        counts = np.bincount(place, known, len(starts))
        return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)

    return replace(
        series,
        weeks=starts.astype("datetime64[D]"),
        treated=mean(series.treated),
        control=None if series.control is None else mean(series.control),
        sisters={name: mean(values) for name, values in series.sisters.items()},
        grain="week",
    )
