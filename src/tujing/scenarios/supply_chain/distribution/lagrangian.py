"""Large facility location with divisible demand: Lagrangian bounds in a branch and bound on the facilities alone.

The demand constraints are relaxed with a price per customer. What is left falls apart: each facility fills its capacity
with the customers that pay best (a continuous knapsack), and facilities are then picked so that their number and their
capacity suffice for all demand. The bound is at least that of the strong linear model, without its m·n rows. Facilities
whose opening (or closing) would push the bound past the best plan are fixed; the few left are branched on.

Sources: Beasley, "Lagrangean heuristics for location problems", EJOR 65 (1993); Held, Wolfe, Crowder, "Validation of
subgradient optimization", Mathematical Programming 6 (1974).
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np

from tujing.scenarios.supply_chain.distribution.location import Flags, Floats, Location, LocationProblem, Watch
from tujing.scenarios.supply_chain.distribution.location_exact import transport

ROOT_STEPS = 500
NODE_STEPS = 80
PATIENCE = 12
TOLERANCE = 1e-9
SMOOTHING = 0.5


@dataclass
class _Node:
    bound: float
    prices: Floats
    must: Flags
    may: Flags


@dataclass
class _Relaxed:
    """The best relaxation seen at a node."""

    bound: float
    prices: Floats
    values: Floats
    picked: Flags


@dataclass
class Tree:
    """A search under way."""

    problem: LocationProblem
    deadline: float
    watch: Watch
    best: float = math.inf
    open: Flags | None = None
    share: Floats | None = None
    tried: dict[bytes, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)
    told: float = -1.0
    bound: float = -math.inf

    def __post_init__(self) -> None:
        # A cost that stands for "not allowed" and that no plan would pay.
        cost = self.problem.cost
        highest = cost[np.isfinite(cost)].max(initial=1.0)
        self.cost = np.where(np.isfinite(cost), cost, 100.0 * highest)
        self.density = 1.0 / np.maximum(self.problem.demand, 1e-12)
        self.total = float(self.problem.demand.sum())

    def solve(self) -> Location | None:
        """Returns the best plan by the deadline; None when not even one was found."""
        self._try(self._greedy())
        first = _Node(-math.inf, np.sort(self.cost, axis=0)[min(1, len(self.cost) - 1)].copy(), *self._first())
        nodes = [first]
        while nodes and time.perf_counter() < self.deadline:
            node = nodes.pop(min(range(len(nodes)), key=lambda number: nodes[number].bound))
            if node.bound >= self._cutoff():
                continue
            nodes += self._branch(node, ROOT_STEPS if node is first else NODE_STEPS)
            self.bound = min([self.best, *(other.bound for other in nodes)])
        if self.share is None or self.open is None:
            return None
        proved = not nodes or min(node.bound for node in nodes) >= self._cutoff()
        return Location(self.problem, self.open, self.share, self.best if proved else self.bound, proved)

    def _first(self) -> tuple[Flags, Flags]:
        return self.problem.required, self.problem.allowed

    def _cutoff(self) -> float:
        return self.best - TOLERANCE * abs(self.best)

    def _branch(self, node: _Node, steps: int) -> list[_Node]:
        relaxed = self._relax(node, steps)
        if relaxed is None:
            return []
        self._try(relaxed.picked)
        if relaxed.bound >= self._cutoff():
            return []
        must, may = self._fixed(node, relaxed)
        undecided = np.flatnonzero(may & ~must)
        if not len(undecided):
            self._try(must)
            return []
        # The facility whose reversal costs least is the one that the bound knows least about.
        costs = [self._flipped(relaxed, must, may, int(i)) for i in undecided]
        chosen = int(undecided[int(np.argmin(costs))])
        children = []
        for opened in (True, False):
            child_must, child_may = must.copy(), may.copy()
            child_must[chosen] |= opened
            child_may[chosen] &= opened
            children.append(_Node(relaxed.bound, relaxed.prices, child_must, child_may))
        return children

    def _fixed(self, node: _Node, relaxed: _Relaxed) -> tuple[Flags, Flags]:
        must, may = node.must.copy(), node.may.copy()
        for i in np.flatnonzero(may & ~must):
            if self._flipped(relaxed, must, may, int(i)) >= self._cutoff():
                if relaxed.picked[i]:
                    must[i] = True
                else:
                    may[i] = False
        return must, may

    def _flipped(self, relaxed: _Relaxed, must: Flags, may: Flags, i: int) -> float:
        must, may = must.copy(), may.copy()
        if relaxed.picked[i]:
            may[i] = False
        else:
            must[i] = True
        value, _ = self._pick(relaxed.values, must, may)
        return float(relaxed.prices.sum()) + value

    def _relax(self, node: _Node, steps: int) -> _Relaxed | None:
        """Raises the bound by a smoothed subgradient; None when the node admits no plan."""
        rows = np.flatnonzero(node.may)
        best: _Relaxed | None = None
        prices, scale, since, direction = node.prices.copy(), 1.0, 0, np.zeros(self.problem.size[1])
        for step in range(steps):
            values, taken = self._fill(rows, prices)
            value, weight = self._pick(values, node.must, node.may)
            if weight is None:
                return None
            bound = float(prices.sum()) + value
            if best is None or bound > best.bound + 1e-10 * abs(bound):
                best, since = _Relaxed(bound, prices.copy(), values, weight > 0.5), 0
                if bound >= self._cutoff():
                    return best
            else:
                since += 1
                if since >= PATIENCE:
                    scale, since, prices = scale / 2, 0, best.prices.copy()
                    direction[:] = 0
                    if scale < 1e-4:
                        break
                    continue
            direction = 1.0 - weight[rows] @ taken + SMOOTHING * direction
            length = float(direction @ direction)
            if length < 1e-12:
                break
            aim = self.best if math.isfinite(self.best) else abs(bound) * 1.1
            prices = prices + scale * (aim * 1.0001 - bound) / length * direction
            if step % 10 == 9:
                self._tell()
            if step % 60 == 59:
                self._try(best.picked)
            if time.perf_counter() > self.deadline:
                break
        return best

    def _fill(self, rows: np.ndarray, prices: Floats) -> tuple[Floats, Floats]:
        """Returns each facility's value when open (m), and the shares that the given ones would take (rows × n)."""
        gain = self.cost[rows] - prices
        wanted = gain < 0
        order = np.argsort(np.where(wanted, gain * self.density, 0.0), axis=1)
        need = np.take_along_axis(np.where(wanted, self.problem.demand, 0.0), order, 1)
        before = np.cumsum(need, axis=1) - need
        part = np.clip((self.problem.capacity[rows, None] - before) / np.maximum(need, 1e-12), 0.0, 1.0) * (need > 0)
        values = np.zeros(self.problem.size[0])
        values[rows] = self.problem.fixed[rows] + (np.take_along_axis(gain, order, 1) * part).sum(axis=1)
        taken = np.zeros_like(gain)
        np.put_along_axis(taken, order, part, 1)
        return values, taken

    def _pick(self, values: Floats, must: Flags, may: Flags) -> tuple[float, Floats | None]:
        """Returns a bound on the cheapest choice that can carry all demand, and that choice (0–1 a facility).

        Two relaxations of the choice are solved exactly, and the higher taken: by number (as many facilities as are
        needed at the very least) and by capacity (the last one in part).
        """
        order = np.lexsort((-self.problem.capacity, ~must))
        order = order[may[order]]
        held = np.cumsum(self.problem.capacity[order])
        if not len(order) or held[-1] < self.total * (1 - 1e-12):
            return math.inf, None
        fewest = int(np.searchsorted(held, self.total * (1 - 1e-12))) + 1
        most = len(order) if self.problem.max_open is None else self.problem.max_open
        if must.sum() > most or fewest > most:
            return math.inf, None
        start = (must | ((values < 0) & may)).astype(float)
        by_number, by_capacity = start.copy(), start.copy()
        if start.sum() > most:
            keep = np.flatnonzero(must)
            extra = np.flatnonzero((start > 0) & ~must)
            by_number[:] = 0
            by_number[keep] = 1
            by_number[extra[np.argsort(values[extra])][: most - len(keep)]] = 1
        rest = np.flatnonzero(may & (start == 0))
        missing = fewest - int(by_number.sum())
        if missing > 0:
            by_number[rest[np.argsort(values[rest])[:missing]]] = 1
        left = self.total - float(self.problem.capacity @ start)
        for i in rest[np.argsort(values[rest] / np.maximum(self.problem.capacity[rest], 1e-12))]:
            if left <= 1e-9:
                break
            by_capacity[i] = min(1.0, left / self.problem.capacity[i])
            left -= self.problem.capacity[i]
        value, other = float(values @ by_number), float(values @ by_capacity)
        return (value, by_number) if value >= other else (other, by_capacity)

    def _greedy(self) -> Flags:
        """Cheapest fixed cost a unit of capacity, until all demand is held: a first plan, however poor."""
        open_ = self.problem.required.copy()
        served = np.sort(self.cost, axis=1)[:, : max(1, self.problem.size[1] // 10)].mean(axis=1)
        order = np.argsort(self.problem.fixed / np.maximum(self.problem.capacity, 1e-12) + served / served.max())
        for i in order:
            if self.problem.capacity[open_].sum() >= self.total:
                break
            open_[i] |= self.problem.allowed[i]
        return open_

    def _try(self, picked: Flags) -> None:
        """Makes a plan of a choice: adds capacity where it falls short, then solves the transport problem."""
        open_ = (picked | self.problem.required) & self.problem.allowed
        spare = [i for i in np.argsort(self.problem.fixed) if self.problem.allowed[i] and not open_[i]]
        while self.problem.capacity[open_].sum() < self.total * (1 - 1e-12) and spare:
            open_[spare.pop(0)] = True
        key = open_.tobytes()
        if key in self.tried or (self.problem.max_open is not None and open_.sum() > self.problem.max_open):
            return
        share = transport(self.problem, open_)
        if share is None:
            self.tried[key] = math.inf
            return
        idle = open_ & (share.sum(axis=1) < 1e-9) & ~self.problem.required & (self.problem.fixed > 0)
        plan = Location(self.problem, open_ & ~idle, share, -math.inf, False)
        self.tried[key] = plan.cost
        if plan.cost < self.best:
            self.best, self.open, self.share = plan.cost, plan.open, plan.share
        self._tell()

    def _tell(self) -> None:
        now = time.perf_counter()
        if now - self.told >= 0.2:
            self.told = now
            whole = max(1e-9, self.deadline - self.started)
            self.watch(min(1.0, (now - self.started) / whole), self.best, self.bound)


def solve_lagrangian(problem: LocationProblem, seconds: float, watch: Watch) -> Location | None:
    """Solves a problem with divisible demand; `optimal` when the tree was searched to its end."""
    return Tree(problem, time.perf_counter() + seconds, watch).solve()
