"""Scores of forecasts: closed forms against numbers, and what widening may and may not do."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from tujing.iteration.forecasts import Scored, score, widening

figures = st.floats(-1, 1)
spreads = st.floats(0.001, 1)
scored = st.builds(Scored, figures, spreads, figures, spreads, st.floats(0.01, 1))


@settings(max_examples=40)
@given(scored)
def test_crps_equals_its_integral(one):
    spread = math.hypot(one.spread, one.error)
    ends = sorted([one.forecast, one.measured])
    grid = np.linspace(ends[0] - 9 * spread, ends[1] + 9 * spread, 20_001)
    gap = norm.cdf(grid, one.forecast, spread) - (grid >= one.measured)
    assert one.crps * one.scale == pytest.approx(np.trapezoid(gap**2, grid), rel=2e-3, abs=1e-6)
    assert one.pit == pytest.approx(norm.cdf(one.measured, one.forecast, spread), abs=1e-12)


@given(st.lists(scored, min_size=1, max_size=9))
def test_a_mean_error_lies_among_the_errors(forecasts):
    found = score(forecasts)
    errors = [one.normalised_error for one in forecasts]
    assert min(errors) - 1e-9 <= found.mean_error <= max(errors) + 1e-9
    assert abs(found.bias) <= found.mean_error + 1e-9
    assert found.count == len(forecasts) and 0 <= found.coverage <= 1


def test_a_sloppy_measurement_weighs_less():
    sharp, sloppy = Scored(-0.02, 0.004, -0.021, 0.001, 0.02), Scored(-0.06, 0.01, 0.06, 0.06, 0.06)
    found = score([sharp, sloppy])
    assert found.mean_error < 0.1 < found.plain_error


def test_exact_measurements_count_alone_and_a_certain_miss_is_no_crash():
    found = score([Scored(1.0, 0.0, 1.2, 0.0, 1.0), Scored(1.0, 0.1, 9.0, 0.5, 1.0)])
    assert found.mean_error == pytest.approx(0.2)
    assert Scored(1.0, 0.0, 1.2, 0.0, 1.0).crps == pytest.approx(0.2)
    assert score([]) is None


def test_right_spreads_are_left_alone_and_too_narrow_ones_widened():
    rng = np.random.default_rng(5)
    for true, low, high in ((1.0, 1.0, 1.1), (3.0, 2.7, 3.2)):
        forecasts = [Scored(0.0, 0.01, float(rng.normal(0, 0.01 * true)), 0.0, 1.0) for _ in range(400)]
        assert low <= widening(forecasts, 5) <= high


@given(st.lists(scored, max_size=9))
def test_nothing_makes_a_stated_interval_narrower(forecasts):
    assert widening(forecasts, 5) >= 1.0
    assert widening([], 5) == 1.0
