"""Today's way: the dispatcher takes the nearest customer that still fits, and opens a new route when none does."""

from __future__ import annotations

import math

import numpy as np

from tujing.scenarios.supply_chain.distribution.route_check import route_faults
from tujing.scenarios.supply_chain.distribution.routing import Kind, Plan, Route, RoutingProblem, drive

TRIED = 40
"""How many of the nearest customers are tried in full before the route is closed."""


def nearest_neighbour(problem: RoutingProblem) -> Plan:
    """Returns the nearest-neighbour plan; customers who fit into no vehicle that is left are in none.

    Vehicles are taken in the order of the fleet. Each goes to the customer whose visit can start soonest (which is the
    nearest where there are no windows), as long as capacity, windows and shift hold. Pairs are driven straight.
    """
    left = {n for n, stop in enumerate(problem.stops) if stop.group is None}
    pairs = set(range(len(problem.pairs)))
    routes: list[Route] = []
    for number, vehicle in enumerate(problem.vehicles):
        for _ in range(min(vehicle.count, len(left) + len(pairs))):
            route = _one_route(problem, number, left, pairs)
            if route is None:
                break
            routes.append(route)
            if not left and not pairs:
                return Plan(problem, tuple(routes))
    return Plan(problem, tuple(routes))


def _one_route(problem: RoutingProblem, number: int, left: set[int], pairs: set[int]) -> Route | None:
    vehicle = problem.vehicles[number]
    calls: list[tuple[Kind, int]] = []
    best: Route | None = None
    place, clock = problem.depots[vehicle.depot].place, max(0.0, vehicle.earliest)
    room = list(vehicle.capacity)
    places = np.array([stop.place for stop in problem.stops], dtype=int)
    opens = np.array([stop.earliest for stop in problem.stops])
    closes = np.array([stop.latest for stop in problem.stops])
    loads = np.array([[*stop.delivery, *[0.0] * (len(room) - len(stop.delivery))] for stop in problem.stops])
    loads = loads.reshape(len(problem.stops), len(room))
    gone = np.array([n not in left or n in vehicle.forbidden for n in range(len(problem.stops))], dtype=bool)
    while True:
        begins = np.maximum(clock + problem.duration[place, places], opens)
        fits = ~gone & ((loads <= np.array(room) + 1e-9).all(axis=1)) & (begins <= closes + 1e-9)
        nearest = np.flatnonzero(fits)
        nearest = nearest[np.argsort(begins[nearest], kind="stable")]
        taken = None
        for stop in nearest[:TRIED].tolist():
            route = drive(problem, number, [*calls, ("stop", stop)])
            if not route_faults(problem, route):
                taken, best = stop, route
                break
        if taken is None:
            break
        calls.append(("stop", taken))
        left.discard(taken)
        gone[taken] = True
        room = [free - load for free, load in zip(room, problem.stops[taken].delivery, strict=False)]
        assert best is not None
        place, clock = problem.stops[taken].place, best.visits[-1].departure
    while pairs:
        choice: tuple[float, int, Route] = (math.inf, -1, Route(number, (), 0.0, 0.0, 0.0, ()))
        for pair in pairs:
            route = drive(problem, number, [*calls, ("pickup", pair), ("delivery", pair)])
            if route.end < choice[0] and not route_faults(problem, route):
                choice = (route.end, pair, route)
        if choice[1] < 0:
            break
        calls += [("pickup", choice[1]), ("delivery", choice[1])]
        pairs.discard(choice[1])
        best = choice[2]
    return best
