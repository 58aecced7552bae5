"""What buyers do today: spend the same money on extra stock of what they buy most of (the ABC rule)."""

from __future__ import annotations

import numpy as np

from tujing.scenarios.supply_chain.network_resilience.network import Network
from tujing.scenarios.supply_chain.network_resilience.portfolio import Prices
from tujing.scenarios.supply_chain.network_resilience.stress import Array, Backup, Layout, none


def by_spend(network: Network, at: Layout, prices: Prices, use: Array, budget: float) -> Backup:
    """Returns extra stock for `budget` CNY a year, over the bought items in proportion to their yearly spend.

    `use`: units a day that each node passes on in normal times.
    """
    backup = none(at)
    price = np.array([node.unit_cost for node in network.nodes])
    spend = np.where(np.isnan(prices.stock) | (prices.stock_limit <= 0), 0.0, use * price)
    # Class A: the items that make up the first 80 % of spend.
    order = np.argsort(-spend)
    reached = np.cumsum(spend[order])
    in_class_a = order[: int(np.searchsorted(reached, 0.8 * spend.sum())) + 1] if spend.sum() > 0 else order[:0]
    weights = np.zeros_like(spend)
    weights[in_class_a] = spend[in_class_a]
    if weights.sum() <= 0:
        return backup
    money = budget * weights / weights.sum()
    stock = np.divide(money, prices.stock, out=np.zeros_like(money), where=money > 0)
    return Backup(np.minimum(stock, prices.stock_limit), backup.capacity, backup.second)
