"""An independent check of any plan: from its own visits and times alone, whatever solver made it."""

from __future__ import annotations

import math
from itertools import pairwise

from tujing.scenarios.supply_chain.distribution.routing import (
    Kind,
    Plan,
    Route,
    RoutingProblem,
    Sequence_,
    Vehicle,
    fillings,
)

SLACK = 1e-6


def route_faults(problem: RoutingProblem, route: Route) -> list[str]:
    """Returns which limits a route breaks, from its own visits and times alone."""
    vehicle = problem.vehicles[route.vehicle]
    depot = problem.depots[vehicle.depot]
    wrong = []
    if route.start < max(vehicle.earliest, depot.earliest) - SLACK:
        wrong.append("starts before its shift or depot opens")
    if route.end > min(vehicle.latest, depot.latest) + SLACK:
        wrong.append("ends after its shift or depot closes")
    if route.duration > vehicle.max_duration + SLACK:
        wrong.append(f"takes {route.duration} of at most {vehicle.max_duration}")
    if route.distance > vehicle.max_distance + SLACK:
        wrong.append(f"drives {route.distance} of at most {vehicle.max_distance}")
    if sum(visit.kind == "depot" for visit in route.visits) >= vehicle.trips:
        wrong.append(f"loads more than {vehicle.trips} times")
    members: list[tuple[Kind, int]] = []
    open_pairs: set[int] = set()
    place, clock = depot.place, route.start
    for visit in route.visits:
        if visit.kind == "depot":
            where, service, window = depot.place, 0.0, (0.0, math.inf)
            wrong += _overloaded(problem, vehicle, members)
            members = []
        else:
            stop = problem.stop(visit.kind, visit.number)
            where, service, window = stop.place, stop.service, (stop.earliest, stop.latest)
            if not members and clock < stop.release - SLACK:
                wrong.append(f"leaves with {stop.name} before it is ready")
            members.append((visit.kind, visit.number))
            if not window[0] - SLACK <= visit.start <= window[1] + SLACK:
                wrong.append(f"is at {stop.name} outside its window")
            banned = vehicle.forbidden if visit.kind == "stop" else vehicle.forbidden_pairs
            if visit.number in banned:
                wrong.append(f"may not visit {stop.name}")
            if visit.kind == "pickup":
                open_pairs.add(visit.number)
            elif visit.kind == "delivery" and visit.number not in open_pairs:
                wrong.append(f"brings {stop.name} before fetching it")
            elif visit.kind == "delivery":
                open_pairs.discard(visit.number)
        _, time = problem.travel(vehicle, place, where)
        if visit.arrival < clock + time - SLACK:
            wrong.append("arrives before it can")
        if visit.start < visit.arrival - SLACK or visit.departure < visit.start + service - SLACK:
            wrong.append("leaves before it is served")
        place, clock = where, visit.departure
    wrong += _overloaded(problem, vehicle, members)
    if open_pairs:
        wrong.append("fetches goods that it never brings")
    return wrong


def _overloaded(problem: RoutingProblem, vehicle: Vehicle, members: Sequence_) -> list[str]:
    return [
        f"carries {load:g} of {capacity:g}"
        for load, capacity in zip(fillings(problem, members), vehicle.capacity, strict=True)
        if load > capacity * (1 + SLACK) + SLACK
    ]


def check(plan: Plan) -> list[str]:
    """Returns what is wrong with a plan: every limit of every route, the fleet, and each customer once.

    A required customer who is left out is no fault here; `Plan.left_out` names them.
    """
    problem = plan.problem
    wrong = [
        f"route {number}: {fault}"
        for number, route in enumerate(plan.routes, start=1)
        for fault in route_faults(problem, route)
    ]
    used = [sum(route.vehicle == number for route in plan.routes) for number in range(len(problem.vehicles))]
    for vehicle, count in zip(problem.vehicles, used, strict=True):
        if count > vehicle.count:
            wrong.append(f"{count} vehicles {vehicle.name} of {vehicle.count}")
    calls = [(visit.kind, visit.number) for route in plan.routes for visit in route.customers]
    if len(set(calls)) < len(calls):
        wrong.append("somebody is visited twice")
    groups = [problem.stops[n].group for kind, n in calls if kind == "stop" and problem.stops[n].group is not None]
    if len(set(groups)) < len(groups):
        wrong.append("two of one group are visited")
    for route in plan.routes:
        vehicle = problem.vehicles[route.vehicle]
        places = [problem.depots[vehicle.depot].place]
        places += [
            places[0] if visit.kind == "depot" else problem.stop(visit.kind, visit.number).place
            for visit in route.visits
        ]
        if not vehicle.open_end:
            places.append(places[0])
        driven = sum(float(problem.distance[a, b]) for a, b in pairwise(places))
        if abs(driven - route.distance) > SLACK * max(1.0, driven):
            wrong.append(f"a route of {driven} claims {route.distance}")
    return wrong


def assert_sound(plan: Plan) -> None:
    """Raises when a plan breaks a limit: that is a fault of this program, and never handed out."""
    if faults := check(plan):
        raise RuntimeError(f"the plan failed its check: {'; '.join(faults[:5])}")
