"""What a meter did that its own past does not explain: whole days, nights, weekends, and a base load that crept up.

Each day is compared with the median of the similar days before it, in units of their robust spread; nothing later than
the day is used. Excess use is counted in the carrier's unit and, with a price, in money.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tujing.scenarios.production.energy.calendars import SATURDAY, SUNDAY, WORKDAY, Calendar
from tujing.scenarios.production.energy.loads import Array, Load

SIMILAR = 10
LEAST_SIMILAR = 4
LIMIT = 4.0
"""Robust standard deviations."""
LEAST_EXCESS = 0.15
"""Share of a usual day of that kind below which nobody would look."""
NIGHT_UNTIL = 5
GAPS = 0.25
"""A day of which more than this was not read is not judged."""
DRIFT_DAYS = 14
LEAST_DRIFT = 0.10


@dataclass(frozen=True)
class Anomaly:
    """A finding: `excess` is actual less expected over the days, in the meter's unit; `cost` in CNY."""

    meter: str
    first: date
    last: date
    kind: str
    """high_day | low_day | night_use | rest_day_use | base_load_drift"""
    expected: float
    actual: float
    score: float
    cost: float
    explained: bool = False
    """Whether a condition alarm fell into these days."""

    @property
    def excess(self) -> float:
        return self.actual - self.expected


def find_anomalies(load: Load, calendar: Calendar, price: float) -> list[Anomaly]:
    """Returns a meter's findings, the costliest first. `price` in CNY a unit."""
    kinds = calendar.followed(load.dates, load.daily).kinds(load.dates)
    values = load.filled
    night = max(1, load.per_day * NIGHT_UNTIL // 24) if load.per_day >= 24 else 0
    found = _unusual(load, values.sum(axis=1), kinds, price, "")
    if night:
        nights = _unusual(load, values[:, :night].sum(axis=1), kinds, price, "night_use")
        told = {one.first for one in found}
        found += [one for one in nights if one.excess > 0 and one.first not in told]
        drift = _drift(load, values, price)
        if drift:
            daily = 2 * drift.excess / max((drift.last - drift.first).days + 1, 1)
            # Days that are high because the base load is are told once.
            found = [one for one in found if one.first < drift.first or abs(one.excess) > daily] + [drift]
    return sorted(found, key=lambda one: -abs(one.cost))


def _unusual(load: Load, sums: Array, kinds: NDArray[np.int64], price: float, name: str) -> list[Anomaly]:
    found = []
    for day in range(len(sums)):
        if np.isnan(load.values[day]).mean() > GAPS:
            continue
        # A holiday may be kept or worked through: it is unusual only if it is unlike both.
        kind = int(kinds[day])
        compared = [_compared(sums, kinds, day, one) for one in ((kind,) if kind <= SUNDAY else (WORKDAY, SUNDAY))]
        known = [one for one in compared if one is not None]
        if not known:
            continue
        usual, score = min(known, key=lambda one: abs(one[1]))
        if abs(score) < LIMIT or abs(sums[day] - usual) < LEAST_EXCESS * usual:
            continue
        resting = kind in (SATURDAY, SUNDAY)
        called = name or ("low_day" if score < 0 else "rest_day_use" if resting else "high_day")
        # A workday at rest saves energy: it is told as a finding, without money.
        cost = max(float(sums[day] - usual), 0.0) * price
        moment = load.first_day + timedelta(days=day)
        found.append(Anomaly(load.name, moment, moment, called, usual, float(sums[day]), float(score), cost))
    return found


def _compared(sums: Array, kinds: NDArray[np.int64], day: int, kind: int) -> tuple[float, float] | None:
    """Returns the median of the last days of a kind, and the day's distance from it in robust deviations."""
    before = np.nonzero(kinds[:day] == kind)[0][-SIMILAR:]
    if len(before) < LEAST_SIMILAR:
        return None
    usual = float(np.median(sums[before]))
    spread = max(1.4826 * float(np.median(np.abs(sums[before] - usual))), 0.03 * usual, 1e-9)
    return usual, float((sums[day] - usual) / spread)


def base_load(values: Array, per_day: int) -> Array:
    """Returns each day's base load: the tenth percentile of its spans, per hour."""
    return np.asarray(np.quantile(values, 0.1, axis=1) * per_day / 24)


def _drift(load: Load, values: Array, price: float) -> Anomaly | None:
    """Compares the last fortnight's base load with that of the days before."""
    base = base_load(values, load.per_day)
    if load.days < 3 * DRIFT_DAYS:
        return None
    past, recent = base[:-DRIFT_DAYS][-6 * DRIFT_DAYS :], base[-DRIFT_DAYS:]
    usual, now = float(np.median(past)), float(np.median(recent))
    spread = 1.4826 * float(np.median(np.abs(past - usual)))
    noise = max(1.2533 * spread * np.sqrt(1 / len(past) + 1 / len(recent)), 0.01 * usual, 1e-9)
    score = (now - usual) / noise
    if score < LIMIT or now - usual < LEAST_DRIFT * usual:
        return None
    begin = load.days - DRIFT_DAYS
    limit = (usual + now) / 2
    while begin > 0 and np.median(base[max(0, begin - 2) : begin + 1]) > limit:
        begin -= 1
    days = load.days - begin
    first = load.first_day + timedelta(days=begin)
    expected, actual = usual * 24 * days, float(base[begin:].mean()) * 24 * days
    cost = max(actual - expected, 0.0) * price
    last = load.dates[-1]
    return Anomaly(load.name, first, last, "base_load_drift", expected, actual, float(score), cost)
