"""What an outage costs: time to survive and loss while recovering, each by a linear program on the whole network.

Simchi-Levi, Schmidt, Wei, Zhang, Combs, Ge, Gusikhin, Sanders, Zhang, "Identifying risks and mitigating disruptions in
the automotive supply chain", Interfaces 45 (2015): with site n down for t days,

    minimise   Σ value_j · lost_j
    so that    need_jk · made_j ≤ Σ sent_ij over sources i of item k       (each node j and item k that it needs)
               Σ sent_ij + sold_i − made_i ≤ stock_i                       (each node i)
               sold_j + lost_j = demand_j · t,   made_i ≤ capacity_i · t,   made_i = 0 and stock_i = 0 at site n.

The time to survive is the largest t for which nothing need be lost. One HiGHS model serves all outages: only a
few bounds change, so that the dual simplex starts close by, at the basis of about as many undisturbed days.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any

import numpy as np
import numpy.typing as npt

from tujing.scenarios.supply_chain.network_resilience.network import Network

HORIZON_DAYS = 365.0
"""Who survives a year is not looked at any further."""
TOLERANCE = 1e-7
"""Of a day's whole demand, or of one node's."""
MOST_STEPS = 1000
STARTS = 40
BLOCK = 50
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """Where what stands in the model. Columns: made, sent, sold, lost, second source, time; rows as in the text."""

    made: int
    sent: int
    sold: int
    lost: int
    second: int
    time: int
    columns: int
    need: int
    balance: int
    demand: int
    capacity: int
    second_row: int
    rows: int
    sellers: tuple[int, ...]
    """Positions of the nodes with demand."""
    limited: tuple[int, ...]
    """Positions of the nodes with a capacity."""
    needs: tuple[tuple[int, str], ...]
    """(node, item) pairs, one a row of need; each has a column of second source."""


@dataclass(frozen=True)
class Backup:
    """What has been put in place against outages, in the order of the layout."""

    stock: Array
    """Units on top, one a node."""
    capacity: Array
    """Units a day on top, one a node with a capacity."""
    second: Array
    """Units a day from a further source, one a (node, item) pair."""


@dataclass(frozen=True)
class Loss:
    """CNY lost in one outage, by whom, and how much less it would be with one unit more of each backup."""

    total: float
    by_node: Array
    stock: Array
    capacity: Array
    second: Array


class Stress:
    """Rehearses outages on one network, one after the other. Not for several threads at once."""

    def __init__(self, network: Network, demand: Array | None = None) -> None:
        self.network = network
        self.demand = np.array([node.demand for node in network.nodes]) if demand is None else demand
        self.layout = _layout(network)
        self.scale = max(1.0, float(self.demand @ np.array([node.value for node in network.nodes])))
        """CNY a day that all demand is worth."""
        self._highs = self._model()
        self._down: tuple[int, ...] = ()
        self._backed: set[int] = set()
        self._starts = [(days, self._undisturbed(days)) for days in np.geomspace(HORIZON_DAYS, 1.0, STARTS)]
        """Days → basis with everything up: an outage of that length begins its simplex steps close by."""

    def survive(self, down: Sequence[int]) -> float:
        """Returns the days for which demand can be served in full with the nodes at these positions lost.

        The loss is convex and piecewise linear in time: Newton's steps from the horizon down land on the day at which
        it begins, after as many steps as there are pieces at most.
        """
        at = self.layout
        self._back(none(at), 0.0)
        self._lose(down)
        days = HORIZON_DAYS
        for _ in range(MOST_STEPS):
            self._solve(days)
            lost = float(self._highs.getInfo().objective_function_value)
            slope = float(self._highs.getSolution().col_dual[at.time])
            if lost <= TOLERANCE * self.scale or slope <= 0:
                break
            days = max(0.0, days - lost / slope)
        return days

    def lose(self, down: Sequence[int], days: float, backup: Backup | None = None) -> Loss:
        """Returns what is lost in `days` with the nodes at these positions gone."""
        at = self.layout
        self._back(none(at) if backup is None else backup, days)
        self._lose(down, backup)
        self._solve(days)
        solution = self._highs.getSolution()
        values, duals = np.array(solution.col_value), np.array(solution.row_dual)
        lost = np.zeros(len(self.network.nodes))
        lost[list(at.sellers)] = values[at.lost : at.lost + len(at.sellers)]
        stock = duals[at.balance : at.balance + len(self.network.nodes)].copy()
        stock[list(down)] = 0.0  # stock at a lost site is lost
        return Loss(
            total=max(0.0, float(self._highs.getInfo().objective_function_value)),
            by_node=np.maximum(lost, 0.0),
            stock=stock,
            capacity=days * duals[at.capacity : at.capacity + len(at.limited)],
            second=days * duals[at.second_row : at.second_row + len(at.needs)],
        )

    def _undisturbed(self, days: float) -> Any:
        self._highs.changeColBounds(self.layout.time, days, days)
        self._highs.run()
        return self._highs.getBasis()

    def _solve(self, days: float) -> None:
        self._highs.setBasis(min(self._starts, key=lambda start: abs(math.log(start[0] / max(days, 1.0))))[1])
        self._highs.changeColBounds(self.layout.time, days, days)
        self._highs.run()

    def _lose(self, down: Sequence[int], backup: Backup | None = None) -> None:
        """Takes the nodes out, and puts back those of the outage before."""
        at, infinity, nodes = self.layout, self._infinity, self.network.nodes
        for position in self._down:
            extra = 0.0 if backup is None else float(backup.stock[position])
            self._highs.changeColBounds(at.made + position, 0.0, infinity)
            self._highs.changeRowBounds(at.balance + position, -infinity, nodes[position].stock + extra)
        for position in down:
            self._highs.changeColBounds(at.made + position, 0.0, 0.0)
            self._highs.changeRowBounds(at.balance + position, -infinity, 0.0)
        self._down = tuple(down)

    def _back(self, backup: Backup, days: float) -> None:
        at, nodes = self.layout, self.network.nodes
        rows = {at.balance + int(one): nodes[one].stock + backup.stock[one] for one in np.flatnonzero(backup.stock)}
        rows |= {at.capacity + int(one): days * backup.capacity[one] for one in np.flatnonzero(backup.capacity)}
        rows |= {at.second_row + int(one): days * backup.second[one] for one in np.flatnonzero(backup.second)}
        for row in self._backed - rows.keys():
            is_balance = at.balance <= row < at.demand
            self._highs.changeRowBounds(row, -self._infinity, nodes[row - at.balance].stock if is_balance else 0.0)
        for row, most in rows.items():
            self._highs.changeRowBounds(row, -self._infinity, float(most))
        self._backed = set(rows)

    def _model(self) -> Any:
        import highspy

        network, at = self.network, self.layout
        infinity = self._infinity = highspy.kHighsInf
        entries: list[tuple[int, int, float]] = []
        of_need = {pair: row for row, pair in enumerate(at.needs)}
        amount: dict[tuple[int, str], float] = {}
        for column, link in enumerate(network.links):
            source, target = network.place[link.source], network.place[link.target]
            pair = (target, network.nodes[source].item)
            amount[pair] = link.quantity
            entries += [
                (at.need + of_need[pair], at.sent + column, -1.0),
                (at.balance + source, at.sent + column, 1.0),
            ]
        for pair, row in of_need.items():
            entries += [
                (at.need + row, at.made + pair[0], amount[pair]),
                (at.need + row, at.second + row, -1.0),
                (at.second_row + row, at.second + row, 1.0),
            ]
        entries += [(at.balance + position, at.made + position, -1.0) for position in range(len(network.nodes))]
        for index, seller in enumerate(at.sellers):
            entries += [
                (at.balance + seller, at.sold + index, 1.0),
                (at.demand + index, at.sold + index, 1.0),
                (at.demand + index, at.lost + index, 1.0),
                (at.demand + index, at.time, -float(self.demand[seller])),
            ]
        for index, position in enumerate(at.limited):
            entries += [
                (at.capacity + index, at.made + position, 1.0),
                (at.capacity + index, at.time, -float(network.nodes[position].capacity or 0.0)),
            ]
        upper = np.zeros(at.rows)
        upper[at.balance : at.demand] = [node.stock for node in network.nodes]
        lower = np.full(at.rows, -infinity)
        lower[at.demand : at.capacity] = 0.0

        entries.sort()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = at.columns, at.rows
        cost = np.zeros(at.columns)
        cost[at.lost : at.lost + len(at.sellers)] = [network.nodes[seller].value for seller in at.sellers]
        model.col_cost_, model.col_lower_ = cost, np.zeros(at.columns)
        model.col_upper_ = np.full(at.columns, infinity)
        model.row_lower_, model.row_upper_ = lower, upper
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        counts = np.bincount([row for row, _, _ in entries], minlength=at.rows)
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([column for _, column, _ in entries], dtype=np.int32)
        model.a_matrix_.value_ = np.array([value for _, _, value in entries])
        # `highspy.Highs` itself prints a banner on stdout, where `--json` allows one document and nothing else.
        highs = highspy._core._Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("presolve", "off")  # each solve goes on from the last basis
        highs.passModel(model)
        return highs


def none(layout: Layout) -> Backup:
    """Returns the backup that holds nothing."""
    return Backup(np.zeros(layout.demand - layout.balance), np.zeros(len(layout.limited)), np.zeros(len(layout.needs)))


def servable(network: Network) -> Array:
    """Returns the units a day that each node can sell for ever with everything up, its demand where that is less."""
    without_stock = replace(network, nodes=tuple(replace(node, stock=0.0) for node in network.nodes))
    demand = np.array([node.demand for node in network.nodes])
    lost = Stress(without_stock).lose((), 1.0).by_node
    return np.where(lost > TOLERANCE * np.maximum(demand, 1.0), np.maximum(demand - lost, 0.0), demand)


@dataclass(frozen=True)
class Outage:
    """What losing one or more sites at once means."""

    name: str
    sites: tuple[str, ...]
    recover_days: float
    survive_days: float
    loss: Loss


def rehearse(
    network: Network, outages: Sequence[tuple[str, tuple[str, ...], float]], demand: Array, workers: int = 1
) -> Iterator[Outage]:
    """Yields each outage `(name, sites, recover days)` rehearsed, in the order given."""
    at = _layout(network)
    nothing = Loss(
        0.0,
        np.zeros(len(network.nodes)),
        np.zeros(len(network.nodes)),
        np.zeros(len(at.limited)),
        np.zeros(len(at.needs)),
    )

    def part(stress: Stress, mine: Sequence[tuple[str, tuple[str, ...], float]]) -> Iterator[Outage]:
        for name, sites, days in mine:
            down = [position for site in sites for position in network.of_site.get(site, ())]
            if not network.reaches_demand(network.nodes[position].id for position in down):
                yield Outage(name, sites, days, HORIZON_DAYS, nothing)
                continue
            survive = stress.survive(down)
            loss = nothing if survive >= days else stress.lose(down, days)
            yield Outage(name, sites, days, survive, loss)

    if workers < 2 or len(outages) < 2 * BLOCK:
        yield from part(Stress(network, demand), outages)
        return
    # HiGHS gives up the interpreter's lock while it solves. Short blocks, so that results come in steadily.
    idle: SimpleQueue[Stress] = SimpleQueue()
    for _ in range(workers):
        idle.put(Stress(network, demand))

    def with_one(mine: Sequence[tuple[str, tuple[str, ...], float]]) -> list[Outage]:
        stress = idle.get()
        try:
            return list(part(stress, mine))
        finally:
            idle.put(stress)

    blocks = [outages[start : start + BLOCK] for start in range(0, len(outages), BLOCK)]
    pool = ThreadPoolExecutor(workers)
    try:
        for block in pool.map(with_one, blocks):
            yield from block
    finally:  # who stops listening does not wait for the blocks that have not begun
        pool.shutdown(wait=True, cancel_futures=True)


def _layout(network: Network) -> Layout:
    pairs: dict[tuple[int, str], None] = {}
    for link in network.links:
        pairs[network.place[link.target], network.nodes[network.place[link.source]].item] = None
    nodes, sent = len(network.nodes), len(network.links)
    sellers = tuple(position for position, node in enumerate(network.nodes) if node.demand > 0)
    limited = tuple(position for position, node in enumerate(network.nodes) if node.capacity is not None)
    needs = tuple(pairs)
    columns, rows = [nodes, sent, len(sellers), len(sellers), len(needs), 1], [len(needs), nodes, len(sellers)]
    rows += [len(limited), len(needs)]
    column, row = np.cumsum([0, *columns]).tolist(), np.cumsum([0, *rows]).tolist()
    return Layout(
        made=column[0],
        sent=column[1],
        sold=column[2],
        lost=column[3],
        second=column[4],
        time=column[5],
        columns=column[6],
        need=row[0],
        balance=row[1],
        demand=row[2],
        capacity=row[3],
        second_row=row[4],
        rows=row[5],
        sellers=sellers,
        limited=limited,
        needs=needs,
    )


def groups(network: Network) -> dict[str, tuple[str, ...]]:
    """Region → its sites, where there are two or more: what one flood or closure takes at once."""
    found: dict[str, list[str]] = defaultdict(list)
    for site in network.sites:
        if site.region and not site.is_own:
            found[site.region].append(site.id)
    return {region: tuple(sites) for region, sites in found.items() if len(sites) > 1}
