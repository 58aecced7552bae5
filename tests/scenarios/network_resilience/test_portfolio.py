"""The cheapest backups: by hand, and against trying every choice."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.scenarios.network_resilience.networks import chain, random_network

from tujing.scenarios.supply_chain.network_resilience.network import Network
from tujing.scenarios.supply_chain.network_resilience.portfolio import Portfolio, Prices, cheapest
from tujing.scenarios.supply_chain.network_resilience.prices import Terms, prices, use_of
from tujing.scenarios.supply_chain.network_resilience.stress import Backup, Outage, Stress, rehearse, servable


def plan(network: Network, cover: float, terms: Terms) -> tuple[Portfolio, list[Outage], Prices, Stress]:
    demand = servable(network)
    stress = Stress(network, demand)
    single = [(site.id, (site.id,), site.recover_days) for site in network.sites if not site.is_own]
    outages = [outage for outage in rehearse(network, single, demand) if outage.loss.total > 0]
    costs = prices(network, stress.layout, use_of(network, demand), terms)
    return cheapest(network, demand, outages, cover, costs, 20.0), outages, costs, stress


def test_stock_for_the_uncovered_days_when_it_is_cheap():
    portfolio, _, _, _ = plan(chain(), 0.9, Terms(holding_share=0.1, second_cost=1e6))
    # 1 000 CNY are lost; 900 must go: 180 parts at 0.1 CNY a year.
    assert portfolio.proved and portfolio.left == {}
    assert portfolio.backup.stock[1] == pytest.approx(180, rel=1e-3)
    assert portfolio.cost == pytest.approx(18, rel=1e-3)


def test_a_second_source_when_stock_is_dear():
    portfolio, _, _, stress = plan(chain(), 0.9, Terms(holding_share=1.0, second_cost=10.0, second_share=1.0))
    assert portfolio.cost == pytest.approx(10)
    assert stress.lose((0,), 30.0, portfolio.backup).total == pytest.approx(0)


def test_what_cannot_be_covered_is_told_and_the_rest_still_is():
    # Stock is limited to 180 days of use and a year is lost; no second source is to be had.
    portfolio, _, _, stress = plan(chain(365.0), 1.0, Terms(holding_share=0.1, second_share=1e-9, second_cost=1e9))
    assert portfolio.left["S"] == pytest.approx((365 - 10 - 180) * 10 * 5, rel=1e-3)
    assert stress.lose((0,), 365.0, portfolio.backup).total == pytest.approx(portfolio.left["S"], rel=1e-3)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_choice_of_second_sources_is_cheaper(seed):
    network = random_network(seed, suppliers=4)
    portfolio, outages, costs, stress = plan(network, 0.7, Terms(second_cost=300.0, second_share=0.8))
    if not outages:
        return
    if portfolio.left:
        assert all(amount > 0 for amount in portfolio.left.values())
        return
    assert portfolio.proved
    best = by_enumeration(network, stress, outages, costs, 0.3)
    assert portfolio.cost == pytest.approx(best, rel=2e-2, abs=2.0)


def by_enumeration(network: Network, stress: Stress, outages: list[Outage], costs: Prices, keep: float) -> float:
    """For every subset of second sources, stock and capacity by cutting planes to the end; the cheapest of all."""
    free = np.flatnonzero(~np.isnan(costs.second) & (costs.second_rate > 0))
    best = np.inf
    for choice in product((0.0, 1.0), repeat=len(free)):
        second = np.zeros(len(costs.second_rate))
        second[free] = np.array(choice) * costs.second_rate[free]
        fixed = float(np.nan_to_num(costs.second)[free] @ np.array(choice))
        if fixed < best:
            best = min(best, fixed + _continuous(network, stress, outages, costs, keep, second))
    return best


def _continuous(network, stress, outages, costs, keep, second) -> float:
    nodes, limited = len(network.nodes), len(stress.layout.limited)
    price = np.concatenate([np.nan_to_num(costs.stock), np.nan_to_num(costs.capacity)])
    most = np.concatenate([costs.stock_limit, costs.capacity_limit])
    most[np.isnan(np.concatenate([costs.stock, costs.capacity]))] = 0.0
    rows, right = [], []
    point = np.zeros(nodes + limited)
    for _ in range(200):
        added = False
        for outage in outages:
            down = [place for site in outage.sites for place in network.of_site[site]]
            loss = stress.lose(down, outage.recover_days, Backup(point[:nodes], point[nodes:], second))
            if loss.total > keep * outage.loss.total + 1e-3 * outage.loss.total:
                slope = np.concatenate([loss.stock, loss.capacity])
                rows.append(slope)
                right.append(keep * outage.loss.total - loss.total + slope @ point)
                added = True
        if not added:
            return float(price @ point)
        found = linprog(price, np.array(rows), right, bounds=list(zip(np.zeros_like(most), most, strict=True)))
        if found.status != 0:
            return np.inf
        point = found.x
    raise AssertionError("the cutting planes did not end")
