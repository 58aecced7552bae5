"""The cheapest way to run the coming days: what to shift, when to charge and discharge, as a mixed-integer programme.

Minimise   Σ price·grid·h + demand·(share·peak + (1 − share)·over) + wear·Σ discharge·h − feed-in·Σ export·h
subject to grid + discharge + used PV = base + shifted loads + charge      in every span
           used PV + export ≤ PV,   grid ≤ peak,   peak − demand reached ≤ over
           stored' = stored + η·charge·h − discharge·h/η within the capacity, and at the end as at the start
           a block runs once in its window; an interruptible load draws its energy within its window
           whatever waits for another load starts when that has ended.

`share` is the planned days' part of the month. Up to the demand that the month reaches anyway, a lower peak is worth
these days' part of the demand charge; above it, a kilowatt costs the whole month's. Charging and
discharging at once only loses energy, and no price is below zero, so an optimum without it always exists and no binary
is spent on it. Binaries are the starts of blocks. Solved by HiGHS branch and bound; `gap` is the proved one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tujing.problems import refuse
from tujing.scenarios.production.energy.loads import Array

PROVED = 1e-6
"""A relative gap up to this is called optimal."""
LEAST_WEAR = 1e-7
"""CNY/kWh, when the battery's wear is given as nothing: among equal plans, take the one that cycles least."""


@dataclass(frozen=True)
class Battery:
    """Capacity in kWh, power in kW on the grid side, one-way efficiency, wear in CNY per kWh discharged."""

    capacity: float = 0.0
    power: float = 0.0
    efficiency: float = 0.95
    wear: float = 0.0
    start: float = 0.5
    """Share of the capacity stored at the start, and again at the end."""


@dataclass(frozen=True)
class Movable:
    """A load of `power` kW for `spans` spans that may start from span `earliest`, and must end by span `latest`."""

    name: str
    power: float
    spans: int
    earliest: int
    latest: int
    usual: int
    """Span at which it starts when nobody plans."""
    interruptible: bool = False
    after: tuple[str, ...] = ()
    """Names of the loads that must have ended before this one starts."""


@dataclass(frozen=True)
class DispatchProblem:
    """Spans of `hours` each; arrays are one figure a span in kW and CNY/kWh. `base` holds no movable load."""

    base: Array
    price: Array
    hours: float
    movable: tuple[Movable, ...] = ()
    battery: Battery = field(default_factory=Battery)
    pv: Array | None = None
    feed_in: float = 0.0
    demand: float = 0.0
    """CNY per kW of peak: the planned days' part of the month's charge."""
    excess: float = 0.0
    """CNY per kW of peak above `reached`, on top: what is left of the month's charge."""
    reached: float = 0.0
    """kW of demand that the month reaches anyway."""
    limit: float = np.inf
    """kW that the grid connection carries."""

    @property
    def sun(self) -> Array:
        return np.zeros(len(self.base)) if self.pv is None else self.pv


@dataclass(frozen=True)
class Dispatch:
    """A plan: kW a span, the span at which each block starts, the cost in CNY and the proved relative gap."""

    grid: Array
    charge: Array
    discharge: Array
    stored: Array
    """kWh at the end of each span."""
    export: Array
    movable: Array
    """Sum of the movable loads."""
    starts: dict[str, int]
    """Of interruptible loads, the first span in which they draw."""
    cost: float
    gap: float

    @property
    def peak(self) -> float:
        return float(self.grid.max())

    @property
    def optimal(self) -> bool:
        return self.gap <= PROVED


def cost_of(problem: DispatchProblem, grid: Array, discharge: Array, export: Array) -> float:
    """Returns what a plan costs, in CNY, reckoned from its figures and not from the solver."""
    hours = problem.hours
    energy = float(problem.price @ grid) * hours
    peak = float(grid.max())
    demand = problem.demand * peak + problem.excess * max(peak - problem.reached, 0.0)
    wear = problem.battery.wear * float(discharge.sum()) * hours
    return energy + demand + wear - problem.feed_in * float(export.sum()) * hours


def undisturbed(problem: DispatchProblem) -> Dispatch:
    """Returns today's way: every load at its usual time, the battery at rest, the sun used as it comes."""
    count = len(problem.base)
    moved = np.zeros(count)
    for load in problem.movable:
        moved[load.usual : load.usual + load.spans] += load.power
    wanted = problem.base + moved
    grid = np.maximum(wanted - problem.sun, 0.0)
    export = np.maximum(problem.sun - wanted, 0.0)
    rest = np.zeros(count)
    return Dispatch(
        grid=grid,
        charge=rest,
        discharge=rest,
        stored=np.full(count, problem.battery.capacity * problem.battery.start),
        export=export,
        movable=moved,
        starts={load.name: load.usual for load in problem.movable},
        cost=cost_of(problem, grid, rest, export),
        gap=0.0,
    )


def optimise(problem: DispatchProblem, seconds: float = 20.0) -> Dispatch:
    """Returns the cheapest plan, proved when `optimal`.

    Raises
    ------
    BadInput
        When the loads do not fit into their windows or under the connection's limit.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    model = _Model(problem)
    solved = milp(
        model.cost,
        constraints=LinearConstraint(model.matrix(), model.low, model.high),
        integrality=model.whole,
        bounds=Bounds(model.floor, model.ceiling),
        options={"time_limit": max(seconds, 1.0), "mip_rel_gap": PROVED / 10, "presolve": True},
    )
    if solved.x is None:
        raise refuse(
            "no_plan",
            "移动负荷的时间窗或受电功率限制互相矛盾，排不出计划；请放宽时间窗或功率上限。",
            "The windows of the movable loads, or the limit of the connection, leave no plan; widen the one or "
            "the other.",
            file="parameters",
            key="loads",
            detail=str(solved.message),
        )
    return model.dispatch(np.asarray(solved.x), float(solved.mip_gap or 0.0))


class _Model:
    """Columns and rows. Columns: grid, charge, discharge, stored, export, used PV by span; peak and over; starts."""

    def __init__(self, problem: DispatchProblem) -> None:
        self.problem, self.count = problem, len(problem.base)
        count, battery = self.count, problem.battery
        self.grid, self.charge, self.discharge, self.stored, self.export, self.used = (
            np.arange(count) + block * count for block in range(6)
        )
        self.peak = 6 * count
        self.first: dict[str, NDArray[np.int64]] = {}
        self.over = self.peak + 1
        columns = self.peak + 2
        for load in problem.movable:
            room = load.latest - load.earliest - (0 if load.interruptible else load.spans - 1)
            if room < (load.spans if load.interruptible else 1):
                raise refuse(
                    "window_too_short",
                    f"负荷 {load.name} 要 {load.spans} 段，时间窗只有 {load.latest - load.earliest} 段，请放宽。",
                    f"Load {load.name} takes {load.spans} spans, its window has {load.latest - load.earliest}; "
                    f"widen it.",
                    file="parameters",
                    key="loads",
                )
            self.first[load.name] = np.arange(room) + columns
            columns += room
        self.cost = np.zeros(columns)
        self.cost[self.grid] = problem.price * problem.hours
        self.cost[self.discharge] = max(battery.wear, LEAST_WEAR) * problem.hours
        self.cost[self.export] = -problem.feed_in * problem.hours
        self.cost[self.peak], self.cost[self.over] = problem.demand, problem.excess
        self.floor = np.zeros(columns)
        self.ceiling = np.full(columns, np.inf)
        self.ceiling[self.grid] = problem.limit
        self.ceiling[self.charge] = self.ceiling[self.discharge] = battery.power
        self.ceiling[self.stored] = battery.capacity
        self.floor[self.stored[-1]] = self.ceiling[self.stored[-1]] = battery.capacity * battery.start
        self.whole = np.zeros(columns)
        for load in problem.movable:
            self.ceiling[self.first[load.name]] = load.power if load.interruptible else 1.0
            self.whole[self.first[load.name]] = 0 if load.interruptible else 1
        self.rows: list[tuple[NDArray[np.int64], Array]] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self._row([self.over, self.peak], [1.0, -1.0], -problem.reached, np.inf)
        self._balance()
        self._storage()
        self._movable()

    def _row(self, columns: Sequence[int] | NDArray[np.int64], figures: object, low: float, high: float) -> None:
        places = np.asarray(columns, dtype=np.int64)
        self.rows.append((places, np.broadcast_to(np.asarray(figures, dtype=float), places.shape)))
        self.low.append(low)
        self.high.append(high)

    def _balance(self) -> None:
        problem = self.problem
        drawn: list[list[tuple[int, float]]] = [[] for _ in range(self.count)]
        for load in problem.movable:
            for place, column in enumerate(self.first[load.name]):
                begin = load.earliest + place
                if load.interruptible:
                    drawn[begin].append((int(column), -1.0))
                else:
                    for span in range(begin, begin + load.spans):
                        drawn[span].append((int(column), -load.power))
        for span in range(self.count):
            columns = [self.grid[span], self.discharge[span], self.used[span], self.charge[span]]
            columns += [column for column, _ in drawn[span]]
            figures = [1.0, 1.0, 1.0, -1.0, *(figure for _, figure in drawn[span])]
            self._row(columns, figures, float(problem.base[span]), float(problem.base[span]))
            self._row([self.used[span], self.export[span]], 1.0, -np.inf, float(problem.sun[span]))
            self._row([self.peak, self.grid[span]], [1.0, -1.0], 0.0, np.inf)

    def _storage(self) -> None:
        battery, hours = self.problem.battery, self.problem.hours
        gain, loss = battery.efficiency * hours, hours / battery.efficiency
        for span in range(self.count):
            columns = [self.stored[span], self.charge[span], self.discharge[span]]
            figures = [1.0, -gain, loss]
            held = battery.capacity * battery.start if span == 0 else 0.0
            if span:
                columns, figures = [*columns, self.stored[span - 1]], [*figures, -1.0]
            self._row(columns, figures, held, held)

    def _movable(self) -> None:
        by_name = {load.name: load for load in self.problem.movable}
        for load in self.problem.movable:
            columns = self.first[load.name]
            whole = load.power * load.spans if load.interruptible else 1.0
            self._row(columns, 1.0, whole, whole)
            for before in (by_name[name] for name in load.after):
                if load.interruptible or before.interruptible:
                    continue
                own = load.earliest + np.arange(len(columns))
                other = before.earliest + np.arange(len(self.first[before.name]))
                both = np.concatenate([columns, self.first[before.name]])
                self._row(both, np.concatenate([own, -other]), float(before.spans), np.inf)

    def matrix(self) -> object:
        from scipy.sparse import csr_array

        sizes = [len(columns) for columns, _ in self.rows]
        return csr_array(
            (
                np.concatenate([figures for _, figures in self.rows]),
                np.concatenate([columns for columns, _ in self.rows]),
                np.concatenate([[0], np.cumsum(sizes)]),
            ),
            shape=(len(self.rows), len(self.cost)),
        )

    def dispatch(self, found: Array, gap: float) -> Dispatch:
        found = np.where(np.abs(found) < 1e-9, 0.0, found)
        moved, starts = np.zeros(self.count), {}
        for load in self.problem.movable:
            drawn = found[self.first[load.name]]
            if load.interruptible:
                moved[load.earliest : load.earliest + len(drawn)] += drawn
                starts[load.name] = load.earliest + int(np.argmax(drawn > 1e-9))
            else:
                starts[load.name] = load.earliest + int(np.argmax(drawn))
                moved[starts[load.name] : starts[load.name] + load.spans] += load.power
        grid, discharge, export = found[self.grid], found[self.discharge], found[self.export]
        cost = cost_of(self.problem, grid, discharge, export)
        return Dispatch(grid, found[self.charge], discharge, found[self.stored], export, moved, starts, cost, gap)
