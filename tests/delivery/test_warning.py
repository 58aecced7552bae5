"""Each early warning fires on what it speaks of, stays silent otherwise, and says what to do next."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.delivery.test_forecast import END, START, as_planned, standing

from tujing.delivery.earned_value import Planned, earned_value
from tujing.delivery.forecast import forecast
from tujing.delivery.warning import RULES, Checked, State, limits, warnings
from tujing.words import Text

TODAY = START + timedelta(days=59)
NAME = Text(zh="排程排产", en="Production scheduling")


def value(earned: float, actual: float):
    tasks = [Planned(START + timedelta(days=day), START + timedelta(days=day + 29), 100.0) for day in range(0, 150, 30)]
    left = earned
    done = []
    for task in tasks:
        share = min(left / 100, 1.0)
        done.append(replace(task, earned=share))
        left -= share * 100
    return earned_value(done, actual, TODAY)


def healthy() -> State:
    return State(
        name=NAME,
        today=TODAY,
        start=START,
        end=END,
        budget=500.0,
        value=value(200.0, 195.0),
        outlook=forecast(as_planned(TODAY), END, TODAY),
        checks=[Checked(NAME, TODAY + timedelta(days=9), False, 1, NAME), Checked(NAME, START, True, 0, NAME)],
        waits_for=[(NAME, START - timedelta(days=1))],
        drops=[(NAME, 0.97, 0.96)],
        silent=[("1.2", NAME, TODAY - timedelta(days=3))],
        findings=[("接口文档缺失", TODAY)],
        owed=[("一期交付", TODAY)],
        undecided=[("增加看板", TODAY - timedelta(days=3))],
    )


ILL = {
    "late_forecast": {"value": value(100.0, 100.0)},
    "over_budget": {"value": value(200.0, 240.0)},
    "chain_eaten": {"outlook": forecast(standing(), END, TODAY)},
    "dependency_late": {"waits_for": [(NAME, TODAY + timedelta(days=20))]},
    "readiness_falling": {"drops": [(NAME, 0.99, 0.9)]},
    "acceptance_failing": {"checks": [Checked(NAME, TODAY, False, 3, NAME)]},
    "waiver_over": {"checks": [Checked(NAME, TODAY, False, 1, NAME, TODAY - timedelta(days=1), "王工")]},
    "waiver_ending": {"checks": [Checked(NAME, TODAY, False, 1, NAME, TODAY + timedelta(days=10), "王工")]},
    "milestone_overdue": {"checks": [Checked(NAME, TODAY - timedelta(days=1), False, 0, None)]},
    "no_report": {"silent": [("1.2", NAME, TODAY - timedelta(days=31))]},
    "finding_open": {"findings": [("接口文档缺失", TODAY - timedelta(days=1))]},
    "deliverable_late": {"owed": [("一期交付", TODAY - timedelta(days=1))]},
    "change_undecided": {"undecided": [("增加看板", TODAY - timedelta(days=15))]},
    "role_unfilled": {"unfilled": [NAME]},
    "rights_open": {"rights_open": 4, "contracts": 1},
}


def test_a_healthy_project_is_not_warned_of():
    assert warnings(healthy()) == []


@pytest.mark.parametrize("kind", ILL)
def test_what_ails_is_named_with_the_next_step(kind):
    found = warnings(replace(healthy(), **ILL[kind]))
    assert [one.kind for one in found] == [kind]
    told = found[0].as_dict()
    assert told["zh"].endswith(("。", "排程排产", "缺失")) and told["next_step"]["zh"].endswith("。")
    assert told["en"] and told["next_step"]["en"]


def test_every_rule_is_shown():
    assert len(ILL) >= len(RULES)


def test_a_standing_waiver_quiets_the_check_that_it_is_for():
    waived = Checked(NAME, TODAY - timedelta(days=30), False, 9, NAME, TODAY + timedelta(days=200), "王工")
    assert warnings(replace(healthy(), checks=[waived])) == []


def test_grave_warnings_come_first():
    found = warnings(replace(healthy(), **ILL["finding_open"], **ILL["late_forecast"]))
    assert [one.severity for one in found] == ["high", "medium"]


def test_the_limits_are_those_of_the_file():
    late = replace(healthy(), **ILL["late_forecast"])
    days = warnings(late)[0].facts["days"]
    assert warnings(late, limits().model_copy(update={"late_days": days})) == []


def test_the_sentence_tells_the_dates_and_figures():
    words = warnings(replace(healthy(), **ILL["late_forecast"]))[0].words
    # 150 days at half the pace are 300 days.
    assert str(date(2026, 10, 27)) in words.en and "0.50" in words.en
