"""Small networks with known answers, and random ones."""

from __future__ import annotations

import random

import numpy as np
from scipy.optimize import linprog

from tujing.scenarios.supply_chain.network_resilience.network import Link, Network, Node, Site


def chain(recover_days: float = 30.0) -> Network:
    """A supplier feeds a store of 100 parts, the plant takes 10 a day and loses 5 CNY a unit that it cannot sell."""
    nodes = (
        Node("S", "S", "part", capacity=20),
        Node("store", "W", "part", stock=100, unit_cost=1),
        Node("goods", "W", "goods", demand=10, value=5),
    )
    links = (Link("S", "store"), Link("store", "goods"))
    return Network(nodes, links, (Site("S", recover_days=recover_days), Site("W", is_own=True)))


def random_network(seed: int, suppliers: int = 6) -> Network:
    """Two finished goods, four bought items with one or two suppliers each, some with an upstream source."""
    chance = random.Random(seed)
    nodes = [
        Node(f"F{i}", "W", f"F{i}", None, chance.uniform(0, 50), chance.uniform(5, 20), chance.uniform(10, 90), 5.0)
        for i in range(2)
    ]
    links = []
    for item in range(4):
        nodes.append(Node(f"P{item}", "W", f"P{item}", stock=chance.uniform(0, 300), unit_cost=chance.uniform(1, 9)))
        takers = chance.sample(range(2), chance.randint(1, 2))
        links += [Link(f"P{item}", f"F{taker}", chance.choice([1.0, 2.0])) for taker in takers]
        for supplier in chance.sample(range(suppliers), chance.randint(1, 2)):
            name = f"S{supplier}/P{item}"
            nodes.append(Node(name, f"S{supplier}", f"P{item}", capacity=chance.uniform(20, 90), unit_cost=3.0))
            links.append(Link(name, f"P{item}"))
            if chance.random() < 0.4:
                up = Node(f"U/{name}", "U", "ore", stock=0.0)
                nodes.append(up)
                links.append(Link(up.id, name))
    sites = [Site("W", is_own=True), *(Site(name, recover_days=chance.choice([20.0, 45.0])) for name in _others(nodes))]
    return Network(tuple(nodes), tuple(links), tuple(sites))


def _others(nodes: list[Node]) -> list[str]:
    return sorted({node.site for node in nodes if node.site != "W"})


def by_scipy(network: Network, demand: np.ndarray, down: set[int], days: float | None) -> float:
    """The same program written out densely for another solver: the loss in `days`, or with None the time to survive."""
    nodes, links = network.nodes, network.links
    count, sent = len(nodes), len(links)
    width = count + sent + 2 * count + 1  # made, sent, sold, lost, time
    upper, most, equal, right = [], [], [], []
    needs: dict[tuple[int, str], list[int]] = {}
    for index, link in enumerate(links):
        source = nodes[network.place[link.source]]
        needs.setdefault((network.place[link.target], source.item), []).append(index)
    for (target, _), sources in needs.items():
        row = np.zeros(width)
        row[target] = links[sources[0]].quantity
        row[[count + index for index in sources]] = -1
        upper.append(row)
        most.append(0.0)
    bounds = [(0.0, 0.0 if place in down else None) for place in range(count)] + [(0.0, None)] * sent
    for place, node in enumerate(nodes):
        row = np.zeros(width)
        row[[count + index for index, link in enumerate(links) if link.source == node.id]] = 1
        row[count + sent + place], row[place] = 1, -1
        upper.append(row)
        most.append(0.0 if place in down else node.stock)
        if node.capacity is not None:
            row = np.zeros(width)
            row[place], row[-1] = 1, -node.capacity
            upper.append(row)
            most.append(0.0)
        row = np.zeros(width)
        row[count + sent + place], row[2 * count + sent + place], row[-1] = 1, 1, -demand[place]
        equal.append(row)
        right.append(0.0)
    bounds += [(0.0, None)] * count
    bounds += [(0.0, None if days is not None else 0.0)] * count
    bounds += [(0.0, 365.0) if days is None else (days, days)]
    cost = np.zeros(width)
    if days is None:
        cost[-1] = -1
    else:
        cost[2 * count + sent : -1] = [node.value for node in nodes]
    found = linprog(cost, np.array(upper), most, np.array(equal), right, bounds, method="highs")
    assert found.status == 0, found.message
    return float(-found.fun if days is None else found.fun)
