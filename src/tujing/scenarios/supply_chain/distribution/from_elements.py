"""Turns shipments, depots and vehicles of the organisation into a routing problem in kilometres and hours.

Roads are estimated: great-circle distance × `detour`, driven at `speed`. Without depots the goods start amid the
customers; without vehicles a light lorry of common size is assumed. Each such assumption is a warning.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from tujing.problems import BadInput, Problem, refuse
from tujing.scenarios.supply_chain.distribution.routing import Depot, Floats, Pair, RoutingProblem, Stop, Vehicle
from tujing.words import Text

EARTH_KM = 6371.0088
CHINA = ((3.0, 54.0), (73.0, 136.0))
NAMED = 5
CLOSES = time(18, 0)
"""By when goods are due that are promised for a day without an hour."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Assumed:
    """What is assumed where the data say nothing; see the parameters of the solution for the words."""

    detour: float
    speed: float
    unloading_minutes: float
    capacity: float
    fixed_cost: float
    cost_per_km: float
    cost_per_hour: float
    shift_hours: float | None
    grace_hours: float
    depot_latitude: float | None
    depot_longitude: float | None
    day: date | None
    start: datetime | None


@dataclass(frozen=True, eq=False)
class Deliveries:
    """The routing problem over all depots, and what the location decision needs beside it.

    `shipments` names the shipment of each stop and pair; `promised` is each stop's own promise in hours from the
    origin, which its window may exceed when the promise could not be kept from the start.
    """

    problem: RoutingProblem
    depot_fixed: tuple[float, ...]
    depot_capacity: tuple[float, ...]
    promised: Mapping[str, float]
    warnings: tuple[Text, ...]
    unplanned: tuple[str, ...] = ()
    """Shipments without coordinates, which no route can hold."""


def great_circle(latitude: Floats, longitude: Floats) -> Floats:
    """Returns the matrix of distances in kilometres on a sphere (haversine)."""
    phi, lam = np.radians(latitude), np.radians(longitude)
    half = np.sin((phi[:, None] - phi) / 2) ** 2
    half += np.cos(phi[:, None]) * np.cos(phi) * np.sin((lam[:, None] - lam) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def read_deliveries(tables: Mapping[str, pa.Table], assumed: Assumed) -> Deliveries:
    """Builds the problem from `shipment` and, where given, `depot`, `vehicle`, `sales_order` and `product`.

    Planned are the shipments not delivered yet or, with `day`, those shipped on that day, delivered or not. A shipment
    leaves no earlier than its `shipped_time` and is to arrive by its `promised_time`.

    Raises
    ------
    BadInput
        When nothing is to be delivered, or rows cannot be planned; one problem a row.
    """
    return _Reading(tables, assumed).deliveries()


@dataclass
class _Reading:
    tables: Mapping[str, pa.Table]
    assumed: Assumed
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Text] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)
    unplanned: list[str] = field(default_factory=list)

    def deliveries(self) -> Deliveries:
        rows = self._planned()
        self.order_dates = {line["sales_order_id"]: line["promised_date"] for line in self._rows("sales_order")}
        self.origin = self._origin(rows)
        rows = self._located(rows)
        depots, fixed, capacity = self._depots(rows)
        vehicles, skills = self._vehicles(depots)
        loads = self._loads(rows)
        volumes = any(len(vehicle.capacity) > 1 for vehicle in vehicles)
        stops: list[Stop] = []
        pairs: list[Pair] = []
        wanted: dict[int, str] = {}
        wanted_pairs: dict[int, str] = {}
        for row in rows:
            load = (loads[row["shipment_id"]], *((row.get("volume") or 0.0,) if volumes else ()))
            self._check_load(row, load, vehicles)
            stop = self._stop(row, load)
            if row.get("pickup_latitude") is None or row.get("pickup_longitude") is None:
                if row.get("vehicle_skill"):
                    wanted[len(stops)] = row["vehicle_skill"].strip()
                stops.append(stop)
            else:
                fetch = Stop(
                    stop.name, self._place(row["pickup_latitude"], row["pickup_longitude"]), service=stop.service
                )
                bring = Stop(stop.name, stop.place, (), (), stop.earliest, stop.latest, stop.service)
                if row.get("vehicle_skill"):
                    wanted_pairs[len(pairs)] = row["vehicle_skill"].strip()
                pairs.append(Pair(stop.name, load, fetch, bring, stop.prize))
        if self.problems:
            raise BadInput(self.problems)
        points = np.asarray(self.places)
        distance = great_circle(points[:, 0], points[:, 1]) * self.assumed.detour
        vehicles = [
            replace(
                vehicle,
                forbidden=frozenset(n for n, skill in wanted.items() if skill not in owned),
                forbidden_pairs=frozenset(n for n, skill in wanted_pairs.items() if skill not in owned),
            )
            for vehicle, owned in zip(vehicles, skills, strict=True)
        ]
        problem = RoutingProblem(
            depots=tuple(depots),
            stops=tuple(stops),
            vehicles=tuple(vehicles),
            distance=distance,
            duration=distance / self.assumed.speed,
            coordinates=points[:, ::-1],
            geographic=True,
            pairs=tuple(pairs),
            scale=(1000.0, 3600.0),
            origin=self.origin,
        )
        promised = {stop.name: stop.latest for stop in [*stops, *(pair.bring for pair in pairs)]}
        problem, more = reachable(problem, self.assumed.grace_hours)
        return Deliveries(
            problem, tuple(fixed), tuple(capacity), promised, (*self.warnings, *more), tuple(self.unplanned)
        )

    def _rows(self, element: str) -> list[Row]:
        table = self.tables.get(element)
        return [] if table is None else [{**_plain(row), "row": n + 2} for n, row in enumerate(table.to_pylist())]

    def _refuse(self, code: str, zh: str, en: str, row: Row, column: str, element: str = "shipment") -> None:
        value = str(row.get(column) if row.get(column) is not None else "")
        self.problems += refuse(code, zh, en, file=element, row=row["row"], column=column, value=value).problems

    def _planned(self) -> list[Row]:
        if self.tables.get("shipment") is None:
            zh, en = "缺少数据要素 shipment，请先导入。", "Data element shipment is absent; import it first."
            raise refuse("element_absent", zh, en, key="shipment")
        rows, day = self._rows("shipment"), self.assumed.day
        if day is not None:
            rows = [row for row in rows if row["shipped_time"].date() == day]
        else:
            rows = [row for row in rows if row.get("delivered_time") is None]
        if not rows:
            raise refuse(
                "nothing_to_deliver",
                "没有待送的发运单：未签收的一张也没有；要重排某一天，请给参数 day。",
                "There is nothing to deliver: every shipment has arrived; to plan a past day again give parameter day.",
                file="shipment",
                column="delivered_time",
            )
        return rows

    def _origin(self, rows: list[Row]) -> datetime:
        if self.assumed.start is not None:
            return self.assumed.start.replace(tzinfo=None)
        last = max(row["shipped_time"] for row in rows).date()
        first = min(row["shipped_time"] for row in rows if row["shipped_time"].date() == last)
        return datetime(first.year, first.month, first.day, first.hour)

    def _hours(self, moment: datetime) -> float:
        return (moment - self.origin) / timedelta(hours=1)

    def _located(self, rows: list[Row]) -> list[Row]:
        """Keeps the rows with a place; leaves the others out by name, and refuses coordinates that look swapped."""
        found, lost = [], self.unplanned
        for row in rows:
            latitude, longitude = row.get("latitude"), row.get("longitude")
            if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
                lost.append(row["shipment_id"])
                continue
            (south, north), (west, east) = CHINA
            if south <= longitude <= north and west <= latitude <= east:
                self._refuse(
                    "swapped_coordinates",
                    f"纬度 {latitude:g}、经度 {longitude:g} 像是填反了，请对调。",
                    f"Latitude {latitude:g} and longitude {longitude:g} look swapped; exchange them.",
                    row,
                    "latitude",
                )
            found.append(row)
        if self.problems:
            raise BadInput(self.problems)
        if not found:
            raise refuse(
                "no_coordinates",
                "待送的发运单都没有收货经纬度，请补上。",
                "No shipment to deliver has a latitude and longitude; add them.",
                file="shipment",
                column="latitude",
            )
        if lost:
            self.warnings.append(
                Text(
                    zh=f"{len(lost)} 张发运单缺经纬度，未排入：{_named(lost, '、')}。",
                    en=f"{len(lost)} shipments have no coordinates and are left out: {_named(lost, ', ')}.",
                )
            )
        return found

    def _place(self, latitude: float, longitude: float) -> int:
        self.places.append((latitude, longitude))
        return len(self.places) - 1

    def _depots(self, rows: list[Row]) -> tuple[list[Depot], list[float], list[float]]:
        given, assumed = self._rows("depot"), self.assumed
        if given:
            depots = [Depot(row["depot_id"], self._place(row["latitude"], row["longitude"])) for row in given]
            capacity = [math.inf if row.get("capacity") is None else float(row["capacity"]) for row in given]
            return depots, [float(row.get("fixed_cost") or 0.0) for row in given], capacity
        latitude, longitude = assumed.depot_latitude, assumed.depot_longitude
        if latitude is None or longitude is None:
            latitude = float(np.median([row["latitude"] for row in rows]))
            longitude = float(np.median([row["longitude"] for row in rows]))
            self.warnings.append(
                Text(
                    zh=f"没有仓库数据，暂以客户的中位点（纬度 {latitude:.3f}，经度 {longitude:.3f}）为发货点；"
                    "请导入 depot 或给参数 depot_latitude、depot_longitude。",
                    en=f"No depot is given; the customers' median point ({latitude:.3f}, {longitude:.3f}) stands in; "
                    "import depot or give depot_latitude and depot_longitude.",
                )
            )
        return [Depot("D1", self._place(latitude, longitude))], [0.0], [math.inf]

    def _vehicles(self, depots: list[Depot]) -> tuple[list[Vehicle], list[set[str]]]:
        """Returns the fleet; a kind without a depot stands at every one. Also what each kind is equipped for."""
        given, assumed = self._rows("vehicle"), self.assumed
        number = {depot.name: position for position, depot in enumerate(depots)}
        longest = math.inf if assumed.shift_hours is None else assumed.shift_hours
        if not given:
            self.warnings.append(
                Text(
                    zh=f"没有车辆数据，按载重 {assumed.capacity:g} kg 的货车、数量不限计算；请导入 vehicle。",
                    en=f"No vehicles are given; any number of {assumed.capacity:g} kg lorries is meant; see vehicle.",
                )
            )
            costs = (assumed.fixed_cost, assumed.cost_per_km, assumed.cost_per_hour)
            count = max(1, len(self._rows("shipment")))
            fleet = [
                Vehicle("lorry", count, (assumed.capacity,), position, *costs, max_duration=longest)
                for position in range(len(depots))
            ]
            return fleet, [set() for _ in fleet]
        volumes = any(row.get("capacity_volume") is not None for row in given)
        vehicles, skills = [], []
        for row in given:
            home = row.get("depot_id")
            if home is not None and home not in number:
                zh, en = f"仓库 {home} 不在 depot 表中。", f"Depot {home} is not in the depot table."
                self._refuse("unknown_depot", zh, en, row, "depot_id", "vehicle")
                continue
            volume = row.get("capacity_volume")
            for position in range(len(depots)) if home is None else [number[home]]:
                if not row["count"]:
                    continue
                vehicles.append(
                    Vehicle(
                        row["vehicle_id"],
                        int(row["count"]),
                        (
                            float(row["capacity_mass"]),
                            *((1e9 if volume is None else float(volume),) if volumes else ()),
                        ),
                        position,
                        _or(row.get("fixed_cost"), assumed.fixed_cost),
                        _or(row.get("cost_per_km"), assumed.cost_per_km),
                        _or(row.get("cost_per_hour"), assumed.cost_per_hour),
                        max_duration=_or(row.get("max_hours"), longest),
                        max_distance=_or(row.get("max_distance"), math.inf),
                        trips=int(row.get("trips") or 1),
                    )
                )
                skills.append({word.strip() for word in (row.get("skills") or "").replace("、", ",").split(",")})
        if not vehicles and not self.problems:
            raise refuse(
                "no_vehicle", "没有可用的车辆。", "There is no vehicle to use.", file="vehicle", column="count"
            )
        if self.problems:
            raise BadInput(self.problems)
        return vehicles, skills

    def _loads(self, rows: list[Row]) -> dict[str, float]:
        """Returns the mass of each shipment: its own, else its order's lines, else the mean of the others."""
        unit = {row["product_id"]: row.get("mass") for row in self._rows("product")}
        ordered: dict[str, float] = defaultdict(float)
        for row in self._rows("sales_order"):
            ordered[row["sales_order_id"]] += row["quantity"] * (unit.get(row["product_id"]) or 0.0)
        loads: dict[str, float | None] = {}
        for row in rows:
            loads[row["shipment_id"]] = row.get("mass") or ordered.get(row["sales_order_id"]) or None
        known = [load for load in loads.values() if load is not None]
        mean = sum(known) / len(known) if known else 0.0
        lacking = [name for name, load in loads.items() if load is None]
        if lacking:
            self.warnings.append(
                Text(
                    zh=f"{len(lacking)} 张发运单没有质量，按其余的平均 {mean:.0f} kg 计：{_named(lacking, '、')}。",
                    en=f"{len(lacking)} shipments have no mass; the others' mean of {mean:.0f} kg is taken: "
                    f"{_named(lacking, ', ')}.",
                )
            )
        return {name: mean if load is None else float(load) for name, load in loads.items()}

    def _check_load(self, row: Row, load: tuple[float, ...], vehicles: list[Vehicle]) -> None:
        most = max(vehicle.capacity[0] for vehicle in vehicles)
        if load[0] > most:
            self._refuse(
                "demand_over_capacity",
                f"发运单 {row['shipment_id']} 重 {load[0]:g} kg，超过最大车的载重 {most:g} kg；请拆单或换大车。",
                f"Shipment {row['shipment_id']} weighs {load[0]:g} kg, the largest vehicle carries {most:g} kg; "
                "split it or use a larger vehicle.",
                row,
                "mass",
            )

    def _stop(self, row: Row, load: tuple[float, ...]) -> Stop:
        earliest, promised = row.get("earliest_time"), row.get("promised_time") or self._order_date(row)
        if earliest is not None and promised is not None and promised < earliest:
            self._refuse(
                "window_reversed",
                "承诺到达早于最早可收，请改正。",
                "The promised arrival is before the earliest receipt; correct one of them.",
                row,
                "promised_time",
            )
        minutes = row.get("unloading_minutes")
        return Stop(
            name=row["shipment_id"],
            place=self._place(row["latitude"], row["longitude"]),
            delivery=load,
            earliest=0.0 if earliest is None else max(0.0, self._hours(earliest)),
            latest=math.inf if promised is None else self._hours(promised),
            service=(self.assumed.unloading_minutes if minutes is None else minutes) / 60,
            release=max(0.0, self._hours(row["shipped_time"])),
            prize=None if row.get("skip_cost") is None else float(row["skip_cost"]),
        )

    def _order_date(self, row: Row) -> datetime | None:
        day = self.order_dates.get(row["sales_order_id"])
        return None if day is None else datetime.combine(day, CLOSES)


def reachable(problem: RoutingProblem, grace: float) -> tuple[RoutingProblem, list[Text]]:
    """Opens the window of each stop that no vehicle could reach in time even if it drove there at once, and says so.

    Such a stop is then due `grace` hours after its earliest possible arrival.
    """
    stops, late, lost = list(problem.stops), [], []
    for number, stop in enumerate(stops):
        soonest, feasible = math.inf, False
        for vehicle in problem.vehicles:
            home = problem.depots[vehicle.depot]
            if number in vehicle.forbidden or any(
                load > most for load, most in zip(stop.delivery, vehicle.capacity, strict=False)
            ):
                continue
            distance, time = problem.travel(vehicle, home.place, stop.place)
            back = 0.0 if vehicle.open_end else 1.0
            arrival = max(max(vehicle.earliest, stop.release) + time, stop.earliest)
            shift = time * (1 + back) + stop.service
            if distance * (1 + back) > vehicle.max_distance or shift > vehicle.max_duration:
                continue
            if arrival + stop.service + time * back > vehicle.latest:
                continue
            feasible = True
            soonest = min(soonest, arrival)
        if not feasible:
            lost.append(stop.name)
        elif soonest > stop.latest:
            late.append(stop.name)
            stops[number] = replace(stop, latest=soonest + grace)
    words = []
    if late:
        words.append(
            Text(
                zh=f"{len(late)} 张发运单即使立刻专车直送也赶不上承诺时间，放宽为最早可到后 {grace:g} 小时内："
                f"{_named(late, '、')}；请先告知客户。",
                en=f"{len(late)} shipments miss their promise even if driven straight at once; they are due within "
                f"{grace:g} h of the earliest possible arrival: {_named(late, ', ')}. Tell the customers first.",
            )
        )
    if lost:
        words.append(
            Text(
                zh=f"{len(lost)} 个客户没有车能去（里程、班次或车辆条件不够），未排入：{_named(lost, '、')}。",
                en=f"{len(lost)} customers are beyond every vehicle (distance, shift or skills) and are left out: "
                f"{_named(lost, ', ')}.",
            )
        )
    return replace(problem, stops=tuple(stops)), words


def _or(value: float | None, default: float) -> float:
    return default if value is None else float(value)


def _named(names: list[str], comma: str) -> str:
    return comma.join(names[:NAMED]) + ("…" if len(names) > NAMED else "")


def _plain(row: Row) -> Row:
    return {name: value.replace(tzinfo=None) if isinstance(value, datetime) else value for name, value in row.items()}
