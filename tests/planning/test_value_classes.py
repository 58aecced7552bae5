"""Benefits by the nine classes of GB/T 23011."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.factory import candidate, effect

from tujing.atlas.loader import atlas
from tujing.planning.cashflow import Horizon, Portfolio
from tujing.planning.value import DRIVERS
from tujing.planning.value_classes import CLASSES, by_class, classes_of, value_classes

HORIZON = Horizon(quarters=4, quarters_after=4, ramp_up=(0.5, 1.0), discount_rate=0.1)
WORTH = dict.fromkeys(DRIVERS, 1e6)


@given(st.lists(st.tuples(st.integers(0, 10), st.sampled_from(DRIVERS)), min_size=1, max_size=12))
def test_over_all_classes_both_figures_sum_to_the_plans_benefit(chosen):
    cards = atlas().manifests
    names = sorted(cards)
    projects = [(candidate(names[place], (effect(driver, 0.1, 0.2, 0.3),)), 0) for place, driver in chosen]
    portfolio = Portfolio(projects, WORTH, HORIZON)
    found = by_class(portfolio, cards)
    benefit = portfolio.benefit(portfolio.expected())[0]
    assert [one.id for one in found] == list(CLASSES) and len(found) == 9
    assert sum(one.yearly for one in found) == pytest.approx(4 * float(benefit[-1]))
    assert sum(one.present for one in found) == pytest.approx(float(benefit @ HORIZON.discount()))


def test_a_benefit_goes_to_the_classes_of_its_scenario_that_speak_of_its_driver():
    assert classes_of("energy_cost", ("efficiency", "green")) == ("green",)
    assert classes_of("scrap_cost", ("cost", "efficiency")) == ("cost", "efficiency")
    assert classes_of("scrap_cost", ()) == ("quality", "green")
    assert classes_of("labour_cost", ("efficiency", "cost")) == ("efficiency", "cost")


def test_a_scenario_that_is_not_on_the_map_counts_in_the_classes_of_its_driver():
    portfolio = Portfolio([(candidate("production/gone", (effect("scrap_cost"),)), 0)], WORTH, HORIZON)
    found = {one.id: one.yearly for one in by_class(portfolio, {})}
    assert found["quality"] == pytest.approx(found["green"]) and found["quality"] > 0 and found["cost"] == 0


def test_an_empty_plan_has_nine_classes_of_nought():
    assert [one.present for one in by_class(Portfolio([], WORTH, HORIZON), {})] == [0.0] * 9


def test_the_three_groups_have_three_classes_each():
    groups = [entry.group for entry in value_classes().classes.values()]
    assert {group: groups.count(group) for group in groups} == {"operation": 3, "innovation": 3, "transformation": 3}
