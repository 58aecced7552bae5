"""Readings that can be mended are mended and told; the others are refused with their row."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from tests.scenarios.energy.cases import START, readings, week_values

from tujing.problems import BadInput
from tujing.scenarios.production.energy.cleaning import clean


def refused(given) -> str:
    with pytest.raises(BadInput) as caught:
        clean(given)
    return caught.value.problems[0].code


def test_good_readings_pass_unchanged():
    values = week_values(20)
    given = readings(values)
    assert np.array_equal(clean(given).values, values)
    assert given.notes == []


def test_a_negative_reading_is_refused_with_its_row():
    values = week_values(20)
    values[3, 5] = -1
    with pytest.raises(BadInput) as caught:
        clean(readings(values))
    assert (caught.value.problems[0].code, caught.value.problems[0].row) == ("negative", 2 + 3 * 24 + 5)


def test_a_switch_from_kwh_to_mwh_is_refused_where_it_begins():
    values = week_values(20)
    values[15:] /= 1000
    with pytest.raises(BadInput) as caught:
        clean(readings(values))
    assert (caught.value.problems[0].code, caught.value.problems[0].row) == ("unit_slip", 2 + 15 * 24)


def test_a_running_counter_is_differenced_over_a_reset():
    values = week_values(20)
    register = 1e6 + np.cumsum(values)
    register[300:] -= register[300] - values.ravel()[300]
    given = readings(register)
    found = clean(given).values.ravel()
    assert np.allclose(found[1:], values.ravel()[1:])
    assert "1 resets" in given.notes[0].en


def test_short_gaps_are_drawn_straight_and_long_ones_stay_open():
    values = week_values(20)
    holed = values.copy()
    holed[4, 10] = np.nan
    holed[9, 5:15] = np.nan
    given = readings(holed)
    found = clean(given)
    assert found.values[4, 10] == pytest.approx((values[4, 9] + values[4, 11]) / 2)
    assert np.isnan(found.values[9, 5:15]).all()
    assert np.array_equal(found.filled[9, 5:15], values[2, 5:15])
    assert len(given.notes) == 1


def test_rows_out_of_order_are_sorted_and_told():
    values = week_values(20)
    times = [START + timedelta(hours=place) for place in range(values.size)]
    flat = values.ravel().copy()
    times[7], times[8] = times[8], times[7]
    flat[7], flat[8] = flat[8], flat[7]
    given = readings(flat, starts=times)
    assert np.array_equal(clean(given).values, values)
    assert "sorted" in given.notes[0].en


def test_the_hour_lived_twice_is_averaged_and_any_other_conflict_refused():
    autumn = START.replace(month=10, day=14)
    times = [autumn + timedelta(hours=place) for place in range(24 * 20)]
    flat = week_values(20).ravel()
    twice = 13 * 24 + 2
    doubled = [*times[:twice], times[twice], *times[twice:]]
    values = np.array([*flat[:twice], 4.0, 8.0, *flat[twice + 1 :]])
    assert clean(readings(values, starts=doubled)).values.ravel()[twice] == 6.0
    noon = 13 * 24 + 12
    doubled = [*times[:noon], times[noon], *times[noon:]]
    assert refused(readings(np.array([*flat[:noon], 4.0, *flat[noon:]]), starts=doubled)) == "duplicate_time"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda v: np.full_like(v, np.nan), "no_readings"),
        (lambda v: np.where(np.arange(v.size).reshape(v.shape) == 9, np.inf, v), "infinite"),
        (lambda v: v[:5], "too_short"),
    ],
)
def test_hopeless_readings_are_refused(change, code):
    assert refused(readings(change(week_values(20)))) == code


def test_a_span_that_does_not_divide_a_day_is_refused():
    assert refused(readings(week_values(20), minutes=7)) == "odd_span"
