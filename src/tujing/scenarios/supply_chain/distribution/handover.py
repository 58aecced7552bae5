"""From location to routing and back: which depots to open, the routes from those, and the routes' costs returned.

Location must price a delivery before any route is known. It starts with the usual estimate, a share of a round trip by
the share of the vehicle that the goods fill. Once routes are known, each depot's estimate is scaled to what its routes
really cost, and location decides again. The cheapest plan of all rounds stands.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tujing.scenarios.supply_chain.distribution import engine
from tujing.scenarios.supply_chain.distribution.location import Flags, Floats, Location, LocationProblem
from tujing.scenarios.supply_chain.distribution.place import place
from tujing.scenarios.supply_chain.distribution.routing import Plan, RoutingProblem

Solve = Callable[[RoutingProblem, float, float], engine.Found]
"""Problem, share of the time at which to begin and to end."""
USUAL_STOPS = 8.0
FIRST_SHARE = 0.3


@dataclass(frozen=True, eq=False)
class Joint:
    """Open depots, the routes from them, and what each round found: (open depots, total cost)."""

    plan: Plan
    location: Location
    rounds: tuple[tuple[tuple[str, ...], float], ...]
    found: engine.Found

    @property
    def cost(self) -> float:
        return self.plan.cost + self.location.fixed_cost


def estimate(problem: RoutingProblem) -> Floats:
    """Returns the estimated cost of serving each stop from each depot (depots × stops)."""
    cost = np.full((len(problem.depots), len(problem.stops)), math.inf)
    for vehicle in problem.vehicles:
        home = problem.depots[vehicle.depot].place
        for number, stop in enumerate(problem.stops):
            if number in vehicle.forbidden:
                continue
            filled = max((a / b for a, b in zip(stop.delivery, vehicle.capacity, strict=False) if b > 0), default=0.0)
            part = min(1.0, max(filled, 1 / USUAL_STOPS))
            distance, time = problem.travel(vehicle, home, stop.place)
            trip = vehicle.fixed_cost + 2 * (vehicle.cost_per_distance * distance + vehicle.cost_per_time * time)
            cost[vehicle.depot, number] = min(cost[vehicle.depot, number], part * trip)
    return cost


def solve_joint(
    problem: RoutingProblem, fixed: tuple[float, ...], capacity: tuple[float, ...], rounds: int, solve: Solve
) -> Joint | None:
    """Decides depots and routes together; None when no routes were found.

    `capacity` is the mass that each depot can send (infinite: any amount).
    """
    guess = estimate(problem)
    demand = np.array([stop.delivery[0] if stop.delivery else 0.0 for stop in problem.stops])
    scale = np.ones(len(problem.depots))
    best: Joint | None = None
    told: list[tuple[tuple[str, ...], float]] = []
    tried: set[bytes] = set()
    for step in range(rounds):
        placed = _place(problem, fixed, capacity, demand, guess * scale[:, None])
        if placed.open.tobytes() in tried:
            break
        tried.add(placed.open.tobytes())
        begin = step * FIRST_SHARE
        found = solve(only_from(problem, placed.open), begin, begin + FIRST_SHARE)
        if found.plan is None:
            continue
        joint = Joint(_back(problem, found.plan, placed.open), placed, (), found)
        told.append((_names(problem, placed.open), joint.cost))
        if best is None or (len(joint.plan.left_out), joint.cost) < (len(best.plan.left_out), best.cost):
            best = joint
        scale = _scaled(problem, joint.plan, guess, scale)
    if best is None:
        return None
    # The rest of the time goes to the depots that came out best.
    found = solve(only_from(problem, best.location.open), min(0.9, len(told) * FIRST_SHARE), 1.0)
    if found.plan is not None:
        final = Joint(_back(problem, found.plan, best.location.open), best.location, (), found)
        final = _within_capacity(problem, final, capacity, demand, solve)
        if (len(final.plan.left_out), final.cost) <= (len(best.plan.left_out), best.cost) or _over(
            best, capacity, demand
        ):
            best = final
    return replace(best, rounds=tuple(told))


def _place(
    problem: RoutingProblem, fixed: tuple[float, ...], capacity: tuple[float, ...], demand: Floats, cost: Floats
) -> Location:
    total = float(demand.sum())
    reachable = np.isfinite(cost).any(axis=0)
    return place(
        LocationProblem(
            capacity=np.array([min(one, total * 1.001 + 1.0) for one in capacity]),
            fixed=np.array(fixed),
            demand=demand,
            # A stop that no vehicle can reach must not make the choice of depots impossible: routing leaves it out.
            cost=np.where(reachable, cost, 0.0),
            facilities=tuple(depot.name for depot in problem.depots),
            customers=tuple(stop.name for stop in problem.stops),
        ),
        5.0,
        lambda share, best, bound: None,
    )


def only_from(problem: RoutingProblem, open_: Flags) -> RoutingProblem:
    """Returns the problem with the vehicles of the open depots alone."""
    return replace(problem, vehicles=tuple(v for v in problem.vehicles if open_[v.depot]))


def _back(problem: RoutingProblem, plan: Plan, open_: Flags) -> Plan:
    """Counts the vehicles of a plan from the open depots as the whole problem does."""
    numbers = [number for number, vehicle in enumerate(problem.vehicles) if open_[vehicle.depot]]
    return Plan(problem, tuple(replace(route, vehicle=numbers[route.vehicle]) for route in plan.routes))


def _names(problem: RoutingProblem, open_: Flags) -> tuple[str, ...]:
    return tuple(depot.name for depot, flag in zip(problem.depots, open_, strict=True) if flag)


def served_by(plan: Plan) -> dict[int, int]:
    """Returns for each stop visited the depot that it is served from."""
    return {
        visit.number: plan.problem.vehicles[route.vehicle].depot
        for route in plan.routes
        for visit in route.customers
        if visit.kind == "stop"
    }


def _scaled(problem: RoutingProblem, plan: Plan, guess: Floats, scale: Floats) -> Floats:
    """Returns each open depot's ratio of true to estimated cost; a closed one is judged like the mean of the open."""
    true: dict[int, float] = defaultdict(float)
    for route in plan.routes:
        vehicle = problem.vehicles[route.vehicle]
        cost = vehicle.fixed_cost + vehicle.cost_per_distance * route.distance + vehicle.cost_per_time * route.duration
        true[vehicle.depot] += cost
    estimated: dict[int, float] = defaultdict(float)
    for stop, depot in served_by(plan).items():
        estimated[depot] += float(guess[depot, stop])
    ratio = {depot: true[depot] / estimated[depot] for depot in true if estimated[depot] > 0}
    mean = sum(true.values()) / max(1e-9, sum(estimated.values())) if estimated else 1.0
    return np.array([ratio.get(depot, mean) for depot in range(len(problem.depots))])


def _over(joint: Joint, capacity: tuple[float, ...], demand: Floats) -> bool:
    sent: dict[int, float] = defaultdict(float)
    for stop, depot in served_by(joint.plan).items():
        sent[depot] += float(demand[stop])
    return any(load > capacity[depot] * (1 + 1e-9) for depot, load in sent.items())


def _within_capacity(
    problem: RoutingProblem, joint: Joint, capacity: tuple[float, ...], demand: Floats, solve: Solve
) -> Joint:
    """Where free routing overloads a depot, binds each stop to the depot that location gave most of it to."""
    if not _over(joint, capacity, demand):
        return joint
    main = joint.location.share.argmax(axis=0)
    bound = replace(
        problem,
        vehicles=tuple(
            replace(v, forbidden=v.forbidden | {n for n in range(len(problem.stops)) if main[n] != v.depot})
            for v in problem.vehicles
        ),
    )
    found = solve(only_from(bound, joint.location.open), 0.99, 1.0)
    return (
        joint if found.plan is None else Joint(_back(bound, found.plan, joint.location.open), joint.location, (), found)
    )
