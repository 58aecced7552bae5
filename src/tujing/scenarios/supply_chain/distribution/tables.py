"""Plans as tables and charts, and the `delivery_route` data element."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from tujing.runtime.contract import Chart
from tujing.scenarios.supply_chain.distribution.location import Location
from tujing.scenarios.supply_chain.distribution.routing import Plan, Route
from tujing.words import Text

PLACES_DRAWN = 3000


def _customer(name: str) -> int | str:
    return int(name) if name.isdecimal() else name


def clock(plan: Plan, hours: float) -> datetime:
    """Returns the moment, to the second."""
    assert plan.problem.origin is not None
    return plan.problem.origin + timedelta(seconds=round(hours * 3600))


def route_name(number: int) -> str:
    """Names a route of the plan, which counts from 0, as people see it."""
    return f"R{number + 1:03d}"


def routes_table(plan: Plan) -> pa.Table:
    """Returns one row a visit: `route, position, customer, arrival`, then its start, departure and distance.

    Positions count from 1 in each route. Customers are numbers where the instance numbers them. With a clock,
    `arrival_time` is added and the other times are hours from the start of the plan.
    """
    rows = []
    for number, route in enumerate(plan.routes, start=1):
        vehicle = plan.problem.vehicles[route.vehicle]
        for position, visit in enumerate(route.customers, start=1):
            stop = plan.problem.stop(visit.kind, visit.number)
            row: dict[str, Any] = {
                "route": number,
                "position": position,
                "customer": _customer(stop.name),
                "arrival": visit.arrival,
                "start": visit.start,
                "departure": visit.departure,
                "action": {"stop": "deliver", "pickup": "pick_up", "delivery": "deliver"}.get(visit.kind, "load"),
                "distance": visit.distance,
                "trip": visit.trip + 1,
                "vehicle": vehicle.name,
                "depot": plan.problem.depots[vehicle.depot].name,
            }
            if plan.problem.origin is not None:
                row["arrival_time"] = clock(plan, visit.arrival)
            rows.append(row)
    columns = ["route", "position", "customer", "arrival", "start", "departure", "action", "distance", "trip"]
    columns += ["vehicle", "depot", *(["arrival_time"] if plan.problem.origin is not None else [])]
    return pa.table({name: [row[name] for row in rows] for name in columns})


def summary_table(plan: Plan, notes: Sequence[str]) -> pa.Table:
    """Returns one row a route: distance, time, filling, cost and what limits it."""
    problem = plan.problem
    columns: dict[str, list[Any]] = {
        "route": list(range(1, len(plan.routes) + 1)),
        "vehicle": [problem.vehicles[route.vehicle].name for route in plan.routes],
        "depot": [problem.depots[problem.vehicles[route.vehicle].depot].name for route in plan.routes],
        "customers": [len(route.customers) for route in plan.routes],
        "distance": [route.distance for route in plan.routes],
        "duration": [route.duration for route in plan.routes],
        "load": [route.load[0] if route.load else 0.0 for route in plan.routes],
        "load_share": [load_share(plan, route) for route in plan.routes],
        "cost": [route_cost(plan, route) for route in plan.routes],
        "limited_by": list(notes),
    }
    return pa.table(columns)


def route_cost(plan: Plan, route: Route) -> float:
    """Returns what one route costs."""
    vehicle = plan.problem.vehicles[route.vehicle]
    return vehicle.fixed_cost + vehicle.cost_per_distance * route.distance + vehicle.cost_per_time * route.duration


def load_share(plan: Plan, route: Route) -> float:
    """Returns how full a vehicle is at its fullest, by whatever fills it most."""
    capacity = plan.problem.vehicles[route.vehicle].capacity
    return max((load / most for load, most in zip(route.load, capacity, strict=True) if most > 0), default=0.0)


def left_out_table(plan: Plan, unplanned: Sequence[str]) -> pa.Table:
    """Returns `customer, reason` of everybody in no route: `optional`, `no_room` or, if unplanned, `no_coordinates`."""
    names, reasons = list(unplanned), ["no_coordinates"] * len(unplanned)
    for kind, number in plan.left_out:
        one = plan.problem.stops[number] if kind == "stop" else plan.problem.pairs[number]
        names.append(one.name)
        reasons.append("no_room" if one.prize is None else "optional")
    return pa.table({"customer": pa.array(names, pa.string()), "reason": pa.array(reasons, pa.string())})


def delivery_route(plan: Plan) -> pa.Table:
    """Returns the data element: one row a stop, with the distance driven to it."""
    rows = [
        (route_name(number), position, plan.problem.stop(visit.kind, visit.number).name, visit)
        for number, route in enumerate(plan.routes)
        for position, visit in enumerate(route.customers, start=1)
    ]
    return pa.table(
        {
            "route_id": [row[0] for row in rows],
            "stop": pa.array([row[1] for row in rows], pa.int64()),
            "shipment_id": [row[2] for row in rows],
            "arrival_time": pa.array([clock(plan, row[3].arrival) for row in rows], pa.timestamp("us")),
            "distance": [row[3].distance for row in rows],
        }
    )


def assignments_table(plan: Location) -> pa.Table:
    """Returns one row for each customer and each facility that serves it: `customer, facility, share`."""
    i, j = (plan.share > 1e-9).nonzero()
    order = sorted(range(len(i)), key=lambda k: (j[k], i[k]))
    return pa.table(
        {
            "customer": [_customer(plan.problem.customers[j[k]]) for k in order],
            "facility": [_customer(plan.problem.facilities[i[k]]) for k in order],
            "share": [float(plan.share[i[k], j[k]]) for k in order],
        }
    )


def facilities_table(plan: Location) -> pa.Table:
    """Returns one row a facility: `facility, open`, its capacity, what it sends and its fixed cost."""
    return pa.table(
        {
            "facility": [_customer(name) for name in plan.problem.facilities],
            "open": [bool(flag) for flag in plan.open],
            "capacity": [float(value) for value in plan.problem.capacity],
            "load": [float(value) for value in plan.load],
            "fixed_cost": [float(value) for value in plan.problem.fixed],
        }
    )


def routes_chart(plan: Plan) -> Chart | None:
    """Draws the routes on their coordinates; None without any."""
    problem = plan.problem
    if problem.coordinates is None or len(problem.stops) + 2 * len(problem.pairs) > PLACES_DRAWN:
        return None
    places = [
        {"id": f"d{number}", "x": x, "y": y, "kind": "depot", "name": depot.name}
        for number, depot in enumerate(problem.depots)
        for x, y in [problem.coordinates[depot.place].tolist()]
    ]
    ends = [(f"stop{number}", stop) for number, stop in enumerate(problem.stops)]
    ends += [(f"pickup{number}", pair.fetch) for number, pair in enumerate(problem.pairs)]
    ends += [(f"delivery{number}", pair.bring) for number, pair in enumerate(problem.pairs)]
    for name, stop in ends:
        x, y = problem.coordinates[stop.place].tolist()
        places.append({"id": name, "x": x, "y": y, "kind": "customer", "name": stop.name})
    routes = []
    for number, route in enumerate(plan.routes):
        home = f"d{problem.vehicles[route.vehicle].depot}"
        stops = [home, *(home if visit.kind == "depot" else f"{visit.kind}{visit.number}" for visit in route.visits)]
        if not problem.vehicles[route.vehicle].open_end:
            stops.append(home)
        routes.append({"name": route_name(number), "stops": stops})
    data = {"places": places, "routes": routes, "geographic": problem.geographic}
    return Chart("routes", Text(zh="配送路线图", en="Routes"), data)


def use_chart(plan: Plan) -> Chart:
    """Shows how full each route's vehicle is and how much of the longest route's time it takes."""
    longest = max((route.duration for route in plan.routes), default=1.0) or 1.0
    limits = [plan.problem.vehicles[route.vehicle].max_duration for route in plan.routes]
    data = {
        "categories": [route_name(number) for number in range(len(plan.routes))],
        "series": [
            {
                "name": {"zh": "装载率", "en": "Load"},
                "values": [round(100 * load_share(plan, route), 1) for route in plan.routes],
            },
            {
                "name": {"zh": "用时（占班次或最长路线）", "en": "Time (of shift or longest route)"},
                "values": [
                    round(100 * route.duration / (limit if math.isfinite(limit) else longest), 1)
                    for route, limit in zip(plan.routes, limits, strict=True)
                ],
            },
        ],
        "unit": "%",
    }
    return Chart("bar", Text(zh="各路线装载与用时", en="Load and time of each route"), data)


def cost_chart(ours: Plan, before: Plan | None, fixed: float, before_fixed: float, unit: str) -> Chart:
    """Splits the cost by cause, beside the plain plan's."""
    plans = [(Text(zh="优化后", en="Optimised"), ours, fixed)]
    if before is not None:
        plans.append((Text(zh="最近邻（现行做法）", en="Nearest neighbour (today)"), before, before_fixed))
    parts = [
        (Text(zh="仓库固定费用", en="Depots"), [depots for _, _, depots in plans]),
        (Text(zh="车辆固定费用", en="Vehicles"), [plan.fixed_cost for _, plan, _ in plans]),
        (Text(zh="里程费用", en="Distance"), [plan.distance_cost for _, plan, _ in plans]),
        (Text(zh="工时费用", en="Time"), [plan.time_cost for _, plan, _ in plans]),
        (Text(zh="放弃的客户", en="Customers left out"), [plan.lost_prizes for _, plan, _ in plans]),
    ]
    series = [
        {"name": name.as_dict(), "values": [round(value, 2) for value in values]}
        for name, values in parts
        if any(values)
    ]
    data = {
        "categories": [name.as_dict() for name, _, _ in plans],
        "series": series,
        "unit": unit,
        "stacked": True,
    }
    return Chart("bar", Text(zh="成本构成", en="Cost by cause"), data)


def trail_chart(trail: Sequence[tuple[float, float]]) -> Chart:
    """Shows the best cost over the seconds."""
    points, best = [], math.inf
    for moment, cost in trail:
        if cost < best:
            best = cost
            points.append((round(moment, 2), round(cost, 2)))
    points = points[:: max(1, len(points) // 300)] + points[-1:]
    data = {
        "x": {"name": {"zh": "秒", "en": "seconds"}, "values": [point[0] for point in points]},
        "series": [{"name": {"zh": "最好成本", "en": "Best cost"}, "values": [point[1] for point in points]}],
        "step": True,
    }
    return Chart("line", Text(zh="求解过程", en="How the search went"), data)


def facility_chart(plan: Location) -> Chart:
    """Shows what each open facility holds and sends."""
    chosen = [i for i in range(len(plan.open)) if plan.open[i]]
    load = plan.load
    data = {
        "categories": [plan.problem.facilities[i] for i in chosen],
        "series": [
            {"name": {"zh": "发出", "en": "Sent"}, "values": [round(float(load[i]), 2) for i in chosen]},
            {
                "name": {"zh": "容量", "en": "Capacity"},
                "values": [round(float(plan.problem.capacity[i]), 2) for i in chosen],
            },
        ],
    }
    return Chart("bar", Text(zh="所开设施的容量与负荷", en="Open facilities: capacity and load"), data)


def location_cost_chart(plan: Location, before: Location) -> Chart:
    """Splits the cost of a location plan, beside the plain one's."""
    plans = [plan, before]
    data = {
        "categories": [{"zh": "优化后", "en": "Optimised"}, {"zh": "按单位固定费用开设", "en": "Cheapest sites first"}],
        "series": [
            {"name": {"zh": "固定费用", "en": "Fixed"}, "values": [round(one.fixed_cost, 2) for one in plans]},
            {"name": {"zh": "服务费用", "en": "Serving"}, "values": [round(one.service_cost, 2) for one in plans]},
        ],
        "stacked": True,
    }
    return Chart("bar", Text(zh="成本构成", en="Cost by cause"), data)
