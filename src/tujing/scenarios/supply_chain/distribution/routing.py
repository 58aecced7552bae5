"""Vehicle routing: the problem, a plan, and an independent check of any plan.

Everything is in the user's own units (kilometres and hours, or the numbers of a text instance). The solver behind is
`engine.py`; nothing here knows of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Objective = Literal["distance", "vehicles_then_distance"]
Kind = Literal["stop", "pickup", "delivery", "depot"]


@dataclass(frozen=True)
class Depot:
    """Where vehicles start and end; `place` is a row of the matrices."""

    name: str
    place: int
    earliest: float = 0.0
    latest: float = math.inf


@dataclass(frozen=True)
class Stop:
    """A customer to visit once.

    `delivery` and `pickup` are loads, one a dimension (mass, volume, …), that are brought from and taken to the depot.
    The visit starts within [earliest, latest]; goods leave the depot no earlier than `release`. `prize` is what leaving
    the customer out costs (None: it must be visited). Of the stops of one `group` exactly one is visited.
    """

    name: str
    place: int
    delivery: tuple[float, ...] = ()
    pickup: tuple[float, ...] = ()
    earliest: float = 0.0
    latest: float = math.inf
    service: float = 0.0
    release: float = 0.0
    prize: float | None = None
    group: int | None = None


@dataclass(frozen=True)
class Pair:
    """Goods to fetch at one stop and to bring to another, in that order and on one vehicle.

    Both ends are stops without load of their own; their names are the customers' in the table of routes.
    """

    name: str
    amount: tuple[float, ...]
    fetch: Stop
    bring: Stop
    prize: float | None = None


@dataclass(frozen=True)
class Vehicle:
    """A kind of vehicle, of which there are `count`.

    `forbidden` and
    `forbidden_pairs` are stops and pairs (by number) that it may not visit. `trips` is how often it may load at its
    depot. With `open_end` it need not come back. `latest` ends its shift; `max_duration` counts from its own start.
    """

    name: str
    count: int
    capacity: tuple[float, ...] = ()
    depot: int = 0
    fixed_cost: float = 0.0
    cost_per_distance: float = 1.0
    cost_per_time: float = 0.0
    earliest: float = 0.0
    latest: float = math.inf
    max_duration: float = math.inf
    max_distance: float = math.inf
    trips: int = 1
    open_end: bool = False
    forbidden: frozenset[int] = frozenset()
    forbidden_pairs: frozenset[int] = frozenset()
    speed: float = 1.0
    """Times of travel are divided by this."""


@dataclass(frozen=True, eq=False)
class RoutingProblem:
    """`distance` and `duration` are matrices over all places; `scale` is how many integer units a solver should make of
    one unit of distance and of time. `origin` is time 0, when there is a clock (time then counts in hours).
    """

    depots: tuple[Depot, ...]
    stops: tuple[Stop, ...]
    vehicles: tuple[Vehicle, ...]
    distance: Floats
    duration: Floats
    coordinates: Floats | None = None
    """x, y a place; longitude and latitude when `geographic`."""
    geographic: bool = False
    pairs: tuple[Pair, ...] = ()
    groups: int = 0
    scale: tuple[float, float] = (1.0, 1.0)
    origin: datetime | None = None
    objective: Objective = "distance"

    @property
    def dimensions(self) -> int:
        return max((len(vehicle.capacity) for vehicle in self.vehicles), default=0)

    @property
    def has_windows(self) -> bool:
        ends = [*self.stops, *(end for pair in self.pairs for end in (pair.fetch, pair.bring))]
        return any(math.isfinite(stop.latest) for stop in ends)

    def stop(self, kind: Kind, number: int) -> Stop:
        """Returns where a visit takes place."""
        if kind == "stop":
            return self.stops[number]
        pair = self.pairs[number]
        return pair.fetch if kind == "pickup" else pair.bring

    def travel(self, vehicle: Vehicle, start: int, end: int) -> tuple[float, float]:
        """Returns distance and time between two places."""
        return float(self.distance[start, end]), float(self.duration[start, end]) / vehicle.speed


@dataclass(frozen=True)
class Visit:
    """One call: at a stop, at either end of a pair, or at the depot to load again."""

    kind: Kind
    number: int
    arrival: float
    start: float
    departure: float
    distance: float
    """Driven from the place before."""
    trip: int


@dataclass(frozen=True)
class Route:
    """What one vehicle does. `load` is the highest filling, one a dimension."""

    vehicle: int
    visits: tuple[Visit, ...]
    start: float
    end: float
    distance: float
    load: tuple[float, ...]
    late: float = 0.0
    """Total lateness over its visits; 0 in every plan that is handed out."""

    @property
    def duration(self) -> float:
        return self.end - self.start

    @property
    def customers(self) -> tuple[Visit, ...]:
        return tuple(visit for visit in self.visits if visit.kind != "depot")


Sequence_ = Sequence[tuple[Kind, int]]


@dataclass(frozen=True, eq=False)
class Plan:
    """All routes; what is in none is left out."""

    problem: RoutingProblem
    routes: tuple[Route, ...]

    @property
    def left_out(self) -> tuple[tuple[Kind, int], ...]:
        """Stops and pairs without a visit; of a group only when none of its stops is visited."""
        seen = {(visit.kind, visit.number) for route in self.routes for visit in route.customers}
        served = {self.problem.stops[n].group for kind, n in seen if kind == "stop"} - {None}
        missing: list[tuple[Kind, int]] = [
            ("stop", number)
            for number, stop in enumerate(self.problem.stops)
            if ("stop", number) not in seen and stop.group not in served
        ]
        missing += [("pickup", number) for number in range(len(self.problem.pairs)) if ("pickup", number) not in seen]
        return tuple(missing)

    @property
    def distance(self) -> float:
        return sum(route.distance for route in self.routes)

    @property
    def fixed_cost(self) -> float:
        return sum(self.problem.vehicles[route.vehicle].fixed_cost for route in self.routes)

    @property
    def distance_cost(self) -> float:
        return sum(self.problem.vehicles[route.vehicle].cost_per_distance * route.distance for route in self.routes)

    @property
    def time_cost(self) -> float:
        return sum(self.problem.vehicles[route.vehicle].cost_per_time * route.duration for route in self.routes)

    @property
    def lost_prizes(self) -> float:
        """What the optional customers left out would have brought."""
        total = 0.0
        for kind, number in self.left_out:
            prize = self.problem.stops[number].prize if kind == "stop" else self.problem.pairs[number].prize
            total += prize or 0.0
        return total

    @property
    def cost(self) -> float:
        return self.fixed_cost + self.distance_cost + self.time_cost + self.lost_prizes


def drive(problem: RoutingProblem, vehicle: int, calls: Sequence_, start: float | None = None) -> Route:
    """Returns the route that visits `calls` in order, starting at `start` (by default as late as costs no arrival).

    Waits where a window is not open yet; lateness is added up in `late`, and nothing else is checked here.
    """
    kind = problem.vehicles[vehicle]
    depot = problem.depots[kind.depot]
    if start is None:
        start = max(kind.earliest, depot.earliest)
        if calls and calls[0][0] != "depot":
            first = problem.stop(*calls[0])
            start = max(start, first.earliest - problem.travel(kind, depot.place, first.place)[1])
    trips: list[list[tuple[Kind, int]]] = [[]]
    for call in calls:
        if call[0] == "depot":
            trips.append([])
        else:
            trips[-1].append(call)
    visits: list[Visit] = []
    clock, place, total, late = start, depot.place, 0.0, 0.0
    highest = [0.0] * problem.dimensions
    for trip, members in enumerate(trips):
        if trip:
            distance, time = problem.travel(kind, place, depot.place)
            clock, total, place = clock + time, total + distance, depot.place
            visits.append(Visit("depot", kind.depot, clock, clock, clock, distance, trip))
        ready = max((problem.stop(*call).release for call in members), default=0.0)
        if not trip:
            start = clock = max(clock, ready)
        clock = max(clock, ready)
        for d, load in enumerate(fillings(problem, members)):
            highest[d] = max(highest[d], load)
        for what, number in members:
            stop = problem.stop(what, number)
            distance, time = problem.travel(kind, place, stop.place)
            arrival = clock + time
            begin = max(arrival, stop.earliest)
            late += max(0.0, begin - stop.latest)
            clock, place, total = begin + stop.service, stop.place, total + distance
            visits.append(Visit(what, number, arrival, begin, clock, distance, trip))
    distance, time = (0.0, 0.0) if kind.open_end else problem.travel(kind, place, depot.place)
    late += max(0.0, clock + time - min(kind.latest, depot.latest))
    return Route(vehicle, tuple(visits), start, clock + time, total + distance, tuple(highest), late)


def fillings(problem: RoutingProblem, members: Sequence_) -> list[float]:
    """Returns the highest load of one trip in each dimension."""
    highest = []
    for d in range(problem.dimensions):
        load = sum(_part(problem.stops[n].delivery, d) for kind, n in members if kind == "stop")
        top = load
        for kind, number in members:
            if kind == "stop":
                load += _part(problem.stops[number].pickup, d) - _part(problem.stops[number].delivery, d)
            else:
                amount = _part(problem.pairs[number].amount, d)
                load += amount if kind == "pickup" else -amount
            top = max(top, load)
        highest.append(top)
    return highest


def _part(loads: tuple[float, ...], dimension: int) -> float:
    return loads[dimension] if dimension < len(loads) else 0.0
