"""Payback, internal rate, deepest cash and expected shortfall."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from tujing.planning.returns import expected_shortfall, internal_rate, one_rate_only, payback, trough

FLOWS = st.lists(st.floats(-1e6, 1e6).map(lambda amount: round(amount, 2)), min_size=1, max_size=12)
INVESTMENTS = st.tuples(
    st.lists(st.floats(1.0, 1e6), min_size=1, max_size=4), st.lists(st.floats(1.0, 1e6), min_size=1, max_size=10)
).map(lambda it: [-amount for amount in it[0]] + it[1])


@given(INVESTMENTS)
def test_at_the_internal_rate_the_flows_are_worth_nought(flows):
    rate = internal_rate(np.array([flows]))[0]
    if math.isfinite(rate):
        factor = (1 + rate) ** -0.25
        worth = [amount * factor ** (quarter + 1) for quarter, amount in enumerate(flows)]
        assert sum(worth) == pytest.approx(0, abs=1e-4 * sum(abs(amount) for amount in worth))


def test_a_hundred_that_comes_back_as_a_hundred_and_ten_a_year_later_bears_ten_per_cent():
    assert internal_rate(np.array([[-100.0, 0, 0, 0, 110.0]]))[0] == pytest.approx(0.10, abs=1e-5)


def test_money_that_is_lost_never_tied_up_or_never_moved_has_no_rate():
    lost, free, still = internal_rate(np.array([[-100.0, 0.0, 0.001], [5.0, 1.0, 1.0], [0.0, 0.0, 0.0]]))
    assert lost == -math.inf and free == math.inf and math.isnan(still)


def test_single_precision_finds_the_same_rate():
    flows = np.random.default_rng(0).uniform(0.5, 2, (200, 20)) * np.r_[[-5.0] * 4, [3.0] * 16]
    assert internal_rate(flows.astype(np.float32)) == pytest.approx(internal_rate(flows), abs=1e-4)


def test_flows_that_turn_twice_may_have_more_than_one_rate():
    assert one_rate_only(np.array([[-10.0, 4.0, 9.0]]))
    assert not one_rate_only(np.array([[-10.0, 30.0, -21.0]]))
    assert one_rate_only(np.array([[0.0, 0.0]]))


@given(st.lists(FLOWS.filter(lambda flows: len(flows) >= 4).map(lambda flows: flows[:4]), min_size=1, max_size=5))
def test_the_trough_is_the_least_of_the_running_sums(flows):
    cash = np.array(flows)
    running, found = np.cumsum(cash, axis=1), trough(np.array(flows))
    assert found.amount == pytest.approx(np.minimum(running.min(axis=1), 0), abs=1e-6)
    for row, quarter in enumerate(found.quarter):
        if found.amount[row] < 0:
            assert running[row, quarter] == pytest.approx(found.amount[row], abs=1e-6)
            assert (running[row, :quarter] > found.amount[row] - 1e-6).all()


@given(FLOWS)
def test_payback_is_the_first_quarter_from_which_the_running_sum_stays_at_nought_or_above(flows):
    running = np.cumsum(flows)
    short = [quarter for quarter, amount in enumerate(running) if amount < 0]
    expected = 0.0 if not short else math.inf if running[-1] < 0 else short[-1] + 2.0
    assert payback(np.array([flows]))[0] == expected


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200), st.floats(0.01, 1))
def test_the_shortfall_is_the_mean_of_the_worst_and_no_more_than_the_mean(values, share):
    worst = sorted(values)[: max(1, math.ceil(share * len(values)))]
    assert expected_shortfall(np.array(values), share) == pytest.approx(np.mean(worst), abs=1e-6)
    assert expected_shortfall(np.array(values), share) <= np.mean(values) + 1e-6


def test_the_shortfall_of_normal_values_is_the_closed_form():
    values = np.random.default_rng(3).normal(10, 4, 400_000)
    closed = 10 - 4 * norm.pdf(norm.ppf(0.05)) / 0.05
    assert expected_shortfall(values, 0.05) == pytest.approx(closed, abs=0.05)
