"""Each engine against what is known of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenarios.predictive_maintenance.fleets import fleet

from tujing.problems import BadInput
from tujing.scenarios.service.predictive_maintenance.conformal import calibrate
from tujing.scenarios.service.predictive_maintenance.drift import distance, psi
from tujing.scenarios.service.predictive_maintenance.fleet import History, Life
from tujing.scenarios.service.predictive_maintenance.learner import smoothed, truncation_weights
from tujing.scenarios.service.predictive_maintenance.plan import Terms, make_plan, prices
from tujing.scenarios.service.predictive_maintenance.policy import (
    fixed_interval,
    going_rate,
    predictive,
    run_to_failure,
)
from tujing.scenarios.service.predictive_maintenance.signals import learn
from tujing.scenarios.service.predictive_maintenance.weibull import Weibull, by_kind, fit_weibull

TERMS = Terms(planned_cost=1, failure_cost=6, rate=0.05, period=5, periods=10, crew=3)


def test_weibull_recovers_what_was_drawn_also_censored():
    rng = np.random.default_rng(1)
    life, end = 100 * rng.weibull(2.5, 5000), rng.uniform(20, 300, 5000)
    found = fit_weibull(np.minimum(life, end), life <= end)
    assert found.shape == pytest.approx(2.5, rel=0.05)
    assert found.scale == pytest.approx(100, rel=0.03)


def test_weibull_of_an_exponential_with_its_shape_known():
    """With shape 1 the scale is total time over failures; the profile's scale keeps that identity at its own shape."""
    hours, failed = np.array([10.0, 20, 30, 40, 50]), np.array([True, True, False, True, False])
    found = fit_weibull(hours, failed)
    assert (hours**found.shape).sum() / failed.sum() == pytest.approx(found.scale**found.shape)


def test_the_weibull_is_the_likeliest():
    hours, failed = np.array([16.0, 34, 53, 75, 93, 120, 120]), np.array([1, 1, 1, 1, 1, 1, 0], bool)
    found = fit_weibull(hours, failed)

    def likelihood(shape, scale):
        density = np.log(shape / scale) + (shape - 1) * np.log(hours[failed] / scale)
        return density.sum() - ((hours / scale) ** shape).sum()

    best = likelihood(found.shape, found.scale)
    for factor in (0.98, 1.02):
        assert likelihood(found.shape * factor, found.scale) < best
        assert likelihood(found.shape, found.scale * factor) < best


def test_too_few_failures_are_refused_and_kinds_pooled():
    with pytest.raises(BadInput, match="at least 2"):
        fit_weibull([5, 6], [True, False])
    lives = [Life("a", "pump", float(10 + n), True) for n in range(6)] + [Life("b", "fan", 50.0, True)]
    assert set(by_kind(lives)) == {"", "pump"}


@given(st.floats(0.5, 6), st.floats(1, 1e4), st.floats(0, 2), st.floats(0.01, 0.99))
def test_remaining_life_is_positive_and_memoryless_at_shape_one(shape, scale, share, level):
    model = Weibull(shape, scale, 5, 5)
    assert model.remaining(share * scale, level) > -1e-9 * scale
    flat = Weibull(1.0, scale, 5, 5)
    assert flat.remaining(share * scale, level) == pytest.approx(flat.remaining(0.0, level), rel=1e-6)


def test_it_finds_sensors_of_both_fault_modes_and_leaves_out_the_dead_one():
    assert learn(fleet()).kept == (0, 1)


@pytest.mark.parametrize("regimes", [1, 3])
def test_it_finds_regimes_only_where_they_are(regimes):
    signals = learn(fleet(regimes=regimes))
    assert signals.regimes == regimes
    assert signals.kept == (0, 1)


def test_features_look_only_back():
    made = fleet()
    signals, whole = learn(made), made.failed[0]
    part = History("x", whole.settings[:25], whole.sensors[:25])
    assert np.allclose(signals.features(whole)[:25], signals.features(part))
    assert len(signals.names(made.sensors)) == signals.features(part).shape[1]


def test_nothing_wears_is_refused():
    made = fleet()
    still = tuple(History(one.unit, one.settings, one.sensors[:, [2, 2, 2]]) for one in made.failed)
    with pytest.raises(BadInput, match="No sensor changes"):
        learn(type(made)(made.sensors, still, made.running))


@given(st.lists(st.integers(5, 300), min_size=1, max_size=8), st.lists(st.integers(1, 300), max_size=8))
def test_truncation_weights_sum_to_one_for_each_life(lives, running):
    for steps, weight in zip(lives, truncation_weights(lives, running), strict=True):
        assert len(weight) == steps and weight.min() >= 0 and weight.sum() == pytest.approx(1)


def test_smoothing_brings_predictions_forward():
    assert np.allclose(smoothed(np.array([10.0, 9, 8, 7])), [10, 9, 8, 7])


def test_intervals_cover_as_promised_and_widen_where_errors_do():
    rng = np.random.default_rng(0)
    held, cap = [], 100.0
    for _ in range(150):
        truth = np.minimum(np.arange(159, -1, -1), cap)
        held.append(np.clip(truth + rng.normal(0, 1 + 0.15 * truth), 0, cap))
    weights = [np.full(160, 1 / 160)] * 150
    found = calibrate(held, weights, [n % 5 for n in range(150)], cap, 0.9)
    assert found.measured == pytest.approx(0.9, abs=0.03)
    lower, upper = found.bounds(np.array([5.0, 60.0]))
    assert (upper - lower)[1] > 2 * (upper - lower)[0]
    assert (lower <= [5, 60]).all() and (upper >= [5, 60]).all()


def test_drift_is_nothing_for_equal_samples_and_large_for_moved_ones():
    rng = np.random.default_rng(0)
    first, moved = rng.normal(size=2000), rng.normal(3, 1, 2000)
    assert psi(first, first) == pytest.approx(0) and distance(first, first) == 0
    assert psi(first, moved) > 1 and distance(first, moved) > 0.8


def test_the_price_of_waiting():
    cost, failure = prices(np.full((1, 4), 12.0), TERMS)
    assert failure[0].tolist() == [0, 0, 0, *([1] * 8)]
    assert cost[0, 2] == pytest.approx(1 - 0.05 * 10) and cost[0, 3] == pytest.approx(6 - 0.05 * 12)
    assert make_plan(np.full((1, 4), 12.0), TERMS).choice[0] == 2


def test_lives_without_wear_are_not_cut_short_by_the_steps_of_their_draws():
    """Of an exponential life nothing is gained by stopping early; twenty draws alone would show cheap edges."""
    levels = (np.arange(20) + 0.5) / 20
    draws = np.tile(-100 * np.log1p(-levels), (1, 1))
    rate = 50_000 / 100
    cost, failure = prices(draws, Terms(10_000, 50_000, rate, 2.5, 20, 9))
    assert cost[0].argmin() == 20
    assert failure[0, 20] == pytest.approx(1 - np.exp(-0.5), abs=0.02)
    assert (np.diff(failure[0]) > 0).all()


def test_lives_beyond_the_cap_never_count_as_failed():
    _, failure = prices(np.array([[10.0, 20.0, np.inf, np.inf]]), Terms(1, 6, 0.01, 5, 10, 1))
    assert failure[0, -1] == 0.5


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(6, 45), min_size=2, max_size=7), st.integers(1, 3), st.integers(0, 7))
def test_the_plan_keeps_crew_and_spares_and_no_swap_is_cheaper(left, crew, spares):
    """Remaining lives are certain, so a plan that fails nobody needs no expectation."""
    terms = Terms(1, 6, 0.01, 5, 10, crew, spares=spares, spares_each=1)
    draws = np.array(left)[:, None] * np.ones(3)
    plan = make_plan(draws, terms)
    assert plan.proved
    if plan.over < 1e-6:
        jobs = np.bincount(plan.choice, minlength=11)[:10]
        assert (jobs <= crew).all()
        assert (np.cumsum(jobs) <= spares + np.arange(10) + 1e-9).all()
        free = make_plan(draws, Terms(1, 6, 0.01, 5, 10, 99))
        assert plan.total >= free.total - 1e-6


def test_foresight_beats_both_plain_policies():
    rng = np.random.default_rng(2)
    lives = rng.uniform(40, 160, 30)
    foresight = [np.clip(life - np.arange(0, life, 5), 0.5, None)[:, None] * np.ones(4) for life in lives]
    rate = going_rate(lives, foresight, TERMS)
    terms = Terms(1, 6, rate, 5, 10, crew=5)
    ours = predictive(lives, foresight, terms, 0, lambda share: None)
    assert ours.failures == 0
    assert ours.cost < fixed_interval(lives, TERMS)[1].cost <= run_to_failure(lives, TERMS).cost
