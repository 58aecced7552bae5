"""The cheapest backups that keep every outage's loss below what is allowed: an exact decomposition after Benders.

Master: a mixed-integer program over extra stock, reserved capacity and second sources. Each outage's loss is a convex
function of these (they stand on the right-hand side of its linear program), so the duals of one rehearsal give a line
below it. Lines are added until no outage is above its limit; the master's cost is then the optimum, for every line
holds for every plan.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tujing.scenarios.supply_chain.network_resilience.network import Network
from tujing.scenarios.supply_chain.network_resilience.stress import Array, Backup, Layout, Loss, Outage, Stress

PENALTY = 1000.0
"""CNY of cost a CNY of loss above the limit: only what no backup can reach is left over."""
TOLERANCE = 1e-4
"""Of an outage's own loss."""


@dataclass(frozen=True)
class Prices:
    """CNY a year. Arrays as in `Backup`; NaN where a backup is not to be had."""

    stock: Array
    """A unit kept for a year."""
    capacity: Array
    """A unit a day kept free for a year."""
    second: Array
    """A further source of the item qualified and kept warm for a year."""
    second_rate: Array
    """Units a day that the further source delivers once called."""
    stock_limit: Array
    capacity_limit: Array


@dataclass(frozen=True)
class Portfolio:
    """What to put in place, what it costs a year and what is left."""

    backup: Backup
    cost: float
    proved: bool
    """Whether no cheaper plan keeps the limits."""
    left: dict[str, float] = field(default_factory=dict)
    """Outage → CNY above its limit that no backup can take away."""


def cheapest(
    network: Network,
    demand: Array,
    outages: Sequence[Outage],
    cover: float,
    prices: Prices,
    seconds: float,
    watch: Callable[[float, float], None] = lambda share, cost: None,
) -> Portfolio:
    """Returns the cheapest backups with which each outage loses at most (1 − `cover`) of what it loses today.

    `watch` hears the share of outages within their limit and the cost so far; it may raise to stop.
    """
    stress = Stress(network, demand)
    at = stress.layout
    limits = [(1 - cover) * outage.loss.total for outage in outages]
    master = _Master(at, prices, len(outages))
    down = [[place for site in outage.sites for place in network.of_site.get(site, ())] for outage in outages]
    started, best = time.monotonic(), 0.0
    for index, outage in enumerate(outages):
        master.cut(index, outage.loss, None, limits[index])
    while True:
        backup, over, cost = master.solve(max(1.0, seconds - (time.monotonic() - started)))
        broken, late = 0, False
        for index, outage in enumerate(outages):
            loss = stress.lose(down[index], outage.recover_days, backup)
            if loss.total > limits[index] + over[index] + TOLERANCE * outage.loss.total + 1.0:
                master.cut(index, loss, backup, limits[index])
                broken += 1
            late = time.monotonic() - started > seconds
            best = max(best, 1 - broken / max(1, len(outages)))
            watch(best, cost)
            if late:
                break
        if broken == 0 or late:
            proved = broken == 0 and not late
            left = {outage.name: over[index] for index, outage in enumerate(outages) if over[index] > 1.0}
            return Portfolio(backup, cost, proved, left)


class _Master:
    """The program over backups; grows by a row a cut."""

    def __init__(self, at: Layout, prices: Prices, outages: int) -> None:
        import highspy

        self.at, self.prices = at, prices
        self.nodes = at.demand - at.balance
        self.sizes = (self.nodes, len(at.limited), len(at.needs), outages)
        self.first = np.cumsum([0, *self.sizes])
        highs = self.highs = highspy._core._Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        self.infinity = highspy.kHighsInf
        for cost, most in (
            (prices.stock, prices.stock_limit),
            (prices.capacity, prices.capacity_limit),
            (prices.second, np.ones(len(at.needs))),
        ):
            self._columns(np.nan_to_num(cost), np.where(np.isnan(cost), 0.0, most))
        self._columns(np.full(outages, PENALTY), np.full(outages, self.infinity))
        for column in range(self.first[2], self.first[3]):
            highs.changeColIntegrality(int(column), highspy.HighsVarType.kInteger)

    def cut(self, outage: int, loss: Loss, backup: Backup | None, limit: float) -> None:
        """loss + slope · (plan − backup) − over ≤ limit."""
        slope = np.concatenate([loss.stock, loss.capacity, loss.second * self.prices.second_rate])
        at = 0.0
        if backup is not None:
            chosen = np.divide(
                backup.second,
                self.prices.second_rate,
                out=np.zeros_like(backup.second),
                where=self.prices.second_rate > 0,
            )
            at = float(slope @ np.concatenate([backup.stock, backup.capacity, chosen]))
        columns = np.flatnonzero(np.abs(slope) > 1e-9)
        index = np.append(columns, self.first[3] + outage).astype(np.int32)
        value = np.append(slope[columns], -1.0)
        self.highs.addRow(-self.infinity, limit - loss.total + at, len(index), index, value)

    def solve(self, seconds: float) -> tuple[Backup, Array, float]:
        """Returns the cheapest plan for the cuts so far, what is over each limit, and the plan's cost."""
        self.highs.setOptionValue("time_limit", seconds)
        self.highs.run()
        values = np.array(self.highs.getSolution().col_value)
        if len(values) != self.first[4]:
            values = np.zeros(self.first[4])
        stock, capacity, second, over = (values[self.first[part] : self.first[part + 1]] for part in range(4))
        rounded = np.round(second)
        cost = (
            float(np.nan_to_num(self.prices.stock) @ stock)
            + float(np.nan_to_num(self.prices.capacity) @ capacity)
            + float(np.nan_to_num(self.prices.second) @ rounded)
        )
        return Backup(stock, capacity, rounded * self.prices.second_rate), over, cost

    def _columns(self, cost: Any, most: Any) -> None:
        count = len(cost)
        nothing = np.array([], dtype=np.int32)
        self.highs.addCols(
            count, cost, np.zeros(count), most, 0, np.zeros(count, dtype=np.int32), nothing, np.array([])
        )
