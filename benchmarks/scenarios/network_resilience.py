"""Stress-tests a generated network of four tiers, every site once, beside the same program solved afresh by SciPy.

There is no public network data set with answers at hand, so networks are generated (seeded) and the peer is a plain
linear program a site, built sparsely and solved by `scipy.optimize.linprog` (the same HiGHS, without warm starts).
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_array

sys.path.insert(0, str(Path(__file__).parent.parent))

from rows import Row, main
from tujing.scenarios.supply_chain.network_resilience.network import Link, Network, Node, Site
from tujing.scenarios.supply_chain.network_resilience.stress import rehearse, servable

LIMIT_SECONDS = 60.0
PEER_OUTAGES = 30


def generated(count: int, seed: int = 0) -> Network:
    """A twentieth of the sites sell; the rest are three tiers of suppliers, two of five items with two sources."""
    chance = random.Random(seed)
    sizes = [count // 20, count // 5, count // 3]
    sizes.append(count - sum(sizes))
    nodes, sites, tiers = [], [], []
    for tier, size in enumerate(sizes):
        names = [f"T{tier}-{index}" for index in range(size)]
        tiers.append(names)
        for index, name in enumerate(names):
            item = f"i{tier}-{index if chance.random() < 0.6 else index // 2}"
            sells = tier == 0
            demand, value = (chance.uniform(5, 20), chance.uniform(50, 500)) if sells else (0.0, 0.0)
            nodes.append(Node(name, name, item, None, chance.uniform(0, 600), demand, value))
            sites.append(Site(name, recover_days=chance.choice([7.0, 14.0, 30.0, 60.0])))
    links = [
        Link(source, name, chance.choice([1.0, 1.0, 2.0]))
        for tier in range(3)
        for name in tiers[tier]
        for source in chance.sample(tiers[tier + 1], chance.randint(1, 4))
    ]
    return Network(tuple(nodes), tuple(links), tuple(sites))


def plain(network: Network, demand: np.ndarray, down: int, days: float) -> float:
    """One outage as a program of its own; the loss in CNY."""
    nodes, links = network.nodes, network.links
    count, sent = len(nodes), len(links)
    needs: dict[tuple[int, str], int] = {}
    for link in links:
        needs.setdefault((network.place[link.target], nodes[network.place[link.source]].item), len(needs))
    matrix = lil_array((len(needs) + count, 2 * count + sent))
    for index, link in enumerate(links):
        source, target = network.place[link.source], network.place[link.target]
        row = needs[target, nodes[source].item]
        matrix[row, target], matrix[row, count + index] = link.quantity, -1
        matrix[len(needs) + source, count + index] = 1
    for place in range(count):
        matrix[len(needs) + place, place] = -1
        matrix[len(needs) + place, count + sent + place] = -1  # sold = demand × days − lost
    right = np.zeros(len(needs) + count)
    right[len(needs) :] = [0.0 if place == down else node.stock for place, node in enumerate(nodes)] - demand * days
    cost = np.zeros(2 * count + sent)
    cost[count + sent :] = [node.value for node in nodes]
    upper = np.full(2 * count + sent, np.inf)
    upper[down] = 0.0
    upper[count + sent :] = demand * days
    found = linprog(cost, matrix.tocsr(), right, bounds=np.column_stack([np.zeros_like(upper), upper]), method="highs")
    return float(found.fun)


def measure(full: bool, data: Path) -> Iterator[Row]:
    for count in (2000,) if not full else (500, 2000, 4000):
        network = generated(count)
        demand = servable(network)
        started = time.perf_counter()
        single = [(site.id, (site.id,), site.recover_days) for site in network.sites]
        outages = list(rehearse(network, single, demand, workers=2))
        seconds = time.perf_counter() - started
        yield Row(
            "supply_chain/network_resilience",
            f"generated, {count} sites, {len(network.links)} links",
            "every single outage: time to survive and loss (s)",
            seconds,
            LIMIT_SECONDS,
            "limit",
            "lower",
            "2 000 sites < 60 s",
            seconds < LIMIT_SECONDS or count > 2000,
            seconds,
        )
        chosen = random.Random(1).sample(range(len(outages)), PEER_OUTAGES)
        started = time.perf_counter()
        losses = [plain(network, demand, place, outages[place].recover_days) for place in chosen]
        peer = (time.perf_counter() - started) / PEER_OUTAGES
        wrong = max(
            abs(outages[place].loss.total - loss) / max(loss, 1.0) for place, loss in zip(chosen, losses, strict=True)
        )
        yield Row(
            "supply_chain/network_resilience",
            f"generated, {count} sites",
            "largest difference of a loss (relative)",
            wrong,
            None,
            "SciPy linprog, one program an outage",
            "lower",
            "equal to 1e-6",
            wrong < 1e-6,
            seconds,
        )
        yield Row(
            "supply_chain/network_resilience",
            f"generated, {count} sites",
            "seconds an outage (ours: survival and loss; peer: loss)",
            seconds / len(outages),
            peer,
            "SciPy linprog, one program an outage",
            "lower",
            "ratio < 1",
            seconds / len(outages) < peer,
            seconds,
        )


if __name__ == "__main__":
    main(measure)
