"""What several scenarios bring on one driver, and each one's fair share of it."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.factory import candidate, effect

from tujing.planning.cashflow import Horizon, Portfolio
from tujing.planning.uncertainty import Triangular
from tujing.planning.value_split import benefit_shares, npv_shares, shapley, split

SHARES = st.lists(st.integers(-300, 1000).map(lambda share: share / 1000), min_size=1, max_size=6)
HORIZON = Horizon(quarters=4, quarters_after=4, ramp_up=(0.5, 1.0), discount_rate=0.1)
WORTH = {"scrap_cost": 1e6, "energy_cost": 4e5}


def by_orders(shares: list[float]) -> list[float]:
    """The Shapley value as it is defined: the mean of what each adds, over all orders of coming in."""
    added = np.zeros(len(shares))
    orders = list(permutations(range(len(shares))))
    for order in orders:
        left = 1.0
        for one in order:
            added[one] += left * shares[one]
            left *= 1 - shares[one]
    return list(added / len(orders))


def plan() -> Portfolio:
    one = candidate("production/one", (effect("scrap_cost"), effect("energy_cost", 0, 0.05, 0.1)), Triangular(1, 2, 6))
    two = candidate(
        "production/two", (effect("scrap_cost", 0.3, 0.3, 0.3),), yearly=Triangular(1e3, 2e3, 4e3), quarters=2
    )
    three = candidate("production/three", (effect("scrap_cost", -0.1, -0.05, 0.0),))
    return Portfolio([(one, 0), (two, 1), (three, 2)], WORTH, HORIZON)


@given(SHARES)
def test_the_fair_share_is_the_mean_over_all_orders(shares):
    assert shapley(np.array(shares)) == pytest.approx(by_orders(shares), abs=1e-12)


@given(st.lists(st.integers(-200, 1000).map(lambda share: share / 1000), min_size=1, max_size=80))
def test_fair_shares_sum_to_what_all_bring_together_and_never_exceed_what_each_brings_alone(shares):
    fair = shapley(np.array(shares))
    assert fair.sum() == pytest.approx(1 - np.prod([1 - share for share in shares]), abs=1e-9)
    if min(shares) >= 0:
        assert (fair <= np.array(shares) + 1e-12).all() and (fair >= 0).all()


@given(st.lists(st.integers(0, 1000).map(lambda share: share / 1000), min_size=1, max_size=30))
def test_overlap_is_never_negative_and_the_net_never_above_the_whole_driver(shares):
    effects = [(candidate(f"production/p{n}", (effect(low=e, mode=e, high=e),)), 0) for n, e in enumerate(shares)]
    found = split(Portfolio(effects, WORTH, HORIZON))[0]
    assert found.overlap >= -1e-6 and found.net <= 1e6 + 1e-6
    assert found.gross - found.overlap == pytest.approx(found.net)
    assert sum(part.net for part in found.parts) == pytest.approx(found.net)
    assert sum(part.gross for part in found.parts) == pytest.approx(found.gross)


def test_shares_of_the_benefit_sum_to_the_benefit_in_every_quarter():
    portfolio = plan()
    assert benefit_shares(portfolio).sum(axis=0) == pytest.approx(portfolio.benefit(portfolio.expected())[0])


def test_shares_of_the_net_present_value_sum_to_it():
    portfolio = plan()
    assert npv_shares(portfolio).sum() == pytest.approx(float(portfolio.npv(portfolio.expected())[0]))


def test_equal_scenarios_have_equal_shares_and_an_empty_plan_has_none():
    same = [(candidate(f"production/{name}", (effect(),)), 0) for name in "abc"]
    nets = [part.net for part in split(Portfolio(same, WORTH, HORIZON))[0].parts]
    assert nets == pytest.approx([nets[0]] * 3)
    assert split(Portfolio([], WORTH, HORIZON)) == () and shapley(np.zeros(0)).shape == (0,)
