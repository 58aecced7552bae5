"""Meters made for the tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from tujing.scenarios.production.energy.cleaning import Readings
from tujing.scenarios.production.energy.loads import Load

START = datetime(2024, 3, 4)
"""A Monday."""


def week_values(days: int, per_day: int = 24, noise: float = 0.05, seed: int = 0) -> np.ndarray:
    """Workdays busy from 8 to 20, a small base load otherwise (days × spans)."""
    rng = np.random.default_rng(seed)
    hours = np.arange(per_day) * 24 / per_day
    busy = 10 + 90 * ((hours >= 8) & (hours < 20))
    rows = [busy if (START + timedelta(days=day)).weekday() < 5 else np.full(per_day, 10.0) for day in range(days)]
    return np.array(rows) * rng.normal(1, noise, (days, per_day))


def load(days: int = 60, per_day: int = 24, **given) -> Load:
    return Load("M1", date(2024, 3, 4), week_values(days, per_day, **given))


def readings(values: np.ndarray, minutes: int = 60, starts: list[datetime] | None = None, **given) -> Readings:
    flat = np.asarray(values, dtype=float).ravel()
    times = starts or [START + timedelta(minutes=minutes * place) for place in range(len(flat))]
    return Readings("M1", "meter.csv", times, flat, range(2, len(flat) + 2), minutes, **given)
