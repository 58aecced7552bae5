"""Why a plan looks as it does: what limits each route, and whether one could be saved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from tujing.scenarios.supply_chain.distribution.route_check import route_faults
from tujing.scenarios.supply_chain.distribution.routing import Kind, Plan, Route, drive
from tujing.scenarios.supply_chain.distribution.tables import load_share, route_cost, route_name
from tujing.words import Text

Limit = Literal["load", "window", "time", "distance", "none"]
LIMITS: dict[Limit, Text] = {
    "load": Text(zh="载量", en="capacity"),
    "window": Text(zh="时间窗", en="time windows"),
    "time": Text(zh="班次时长", en="the shift"),
    "distance": Text(zh="里程上限", en="the distance limit"),
    "none": Text(zh="无", en="nothing"),
}
NAMED = 8
"""Names told before an ellipsis."""
FULL = 0.92
LONG = 0.92
TIGHT_SHARE = 0.05
TESTED_CUSTOMERS = 400
TESTED_ROUTE = 25


def limit_of(plan: Plan, route: Route) -> Limit:
    """Returns what keeps a route from taking more: its load, its shift, its distance or somebody's window."""
    vehicle = plan.problem.vehicles[route.vehicle]
    if load_share(plan, route) >= FULL:
        return "load"
    shift = min(vehicle.max_duration, vehicle.latest - vehicle.earliest)
    if math.isfinite(shift) and route.duration >= LONG * shift:
        return "time"
    if math.isfinite(vehicle.max_distance) and route.distance >= LONG * vehicle.max_distance:
        return "distance"
    slack = TIGHT_SHARE * max(route.duration, 1e-9)
    for visit in route.customers:
        if visit.start >= plan.problem.stop(visit.kind, visit.number).latest - slack:
            return "window"
    return "none"


@dataclass(frozen=True)
class Saving:
    """What happens when one route is dropped and its customers go with the others'.

    `stuck` names those who fit nowhere; then `extra` is not a number.
    """

    route: int
    stuck: tuple[str, ...]
    extra: float


def weakest(plan: Plan) -> Saving | None:
    """Tries to spread the emptiest route over the others, each customer where it costs least.

    None when there is but one route, the plan is too large to try, or pairs or several trips are in it.
    """
    if len(plan.routes) < 2 or plan.problem.pairs or len(plan.problem.stops) > TESTED_CUSTOMERS:
        return None
    if any(visit.kind == "depot" for route in plan.routes for visit in route.visits):
        return None
    chosen = min(
        range(len(plan.routes)), key=lambda n: (len(plan.routes[n].customers), load_share(plan, plan.routes[n]))
    )
    if len(plan.routes[chosen].customers) > TESTED_ROUTE:
        return None
    calls: dict[int, list[tuple[Kind, int]]] = {
        number: [(visit.kind, visit.number) for visit in route.visits]
        for number, route in enumerate(plan.routes)
        if number != chosen
    }
    routes = {number: plan.routes[number] for number in calls}
    stuck = []
    for visit in plan.routes[chosen].customers:
        best: tuple[float, int, int, Route] | None = None
        for number, route in routes.items():
            if not _holds(plan, route, visit.number):
                continue
            before = route_cost(plan, route)
            for position in range(len(calls[number]) + 1):
                trial = [*calls[number][:position], (visit.kind, visit.number), *calls[number][position:]]
                driven = drive(plan.problem, route.vehicle, trial)
                extra = route_cost(plan, driven) - before
                if (best is None or extra < best[0]) and not route_faults(plan.problem, driven):
                    best = (extra, number, position, driven)
        if best is None:
            stuck.append(plan.problem.stops[visit.number].name)
        else:
            calls[best[1]].insert(best[2], (visit.kind, visit.number))
            routes[best[1]] = best[3]
    extra = math.nan
    if not stuck:
        others = [route for number, route in enumerate(plan.routes) if number != chosen]
        extra = sum(route_cost(plan, route) for route in routes.values())
        extra -= sum(route_cost(plan, route) for route in others) + route_cost(plan, plan.routes[chosen])
    return Saving(chosen, tuple(stuck), extra)


def _holds(plan: Plan, route: Route, number: int) -> bool:
    """Whether a vehicle has room for one more delivery; a quick look before its route is driven."""
    capacity = plan.problem.vehicles[route.vehicle].capacity
    load = plan.problem.stops[number].delivery
    return all(have + more <= most * (1 + 1e-9) for have, more, most in zip(route.load, load, capacity, strict=False))


def limits_sentence(limits: list[Limit]) -> Text:
    """Says in how many routes what binds."""
    counts = {limit: limits.count(limit) for limit in LIMITS if limit in limits}
    zh = "、".join(f"{LIMITS[limit].zh} {count} 条" for limit, count in counts.items() if limit != "none")
    en = ", ".join(f"{LIMITS[limit].en} in {count}" for limit, count in counts.items() if limit != "none")
    if not zh:
        return Text(zh="没有一条路线被载量、时限或班次卡住。", en="No route is held by capacity, windows or shift.")
    return Text(zh=f"卡住路线的是：{zh}。", en=f"What binds the routes: {en}.")


def saving_sentence(saving: Saving, unit: str) -> Text:
    """Says whether the emptiest route could be saved, at what cost or for whom not."""
    name = route_name(saving.route)
    if saving.stuck:
        names = "、".join(saving.stuck[:3]), ", ".join(saving.stuck[:3])
        return Text(
            zh=f"最空的路线 {name} 省不掉：{names[0]} 插不进别的路线；要省一辆车，先与他们商量放宽时限，或换大车。",
            en=f"The emptiest route {name} cannot be spread over the others: {names[1]} fit into none; "
            "to save a vehicle ask them for wider windows, or use a larger one.",
        )
    zh, en = f"多花 {saving.extra:.1f}", f"{saving.extra:.1f} more"
    return Text(
        zh=f"最空的路线 {name} 可以并入其他路线，{zh} {unit}；车辆紧张时可这样少派一辆。",
        en=f"The emptiest route {name} could be spread over the others for {en} {unit}; do so when vehicles are short.",
    )
