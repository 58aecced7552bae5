"""A routing problem in PyVRP's classes and integers, and its solutions in our words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tujing.scenarios.supply_chain.distribution.routing import Kind, RoutingProblem, Vehicle

Encoded = tuple[tuple[int, float, tuple[tuple[Kind, int], ...]], ...]
"""A solution between processes: vehicle, start and calls of each route."""

MONEY = 100_000.0
"""Integer units of cost in one unit of money, where costs are not plain distances."""
LOADS = 1000.0
DEFAULT_PENALTY = 100_000.0
MOST = int(np.iinfo(np.int64).max)


class Model:
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
        self.profiles: dict[tuple[frozenset[int], frozenset[int], bool, int, float], int] = {}
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
            max_distance=longest
            if vehicle.forbidden or vehicle.forbidden_pairs or math.isfinite(vehicle.max_distance)
            else MOST,
            unit_distance_cost=per_distance,
            unit_duration_cost=round(vehicle.cost_per_time * money / self.problem.scale[1]),
            profile=self._profile(vehicle),
            reload_depots=[vehicle.depot] if vehicle.trips > 1 else [],
            max_reloads=vehicle.trips - 1,
        )

    def _profile(self, vehicle: Vehicle) -> int:
        """Returns the number of the matrices for this kind of vehicle, made once for all that share them."""
        key = (
            vehicle.forbidden,
            vehicle.forbidden_pairs,
            vehicle.open_end,
            vehicle.depot if vehicle.open_end else -1,
            vehicle.speed,
        )
        if key not in self.profiles:
            distance = self.distance.copy()
            duration = np.ceil(self.problem.duration / vehicle.speed * self.problem.scale[1] - 1e-6).astype(np.int64)
            if vehicle.open_end:
                home = self.problem.depots[vehicle.depot].place
                distance[:, home] = duration[:, home] = 0
            banned = sorted(self.problem.stops[number].place for number in vehicle.forbidden)
            for pair in (self.problem.pairs[number] for number in sorted(vehicle.forbidden_pairs)):
                banned += [pair.fetch.place, pair.bring.place]
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
        return MOST if not math.isfinite(moment) else _floor(moment * self.problem.scale[1])


def _floor(value: float) -> int:
    return MOST if value >= 2.0**53 else math.floor(value + 1e-6)


def _whole(problem: RoutingProblem) -> bool:
    """Whether all loads are whole numbers, which then need no scaling."""
    loads = [load for stop in problem.stops for load in (*stop.delivery, *stop.pickup)]
    loads += [load for pair in problem.pairs for load in pair.amount]
    return all(float(load).is_integer() for load in loads)
