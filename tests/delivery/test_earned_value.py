"""Earned value and earned schedule: identities, a worked example, and what has no figure."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tujing.delivery.earned_value import Planned, curve, earned_value, planned_value

START = date(2026, 1, 1)


def task(first: int, days: int, value: float, earned: float = 0.0) -> Planned:
    return Planned(START + timedelta(days=first), START + timedelta(days=first + days - 1), value, earned)


TASKS = st.lists(
    st.builds(task, st.integers(0, 60), st.integers(1, 50), st.floats(1, 1e6), st.floats(0, 1)), min_size=1, max_size=8
)
DAYS = st.integers(-5, 130).map(lambda days: START + timedelta(days=days))


@given(TASKS, st.floats(0, 1e6), DAYS)
def test_the_identities_hold(tasks, actual, day):
    found = earned_value(tasks, actual, day)
    assert found.budget == pytest.approx(sum(one.value for one in tasks))
    assert 0 <= found.planned <= found.budget * (1 + 1e-9) and 0 <= found.earned <= found.budget * (1 + 1e-9)
    assert found.schedule_variance == pytest.approx(found.earned - found.planned)
    assert found.cost_variance == pytest.approx(found.earned - found.actual)
    if found.spi is not None:
        assert found.spi * found.planned == pytest.approx(found.earned)
    if found.cpi:
        assert found.estimate_at_completion == pytest.approx(found.budget / found.cpi)
        assert found.estimate_to_complete + actual == pytest.approx(found.estimate_at_completion)
        assert found.variance_at_completion == pytest.approx(found.budget - found.estimate_at_completion)
    if found.to_complete_cpi is not None:
        assert found.to_complete_cpi * (found.budget - actual) == pytest.approx(found.budget - found.earned, abs=1e-6)


def test_next_to_no_progress_is_forecast_to_end_as_good_as_never():
    found = earned_value([task(0, 10, 100.0, 5e-324)], 1.0, START + timedelta(days=9))
    assert found.forecast_end is None or found.forecast_end == START + timedelta(days=36_499)


@given(TASKS, DAYS)
def test_what_is_earned_as_planned_is_on_schedule(tasks, day):
    total = sum(one.value for one in tasks)
    share = planned_value(tasks, day) / total
    assume(0 < share < 1)
    # Nothing is planned on a day in a gap: the schedule is then met since before the gap.
    assume(planned_value(tasks, day) > planned_value(tasks, day - timedelta(days=1)) * (1 + 1e-9))
    level = [Planned(one.start, one.end, one.value, share) for one in tasks]
    found = earned_value(level, 1.0, day)
    begin = min(one.start for one in tasks)
    assert found.spi == pytest.approx(1.0)
    assert found.earned_schedule == pytest.approx((day - begin).days + 1, rel=1e-6)
    assert found.forecast_end is not None
    assert abs((found.forecast_end - max(one.end for one in tasks)).days) <= 1


@given(TASKS)
def test_earned_schedule_inverts_planned_value(tasks):
    found = earned_value(tasks, 0.0, START + timedelta(days=40))
    begin = min(one.start for one in tasks)
    whole = int(found.earned_schedule)
    low = planned_value(tasks, begin + timedelta(days=whole - 1))
    high = planned_value(tasks, begin + timedelta(days=whole))
    assert low <= found.earned * (1 + 1e-9) + 1e-9 and found.earned <= high * (1 + 1e-9) + 1e-9


def test_a_worked_example():
    """Ten tasks of ten days and 1 000 yuan one after the other; after 50 days four are done, at 5 000 yuan."""
    tasks = [task(10 * place, 10, 1_000.0, float(place < 4)) for place in range(10)]
    found = earned_value(tasks, 5_000.0, START + timedelta(days=49))
    assert (found.planned, found.earned, found.actual) == (5_000.0, 4_000.0, 5_000.0)
    assert (found.spi, found.cpi) == (0.8, 0.8)
    assert found.estimate_at_completion == pytest.approx(12_500.0)
    assert found.earned_schedule == pytest.approx(40.0)
    assert found.spi_time == pytest.approx(0.8)
    assert found.forecast_end == START + timedelta(days=124)  # 100 days at four fifths of the pace


def test_before_the_start_there_is_no_pace_and_without_cost_no_cpi():
    found = earned_value([task(10, 10, 1_000.0)], 0.0, START)
    assert (found.spi, found.cpi, found.spi_time, found.forecast_end) == (None, None, None, None)


@given(TASKS)
def test_planned_value_never_falls(tasks):
    values = [value for _, value in curve(tasks, (START + timedelta(days=day) for day in range(0, 120, 3)))]
    assert all(after >= before - 1e-6 for before, after in pairwise(values))
