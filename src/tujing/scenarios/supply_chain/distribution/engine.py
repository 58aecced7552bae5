"""Solves a routing problem with PyVRP: from our classes into its integers, and back.

PyVRP's iterated local search runs on one core. Here several runs with different seeds race, one a core, each in a
process of its own that is forked with the model already built; the best plan wins. Every plan is driven again in the
user's own units before it leaves this module.

Source: Wouda, Lan, Kool, "PyVRP: a high-performance VRP solver package", INFORMS Journal on Computing 36 (2024).
"""

from __future__ import annotations

import math
import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from tujing.scenarios.supply_chain.distribution.routing import Kind, Plan, Route, RoutingProblem, Vehicle, drive

Watch = Callable[[float, float | None], None]
"""Called with the share of time used and the best cost so far (None: no plan yet); may raise to stop."""
Encoded = tuple[tuple[int, float, tuple[tuple[Kind, int], ...]], ...]
"""A solution between processes: vehicle, start and calls of each route."""

MONEY = 100_000.0
"""Integer units of cost in one unit of money, where costs are not plain distances."""
LOADS = 1000.0
SETTLED = 3_000
"""Small problems stop after as many rounds without a gain: repeatable, and long settled."""
SMALL = 60
FLEET_SHARE = 0.5
GIVE_UP_SHARE = 0.4
DEFAULT_PENALTY = 100_000.0
MARGIN = 0.15
"""Seconds kept back for building tables."""


@dataclass(frozen=True)
class Found:
    """What a search came to; `trail` is (seconds, best cost)."""

    plan: Plan | None
    trail: tuple[tuple[float, float], ...]
    rounds: int


def solve(problem: RoutingProblem, seconds: float, seed: int, workers: int, watch: Watch) -> Found:
    """Searches for `seconds` on up to `workers` cores and returns the best plan found.

    Customers that must be visited but fit into no plan are left out, as few as possible; `Plan.left_out` names them.
    """
    if not problem.stops and not problem.pairs:
        return Found(Plan(problem, ()), (), 0)
    started = time.perf_counter()
    deadline = started + max(0.2, seconds - MARGIN)
    model = _Model(problem)
    count = max(1, min(workers, os.cpu_count() or 1))
    runs = [_Run(model, started, deadline, seed + 7919 * number) for number in range(count)]
    helpers = _Helpers(runs[1:])
    try:
        first = runs[0].go(watch)
        results = [first, *helpers.results(deadline + 1.0, watch)]
    finally:
        helpers.stop()
    ranked = sorted((result for result in results if result.routes is not None), key=lambda result: result.rank)
    rounds = sum(result.rounds for result in results)
    trail = tuple(sorted((moment, cost) for result in results for moment, cost in result.trail))
    if not ranked or ranked[0].routes is None:
        return Found(None, trail, rounds)
    routes = tuple(drive(problem, vehicle, calls, start) for vehicle, start, calls in ranked[0].routes)
    return Found(Plan(problem, routes), trail, rounds)


@dataclass(frozen=True)
class _Result:
    routes: Encoded | None
    rank: tuple[int, float]
    """Left out, then cost: lower is better."""
    trail: tuple[tuple[float, float], ...]
    rounds: int


class _Model:
    """The problem in PyVRP's integers. Times are rounded up, so that no plan depends on a rounding in its favour."""

    def __init__(self, problem: RoutingProblem) -> None:
        import pyvrp

        self.problem = problem
        self.plain = all(
            vehicle.fixed_cost == 0 and vehicle.cost_per_time == 0 and vehicle.cost_per_distance == 1
            for vehicle in problem.vehicles
        )
        self.money = problem.scale[0] if self.plain else MONEY
        self.distance = np.rint(problem.distance * problem.scale[0]).astype(np.int64)
        self.limit = int(self.distance.max(initial=0)) * (len(self.distance) + 1) + 1
        self.load_scale = 1.0 if _whole(problem) else LOADS
        self.profiles: dict[tuple[frozenset[int], bool, int, float], int] = {}
        self.matrices: list[tuple[Any, Any]] = []
        kinds = [self._vehicle(pyvrp, vehicle) for vehicle in problem.vehicles]
        coordinates = problem.coordinates if problem.coordinates is not None else np.zeros((len(self.distance), 2))
        groups = [pyvrp.ClientGroup() for _ in range(problem.groups)]
        for number, stop in enumerate(problem.stops):
            if stop.group is not None:
                groups[stop.group].add_client(number)
        self.data = pyvrp.ProblemData(
            locations=[pyvrp.Location(float(x), float(y)) for x, y in coordinates],
            clients=[self._client(pyvrp, number, 0) for number in range(len(problem.stops))],
            depots=[
                pyvrp.Depot(depot.place, self._time(depot.earliest), self._last(depot.latest))
                for depot in problem.depots
            ],
            vehicle_types=kinds,
            distance_matrices=[pair[0] for pair in self.matrices],
            duration_matrices=[pair[1] for pair in self.matrices],
            groups=groups,
            shipments=[self._shipment(pyvrp, number, 0) for number in range(len(problem.pairs))],
        )

    def optional(self) -> Any:
        """Returns the model in which everybody may be left out, at a price that no detour reaches."""
        import pyvrp

        price = self._ransom()
        groups = [pyvrp.ClientGroup(group.clients, required=False) for group in self.data.groups()]
        return self.data.replace(
            clients=[self._client(pyvrp, number, price) for number in range(len(self.problem.stops))],
            shipments=[self._shipment(pyvrp, number, price) for number in range(len(self.problem.pairs))],
            groups=groups,
        )

    def highest_penalty(self, data: Any) -> float:
        """Returns the most that a unit too much may cost in the search; PyVRP's default where distance is the cost.

        That default is too low where a vehicle saved, or a customer kept, is worth more than an overload costs: the
        search would then never leave overloaded plans.
        """
        least = min((part for client in data.clients() for part in client.delivery if part > 0), default=1)
        least = min([least, *(part for shipment in data.shipments() for part in shipment.amount if part > 0)])
        worth = max((client.prize for client in data.clients()), default=0)
        worth = max([worth, *(shipment.prize for shipment in data.shipments())])
        if not self.plain:
            mean = float(self.distance.mean())
            kinds = data.vehicle_types()
            worth = max(worth, *(2 * kind.fixed_cost + 20 * mean * kind.unit_distance_cost for kind in kinds))
        return max(DEFAULT_PENALTY, 4.0 * float(worth) / float(least))

    def encode(self, solution: Any) -> Encoded:
        routes = []
        for route in solution.routes():
            calls: list[tuple[Kind, int]] = []
            for activity in list(route)[1:-1]:
                if activity.is_client():
                    calls.append(("stop", activity.idx))
                elif activity.is_depot():
                    calls.append(("depot", activity.idx))
                else:
                    calls.append(("pickup" if activity.is_pickup() else "delivery", activity.idx))
            if any(kind != "depot" for kind, _ in calls):
                start = route.start_time() / self.problem.scale[1]
                routes.append((int(route.vehicle_type()), float(start), tuple(calls)))
        return tuple(routes)

    def _vehicle(self, pyvrp: Any, vehicle: Vehicle) -> Any:
        money = self.money
        per_distance = 1 if self.plain else round(vehicle.cost_per_distance * money / self.problem.scale[0])
        longest = min(self.limit - 1, _floor(vehicle.max_distance * self.problem.scale[0]))
        depot = self.problem.depots[vehicle.depot]
        return pyvrp.VehicleType(
            num_available=vehicle.count,
            capacity=[_floor(capacity * self.load_scale) for capacity in vehicle.capacity],
            start_depot=vehicle.depot,
            end_depot=vehicle.depot,
            fixed_cost=round(vehicle.fixed_cost * money),
            tw_early=self._time(max(vehicle.earliest, depot.earliest)),
            tw_late=self._last(min(vehicle.latest, depot.latest)),
            shift_duration=self._last(vehicle.max_duration),
            max_distance=longest if vehicle.forbidden or math.isfinite(vehicle.max_distance) else _MOST,
            unit_distance_cost=per_distance,
            unit_duration_cost=round(vehicle.cost_per_time * money / self.problem.scale[1]),
            profile=self._profile(vehicle),
            reload_depots=[vehicle.depot] if vehicle.trips > 1 else [],
            max_reloads=vehicle.trips - 1,
        )

    def _profile(self, vehicle: Vehicle) -> int:
        """Returns the number of the matrices for this kind of vehicle, made once for all that share them."""
        key = (vehicle.forbidden, vehicle.open_end, vehicle.depot if vehicle.open_end else -1, vehicle.speed)
        if key not in self.profiles:
            distance = self.distance.copy()
            duration = np.ceil(self.problem.duration / vehicle.speed * self.problem.scale[1] - 1e-6).astype(np.int64)
            if vehicle.open_end:
                home = self.problem.depots[vehicle.depot].place
                distance[:, home] = duration[:, home] = 0
            banned = sorted(self.problem.stops[number].place for number in vehicle.forbidden)
            distance[:, banned] = distance[banned, :] = self.limit
            np.fill_diagonal(distance, 0)
            np.fill_diagonal(duration, 0)
            self.profiles[key] = len(self.matrices)
            self.matrices.append((distance, duration))
        return self.profiles[key]

    def _client(self, pyvrp: Any, number: int, ransom: int) -> Any:
        stop = self.problem.stops[number]
        prize = 0 if stop.prize is None else round(stop.prize * self.money)
        must = stop.prize is None
        dimensions = self.problem.dimensions
        return pyvrp.Client(
            location=stop.place,
            delivery=self._loads(stop.delivery, dimensions),
            pickup=self._loads(stop.pickup, dimensions),
            service_duration=self._time(stop.service),
            tw_early=self._time(stop.earliest),
            tw_late=self._last(stop.latest),
            release_time=self._time(stop.release),
            prize=ransom if must and ransom else prize,
            required=must and not ransom and stop.group is None,
            group=stop.group,
        )

    def _shipment(self, pyvrp: Any, number: int, ransom: int) -> Any:
        pair = self.problem.pairs[number]
        must = pair.prize is None
        return pyvrp.Shipment(
            pair.fetch.place,
            pair.bring.place,
            self._time(pair.fetch.earliest),
            self._last(pair.fetch.latest),
            self._time(pair.fetch.service),
            self._time(pair.bring.earliest),
            self._last(pair.bring.latest),
            self._time(pair.bring.service),
            amount=self._loads(pair.amount, self.problem.dimensions),
            prize=ransom if must and ransom else round((pair.prize or 0.0) * self.money),
            required=must and not ransom,
        )

    def _ransom(self) -> int:
        kinds = self.data.vehicle_types()
        longest = int(self.distance.max(initial=1))
        dearest = max(kind.fixed_cost + 4 * longest * kind.unit_distance_cost for kind in kinds)
        slowest = max(int(np.max(pair[1], initial=1)) for pair in self.matrices)
        prizes = max((stop.prize or 0.0 for stop in self.problem.stops), default=0.0)
        return int(3 * dearest + 8 * slowest * max(kind.unit_duration_cost for kind in kinds) + prizes * self.money)

    def _loads(self, loads: tuple[float, ...], dimensions: int) -> list[int]:
        whole = [math.ceil(load * self.load_scale - 1e-6) for load in loads]
        return whole + [0] * (dimensions - len(whole))

    def _time(self, moment: float) -> int:
        return math.ceil(moment * self.problem.scale[1] - 1e-6)

    def _last(self, moment: float) -> int:
        return _MOST if not math.isfinite(moment) else _floor(moment * self.problem.scale[1])


_MOST = int(np.iinfo(np.int64).max)


def _floor(value: float) -> int:
    return _MOST if value >= 2.0**53 else math.floor(value + 1e-6)


def _whole(problem: RoutingProblem) -> bool:
    """Whether all loads are whole numbers, which then need no scaling."""
    loads = [load for stop in problem.stops for load in (*stop.delivery, *stop.pickup)]
    loads += [load for pair in problem.pairs for load in pair.amount]
    return all(float(load).is_integer() for load in loads)


class _Run:
    """One search with one seed."""

    def __init__(self, model: _Model, started: float, deadline: float, seed: int) -> None:
        self.model, self.started, self.deadline, self.seed = model, started, deadline, seed
        self.trail: list[tuple[float, float]] = []
        self.rounds = 0
        self.settled = SETTLED if len(model.problem.stops) + 2 * len(model.problem.pairs) <= SMALL else None

    def go(self, watch: Watch) -> _Result:
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
            return _Result(None, (0, math.inf), tuple(self.trail), self.rounds)
        cost = CostEvaluator([0] * data.num_load_dimensions, 0, 0).cost(best)
        vehicles = best.num_routes() if self.model.problem.objective == "vehicles_then_distance" else 0
        rank = (left_out * 1_000_000 + vehicles, float(cost))
        return _Result(self.model.encode(best), rank, tuple(self.trail), self.rounds)

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

    def __init__(self, run: _Run, deadline: float, watch: Watch, give_up: bool, first: bool) -> None:
        self.run, self.deadline, self.watch, self.first = run, deadline, watch, first
        self.give_up = run.started + GIVE_UP_SHARE * (deadline - run.started) if give_up else math.inf
        self.best, self.calm, self.told = _MOST, 0, 0.0

    def __call__(self, best: int) -> bool:
        now = time.perf_counter()
        if best < self.best:
            self.best, self.calm = best, 0
            self.run.trail.append((now - self.run.started, best / self.run.model.money))
        self.calm += 1
        if now - self.told > 0.1:
            self.told = now
            whole = self.run.deadline - self.run.started
            cost = None if self.best == _MOST else self.best / self.run.model.money
            self.watch(min(1.0, (now - self.run.started) / whole), cost)
        if now > self.deadline or (self.best == _MOST and now > self.give_up):
            return True
        if self.first and self.best < _MOST:
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


class _Helpers:
    """Further runs in forked processes. Where the system cannot fork there are none."""

    def __init__(self, runs: list[_Run]) -> None:
        self.processes: list[tuple[Any, Connection]] = []
        if "fork" not in multiprocessing.get_all_start_methods():
            return
        context = multiprocessing.get_context("fork")
        for run in runs:
            ours, theirs = context.Pipe(duplex=False)
            # Not marked as daemon: a worker that is one itself may not have such children. `stop` ends them.
            process = context.Process(target=_helper, args=(run, theirs, os.getpid()), daemon=False)
            process.start()
            theirs.close()
            self.processes.append((process, ours))

    def results(self, deadline: float, watch: Watch) -> list[_Result]:
        found = []
        for _, pipe in self.processes:
            while not pipe.poll(0.1) and time.perf_counter() < deadline:
                watch(1.0, None)
            try:
                if pipe.poll():
                    found.append(pipe.recv())
            except EOFError:
                continue  # killed from outside: the others' results stand
        return found

    def stop(self) -> None:
        for process, pipe in self.processes:
            process.kill()
            process.join()
            pipe.close()


def _helper(run: _Run, pipe: Connection, parent: int) -> None:
    def alive(share: float, cost: float | None) -> None:
        if os.getppid() != parent:
            os._exit(1)

    pipe.send(run.go(alive))
    pipe.close()
    # Skips what the parent registered to do at its own end.
    os._exit(0)


def tightened(problem: RoutingProblem, routes: tuple[Route, ...], tolerance: float) -> RoutingProblem:
    """Returns the problem in which no route may last longer than (1 + tolerance) × the mean of the given ones."""
    mean = sum(route.duration for route in routes) / len(routes)
    longest = mean * (1 + tolerance)
    vehicles = tuple(replace(v, max_duration=min(v.max_duration, longest)) for v in problem.vehicles)
    return replace(problem, vehicles=vehicles)
