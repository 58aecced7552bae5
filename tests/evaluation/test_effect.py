"""Covered: a planted effect is found with its interval, nothing is found where nothing was done, and the placebo
keeps a trend from passing for an effect."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.evaluation.effect import CannotTell, Effect, effect
from tujing.evaluation.measures import WeeklySeries

START = np.datetime64("2025-01-06", "D")
GO_LIVE = date(2026, 1, 5)


def factory(seed: int, change: float, weeks: int = 78, control: bool = True, trend: float = 0.0) -> WeeklySeries:
    """A simulated factory: a season common to both parts, autocorrelated noise, and a jump at go-live."""
    generator = np.random.default_rng(seed)
    days = START + 7 * np.arange(weeks)
    season = 0.2 * np.sin(2 * np.pi * np.arange(weeks) / 52)

    def noise() -> np.ndarray:
        steps = generator.normal(0, 0.05, weeks)
        return np.convolve(steps, [1.0, 0.4], mode="full")[:weeks]

    after = days >= np.datetime64(GO_LIVE)
    treated = np.exp(np.log(12) + season + noise() + after * np.log1p(change) + trend * np.arange(weeks))
    other = np.exp(np.log(15) + season + noise()) if control else None
    return WeeklySeries(days, treated, other)


def test_the_interval_covers_a_planted_effect_in_nine_factories_of_ten():
    covered = 0
    for seed in range(200):
        found = effect(factory(seed, -0.3), GO_LIVE, "lower")
        assert isinstance(found, Effect)
        covered += found.estimate.low <= -0.3 <= found.estimate.high
    assert covered >= 180


def test_nothing_is_claimed_where_nothing_was_done():
    claims = sum(effect(factory(seed, 0.0), GO_LIVE, "lower").verdict != "cannot_tell" for seed in range(400))
    assert claims <= 28  # seven per cent


def test_a_common_season_does_not_pass_for_an_effect_when_there_is_a_control():
    found = effect(factory(3, -0.2), GO_LIVE, "lower")
    assert found.method == "difference_in_differences"
    assert found.verdict == "better"
    assert found.counterfactual > found.after


def test_without_a_control_the_method_says_so():
    assert effect(factory(3, -0.4, control=False), GO_LIVE, "lower").method == "before_after"


def test_a_trend_that_was_there_before_is_caught_by_the_placebo():
    found = effect(factory(5, 0.0, control=False, trend=-0.02), GO_LIVE, "lower")
    assert found.estimate.high < 0  # the naive estimate would claim an effect
    assert found.verdict == "cannot_tell"


def test_zero_weeks_are_compared_in_levels():
    series = factory(7, 0.0)
    treated = np.where(np.arange(78) % 9 == 0, 0.0, series.treated)
    found = effect(WeeklySeries(series.weeks, treated, series.control), GO_LIVE, "lower")
    assert isinstance(found, Effect) and np.isfinite(found.estimate.relative)


@pytest.mark.parametrize(
    ("go_live", "reason"), [(date(2025, 2, 3), "too_few_before"), (date(2026, 6, 20), "too_few_after")]
)
def test_too_few_weeks_give_no_estimate(go_live, reason):
    found = effect(factory(1, -0.3), go_live, "lower")
    assert isinstance(found, CannotTell) and found.reason == reason


@given(scale=st.floats(0.001, 1000))
def test_the_relative_effect_does_not_depend_on_the_unit(scale):
    series = factory(11, -0.25)
    scaled = WeeklySeries(series.weeks, series.treated * scale, series.control * scale)
    assert effect(scaled, GO_LIVE, "lower").estimate.relative == pytest.approx(
        effect(series, GO_LIVE, "lower").estimate.relative, rel=1e-6
    )
