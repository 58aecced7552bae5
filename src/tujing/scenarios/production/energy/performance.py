"""The energy baseline (ISO 50006): daily use as a function of output, temperature and calendar, with its statistics.

A linear model by least squares, with change points where temperature is known: no heating below, or cooling above, a
balance temperature that is searched (three- and five-parameter models of ASHRAE Guideline 14). Variables that the data
do not bear out (|t| < 2) leave the model one by one. Savings are the use that the baseline predicts for the reporting
period's own output and weather, less what was used (IPMVP option C), with the fractional uncertainty of ASHRAE
Guideline 14, the number of days corrected for autocorrelation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np

from tujing.scenarios.production.energy.calendars import MAJOR, MINOR, SATURDAY, SUNDAY, Calendar
from tujing.scenarios.production.energy.loads import Array, Load

LEAST_T = 2.0
MONTHS_FACTOR = 1.26
"""Guideline 14-2014, eq. 4-7 (B-14): empirical factor of the fractional savings uncertainty."""
LEAST_DAYS = 14
BALANCE = np.arange(4.0, 30.5, 1.0)
"""Balance temperatures tried, °C."""

Names = tuple[str, ...]


@dataclass(frozen=True)
class Fit:
    """A fitted model on `days` days: coefficients by name (kWh per unit of the variable), and G14's statistics."""

    names: Names
    coefficients: Array
    t_values: Array
    days: int
    r2: float
    adjusted_r2: float
    cv_rmse: float
    nmbe: float
    autocorrelation: float
    mean: float
    balance: tuple[float | None, float | None]
    """Heating and cooling change points in °C."""


@dataclass(frozen=True)
class Savings:
    """Avoided use in a reporting period of `days` days; `uncertainty` is its half-width at `confidence`."""

    days: int
    expected: float
    actual: float
    uncertainty: float
    confidence: float

    @property
    def saved(self) -> float:
        return self.expected - self.actual

    @property
    def fraction(self) -> float:
        return self.saved / self.expected if self.expected else 0.0

    @property
    def certain(self) -> bool:
        """Whether the sign of the savings is beyond doubt at this confidence."""
        return abs(self.saved) > self.uncertainty


@dataclass(frozen=True)
class Baseline:
    """A meter's baseline: fitted on the days before `split`, used on those from it."""

    load: Load
    split: int
    fit: Fit
    expected: Array
    """Model's use of every day, kWh."""
    savings: Savings | None
    nmbe: float
    """Bias (share of the mean use) on the last quarter of the baseline days, of the same variables fitted on those
    before: over the days of its own fit a least-squares model has none, whatever its worth."""


def baseline_of(
    load: Load,
    calendar: Calendar,
    output: Mapping[date, float],
    temperature: Mapping[date, float],
    split: int,
    confidence: float = 0.9,
) -> Baseline:
    """Fits the first `split` days and reckons the savings of the rest."""
    split = min(max(split, min(LEAST_DAYS, load.days)), load.days)
    daily = load.daily
    best: tuple[Fit, Array, Array] | None = None
    for balance in _balances(load, temperature):
        names, inputs = _variables(load, calendar, output, temperature, balance)
        fit, expected = _stepwise(names, inputs, daily, split, balance)
        if best is None or fit.adjusted_r2 > best[0].adjusted_r2 + 1e-9:
            best = fit, expected, inputs[:, [names.index(name) for name in fit.names]]
    assert best is not None
    fit, expected, inputs = best
    rest = load.days - split
    savings = _savings(fit, expected[split:], daily[split:], confidence) if rest else None
    return Baseline(load, split, fit, expected, savings, _held_out_bias(inputs[:split], daily[:split]))


def _held_out_bias(inputs: Array, daily: Array) -> float:
    fitted = len(daily) - max(1, len(daily) // 4)
    coefficients, *_ = np.linalg.lstsq(inputs[:fitted], daily[:fitted], rcond=None)
    used = float(daily[fitted:].sum())
    return (used - float((inputs[fitted:] @ coefficients).sum())) / used if used else 0.0


def fractional_uncertainty(
    cv_rmse: float,
    days: int,
    reporting: int,
    fraction: float,
    autocorrelation: float,
    parameters: int,
    confidence: float,
) -> float:
    """Returns ΔE/E of the savings (ASHRAE Guideline 14): t·1.26·CV(RMSE)·√[(n/n′)(1 + 2/n′)/m] ÷ F, with
    n′ = n(1 − ρ)/(1 + ρ); infinite where nothing was saved."""
    from scipy.stats import t as student

    rho = min(max(autocorrelation, 0.0), 0.95)
    effective = days * (1 - rho) / (1 + rho)
    if fraction == 0 or reporting == 0:
        return math.inf
    quantile = float(student.ppf((1 + confidence) / 2, max(days - parameters, 1)))
    spread = math.sqrt(days / effective * (1 + 2 / effective) / reporting)
    return abs(quantile * MONTHS_FACTOR * cv_rmse * spread / fraction)


def least_squares(names: Names, inputs: Array, use: Array, balance: tuple[float | None, float | None]) -> Fit:
    """Ordinary least squares; `inputs` is days × variables and holds the constant's column."""
    days, count = inputs.shape
    coefficients, *_ = np.linalg.lstsq(inputs, use, rcond=None)
    errors = use - inputs @ coefficients
    freedom = max(days - count, 1)
    square = float(errors @ errors)
    around = float(((use - use.mean()) ** 2).sum())
    variance = square / freedom
    deviations = np.sqrt(np.maximum(np.diag(np.linalg.pinv(inputs.T @ inputs)) * variance, 1e-300))
    r2 = 1 - square / around if around > 0 else 0.0
    mean = float(use.mean())
    return Fit(
        names=names,
        coefficients=np.asarray(coefficients, dtype=np.float64),
        t_values=coefficients / deviations,
        days=days,
        r2=r2,
        adjusted_r2=1 - (1 - r2) * (days - 1) / freedom,
        cv_rmse=math.sqrt(variance) / mean if mean else 0.0,
        nmbe=float(errors.sum()) / (freedom * mean) if mean else 0.0,
        autocorrelation=_autocorrelation(errors),
        mean=mean,
        balance=balance,
    )


def _autocorrelation(errors: Array) -> float:
    if len(errors) < 3 or np.std(errors[:-1]) < 1e-12 or np.std(errors[1:]) < 1e-12:
        return 0.0
    return float(np.corrcoef(errors[:-1], errors[1:])[0, 1])


def _stepwise(
    names: Names, inputs: Array, daily: Array, split: int, balance: tuple[float | None, float | None]
) -> tuple[Fit, Array]:
    """Drops the least sure variable until every one is borne out; the constant stays."""
    kept = [place for place, name in enumerate(names) if name == "constant" or np.ptp(inputs[:split, place]) > 0]
    while True:
        fit = least_squares(tuple(names[place] for place in kept), inputs[:split][:, kept], daily[:split], balance)
        weakest = int(np.argmin(np.where(np.array(fit.names) == "constant", np.inf, np.abs(fit.t_values))))
        if fit.names[weakest] == "constant" or abs(fit.t_values[weakest]) >= LEAST_T:
            return fit, np.maximum(inputs[:, kept] @ fit.coefficients, 0.0)
        del kept[weakest]


def _balances(load: Load, temperature: Mapping[date, float]) -> list[tuple[float | None, float | None]]:
    if not all(day in temperature for day in load.dates):
        return [(None, None)]
    seen = [temperature[day] for day in load.dates]
    tried = [float(one) for one in BALANCE if min(seen) + 1 < one < max(seen) - 1]
    single: list[tuple[float | None, float | None]] = [(None, None)]
    single += [(one, None) for one in tried] + [(None, one) for one in tried]
    return single + [(low, high) for low, high in product(tried[::2], tried[::2]) if low <= high]


def _variables(
    load: Load,
    calendar: Calendar,
    output: Mapping[date, float],
    temperature: Mapping[date, float],
    balance: tuple[float | None, float | None],
) -> tuple[Names, Array]:
    kinds = calendar.kinds(load.dates)
    columns = {"constant": np.ones(load.days)}
    if output:
        columns["output"] = np.array([output.get(day, 0.0) for day in load.dates])
    for name, kind in (("saturday", SATURDAY), ("sunday", SUNDAY), ("closure", MAJOR), ("holiday", MINOR)):
        columns[name] = (kinds == kind).astype(float)
    degrees = np.array([temperature.get(day, 0.0) for day in load.dates])
    if balance[0] is not None:
        columns["heating_degree_days"] = np.maximum(balance[0] - degrees, 0.0)
    if balance[1] is not None:
        columns["cooling_degree_days"] = np.maximum(degrees - balance[1], 0.0)
    return tuple(columns), np.column_stack(list(columns.values()))


def _savings(fit: Fit, expected: Array, actual: Array, confidence: float) -> Savings:
    whole, used = float(expected.sum()), float(actual.sum())
    fraction = (whole - used) / whole if whole else 0.0
    relative = fractional_uncertainty(
        fit.cv_rmse, fit.days, len(actual), fraction, fit.autocorrelation, len(fit.names), confidence
    )
    uncertainty = relative * abs(whole - used) if math.isfinite(relative) else whole * fit.cv_rmse
    return Savings(len(actual), whole, used, uncertainty, confidence)
