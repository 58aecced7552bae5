"""Covered: planted effects are found with honest intervals and nothing is found where nothing was done, in every world;
placebos, power and refusals; figures that do not depend on the unit."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tujing.evaluation.effect import CannotTell, Effect, effect, effects
from tujing.evaluation.series import Series
from tujing.evaluation.simulated import WORLDS, factories

FACTORIES = 200
CHANGE = -0.2
START = np.datetime64("2025-01-06", "D")
GO_LIVE = date(2026, 1, 5)


def estimates(world, change, **more):
    made = factories(world, FACTORIES, change, **more)
    found = effects(made.daily, made.go_live, ["lower"] * FACTORIES)
    assert all(isinstance(one, Effect) for one in found)
    return found


def factory(seed, change, weeks=78, control=True, trend=0.0):
    """A season common to both parts, noise that lasts a week, and a jump at go-live."""
    generator = np.random.default_rng(seed)
    days = START + 7 * np.arange(weeks)
    season = 0.2 * np.sin(2 * np.pi * np.arange(weeks) / 52)

    def noise():
        return np.convolve(generator.normal(0, 0.05, weeks), [1.0, 0.4], mode="full")[:weeks]

    after = days >= np.datetime64(GO_LIVE)
    treated = np.exp(np.log(12) + season + noise() + after * np.log1p(change) + trend * np.arange(weeks))
    return Series(days, treated, np.exp(np.log(15) + season + noise()) if control else None)


@pytest.mark.parametrize("world", WORLDS)
def test_the_interval_covers_the_truth_in_nine_factories_of_ten_and_little_is_claimed_of_nothing(world):
    """Nothing done shifts every outcome alike, so the interval of a planted effect covers as often: one run shows
    both."""
    nothing = estimates(world, 0.0)
    covered = sum(one.estimate.low <= 0.0 <= one.estimate.high for one in nothing)
    claimed = sum(one.verdict != "cannot_tell" for one in nothing)
    assert covered >= 0.90 * FACTORIES
    assert claimed <= 0.07 * FACTORIES


def test_planted_effects_are_covered_and_found():
    found = estimates("factors", CHANGE)
    assert sum(one.estimate.low <= CHANGE <= one.estimate.high for one in found) >= 0.90 * FACTORIES
    assert sum(one.verdict == "better" for one in found) >= 0.85 * FACTORIES
    assert {one.method for one in found} >= {"synthetic_control", "difference_in_differences"}


def test_a_planted_effect_moves_the_estimate_and_its_interval_by_itself():
    for world in ("parallel", "alone"):
        nothing, planted = (factories(world, 5, change) for change in (0.0, CHANGE))
        for one, other in zip(
            effects(nothing.daily, nothing.go_live, ["lower"] * 5),
            effects(planted.daily, planted.go_live, ["lower"] * 5),
            strict=True,
        ):
            assert one.method == other.method
            for end in ("relative", "low", "high"):
                moved = (1 + getattr(one.estimate, end)) * (1 + CHANGE) - 1
                assert getattr(other.estimate, end) == pytest.approx(moved, rel=1e-4)


def test_a_short_history_is_answered_honestly():
    """Half a year before and a quarter after: season and effect can hardly be told apart, and the interval says so."""
    found = estimates("alone", 0.0, weeks_before=30, weeks_after=12)
    assert sum(one.estimate.low <= 0.0 <= one.estimate.high for one in found) >= 0.90 * FACTORIES
    assert sum(one.verdict != "cannot_tell" for one in found) <= 0.07 * FACTORIES


def test_a_common_season_does_not_pass_for_an_effect_when_there_is_a_control():
    found = effect(factory(3, -0.2), GO_LIVE, "lower")
    assert found.method == "difference_in_differences"
    assert found.verdict == "better" and found.reason == ""
    assert found.counterfactual > found.after


def test_without_a_control_the_method_says_so_and_needs_no_placebo_in_space():
    found = effect(factory(3, -0.4, control=False), GO_LIVE, "lower")
    assert found.method == "interrupted_time_series"
    assert found.placebos.in_space == () and found.placebos.rank_p is None


def test_a_trend_that_was_there_before_does_not_pass_for_an_effect():
    for trend in (-0.02, 0.02):
        found = effect(factory(5, 0.0, control=False, trend=trend), GO_LIVE, "lower")
        assert found.verdict == "cannot_tell"
        beside = effect(factory(5, 0.0, trend=trend), GO_LIVE, "lower")
        assert beside.verdict == "cannot_tell"
        assert beside.method == "comparative_interrupted_time_series"
        assert beside.diagnostics.refused == "too_few_sisters"


def test_a_move_that_began_before_go_live_is_caught_by_the_placebo():
    """The change came half a year early, so a made-up go-live there finds as much as the real one."""
    series = factory(5, 0.0)
    early = np.arange(78) >= 26
    moved = Series(
        series.weeks,
        series.treated * np.where(early, 0.8, 1.0) * np.where(np.arange(78) >= 52, 0.8, 1.0),
        series.control,
    )
    found = effect(moved, GO_LIVE, "lower")
    assert found.placebo.high < 0
    assert (found.verdict, found.reason) == ("cannot_tell", "placebo_in_time")


def test_what_the_sisters_show_as_well_is_not_reported():
    """Every part fell at go-live by different amounts against the others: the effect is no effect of the adoption."""
    made = factories("parallel", 1, 0.0, seed=4).weekly[0]
    after = np.arange(len(made.weeks)) >= 104
    sizes = dict(zip(made.sisters, (0.5, 0.55, 0.6, 2.0, 2.2, 1.9), strict=True))
    sisters = {name: values * np.where(after, sizes[name], 1.0) for name, values in made.sisters.items()}
    control = np.mean(list(sisters.values()), axis=0)
    found = effect(
        Series(made.weeks, made.treated * np.where(after, 0.6, 1.0), control, sisters), date(2025, 12, 29), "lower"
    )
    assert len(found.placebos.in_space) == 6
    assert found.estimate.high < 0
    assert (found.verdict, found.reason) == ("cannot_tell", "placebo_in_space")
    assert found.placebos.rank_p > 0.1


def test_what_would_let_the_data_tell_is_said():
    quiet = effect(factory(3, 0.0), GO_LIVE, "lower", forecast=-0.04)
    assert quiet.verdict == "cannot_tell"
    assert quiet.power.target == -0.04 and quiet.power.detectable > 0.02
    longer = effect(factory(3, 0.0), GO_LIVE, "lower", forecast=-0.3)
    assert longer.power.more is not None
    assert quiet.power.more is None or quiet.power.more >= longer.power.more
    assert effect(factory(3, -0.4), GO_LIVE, "lower").power is None


def test_zero_weeks_are_compared_in_levels():
    series = factory(7, 0.0)
    treated = np.where(np.arange(78) % 9 == 0, 0.0, series.treated)
    found = effect(Series(series.weeks, treated, series.control), GO_LIVE, "lower")
    assert isinstance(found, Effect) and np.isfinite(found.estimate.relative)
    assert found.estimate.low < found.estimate.relative < found.estimate.high


def test_missing_weeks_are_left_out_and_keep_their_place_in_the_calendar():
    series = factory(3, -0.3)
    holes = series.treated.copy()
    holes[[10, 11, 30, 60]] = np.nan
    found = effect(Series(series.weeks, holes, series.control), GO_LIVE, "lower")
    assert found.weeks_before == 49 and found.weeks_after == 25
    assert found.verdict == "better"


def test_months_are_evaluated_as_months():
    months = np.arange("2023-01", "2026-07", dtype="datetime64[M]")
    generator = np.random.default_rng(0)
    values = np.exp(generator.normal(0, 0.03, len(months)) + np.where(months >= np.datetime64("2025-07"), -0.3, 0))
    other = np.exp(generator.normal(0, 0.03, len(months)))
    found = effect(Series(months.astype("datetime64[D]"), values, other, grain="month"), date(2025, 7, 1), "lower")
    assert (found.grain, found.weeks_before, found.weeks_after) == ("month", 30, 12)
    assert found.verdict == "better" and found.estimate.low <= np.expm1(-0.3) <= found.estimate.high


@pytest.mark.parametrize(
    ("go_live", "reason"), [(date(2025, 2, 3), "too_few_before"), (date(2026, 6, 20), "too_few_after")]
)
def test_too_few_weeks_give_no_estimate_and_say_how_many_are_missing(go_live, reason):
    found = effect(factory(1, -0.3), go_live, "lower")
    assert isinstance(found, CannotTell) and found.reason == reason
    assert found.missing > 0


@settings(max_examples=6, deadline=None)
@given(scale=st.floats(0.001, 1000))
def test_the_relative_effect_does_not_depend_on_the_unit(scale):
    series = factory(11, -0.25)
    scaled = effect(Series(series.weeks, series.treated * scale, series.control * scale), GO_LIVE, "lower")
    plain = effect(series, GO_LIVE, "lower")
    for end in ("relative", "low", "high"):
        assert getattr(scaled.estimate, end) == pytest.approx(getattr(plain.estimate, end), rel=1e-5, abs=1e-7)
    assert scaled.verdict == plain.verdict


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_swapping_treated_and_control_turns_the_effect_round(seed):
    series = factory(seed, -0.25)
    turned = effect(Series(series.weeks, series.control, series.treated), GO_LIVE, "higher")
    plain = effect(series, GO_LIVE, "lower")
    assert 1 + turned.estimate.relative == pytest.approx(1 / (1 + plain.estimate.relative), rel=1e-6)
    assert 1 + turned.placebo.low == pytest.approx(1 / (1 + plain.placebo.high), rel=1e-4)
    assert turned.verdict == plain.verdict


@settings(max_examples=5, deadline=None)
@given(weeks=st.integers(0, 400))
def test_the_effect_does_not_depend_on_when_the_calendar_begins(weeks):
    series = factory(11, -0.25)
    later = np.timedelta64(7 * weeks, "D")
    moved = Series(series.weeks + later, series.treated, series.control)
    go_live = (np.datetime64(GO_LIVE) + later).astype(date)
    assert effect(moved, go_live, "lower").estimate == effect(series, GO_LIVE, "lower").estimate


def test_many_measures_at_once_get_the_answers_they_get_alone():
    many = [factory(seed, -0.2, control=bool(seed % 2)) for seed in range(4)]
    together = effects(many, GO_LIVE, ["lower"] * 4)
    for one, series in zip(together, many, strict=True):
        alone = effect(series, GO_LIVE, "lower")
        assert alone.estimate.low == pytest.approx(one.estimate.low, rel=1e-4)
        assert alone.method == one.method
