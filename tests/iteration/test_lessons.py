"""Each rule of the lessons fires on its facts and not on their neighbours."""

from dataclasses import replace

import pytest

from tujing.iteration.lessons import Facts, MeasuredEffect, lesson
from tujing.words import Text

GOOD = MeasuredEffect("labour_cost", forecast=0.02, improvement=0.025, error=0.003, worth=1e7)
FACTS = Facts(
    scenario="production/scheduling",
    name=Text(zh="排程", en="Scheduling"),
    is_pilot=False,
    is_in_use=True,
    effects=[GOOD],
    yearly_cost=50_000,
    failures=[],
)


def action(**changes):
    found = lesson(replace(FACTS, **changes))
    assert found is None or (found.why.zh and found.why.en)
    return found and found.action


def test_what_works_as_forecast_is_kept():
    assert action() == "keep"


def test_a_pilot_that_pays_even_at_worst_is_scaled_up():
    assert action(is_pilot=True) == "scale"
    assert action(is_pilot=True, effects=[replace(GOOD, error=0.0115)]) == "keep"  # may not pay at worst


def test_what_cannot_pay_its_running_cost_is_stopped():
    assert action(yearly_cost=1e6) == "stop"
    assert action(yearly_cost=2.6e5) == "keep"  # it still may


def test_money_that_is_not_known_stops_nothing():
    assert action(yearly_cost=1e9, effects=[replace(GOOD, worth=None)]) == "keep"


@pytest.mark.parametrize(("improvement", "expected"), [(0.003, "fix"), (0.006, "keep")])
def test_what_falls_short_of_half_its_forecast_for_certain_is_fixed(improvement, expected):
    assert action(effects=[replace(GOOD, improvement=improvement)]) == expected


def test_what_may_do_good_and_may_do_harm_waits():
    assert action(effects=[replace(GOOD, error=0.02)]) == "wait"
    assert action(effects=[replace(GOOD, error=0.02, worth=None)]) == "wait"


def test_an_effect_that_fades_is_fixed():
    assert action(effects=[replace(GOOD, before=(0.05, 0.003))]) == "fix"
    assert action(effects=[replace(GOOD, before=(0.030, 0.003))]) == "keep"


def test_a_check_that_was_due_comes_before_everything():
    failure = Text(zh="缺数据。", en="Data are missing.")
    assert action(failures=[failure], yearly_cost=1e9) == "fix"
    assert action(failures=[failure], is_in_use=False) == "fix"
    assert action(is_in_use=False) is None


def test_nothing_measured_waits_and_says_for_what():
    found = lesson(replace(FACTS, effects=[], waits_for=Text(zh="不足 6 周", en="fewer than six weeks")))
    assert found.action == "wait" and found.why.en == "fewer than six weeks"
