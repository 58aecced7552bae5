"""The two clocks of a machine are each other's inverse, through any number of repeated weeks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenarios.scheduling.shops import calendars, open_minutes

from tujing.scenarios.production.scheduling.shop import Machine
from tujing.scenarios.production.scheduling.working_time import WorkingTime


@given(calendars().filter(bool), st.integers(0, 300))
def test_worked_counts_the_open_minutes(calendar, time):
    assert calendar.worked(time) == open_minutes(Machine("M", calendar), 0, time)


@given(calendars().filter(bool), st.integers(0, 100))
def test_the_clocks_are_inverse(calendar, worked):
    """Work starts in an open minute, ends right after one, and takes the minutes it should."""
    start = calendar.start_at(worked)
    assert (calendar.worked(start), calendar.worked(start + 1)) == (worked, worked + 1)
    end = calendar.end_at(worked + 1)
    assert (calendar.worked(end), calendar.worked(end - 1)) == (worked + 1, worked)


@given(calendars().filter(bool), st.integers(1, 100))
def test_breaks_make_up_the_difference_between_the_clocks(calendar, worked):
    gaps = calendar.gaps(until=5000)
    assert worked + sum(length for before, length in gaps if before < worked) == calendar.end_at(worked)
    assert worked + sum(length for before, length in gaps if before <= worked) == calendar.start_at(worked)


@pytest.mark.parametrize("windows", [[], [(5, 5)], [(5, 3)], [(0, 5), (4, 8)], [(6, 8), (0, 5)]])
def test_windows_that_make_no_calendar_are_refused(windows):
    with pytest.raises(ValueError, match="window"):
        WorkingTime(windows)
