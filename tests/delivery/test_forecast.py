"""The rest of a project run on from today."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.delivery.breakdown import break_down
from tujing.delivery.forecast import Standing, forecast
from tujing.delivery.schedule import Link

START, END = date(2026, 1, 1), date(2026, 6, 30)
TASKS = break_down(3, "buy", START, END)
NOTHING: Mapping = {}


def standing(done: Mapping[str, float] = NOTHING, reported: Mapping[str, date] = NOTHING) -> list[Standing]:
    return [
        Standing(
            task.number,
            task.start,
            task.end,
            tuple(map(Link, task.needs)),
            done.get(task.number, 0),
            reported.get(task.number),
        )
        for task in TASKS
    ]


def as_planned(day: date) -> list[Standing]:
    """Everything done to the day as planned."""
    done = {task.number: min(max((day - task.start).days + 1, 0) / task.days, 1.0) for task in TASKS}
    return standing(done, {task.number: task.end for task in TASKS if task.end <= day})


@given(st.integers(-10, 170))
def test_what_goes_as_planned_ends_as_planned(days):
    found = forecast(as_planned(START + timedelta(days=days)), END, START + timedelta(days=days))
    assert found.end == found.planned_end == max(task.end for task in TASKS)
    assert found.buffer_used == 0
    if days < 0:
        assert found.dates == {task.number: (task.start, task.end) for task in TASKS}


@given(st.integers(1, 120))
def test_a_late_start_moves_the_end_by_the_same_days_and_eats_the_buffer(late):
    today = START + timedelta(days=late - 1)
    found = forecast(standing(), END, today)
    assert (found.end - found.planned_end).days == late
    assert found.buffer_used == pytest.approx(late / found.buffer_days)
    assert (found.end > END) == (found.buffer_used > 1)
    assert found.chain[0] == "1.1" and found.chain_done == 0


@given(st.data())
def test_more_progress_never_ends_later_and_nothing_left_starts_before_tomorrow(data):
    today = START + timedelta(days=data.draw(st.integers(0, 200)))
    done = {task.number: data.draw(st.floats(0, 0.99)) for task in TASKS}
    more = {number: min(share + data.draw(st.floats(0, 0.5)), 0.99) for number, share in done.items()}
    before, after = forecast(standing(done), END, today), forecast(standing(more), END, today)
    assert after.end <= before.end
    assert all(last > today for _, last in before.dates.values())
    assert all(first > today for number, (first, _) in before.dates.items() if not done[number])


def test_a_finished_task_keeps_its_real_finish():
    real = TASKS[0].end + timedelta(days=9)
    found = forecast(standing({"1.1": 1.0}, {"1.1": real}), END, real)
    assert found.dates["1.1"] == (TASKS[0].start, real)
    assert found.dates["1.2"][0] == real + timedelta(days=1)


def test_a_finished_project_has_nothing_left():
    done = {task.number: 1.0 for task in TASKS}
    found = forecast(standing(done, {task.number: task.end for task in TASKS}), END, END)
    assert found.chain == () and found.chain_done == 1 and found.end == max(task.end for task in TASKS)
