"""Baseline, anomalies, split by machine state, account and forecast, on cases with known answers."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from tests.scenarios.energy.cases import START, load

from tujing.scenarios.production.energy import carbon
from tujing.scenarios.production.energy.aggregation import Aggregation
from tujing.scenarios.production.energy.anomaly import find_anomalies
from tujing.scenarios.production.energy.calendars import MAJOR, MINOR, WORKDAY, Calendar, calendar_for
from tujing.scenarios.production.energy.features import History, day_features
from tujing.scenarios.production.energy.forecast import Forecaster, Settings
from tujing.scenarios.production.energy.loads import Load, Site, StateSpan
from tujing.scenarios.production.energy.machine_states import idle_share, powers
from tujing.scenarios.production.energy.performance import baseline_of, fractional_uncertainty, least_squares

NO_HOLIDAYS = Calendar()


def daily(values) -> Load:
    return Load("M", date(2024, 3, 4), np.asarray(values, float)[:, None])


def test_least_squares_gives_the_textbook_figures():
    x = np.array([1.0, 2, 3, 4, 5])
    y = np.array([2.1, 3.9, 6.2, 7.8, 10.1])
    fit = least_squares(("constant", "x"), np.column_stack([np.ones(5), x]), y, (None, None))
    assert fit.coefficients == pytest.approx([0.05, 1.99])
    assert fit.r2 == pytest.approx(1 - 0.107 / 39.708)
    assert fit.cv_rmse == pytest.approx(np.sqrt(0.107 / 3) / 6.02)
    assert abs(fit.nmbe) < 1e-12


def test_a_change_point_is_found():
    rng = np.random.default_rng(1)
    degrees = {date(2024, 3, 4) + timedelta(days=day): float(15 + 12 * np.sin(day / 30)) for day in range(200)}
    use = [100 + 8 * max(t - 18, 0) + rng.normal(0, 1) for t in degrees.values()]
    found = baseline_of(daily(use), NO_HOLIDAYS, {}, degrees, 150)
    assert found.fit.balance[1] == pytest.approx(18, abs=1)
    assert dict(zip(found.fit.names, found.fit.coefficients, strict=True))["cooling_degree_days"] == pytest.approx(
        8, abs=0.4
    )
    assert not found.savings.certain


def test_savings_are_reckoned_at_the_reporting_periods_own_output():
    rng = np.random.default_rng(2)
    days = [date(2024, 3, 4) + timedelta(days=day) for day in range(120)]
    output = {day: float(rng.integers(50, 150)) for day in days}
    use = [200 + 3 * output[day] + rng.normal(0, 5) for day in days]
    use[80:] = [one * 0.9 for one in use[80:]]
    found = baseline_of(daily(use), NO_HOLIDAYS, output, {}, 80)
    assert found.savings.fraction == pytest.approx(0.1, abs=0.01)
    assert found.savings.certain
    assert abs(found.nmbe) < 0.02


def test_the_bias_of_a_baseline_is_that_of_days_it_was_not_fitted_on():
    use = np.r_[np.full(45, 100.0), np.full(15, 110.0), np.full(10, 100.0)]
    found = baseline_of(daily(use), NO_HOLIDAYS, {}, {}, 60)
    assert abs(found.fit.nmbe) < 1e-12
    assert found.nmbe == pytest.approx(10 / 110, abs=1e-3)


def test_uncertainty_grows_with_autocorrelation_and_falls_with_days():
    plain = fractional_uncertainty(0.1, 100, 100, 0.1, 0.0, 3, 0.9)
    assert plain == pytest.approx(1.6607 * 1.26 * 0.1 * np.sqrt(1.02 / 100) / 0.1, rel=1e-3)
    assert (
        fractional_uncertainty(0.1, 100, 100, 0.1, 0.5, 3, 0.9)
        > plain
        > fractional_uncertainty(0.1, 100, 400, 0.1, 0.0, 3, 0.9)
    )
    assert fractional_uncertainty(0.1, 100, 100, 0.0, 0.0, 3, 0.9) == np.inf


def test_planted_anomalies_are_found_with_their_money():
    given = load(70)
    values = given.values.copy()
    values[-14:] += 4.0
    values[34] += 20.0
    found = find_anomalies(replace(given, values=values), NO_HOLIDAYS, 0.5)
    kinds = {one.kind: one for one in found}
    assert kinds["base_load_drift"].excess == pytest.approx(14 * 24 * 4, rel=0.1)
    assert kinds["rest_day_use"].first == date(2024, 3, 4) + timedelta(days=34)
    assert kinds["rest_day_use"].cost == pytest.approx(24 * 20 * 0.5, rel=0.1)
    assert find_anomalies(given, NO_HOLIDAYS, 0.5) == []


def test_power_by_state_is_recovered():
    spans = []
    values = np.full((21, 24), 2.0)
    for day in range(21):
        start = START + timedelta(days=day)
        spans.append(StateSpan("A", "producing", start + timedelta(hours=8), start + timedelta(hours=12)))
        spans.append(StateSpan("A", "idle", start + timedelta(hours=12), start + timedelta(hours=13, minutes=30)))
        values[day, 8:12] += 50
        values[day, 12] += 20
        values[day, 13] += 10
    found = powers(Site((Load("M", date(2024, 3, 4), values, work_centre="A"),), states=tuple(spans)))
    assert {one.state: round(one.power, 6) for one in found if one.hours} == {
        "producing": 50,
        "idle": 20,
        "constant": 2,
    }
    assert idle_share(found) == pytest.approx(30 / (48 + 200 + 30), rel=0.01)


def test_the_account_multiplies_activity_by_factor():
    power = Load("E", date(2023, 1, 2), np.full((30, 1), 1000.0))
    gas = Load("G", date(2023, 1, 2), np.full((30, 1), 10.0), "gas", "m3")
    air = Load("L", date(2023, 1, 2), np.full((30, 1), 10.0), "compressed_air", "m3")
    lines = carbon.account(Site((power, gas, air)))
    assert carbon.total(lines) == pytest.approx(30 * 0.5306 + 0.3 * 2.162)
    assert [line.tonnes for line in lines if line.carrier == "compressed_air"] == [None]
    assert {line.carrier: line.scope for line in lines} == {"compressed_air": 0, "electricity": 2, "gas": 1}
    shared = carbon.by_product(lines, {"a": 3.0, "b": 1.0}, {"a": 10.0})
    assert sum(row["t_co2"] for row in shared) == pytest.approx(carbon.total(lines))
    assert carbon.total(carbon.account(Site((power,)), 0.5, 0.4)) == pytest.approx(30 * 0.5 * 0.6)


def test_every_factor_bears_year_source_and_status():
    every = [one for part in carbon.factors()["electricity"].values() for one in part]
    every += [*carbon.factors()["fuel"].values(), *carbon.factors()["heat"].values()]
    for one in every:
        assert one["year"] and one["source"] and one["status"] in ("found", "recalled", "constructed", "measured")


def test_the_calendar_knows_holidays_and_worked_weekends():
    china = calendar_for("CN", [date(2025, 8, 8)])
    days = {date(2025, 1, 29): MAJOR, date(2025, 1, 26): WORKDAY, date(2025, 5, 1): MINOR, date(2025, 8, 8): MAJOR}
    assert {day: china.kind(day) for day in days} == days


def test_holidays_that_a_plant_does_not_keep_are_ignored():
    given = load(60)
    days = given.dates
    calendar = Calendar(minor=frozenset({days[9], days[24]}))
    assert calendar.followed(days, given.daily).minor == frozenset()
    rested = given.values.copy()
    rested[[9, 24]] = 10
    assert calendar.followed(days, rested.sum(axis=1)).minor == calendar.minor


def test_features_of_a_day_do_not_see_it_or_what_follows():
    given = load(40)
    kinds = NO_HOLIDAYS.kinds([date(2024, 3, 4) + timedelta(days=day) for day in range(60)])
    weekdays = np.array([day % 7 for day in range(60)])
    one = day_features(History(given.values, kinds, weekdays), 30)
    changed = given.values.copy()
    changed[30:] = 1e6
    assert np.array_equal(one, day_features(History(changed, kinds, weekdays), 30))


def test_the_aggregation_finds_the_best_member_within_days_and_a_mixture_where_that_is_better():
    rng = np.random.default_rng(3)
    good, best = Aggregation(3), Aggregation(3)
    for _ in range(30):
        actual = rng.normal(100, 10, 24)
        good.learn(np.stack([actual + rng.normal(0, 1, 24), actual + 20, actual - 30]), actual)
        best.learn(np.stack([actual + 10, actual - 10, actual + 60]), actual)
    assert good.weights[0] > 0.85
    assert best.weights[:2] == pytest.approx([0.5, 0.5], abs=0.1)
    assert good.weights.sum() == pytest.approx(1)


def test_days_that_were_not_read_teach_nothing():
    one = Aggregation(2)
    one.learn(np.ones((2, 4)), np.full(4, np.nan))
    assert one.weights == pytest.approx([0.5, 0.5])


def test_a_forecast_never_uses_the_day_it_tells():
    given = load(50)
    changed = given.values.copy()
    changed[-1] *= 7
    settings = Settings(seconds=2, patience=math.inf)
    told = [
        Forecaster(replace(given, values=values), NO_HOLIDAYS, settings, known=44).ahead(44, 50)
        for values in (given.values, changed)
    ]
    assert np.array_equal(told[0].forecast, told[1].forecast)
    assert np.array_equal(told[0].upper, told[1].upper)


def test_a_regular_load_is_forecast_to_its_noise_with_an_interval_that_holds():
    given = load(60)
    made = Forecaster(given, NO_HOLIDAYS, Settings(seconds=2), known=46).ahead(46, 60)
    assert made.wape() < 0.06
    assert made.wape() < made.wape(made.last_week)
    assert 0.8 <= made.coverage() <= 0.98
    assert (made.lower <= made.forecast).all() and (made.forecast <= made.upper).all()
