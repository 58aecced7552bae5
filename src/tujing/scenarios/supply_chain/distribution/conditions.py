"""Conditions that people add to any routing problem by parameter, whatever it was read from."""

from __future__ import annotations

from dataclasses import replace

from tujing.problems import refuse
from tujing.scenarios.supply_chain.distribution.routing import Objective, RoutingProblem, Vehicle


def with_conditions(
    problem: RoutingProblem,
    objective: Objective,
    max_routes: int | None = None,
    max_stops: int | None = None,
    max_distance: float | None = None,
    max_duration: float | None = None,
    vehicle_fixed_cost: float | None = None,
    trips: int | None = None,
    open_routes: bool = False,
    optional: str = "",
    forbidden: str = "",
) -> RoutingProblem:
    """Returns the problem with the conditions added.

    `optional` is `customer:prize, …`; `forbidden` is `vehicle kind:customer, …`.

    Raises
    ------
    BadInput
        When a customer or vehicle named does not exist, or open routes are to load several times.
    """
    numbers = {stop.name: number for number, stop in enumerate(problem.stops)}
    stops, vehicles = list(problem.stops), list(problem.vehicles)
    for name, prize in _entries(optional, "optional"):
        number = _known(numbers, name, "optional")
        stops[number] = replace(stops[number], prize=_prize(prize), group=stops[number].group)
    for kind, name in _entries(forbidden, "forbidden"):
        kinds = {vehicle.name: number for number, vehicle in enumerate(vehicles)}
        stop, number = _known(numbers, name, "forbidden"), _known(kinds, kind, "forbidden")
        vehicles[number] = replace(vehicles[number], forbidden=vehicles[number].forbidden | {stop})
    for number, vehicle in enumerate(vehicles):
        vehicles[number] = replace(
            vehicle,
            max_distance=min(vehicle.max_distance, max_distance or vehicle.max_distance),
            max_duration=min(vehicle.max_duration, max_duration or vehicle.max_duration),
            fixed_cost=vehicle.fixed_cost if vehicle_fixed_cost is None else vehicle_fixed_cost,
            trips=trips or vehicle.trips,
            open_end=vehicle.open_end or open_routes,
        )
        if vehicles[number].open_end and vehicles[number].trips > 1:
            raise refuse(
                "open_and_reload",
                "不回仓的路线不能多趟装货；请去掉 open_routes 或 trips。",
                "A route that does not come back cannot load again; leave out open_routes or trips.",
                file="parameters",
                key="trips",
            )
    if max_routes is not None:
        vehicles = _limited(vehicles, max_routes)
    changed = replace(problem, stops=tuple(stops), vehicles=tuple(vehicles), objective=objective)
    return changed if max_stops is None else _counting(changed, max_stops)


def _entries(text: str, parameter: str) -> list[tuple[str, str]]:
    entries = []
    for item in text.replace("，", ",").replace("：", ":").replace(";", ",").split(","):
        if not item.strip():
            continue
        left, colon, right = item.partition(":")
        if not colon or not right.strip():
            zh, en = f"“{item}”应写成 甲:乙。", f"“{item}” should be written one:other."
            raise refuse("bad_entry", zh, en, file="parameters", key=parameter, value=item)
        entries.append((left.strip(), right.strip()))
    return entries


def _known(numbers: dict[str, int], name: str, parameter: str) -> int:
    if name not in numbers:
        zh, en = f"没有名为 {name} 的客户或车型。", f"There is no customer or kind of vehicle {name}."
        raise refuse("unknown_name", zh, en, file="parameters", key=parameter, value=name)
    return numbers[name]


def _prize(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1e12:
        zh, en = f"奖励 {text} 应为正数。", f"The prize {text} should be a positive number."
        raise refuse("bad_prize", zh, en, file="parameters", key="optional", value=text)
    return value


def _limited(vehicles: list[Vehicle], most: int) -> list[Vehicle]:
    """Keeps at most so many vehicles. With several kinds the largest stay, as they can carry what must be carried."""
    left, kept = most, {}
    for number in sorted(range(len(vehicles)), key=lambda n: tuple(-c for c in vehicles[n].capacity)):
        kept[number] = min(left, vehicles[number].count)
        left -= kept[number]
    return [replace(vehicle, count=kept[number]) for number, vehicle in enumerate(vehicles) if kept[number]]


def _counting(problem: RoutingProblem, most: int) -> RoutingProblem:
    """Limits the stops of a route by a load of one for each."""
    d = problem.dimensions

    def one_more(loads: tuple[float, ...], amount: float) -> tuple[float, ...]:
        return (*loads, *([0.0] * (d - len(loads))), amount)

    return replace(
        problem,
        stops=tuple(
            replace(stop, delivery=one_more(stop.delivery, 1.0), pickup=one_more(stop.pickup, 0.0))
            for stop in problem.stops
        ),
        vehicles=tuple(replace(v, capacity=one_more(v.capacity, float(most))) for v in problem.vehicles),
    )
