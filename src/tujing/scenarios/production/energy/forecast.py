"""Forecasts the day ahead, meter by meter: an ensemble that learns from what is known at midnight, with an interval.

Seven members are averaged, weighted by how they did on the days before (`aggregation.py`): profiles of similar days
that forget slowly and quickly, their median (which one odd day does not move), last week's day and, on the features of
`features.py`, a ridge regression of such levels, extremely randomised trees (which average over noise) and boosted
trees of the absolute error (which are not drawn off by rare days). Older days count less. After a workday on which the
plant rested unexpectedly, the mean is drawn towards yesterday by the chance, counted so far, that the rest goes on. The
interval is conformal: quantiles of errors of earlier forecasts, each divided by the spread between similar days then.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tujing.scenarios.production.energy.aggregation import Aggregation
from tujing.scenarios.production.energy.calendars import Calendar
from tujing.scenarios.production.energy.features import (
    LAST_WEEK,
    LEVELS,
    MEDIAN,
    PROFILE,
    QUICK_PROFILE,
    SPREAD,
    History,
    day_features,
    rest_goes_on,
)
from tujing.scenarios.production.energy.loads import Array, Load

WARM_UP = 8
"""Days before the first that is learnt from: features need a week."""
LEARNT_DAYS = 400
HALF_LIFE = 120.0
TREES = 50
BOOSTS, BOOST_DAYS = 150, 180
"""Boosting takes the last half year with equal weights: medians of weighted errors would cost six times as much."""
RIDGE = 50.0
CALIBRATION_DAYS = 28
LEAST_STEP = 14
"""Days between fits: more often brings nothing."""
MEMBERS = 7
FIT_BASE, FIT_COST, FIT_ROWS = 0.3, 1.7, 23_000
"""Seconds that a fit takes at least, and those that `FIT_ROWS` rows add, on one core: they decide how often to refit,
so that the same seed gives the same forecast."""
SHARE_OF_BUDGET = 0.8


@dataclass(frozen=True)
class Forecast:
    """Forecasts of a run of days from `first_day`, each made from the data up to the day before.

    All arrays are days × spans, in the meter's unit per span; `actual` is NaN where nothing was read.
    """

    load: Load
    first_day: int
    """Row of the load's first forecast day."""
    actual: Array
    forecast: Array
    lower: Array
    upper: Array
    last_week: Array
    yesterday: Array

    @property
    def days(self) -> int:
        return len(self.forecast)

    def wape(self, other: Array | None = None) -> float:
        """Σ |error| ÷ Σ actual, of ours or of another forecast, over the spans that were read."""
        read = ~np.isnan(self.actual)
        errors = (self.forecast if other is None else other) - self.actual
        return float(np.abs(errors[read]).sum() / max(np.abs(self.actual[read]).sum(), 1e-12))

    def rmse(self, other: Array | None = None) -> float:
        read = ~np.isnan(self.actual)
        errors = (self.forecast if other is None else other) - self.actual
        return float(np.sqrt(np.mean(errors[read] ** 2)))

    def coverage(self) -> float:
        """Share of readings within the interval."""
        read = ~np.isnan(self.actual)
        within = (self.actual >= self.lower - 1e-9) & (self.actual <= self.upper + 1e-9)
        return float(within[read].mean())


@dataclass(frozen=True)
class Settings:
    interval: float = 0.9
    seconds: float = 30.0
    seed: int = 0
    workers: int = 1
    patience: float = 1.0
    """On a machine so busy that this many times the seconds are gone, the last fit stays."""


class Forecaster:
    """Forecasts one meter's days. Which holidays the plant keeps is judged on the first `known` days only."""

    def __init__(self, load: Load, calendar: Calendar, settings: Settings, known: int | None = None) -> None:
        self.load, self.calendar, self.settings = load, calendar, settings
        self.values = load.filled
        days = [load.first_day + timedelta(days=number) for number in range(load.days + 40)]
        seen = load.days if known is None else known
        self.kinds = calendar.followed(days[:seen], self.values[:seen].sum(axis=1)).kinds(days)
        self.weekdays = np.array([day.weekday() for day in days])
        self._rows: dict[int, Array] = {}
        self.weights: Array = Aggregation(MEMBERS).weights

    def rows(self, day: int) -> Array:
        if day not in self._rows:
            # Cut before the day: what follows cannot leak into its features.
            history = History(self.values[:day], self.kinds, self.weekdays)
            self._rows[day] = day_features(history, day)
        return self._rows[day]

    def fit(self, before: int) -> Members:
        """Learns from the days before row `before`."""
        first = max(WARM_UP, before - LEARNT_DAYS)
        if before - first < WARM_UP:
            return Members(None, None, None)
        inputs = np.vstack([self.rows(day) for day in range(first, before)])
        targets = self.values[first:before].ravel()
        ages = before - np.arange(first, before)
        weights = np.repeat(0.5 ** (ages / HALF_LIFE), self.load.per_day)
        return Members.fit(inputs, targets, weights, BOOST_DAYS * self.load.per_day, self.settings)

    def ahead(self, first: int, last: int, tell: Callable[[float], None] = lambda share: None) -> Forecast:
        """Forecasts rows `first` … `last − 1` one by one, each from the rows before it."""
        start = max(2 * WARM_UP, first - CALIBRATION_DAYS)
        start = min(start, first)
        step = self._refit_every(start, last - start)
        made = np.zeros((last - start, self.load.per_day))
        spread = np.zeros_like(made)
        aggregation = Aggregation(MEMBERS)
        members: Members | None = None
        deadline = time.perf_counter() + self.settings.patience * self.settings.seconds
        for block in range(start, last, step):
            days = range(block, min(block + step, last))
            tell((block - start) / (last - start))
            rows = [self.rows(day) for day in days]
            # One call a block: the members answer a fortnight as fast as a day. Each day's rows end the day before.
            if members is None or time.perf_counter() < deadline:
                members = self.fit(block)
            answers = members.predict(np.vstack(rows)).reshape(MEMBERS, len(days), -1)
            for place, (day, own) in enumerate(zip(days, rows, strict=True)):
                mixed = aggregation.weights @ answers[:, place]
                made[day - start] = self._steadied(mixed, self.values[:day], day)
                spread[day - start] = _spread(own)
                if day < len(self.load.values):
                    aggregation.learn(answers[:, place], self.load.values[day])
        self.weights = aggregation.weights
        skip = first - start
        lower, upper = self._interval(made, spread, start, skip)
        read = np.full((last - first, self.load.per_day), np.nan)
        known = self.load.values[first:last]
        read[: len(known)] = known
        return Forecast(
            load=self.load,
            first_day=first,
            actual=read,
            forecast=made[skip:],
            lower=lower,
            upper=upper,
            last_week=self.values[first - 7 : last - 7],
            yesterday=self.values[first - 1 : last - 1],
        )

    def expected(self, days: int) -> Array:
        """Forecasts the days after the last reading (days × spans).

        Only the first is a day ahead; for the others the forecasts before stand in for readings.
        """
        members, values = self.fit(self.load.days), self.values
        for day in range(self.load.days, self.load.days + days):
            rows = day_features(History(values, self.kinds, self.weekdays), day)
            values = np.vstack([values, self._steadied(self.weights @ members.predict(rows), values, day)])
        return np.asarray(values[self.load.days :])

    def _steadied(self, answer: Array, past: Array, day: int) -> Array:
        """Returns the members' answer, drawn towards yesterday by the chance that an unexpected rest goes on."""
        chance = rest_goes_on(History(past, self.kinds, self.weekdays), day)
        return np.asarray((1 - chance) * answer + chance * past[day - 1])

    def _refit_every(self, day: int, days: int) -> int:
        rows = min(day, LEARNT_DAYS) * self.load.per_day
        one = FIT_BASE + FIT_COST * rows / FIT_ROWS
        fits = max(1, int(self.settings.seconds * SHARE_OF_BUDGET / one))
        return max(min(LEAST_STEP, day // 8), math.ceil(days / fits), 1)

    def _interval(self, made: Array, spread: Array, start: int, skip: int) -> tuple[Array, Array]:
        """For each day, quantiles of the scaled errors of the days before it, workdays apart from the others."""
        actual = np.full_like(made, np.nan)
        known = self.load.values[start : start + len(made)]
        actual[: len(known)] = known
        scaled = (actual - made) / spread
        working = self.kinds[start : start + len(made)] == 0
        lower, upper = made[skip:].copy(), made[skip:].copy()
        for place in range(skip, len(made)):
            alike = scaled[:place][working[:place] == working[place]]
            errors = alike[~np.isnan(alike)]
            if len(errors) < 2 * self.load.per_day:
                every = scaled[:place]
                errors = every[~np.isnan(every)]
            low, high = _quantiles(errors, self.settings.interval)
            lower[place - skip] = np.maximum(made[place] + low * spread[place], 0.0)
            upper[place - skip] = made[place] + high * spread[place]
        return np.minimum(lower, made[skip:]), np.maximum(upper, made[skip:])


@dataclass(frozen=True)
class Members:
    """The fitted members; without them (too short a history) the profile of similar days takes their place."""

    trees: Any
    boosted: Any
    linear: Any

    @classmethod
    def fit(cls, inputs: Array, targets: Array, weights: Array, recent: int, settings: Settings) -> Members:
        """Fits all three; boosting learns from the last `recent` rows."""
        from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
        from sklearn.linear_model import Ridge
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        from threadpoolctl import threadpool_limits

        leaf = int(np.clip(len(targets) // 400, 5, 25))
        trees = ExtraTreesRegressor(
            TREES, min_samples_leaf=leaf, max_features=0.3, n_jobs=settings.workers, random_state=settings.seed
        )
        boosted = HistGradientBoostingRegressor(
            loss="absolute_error",
            max_iter=BOOSTS,
            learning_rate=0.05,
            max_leaf_nodes=12,
            min_samples_leaf=int(np.clip(len(targets) // 100, 10, 200)),
            max_features=0.3,
            random_state=settings.seed,
        )
        linear = make_pipeline(StandardScaler(), Ridge(RIDGE))
        # One thread a model: the threads of boosting wait busily for one another on a machine that does other work.
        with threadpool_limits(1):
            return cls(
                trees.fit(inputs, targets, weights),
                boosted.fit(inputs[-recent:], targets[-recent:]),
                linear.fit(inputs[:, LEVELS], targets, ridge__sample_weight=weights),
            )

    def predict(self, rows: Array) -> Array:
        """Returns each member's answer, none below zero (members × rows)."""
        from threadpoolctl import threadpool_limits

        plain = [rows[:, column] for column in (PROFILE, QUICK_PROFILE, MEDIAN, LAST_WEEK)]
        if self.trees is None:
            return np.array([*plain, *[rows[:, PROFILE]] * (MEMBERS - len(plain))])
        with threadpool_limits(1):
            learnt = [self.trees.predict(rows), self.boosted.predict(rows), self.linear.predict(rows[:, LEVELS])]
        return np.array([*plain, *(np.maximum(one, 0.0) for one in learnt)])


def forecast_days(load: Load, test_days: int | None, wanted: int) -> tuple[int, int]:
    """Returns the rows to forecast: the test days, or else the last `wanted`, at most half of what follows warm-up."""
    count = test_days or max(1, min(wanted, (load.days - 2 * WARM_UP) // 2))
    return max(WARM_UP, load.days - count), load.days


def day_of(forecast: Forecast, place: int) -> date:
    return forecast.load.first_day + timedelta(days=forecast.first_day + place)


def _spread(rows: Array) -> Array:
    """The spread between similar days, never so small that a quotient by it runs away."""
    return np.asarray(np.maximum(rows[:, SPREAD], max(0.1 * float(np.mean(rows[:, SPREAD])), 1e-6)))


def _quantiles(errors: NDArray[np.float64], interval: float) -> tuple[float, float]:
    if len(errors) < 10:
        return -2.0, 2.0
    low, high = np.quantile(errors, [(1 - interval) / 2, (1 + interval) / 2])
    return float(min(low, 0.0)), float(max(high, 0.0))
