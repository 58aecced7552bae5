"""What the scenario reasons about: meters on a regular grid of whole days, and what happened beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tujing.words import Text

Array = NDArray[np.float64]
Stamps = Literal["start", "end", "end_same_day"]


@dataclass(frozen=True)
class Load:
    """One meter's consumption, day by day.

    `values` has a row a day and a column a span of the day, in `unit` per span; NaN where nothing was read.
    """

    name: str
    first_day: date
    values: Array
    carrier: str = "electricity"
    unit: str = "kWh"
    work_centre: str = ""
    price: float | None = None
    """Mean price of a unit in CNY, where the readings bear a cost."""
    stamps: Stamps = "start"
    """How the source dates a span: by its start, its end, or its end with midnight under the day that closes."""

    @property
    def days(self) -> int:
        return int(self.values.shape[0])

    @property
    def per_day(self) -> int:
        return int(self.values.shape[1])

    @property
    def minutes(self) -> int:
        return 24 * 60 // self.per_day

    @property
    def dates(self) -> list[date]:
        return [self.first_day + timedelta(days=number) for number in range(self.days)]

    @property
    def end(self) -> datetime:
        """The first moment after the last day."""
        return datetime.combine(self.first_day + timedelta(days=self.days), datetime.min.time())

    @property
    def filled(self) -> Array:
        """The values with every gap taken from the same span a week before or, without that, the span's median."""
        return fill(self.values)

    @property
    def daily(self) -> Array:
        """Sum of each day; gaps filled."""
        return np.asarray(self.filled.sum(axis=1))

    @property
    def total(self) -> float:
        return float(np.nansum(self.values))

    def stamp(self, day: int, span: int) -> datetime:
        """The span's time as its source writes it, so that rows join to the file."""
        if self.stamps == "start":
            return self.moment(day, span)
        if self.stamps == "end_same_day" and span == self.per_day - 1:
            return self.moment(day, 0)
        return self.moment(day, span + 1)

    def moment(self, day: int, span: int) -> datetime:
        """Start of a span."""
        return datetime.combine(self.first_day, datetime.min.time()) + timedelta(days=day, minutes=span * self.minutes)


def fill(values: Array) -> Array:
    """Returns a copy without gaps: a NaN takes the value a week before, else the span's median over all days."""
    if not np.isnan(values).any():
        return values
    out = values.copy()
    middle = np.nan_to_num(np.nanmedian(out, axis=0))
    for day, span in zip(*np.nonzero(np.isnan(out)), strict=True):
        before = out[day - 7, span] if day >= 7 else np.nan
        out[day, span] = middle[span] if np.isnan(before) else before
    return out


@dataclass(frozen=True)
class StateSpan:
    """A span of one machine's state, from `machine_event`."""

    machine: str
    state: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class PlannedOperation:
    """An operation of tomorrow's schedule; `job` and `sequence` tell what it waits for."""

    job: str
    sequence: int
    machine: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Site:
    """All that one run reads."""

    loads: tuple[Load, ...]
    country: str = "CN"
    """Whose public holidays apply: a key of `holidays.yaml`, or empty."""
    test_days: int | None = None
    """The last days to be scored as forecasts, when the input says which (train and test files)."""
    output: Mapping[date, float] = field(default_factory=dict)
    """Good units finished each day."""
    product_output: Mapping[str, float] = field(default_factory=dict)
    """Good units that left the last operation, by product, where it is known."""
    product_hours: Mapping[str, float] = field(default_factory=dict)
    """Machine hours by product, where they are known."""
    states: tuple[StateSpan, ...] = ()
    planned: tuple[PlannedOperation, ...] = ()
    alarms: tuple[tuple[str, datetime], ...] = ()
    """Condition alarms: work centre and time."""
    temperature: Mapping[date, float] = field(default_factory=dict)
    """Daily mean outdoor temperature in °C, where it is known."""
    warnings: tuple[Text, ...] = ()

    @property
    def electricity(self) -> tuple[Load, ...]:
        return tuple(load for load in self.loads if load.carrier == "electricity")


def total_load(loads: tuple[Load, ...], name: str = "total") -> Load:
    """Returns the sum of meters over the days that all of them cover, on the coarsest of their grids."""
    first = max(load.first_day for load in loads)
    last = min(load.end for load in loads).date()
    per_day = min(load.per_day for load in loads)
    summed = np.zeros(((last - first).days, per_day))
    for load in loads:
        skip = (first - load.first_day).days
        part = load.filled[skip : skip + len(summed)]
        summed += part.reshape(len(summed), per_day, -1).sum(axis=2)
    price = np.average([load.price or np.nan for load in loads], weights=[max(load.total, 1e-9) for load in loads])
    return Load(name, first, summed, price=None if np.isnan(price) else float(price))
