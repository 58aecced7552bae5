"""One search of PyVRP's with one seed: fewest vehicles first where asked, and who fits nowhere left out last."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tujing.scenarios.supply_chain.distribution.pyvrp_model import MOST, Encoded, Model

Watch = Callable[[float, float | None], None]
"""Called with the share of time used and the best cost so far (None: no plan yet); may raise to stop."""
SETTLED = 3_000
"""Small problems stop after as many rounds without a gain: repeatable, and long settled."""
SMALL = 60
FLEET_SHARE = 0.5
GIVE_UP_SHARE = 0.4


@dataclass(frozen=True)
class Result:
    routes: Encoded | None
    rank: tuple[int, float]
    """Left out, then cost: lower is better."""
    trail: tuple[tuple[float, float], ...]
    rounds: int


class Run:
    """One search with one seed."""

    def __init__(self, model: Model, started: float, deadline: float, seed: int) -> None:
        self.model, self.started, self.deadline, self.seed = model, started, deadline, seed
        self.trail: list[tuple[float, float]] = []
        self.rounds = 0
        self.settled = SETTLED if len(model.problem.stops) + 2 * len(model.problem.pairs) <= SMALL else None

    def go(self, watch: Watch) -> Result:
        from pyvrp import CostEvaluator

        data = self.model.data
        if self.model.problem.objective == "vehicles_then_distance":
            data = self._fewest(data, watch)
        best = self._search(data, self.deadline, watch, give_up=True)
        left_out = 0
        if not best.is_feasible():
            data = self.model.optional()
            best = self._search(data, self.deadline, watch, give_up=False)
            left_out = len(best.unplanned())
        if not best.is_feasible():
            return Result(None, (0, math.inf), tuple(self.trail), self.rounds)
        cost = CostEvaluator([0] * data.num_load_dimensions, 0, 0).cost(best)
        vehicles = best.num_routes() if self.model.problem.objective == "vehicles_then_distance" else 0
        rank = (left_out * 1_000_000 + vehicles, float(cost))
        return Result(self.model.encode(best), rank, tuple(self.trail), self.rounds)

    def _fewest(self, data: Any, watch: Watch) -> Any:
        """Takes vehicles away, one at a time, as long as a plan is found in the time set aside for it.

        With several kinds of vehicle nothing tells which to take; their fixed costs decide instead.
        """
        if data.num_vehicle_types > 1 or any(not client.required for client in data.clients()):
            dearest = int(self.model.distance.max(initial=1)) * len(self.model.distance)
            return data.replace(
                vehicle_types=[kind.replace(fixed_cost=dearest + kind.fixed_cost) for kind in data.vehicle_types()]
            )
        until = self.started + FLEET_SHARE * (self.deadline - self.started)
        kind = data.vehicle_type(0)
        least = _packing_bound(data)
        fewer = data
        while time.perf_counter() < until:
            best = self._search(fewer, until, watch, give_up=False, first=True)
            if not best.is_feasible():
                break
            data = fewer.replace(vehicle_types=[kind.replace(num_available=best.num_routes())])
            if best.num_routes() <= least:
                break
            fewer = data.replace(vehicle_types=[kind.replace(num_available=best.num_routes() - 1)])
        return data

    def _search(self, data: Any, deadline: float, watch: Watch, give_up: bool, first: bool = False) -> Any:
        import pyvrp

        stop = _Stop(self, deadline, watch, give_up, first)
        penalty = pyvrp.PenaltyParams(max_penalty=self.model.highest_penalty(data))
        settings = pyvrp.SolveParams(penalty=penalty)
        result = pyvrp.solve(data, stop, seed=self.seed, collect_stats=False, display=False, params=settings)
        self.rounds += result.num_iterations
        return result.best


class _Stop:
    """PyVRP's stopping criterion: the time, a long calm, or a watcher who has had enough."""

    def __init__(self, run: Run, deadline: float, watch: Watch, give_up: bool, first: bool) -> None:
        self.run, self.deadline, self.watch, self.first = run, deadline, watch, first
        self.give_up = run.started + GIVE_UP_SHARE * (deadline - run.started) if give_up else math.inf
        self.best, self.calm, self.told = MOST, 0, 0.0

    def __call__(self, best: int) -> bool:
        now = time.perf_counter()
        if best < self.best:
            self.best, self.calm = best, 0
            self.run.trail.append((now - self.run.started, best / self.run.model.money))
        self.calm += 1
        if now - self.told > 0.1:
            self.told = now
            whole = self.run.deadline - self.run.started
            cost = None if self.best == MOST else self.best / self.run.model.money
            self.watch(min(1.0, (now - self.run.started) / whole), cost)
        if now > self.deadline or (self.best == MOST and now > self.give_up):
            return True
        if self.first and self.best < MOST:
            return True
        return self.run.settled is not None and self.calm > self.run.settled


def _packing_bound(data: Any) -> int:
    """The least number of vehicles whose capacities hold all goods."""
    kind = data.vehicle_type(0)
    needed = [1]
    for dimension, capacity in enumerate(kind.capacity):
        goods = sum(client.delivery[dimension] for client in data.clients())
        needed.append(math.ceil(goods / max(1, capacity * kind.max_trips)))
    return max(needed)
