"""Time to survive and loss, against answers by hand and against the same program in another solver."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenarios.network_resilience.networks import by_scipy, chain, random_network

from tujing.scenarios.supply_chain.network_resilience.network import Link, Network, Node, Site, loop
from tujing.scenarios.supply_chain.network_resilience.stress import HORIZON_DAYS, Stress, groups, rehearse, servable


def test_a_store_of_ten_days_loses_the_other_twenty_of_thirty():
    network = chain()
    (outage,) = rehearse(network, [("S", ("S",), 30.0)], servable(network))
    assert outage.survive_days == pytest.approx(10)
    assert outage.loss.total == pytest.approx(20 * 10 * 5)


def test_a_second_source_with_half_the_capacity_halves_the_loss():
    one = chain()
    other = Node("T", "T", "part", capacity=5)
    network = Network((*one.nodes, other), (*one.links, Link("T", "store")), (*one.sites, Site("T")))
    (outage,) = rehearse(network, [("S", ("S",), 30.0)], servable(network))
    assert outage.survive_days == pytest.approx(20)  # 100 ÷ (10 − 5)
    assert outage.loss.total == pytest.approx(10 * 5 * 5)


def test_what_nothing_sold_depends_on_costs_nothing():
    one = chain()
    network = Network((*one.nodes, Node("idle", "X", "idle")), one.links, (*one.sites, Site("X")))
    (outage,) = rehearse(network, [("X", ("X",), 300.0)], servable(network))
    assert (outage.survive_days, outage.loss.total) == (HORIZON_DAYS, 0.0)


def test_demand_above_capacity_is_served_as_far_as_it_can_be():
    one = chain()
    slow = Node("S", "S", "part", capacity=4)
    network = Network((slow, *one.nodes[1:]), one.links, one.sites)
    assert servable(network)[2] == pytest.approx(4, rel=1e-3)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_both_figures_equal_another_solvers_in_any_order_of_outages(seed):
    network = random_network(seed)
    demand = servable(network)
    stress = Stress(network, demand)
    for site in network.sites:
        if site.is_own or site.id not in network.of_site:
            continue
        down = network.of_site[site.id]
        assert stress.survive(down) == pytest.approx(by_scipy(network, demand, set(down), None), abs=1e-3)
        wanted = by_scipy(network, demand, set(down), site.recover_days)
        assert stress.lose(down, site.recover_days).total == pytest.approx(wanted, rel=1e-6, abs=1e-2)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), more=st.floats(1, 200))
def test_the_duals_tell_a_line_below_the_loss(seed, more):
    network = random_network(seed)
    demand = servable(network)
    stress = Stress(network, demand)
    site = next(one for one in network.sites if not one.is_own)
    down = network.of_site[site.id]
    loss = stress.lose(down, 30.0)
    for place, node in enumerate(network.nodes):
        if node.site != "W":
            continue
        richer = list(network.nodes)
        richer[place] = Node(**{**node.__dict__, "stock": node.stock + more})
        now = Stress(Network(tuple(richer), network.links, network.sites), demand).lose(down, 30.0).total
        assert now >= loss.total + more * loss.stock[place] - 1e-4 * max(1.0, loss.total)
        assert now <= loss.total + 1e-4 * max(1.0, loss.total)


def test_workers_change_nothing():
    network = random_network(3, suppliers=6)
    outages = [(site.id, (site.id,), site.recover_days) for site in network.sites if not site.is_own] * 60
    demand = servable(network)
    alone = [outage.loss.total for outage in rehearse(network, outages, demand)]
    assert np.allclose([outage.loss.total for outage in rehearse(network, outages, demand, workers=2)], alone)


def test_regions_with_one_site_are_no_group_and_own_sites_never():
    sites = (
        Site("A", region="宁波"),
        Site("B", region="宁波"),
        Site("C", region="无锡"),
        Site("W", region="宁波", is_own=True),
    )
    assert groups(Network((), (), sites)) == {"宁波": ("A", "B")}


def test_a_circle_is_named_and_a_net_without_one_passes():
    nodes = tuple(Node(name, name, name) for name in "abcd")
    links = tuple(Link(*pair) for pair in ("ab", "bc", "ca", "cd"))
    found = loop(Network(nodes, links, ()))
    assert found[0] == found[-1] and set(found) == {"a", "b", "c"}
    assert loop(Network(nodes, links[:2], ())) == []


def test_who_stops_listening_does_not_wait_for_all_outages(monkeypatch):
    network = random_network(3, suppliers=6)
    outages = [(site.id, (site.id,), site.recover_days) for site in network.sites if not site.is_own] * 400
    begun = []
    survive = Stress.survive
    monkeypatch.setattr(Stress, "survive", lambda stress, down: begun.append(1) or survive(stress, down))
    results = rehearse(network, outages, servable(network), workers=2)
    next(results)
    results.close()
    assert 0 < len(begun) < len(outages) / 2
