"""What backups cost a year, from a few figures that a buyer knows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from tujing.scenarios.supply_chain.network_resilience.network import Network
from tujing.scenarios.supply_chain.network_resilience.portfolio import Prices
from tujing.scenarios.supply_chain.network_resilience.stress import Array, Layout

LONGEST_STOCK_DAYS = 180.0
"""More days of use than this nobody keeps."""
MOST_RESERVE = 1.0
"""A supplier can at most double for us."""


@dataclass(frozen=True)
class Terms:
    """CNY and shares; defaults are working assumptions (constructed), set them to your own."""

    holding_share: float = 0.2
    """Cost of holding stock a year, of its value."""
    second_cost: float = 30_000.0
    """Qualifying a further source and keeping it warm, CNY a year."""
    second_share: float = 0.6
    """Of the need that a further source delivers once called."""
    reserve_share: float = 0.03
    """Fee for capacity kept free, of the value of what it could make."""


def use_of(network: Network, demand: Array) -> Array:
    """Returns the units a day that each node passes on in normal times, exploded from demand down the links.

    Sources of one item share its need equally.
    """
    use = demand.copy()
    feeding: dict[str, dict[str, list[tuple[int, float]]]] = defaultdict(lambda: defaultdict(list))
    waiting = dict.fromkeys(network.place, 0)
    for link in network.links:
        source = network.place[link.source]
        feeding[link.target][network.nodes[source].item].append((source, link.quantity))
        waiting[link.source] += 1
    # From what is sold inwards: a node's use is known once all that takes from it is.
    ready = [node for node, takers in waiting.items() if takers == 0]
    while ready:
        node = ready.pop()
        for sources in feeding[node].values():
            for source, quantity in sources:
                use[source] += use[network.place[node]] * quantity / len(sources)
                name = network.nodes[source].id
                waiting[name] -= 1
                if waiting[name] == 0:
                    ready.append(name)
    return use


def prices(network: Network, at: Layout, use: Array, terms: Terms) -> Prices:
    """Returns prices and limits; stock can be kept where something is bought in, capacity where there is a limit."""
    cost = np.array([node.unit_cost for node in network.nodes])
    own = {site.id for site in network.sites if site.is_own}
    keeps = np.array([node.unit_cost > 0 and (not own or node.site in own) for node in network.nodes])
    limited = list(at.limited)
    second_rate = np.zeros(len(at.needs))
    second_cost = np.full(len(at.needs), np.nan)
    bought = _bought(network, own)
    for row, (position, item) in enumerate(at.needs):
        if (position, item) in bought:
            second_rate[row] = terms.second_share * use[position] * bought[position, item]
            second_cost[row] = terms.second_cost
    return Prices(
        stock=np.where(keeps, terms.holding_share * cost, np.nan),
        capacity=np.where(cost[limited] > 0, terms.reserve_share * cost[limited] * 365.0, np.nan),
        second=second_cost,
        second_rate=second_rate,
        stock_limit=LONGEST_STOCK_DAYS * use,
        capacity_limit=MOST_RESERVE * use[limited],
    )


def _bought(network: Network, own: set[str]) -> dict[tuple[int, str], float]:
    """(node, item) pairs that come from others → quantity for each unit; with no own site, from another site."""
    found = {}
    for link in network.links:
        source, target = network.nodes[network.place[link.source]], network.nodes[network.place[link.target]]
        comes_in = (source.site not in own and target.site in own) if own else source.site != target.site
        if comes_in:
            found[network.place[link.target], source.item] = link.quantity
    return found
