"""Reads routing instances: CVRPLIB and VRPLIB (.vrp), Solomon's and Li & Lim's texts.

Distances follow each collection's own convention unless `rounding` says otherwise: CVRP (EUC_2D) rounds to the nearest
whole number as TSPLIB says; VRPLIB with time windows cuts to one decimal as the DIMACS challenge did; Solomon's and Li
and Lim's texts keep double precision. VRPLIB's extra sections (several depots, fleets, prizes, pick-ups …) are read
under the names that PyVRP documents.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from tujing.problems import BadInput, refuse
from tujing.runtime.textfiles import first_lines, read_text
from tujing.scenarios.supply_chain.distribution.routing import Depot, Floats, Pair, RoutingProblem, Stop, Vehicle

Rounding = Literal["nearest", "truncate_1", "exact"]
SCALES: dict[Rounding, float] = {"nearest": 1.0, "truncate_1": 10.0, "exact": 10_000.0}
LIMIT = 20_000
"""Places in one instance: a full matrix of more would not fit into memory."""


@dataclass(frozen=True, eq=False)
class TextInstance:
    """A parsed instance, before distances are rounded. Node 0… are depots, then customers, as in the file."""

    name: str
    rounding: Rounding
    depots: tuple[Depot, ...]
    stops: tuple[Stop, ...]
    vehicles: tuple[Vehicle, ...]
    coordinates: Floats | None = None
    matrix: Floats | None = None
    pairs: tuple[Pair, ...] = ()
    groups: int = 0

    def problem(self, rounding: Rounding | None = None) -> RoutingProblem:
        """Returns the problem with distances by the instance's own rounding, or by the one given."""
        how = rounding or self.rounding
        scale = SCALES[how]
        if self.matrix is not None:
            distance = self.matrix
            whole = bool((distance == np.rint(distance)).all())
            scale = 1.0 if whole else SCALES["exact"]
        else:
            assert self.coordinates is not None
            distance = _rounded(_euclidean(self.coordinates), how)
        time_scale = scale if scale > 1 or _whole_times(self.stops) else SCALES["exact"]
        return RoutingProblem(
            depots=self.depots,
            stops=self.stops,
            vehicles=self.vehicles,
            distance=distance,
            duration=distance,
            coordinates=self.coordinates,
            pairs=self.pairs,
            groups=self.groups,
            scale=(scale, time_scale),
        )


def _whole_times(stops: tuple[Stop, ...]) -> bool:
    return all(float(t).is_integer() for stop in stops for t in (stop.earliest, stop.service) if math.isfinite(t))


def _euclidean(points: Floats) -> Floats:
    x, y = points[:, 0], points[:, 1]
    return np.asarray(np.hypot(x[:, None] - x, y[:, None] - y))


def _rounded(distance: Floats, rounding: Rounding) -> Floats:
    if rounding == "nearest":
        return np.asarray(np.floor(distance + 0.5))
    return np.asarray(np.floor(distance * 10 + 1e-9) / 10) if rounding == "truncate_1" else distance


class VrplibText:
    """CVRPLIB and VRPLIB files: `KEY : value` lines, then sections."""

    name = "vrplib"

    def matches(self, path: Path) -> bool:
        head = [line.strip().upper() for line in first_lines(path, 30)]
        return any(line.startswith(("DIMENSION", "EDGE_WEIGHT_TYPE", "NODE_COORD_SECTION")) for line in head)

    def read(self, paths: Mapping[str, Path]) -> TextInstance:
        return _Vrplib(one_file(paths)).instance()


class SolomonText:
    """Solomon's text: VEHICLE (NUMBER, CAPACITY), then CUSTOMER with seven columns. Homberger's texts are the same."""

    name = "solomon"

    def matches(self, path: Path) -> bool:
        head = [line.strip().upper() for line in first_lines(path, 12)]
        return any(line.startswith("VEHICLE") for line in head) and any(line.startswith("CUSTOMER") for line in head)

    def read(self, paths: Mapping[str, Path]) -> TextInstance:
        return read_solomon(one_file(paths))


class LiLimText:
    """Li and Lim's text of pick-up and delivery: vehicles, capacity, speed; then nine columns a line."""

    name = "li_lim"

    def matches(self, path: Path) -> bool:
        lines = [line.split() for line in first_lines(path, 3)]
        return len(lines) > 1 and len(lines[0]) == 3 and len(lines[1]) == 9

    def read(self, paths: Mapping[str, Path]) -> TextInstance:
        return read_li_lim(one_file(paths))


def one_file(paths: Mapping[str, Path]) -> Path:
    """Returns the only path.

    Raises
    ------
    BadInput
        When there are more.
    """
    if len(paths) != 1:
        raise refuse("one_file", "路径算例只读一个文件。", "An instance is one file.", key=", ".join(paths))
    return next(iter(paths.values()))


def number(text: str, path: Path, row: int, column: str = "") -> float:
    """Returns a finite number.

    Raises
    ------
    BadInput
        With file and row, for anything else.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise refuse(
            "not_a_number",
            f"“{text[:40]}”不是有限的数，请改正。",
            f"“{text[:40]}” is not a finite number; correct it.",
            file=path,
            row=row,
            column=column,
            value=text[:80],
        )
    return value


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    lines = read_text(path).splitlines()
    return [(row, line.replace(":", " : ").split()) for row, line in enumerate(lines, start=1) if line.strip()]


def check_customer(path: Path, row: int, stop: Stop, capacity: tuple[float, ...]) -> None:
    """Refuses what no vehicle could ever serve.

    Raises
    ------
    BadInput
        With the row, for a negative demand or time, more than a vehicle holds, or a window that closes before it opens.
    """
    place = {"file": path, "row": row, "key": stop.name}
    if any(load < 0 for load in (*stop.delivery, *stop.pickup)) or stop.service < 0 or stop.earliest < 0:
        raise refuse(
            "negative", "需求、时间不能为负，请改正。", "Demands and times are not negative; correct it.", **place
        )
    if stop.latest < stop.earliest:
        raise refuse(
            "window_reversed",
            f"客户 {stop.name} 的时间窗结束早于开始，请改正。",
            f"The window of customer {stop.name} closes before it opens; correct it.",
            column="due date",
            value=str(stop.latest),
            **place,
        )
    over = [load for load, most in zip(stop.delivery, capacity, strict=False) if load > most]
    if over:
        raise refuse(
            "demand_over_capacity",
            f"客户 {stop.name} 的需求 {over[0]:g} 超过最大车的容量 {capacity[0]:g}；请拆分需求或改用更大的车。",
            f"Customer {stop.name} wants {over[0]:g}, the largest vehicle holds {capacity[0]:g}; "
            "split the demand or use a larger vehicle.",
            column="demand",
            **place,
        )


def read_solomon(path: Path) -> TextInstance:
    """Reads Solomon's text; customer numbers are the file's own.

    Raises
    ------
    BadInput
        With file and row, when the text breaks the form.
    """
    rows = _rows(path)
    figures = [(row, fields) for row, fields in rows if fields[0].lstrip("+-").replace(".", "", 1).isdigit()]
    if len(figures) < 3 or len(figures[0][1]) != 2:
        raise refuse(
            "bad_header",
            "应有一行“车辆数 容量”，然后每个客户一行七列。",
            "A line with the number of vehicles and their capacity is missing, then seven columns a customer.",
            file=path,
            row=figures[0][0] if figures else None,
        )
    (head, (count, capacity)), *lines = figures
    first = rows.index((lines[0][0], lines[0][1]))
    lines = rows[first:]
    vehicle = Vehicle("1", int(number(count, path, head)), (number(capacity, path, head),))
    return _columns(path, lines, vehicle, 7, None)


def read_li_lim(path: Path) -> TextInstance:
    """Reads Li and Lim's text: a line's last two numbers are its pick-up's and its delivery's customer.

    Raises
    ------
    BadInput
        With file and row, when the text breaks the form or a pair does not match.
    """
    rows = _rows(path)
    head, fields = rows[0]
    count, capacity, speed = (number(field, path, head) for field in fields)
    return _columns(path, rows[1:], Vehicle("1", int(count), (capacity,), speed=speed or 1.0), 9, speed)


def _columns(
    path: Path, lines: list[tuple[int, list[str]]], vehicle: Vehicle, width: int, speed: float | None
) -> TextInstance:
    points, stops, found, seen = [], [], [], set()
    if vehicle.count < 1 or vehicle.capacity[0] <= 0:
        raise refuse("bad_fleet", "车辆数与容量应为正数。", "Vehicles and capacity must be positive.", file=path)
    for position, (row, fields) in enumerate(lines):
        if len(fields) != width:
            zh, en = f"应有 {width} 列，实际 {len(fields)} 列。", f"{width} columns expected, {len(fields)} found."
            raise refuse("column_count", zh, en, file=path, row=row)
        values = [number(field, path, row) for field in fields]
        name = str(int(values[0]))
        if name in seen:
            raise refuse(
                "repeated_customer", f"客户 {name} 重复。", f"Customer {name} appears twice.", file=path, row=row
            )
        seen.add(name)
        points.append(values[1:3])
        load = (values[3],) if values[3] > 0 or speed is None else ()
        stop = Stop(name, position, load, (), values[4], values[5], values[6])
        if position:
            check_customer(path, row, stop, vehicle.capacity)
            stops.append(stop)
            found.append((row, values))
        else:
            depot = Depot(name, 0, stop.earliest, stop.latest)
    if not stops:
        raise refuse("empty_file", "文件里没有客户。", "The file holds no customer.", file=path)
    pairs: list[Pair] = []
    if speed is not None:
        pairs = _lim_pairs(path, found, stops)
        stops = []
    coordinates = np.asarray(points)
    return TextInstance(path.name, "exact", (depot,), tuple(stops), (vehicle,), coordinates, pairs=tuple(pairs))


def _lim_pairs(path: Path, found: list[tuple[int, list[float]]], stops: list[Stop]) -> list[Pair]:
    by_name = {stop.name: stop for stop in stops}
    pairs = []
    for (row, values), stop in zip(found, stops, strict=True):
        if values[3] <= 0:
            continue
        partner = by_name.get(str(int(values[8])))
        if partner is None:
            zh, en = "取货点没有对应的送货点。", "This pick-up has no delivery that matches."
            raise refuse("no_partner", zh, en, file=path, row=row, column="delivery")
        bare = Stop(stop.name, stop.place, (), (), stop.earliest, stop.latest, stop.service)
        pairs.append(Pair(f"{stop.name}-{partner.name}", (values[3],), bare, partner))
    return pairs


@dataclass
class _Vrplib:
    """One .vrp file: header fields, then each section's lines."""

    path: Path
    head: dict[str, tuple[int, str]] = field(default_factory=dict)
    sections: dict[str, list[tuple[int, list[str]]]] = field(default_factory=lambda: defaultdict(list))

    def instance(self) -> TextInstance:
        self._split()
        if "DIMENSION" not in self.head:
            raise refuse("no_dimension", "缺少 DIMENSION。", "DIMENSION is missing.", file=self.path)
        self.size = int(self._head("DIMENSION"))
        if not 2 <= self.size <= LIMIT:
            raise refuse(
                "dimension",
                f"DIMENSION 应在 2 到 {LIMIT} 之间。",
                f"DIMENSION must lie between 2 and {LIMIT}.",
                file=self.path,
                row=self.head["DIMENSION"][0],
            )
        depots = self._depots()
        windows = self._nodes("TIME_WINDOW", 2)
        rounding: Rounding = "truncate_1" if windows is not None else "nearest"
        if self.head.get("EDGE_WEIGHT_TYPE", (0, ""))[1] in ("EXACT_2D",):
            rounding = "exact"
        vehicles = self._vehicles(depots, windows)
        stops, pairs, groups = self._stops(depots, windows, vehicles)
        depot_windows = [
            Depot(str(place + 1), place, *((windows[place]) if windows is not None else (0.0, math.inf)))
            for place in depots
        ]
        return TextInstance(
            self.path.name,
            rounding,
            tuple(depot_windows),
            tuple(stops),
            tuple(vehicles),
            self._nodes("NODE_COORD", 2),
            self._matrix(),
            tuple(pairs),
            groups,
        )

    def _split(self) -> None:
        section = ""
        for row, fields in _rows(self.path):
            word = fields[0].upper()
            if word == "EOF":
                break
            if word.endswith("_SECTION"):
                section = word.removesuffix("_SECTION")
                self.sections[section] = []
            elif ":" in fields:
                section = ""
                self.head[word] = (row, " ".join(fields[fields.index(":") + 1 :]).strip('"'))
            elif section:
                self.sections[section].append((row, fields))

    def _head(self, key: str) -> float:
        row, text = self.head[key]
        return number(text, self.path, row, key)

    def _depots(self) -> list[int]:
        listed = [int(number(f, self.path, row)) for row, fields in self.sections.get("DEPOT", []) for f in fields]
        depots = [one - 1 for one in listed if one > 0] or [0]
        if depots != list(range(len(depots))) or len(depots) >= self.size:
            raise refuse(
                "depots",
                "仓库应为最前面的节点。",
                "Depots must be the first nodes.",
                file=self.path,
                column="DEPOT_SECTION",
            )
        return depots

    def _nodes(self, section: str, width: int) -> Floats | None:
        """Returns a section of `node value …` lines as an array by node, or a header field of that name for all."""
        if section not in self.sections:
            return np.full((self.size, width), self._head(section)) if section in self.head else None
        values = np.full((self.size, width), np.nan)
        for row, fields in self.sections[section]:
            numbers = [number(text, self.path, row, section) for text in fields]
            if len(numbers) != width + 1 or not 1 <= numbers[0] <= self.size:
                raise refuse(
                    "bad_row",
                    f"{section} 的每一行应为节点号（1–{self.size}）与 {width} 个数。",
                    f"Each line of {section} is a node (1–{self.size}) and {width} numbers.",
                    file=self.path,
                    row=row,
                )
            if not np.isnan(values[int(numbers[0]) - 1, 0]):
                node = int(numbers[0])
                zh, en = f"{section} 里节点 {node} 重复。", f"Node {node} appears twice in {section}."
                raise refuse("repeated_node", zh, en, file=self.path, row=row)
            values[int(numbers[0]) - 1] = numbers[1:]
        missing = np.flatnonzero(np.isnan(values[:, 0]))
        if len(missing):
            node = missing[0] + 1
            zh, en = f"{section} 缺少节点 {node}。", f"{section} lacks node {node}."
            raise refuse("missing_node", zh, en, file=self.path, column=section)
        return values

    def _matrix(self) -> Floats | None:
        kind = self.head.get("EDGE_WEIGHT_TYPE", (0, "EUC_2D"))[1].upper()
        if kind != "EXPLICIT":
            if kind not in ("EUC_2D", "EXACT_2D") or "NODE_COORD" not in self.sections:
                zh = f"不支持 EDGE_WEIGHT_TYPE {kind}，或缺少坐标；支持 EUC_2D、EXACT_2D 与 EXPLICIT。"
                en = f"EDGE_WEIGHT_TYPE {kind} is not known or coordinates are absent; EUC_2D, EXACT_2D, EXPLICIT are."
                raise refuse("edge_weight_type", zh, en, file=self.path)
            return None
        form = self.head.get("EDGE_WEIGHT_FORMAT", (0, "FULL_MATRIX"))[1].upper()
        rows = self.sections.get("EDGE_WEIGHT", [])
        values = np.array([number(text, self.path, row) for row, fields in rows for text in fields])
        n = self.size
        # Column-wise triangles list the same numbers as the opposite row-wise triangle.
        shapes = {
            "LOWER_ROW": (np.tril_indices(n, -1), n * (n - 1) // 2),
            "UPPER_COL": (np.tril_indices(n, -1), n * (n - 1) // 2),
            "LOWER_DIAG_ROW": (np.tril_indices(n), n * (n + 1) // 2),
            "UPPER_DIAG_COL": (np.tril_indices(n), n * (n + 1) // 2),
            "UPPER_ROW": (np.triu_indices(n, 1), n * (n - 1) // 2),
            "LOWER_COL": (np.triu_indices(n, 1), n * (n - 1) // 2),
            "UPPER_DIAG_ROW": (np.triu_indices(n), n * (n + 1) // 2),
            "LOWER_DIAG_COL": (np.triu_indices(n), n * (n + 1) // 2),
        }
        wanted = n * n if form == "FULL_MATRIX" else shapes[form][1] if form in shapes else -1
        if len(values) != wanted or (values < 0).any():
            zh = f"EDGE_WEIGHT_FORMAT {form} 应有 {wanted} 个非负数，实际 {len(values)} 个。"
            en = f"EDGE_WEIGHT_FORMAT {form} needs {wanted} numbers of zero or more; there are {len(values)}."
            raise refuse("edge_weights", zh, en, file=self.path, column="EDGE_WEIGHT_SECTION")
        if form == "FULL_MATRIX":
            return np.asarray(values.reshape(n, n))
        matrix = np.zeros((n, n))
        matrix[shapes[form][0]] = values
        return matrix + matrix.T - np.diag(np.diag(matrix))

    def _each(self, name: str, count: int, default: float) -> list[float]:
        """Returns a vehicle field: a header value for all, or a section of one line a vehicle."""
        if name in self.head:
            return [self._head(name)] * count
        if name not in self.sections:
            return [default] * count
        values = [number(fields[-1], self.path, row, name) for row, fields in self.sections[name]]
        if len(values) != count:
            zh, en = f"{name} 应有 {count} 行。", f"{name} needs {count} lines."
            raise refuse("vehicle_lines", zh, en, file=self.path, column=name)
        return values

    def _vehicles(self, depots: list[int], windows: Floats | None) -> list[Vehicle]:
        count = int(self._head("VEHICLES")) if "VEHICLES" in self.head else self.size - len(depots)
        capacity = self._each("CAPACITY", count, math.inf)
        home = [int(one) - 1 for one in self._each("VEHICLES_DEPOT", count, 1)]
        fixed = self._each("VEHICLES_FIXED_COST", count, 0.0)
        rate = self._each("VEHICLES_UNIT_DISTANCE_COST", count, 1.0)
        longest = self._each("VEHICLES_MAX_DISTANCE", count, math.inf)
        time = self._each("VEHICLES_MAX_DURATION", count, math.inf)
        reloads = self._each("VEHICLES_MAX_RELOADS", count, 0.0)
        customers = self.size - len(depots)
        allowed: list[frozenset[int]] = [frozenset()] * count
        for position, (row, fields) in enumerate(self.sections.get("VEHICLES_ALLOWED_CLIENTS", [])[:count]):
            nodes = {int(number(text, self.path, row)) - 1 - len(depots) for text in fields[1:]}
            allowed[position] = frozenset(range(customers)) - nodes
        if any(not 0 <= one < len(depots) for one in home):
            raise refuse("vehicle_depot", "车辆的仓库不存在。", "A vehicle's depot does not exist.", file=self.path)
        alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for each, key in enumerate(zip(capacity, home, fixed, rate, longest, time, reloads, allowed, strict=True)):
            alike[key].append(each)
        vehicles: list[Vehicle] = []
        for members in alike.values():
            one = members[0]
            vehicles.append(
                Vehicle(
                    str(len(vehicles) + 1),
                    len(members),
                    (capacity[one],) if math.isfinite(capacity[one]) else (1e12,),
                    home[one],
                    fixed[one],
                    rate[one],
                    max_duration=time[one],
                    max_distance=longest[one],
                    trips=1 + int(reloads[one]),
                    forbidden=allowed[one],
                )
            )
        return vehicles

    def _stops(
        self, depots: list[int], windows: Floats | None, vehicles: list[Vehicle]
    ) -> tuple[list[Stop], list[Pair], int]:
        nothing = np.zeros((self.size, 1))
        demand = self._nodes("DEMAND", 1)
        back = self._nodes("BACKHAUL", 1)
        service = self._nodes("SERVICE_TIME", 1)
        release = self._nodes("RELEASE_TIME", 1)
        prize = self._nodes("PRIZE", 1)
        pairing = self._nodes("PICKUP_AND_DELIVERY", 6)
        if demand is None and pairing is None:
            raise refuse("no_demand", "缺少 DEMAND_SECTION。", "DEMAND_SECTION is missing.", file=self.path)
        rows = {int(fields[0]): row for row, fields in self.sections.get("DEMAND", []) if fields[0].isdigit()}
        largest = (max(vehicle.capacity[0] for vehicle in vehicles),)
        stops = []
        for place in range(len(depots), self.size):
            stop = Stop(
                # Solutions on CVRPLIB number the customers from 1: node less the depots.
                str(place + 1 - len(depots)),
                place,
                (float((nothing if demand is None else demand)[place, 0]),),
                (float((nothing if back is None else back)[place, 0]),),
                *((0.0, math.inf) if windows is None else (float(windows[place, 0]), float(windows[place, 1]))),
                float((nothing if service is None else service)[place, 0]),
                float((nothing if release is None else release)[place, 0]),
                None if prize is None or prize[place, 0] == 0 else float(prize[place, 0]),
            )
            check_customer(self.path, rows.get(place + 1, 0) or self._row(place + 1), stop, largest)
            stops.append(stop)
        if pairing is not None:
            return [], self._pairs(pairing, len(depots)), 0
        return stops, [], 0

    def _row(self, node: int) -> int:
        for section in ("TIME_WINDOW", "NODE_COORD"):
            for row, fields in self.sections.get(section, []):
                if fields[0] == str(node):
                    return row
        return 1

    def _pairs(self, table: Floats, depots: int) -> list[Pair]:
        """Columns: demand, window opens, closes, service, node of the pick-up (0: it is one), node of the delivery."""
        pairs = []
        for place in range(depots, self.size):
            amount, earliest, latest, service, pick, bring = table[place]
            if pick == 0 and bring > 0:
                to = int(bring) - 1
                other = table[to]
                pairs.append(
                    Pair(
                        f"{place + 1 - depots}-{to + 1 - depots}",
                        (float(amount),),
                        Stop(str(place + 1 - depots), place, (), (), earliest, latest, service),
                        Stop(str(to + 1 - depots), to, (), (), other[1], other[2], other[3]),
                    )
                )
        return pairs


__all__ = ["BadInput", "LiLimText", "Rounding", "SolomonText", "TextInstance", "VrplibText"]
