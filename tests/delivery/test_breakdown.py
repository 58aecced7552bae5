"""The work breakdown fits its project: in time, in money, in order, at every level and with every option."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.delivery.breakdown import break_down, gate_days, templates
from tujing.delivery.gates import gates
from tujing.problems import BadInput

START = date(2026, 1, 1)
OPTIONS = st.sampled_from(sorted(templates().options))


@given(st.integers(1, 4), OPTIONS, st.integers(80, 1100), st.floats(0, 5e6), st.floats(0, 900))
def test_tasks_fit_the_project_and_add_up(level, option, days, cost, effort):
    end = START + timedelta(days=days - 1)
    tasks = break_down(level, option, START, end, cost, effort)
    ends = {task.number: task.end for task in tasks}
    assert len(ends) == len(tasks)
    for task in tasks:
        assert START <= task.start <= task.end <= end
        assert all(ends[code] < task.start for code in task.needs)
        assert task.cost >= 0 and task.person_days >= 0
    assert sum(task.cost for task in tasks) == pytest.approx(cost, abs=0.006)
    assert sum(task.person_days for task in tasks) == pytest.approx(effort, abs=0.06)
    buffer = (end - max(ends.values())).days
    assert buffer == round(days * templates().buffer)


@pytest.mark.parametrize("option", ["buy", "subscribe", "build"])
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_every_gate_is_reached_once_and_in_order(level, option):
    tasks = break_down(level, option, START, date(2026, 12, 31))
    days = gate_days(tasks)
    assert list(gates().gates) == sorted(days, key=days.__getitem__)
    assert len([task for task in tasks if task.gate]) == len(days) == len(gates().gates)


def test_what_an_option_or_level_does_not_need_is_left_out():
    def codes(level, option):
        return {task.code for task in break_down(level, option, START, date(2026, 12, 31))}

    assert "licences" not in codes(3, "build") and "development" in codes(3, "build")
    assert "calibration" not in codes(2, "buy") and "calibration" in codes(3, "buy")
    assert "closed_loop" in codes(4, "subscribe") and "closed_loop" not in codes(3, "subscribe")


@pytest.mark.parametrize(
    ("option", "end", "code"), [("rent", date(2026, 9, 30), "unknown_option"), ("buy", date(2026, 1, 20), "too_short")]
)
def test_a_breakdown_that_cannot_be_made_is_refused(option, end, code):
    with pytest.raises(BadInput) as error:
        break_down(3, option, START, end)
    assert error.value.problems[0].code == code
