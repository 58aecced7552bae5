"""Reads routing instances of CVRPLIB and VRPLIB (.vrp): `KEY : value` lines, then sections.

VRPLIB's extra sections (several depots, fleets, prizes, pick-ups …) are read under the names that PyVRP documents.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from tujing.problems import refuse
from tujing.runtime.textfiles import first_lines
from tujing.scenarios.supply_chain.distribution.edge_weights import matrix_of
from tujing.scenarios.supply_chain.distribution.routing import Depot, Floats, Pair, Stop, Vehicle
from tujing.scenarios.supply_chain.distribution.text_instance import (
    LIMIT,
    Rounding,
    TextInstance,
    check_customer,
    number,
    one_file,
    rows_of,
)


class VrplibText:
    """CVRPLIB and VRPLIB files: `KEY : value` lines, then sections."""

    name = "vrplib"

    def matches(self, path: Path) -> bool:
        head = [line.strip().upper() for line in first_lines(path, 30)]
        return any(line.startswith(("DIMENSION", "EDGE_WEIGHT_TYPE", "NODE_COORD_SECTION")) for line in head)

    def read(self, paths: Mapping[str, Path]) -> TextInstance:
        return _Vrplib(one_file(paths)).instance()


SECTIONS = {
    *("NODE_COORD", "DISPLAY_DATA", "EDGE_WEIGHT", "DEPOT", "DEMAND", "LINEHAUL", "BACKHAUL", "TIME_WINDOW"),
    *("SERVICE_TIME", "RELEASE_TIME", "PRIZE", "PICKUP_AND_DELIVERY", "MUTUALLY_EXCLUSIVE_GROUP", "CAPACITY"),
    *("VEHICLES_DEPOT", "VEHICLES_FIXED_COST", "VEHICLES_UNIT_DISTANCE_COST", "VEHICLES_MAX_DISTANCE"),
    *("VEHICLES_MAX_DURATION", "VEHICLES_MAX_RELOADS", "VEHICLES_RELOAD_DEPOT", "VEHICLES_ALLOWED_CLIENTS"),
}
"""What is understood. Another section may hold a condition that routes would break, so it is refused."""
RELOADS = 50.0
"""How often a vehicle with a depot to load at again may do so where the text sets no limit."""


@dataclass
class _Vrplib:
    """One .vrp file: header fields, then each section's lines."""

    path: Path
    head: dict[str, tuple[int, str]] = field(default_factory=dict)
    sections: dict[str, list[tuple[int, list[str]]]] = field(default_factory=lambda: defaultdict(list))

    def instance(self) -> TextInstance:
        self._split()
        if self.head.get("TYPE", (0, ""))[1].upper() == "VRPB":
            zh = "VRPB（先送完再取）不支持；若可边送边取，请把 TYPE 改为 VRPSPD。"
            en = "VRPB (all deliveries before all pick-ups) is not supported; if both may mix, make TYPE VRPSPD."
            raise refuse("backhauls_last", zh, en, file=self.path, row=self.head["TYPE"][0])
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
        pairing = self._nodes("PICKUP_AND_DELIVERY", 6)
        windows = self._nodes("TIME_WINDOW", 2) if pairing is None else pairing[:, 1:3]
        rounding: Rounding = "truncate_1" if windows is not None else "nearest"
        if self.head.get("EDGE_WEIGHT_TYPE", (0, ""))[1] in ("EXACT_2D",):
            rounding = "exact"
        vehicles = self._vehicles(depots, windows)
        stops, pairs, groups = self._stops(depots, windows, pairing, vehicles)
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
            matrix_of(self.path, self.size, self.head, self.sections),
            tuple(pairs),
            groups,
            {str(node - len(depots)): row for node, row in self._lines().items()},
        )

    def _split(self) -> None:
        section = ""
        for row, fields in rows_of(self.path):
            word = fields[0].upper()
            if word == "EOF":
                break
            if word.endswith("_SECTION"):
                section = word.removesuffix("_SECTION")
                if section not in SECTIONS:
                    zh = f"不认识 {section}_SECTION；若它不影响路线，请删去这一段。"
                    en = f"{section}_SECTION is not known; leave it out if the routes do not depend on it."
                    raise refuse("unknown_section", zh, en, file=self.path, row=row)
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
        # DISTANCE is CVRPLIB's own limit on a route, its service times included.
        limit = self._head("DISTANCE") if "DISTANCE" in self.head else math.inf
        time = self._each("VEHICLES_MAX_DURATION", count, limit)
        again = self._each("VEHICLES_RELOAD_DEPOT", count, 0.0)
        reloads = self._each("VEHICLES_MAX_RELOADS", count, RELOADS if any(again) else 0.0)
        customers = self.size - len(depots)
        allowed: list[frozenset[int]] = [frozenset()] * count
        for position, (row, fields) in enumerate(self.sections.get("VEHICLES_ALLOWED_CLIENTS", [])[:count]):
            nodes = {int(number(text, self.path, row)) - 1 - len(depots) for text in fields[1:]}
            allowed[position] = frozenset(range(customers)) - nodes
        if any(depot and int(depot) - 1 != own for depot, own in zip(again, home, strict=True)):
            zh, en = "车辆只能在自己的仓库再装货。", "A vehicle can load again at its own depot only."
            raise refuse("reload_depot", zh, en, file=self.path, column="VEHICLES_RELOAD_DEPOT")
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
        self, depots: list[int], windows: Floats | None, pairing: Floats | None, vehicles: list[Vehicle]
    ) -> tuple[list[Stop], list[Pair], int]:
        largest = (max(vehicle.capacity[0] for vehicle in vehicles),)
        if pairing is not None:
            return [], self._pairs(pairing, len(depots), largest), 0
        nothing = np.zeros((self.size, 1))
        demand = self._nodes("DEMAND" if "DEMAND" in self.sections else "LINEHAUL", 1)
        back = self._nodes("BACKHAUL", 1)
        service = self._nodes("SERVICE_TIME", 1)
        release = self._nodes("RELEASE_TIME", 1)
        prize = self._nodes("PRIZE", 1)
        group_of = self._groups(len(depots))
        if demand is None:
            raise refuse("no_demand", "缺少 DEMAND_SECTION。", "DEMAND_SECTION is missing.", file=self.path)
        rows = self._lines()
        stops = []
        for place in range(len(depots), self.size):
            stop = Stop(
                # Solutions on CVRPLIB number the customers from 1: node less the depots.
                str(place + 1 - len(depots)),
                place,
                (float(demand[place, 0]),),
                (float((nothing if back is None else back)[place, 0]),),
                *((0.0, math.inf) if windows is None else (float(windows[place, 0]), float(windows[place, 1]))),
                float((nothing if service is None else service)[place, 0]),
                float((nothing if release is None else release)[place, 0]),
                None if prize is None or prize[place, 0] == 0 else float(prize[place, 0]),
                group_of.get(place),
            )
            check_customer(self.path, rows.get(place + 1, 1), stop, largest)
            stops.append(stop)
        return stops, [], len(set(group_of.values()))

    def _lines(self) -> dict[int, int]:
        """Returns the line of each node, in the first section of those that has it."""
        lines: dict[int, int] = {}
        for section in ("DEMAND", "LINEHAUL", "PICKUP_AND_DELIVERY", "TIME_WINDOW", "NODE_COORD"):
            for row, fields in self.sections.get(section, []):
                if fields[0].isdecimal():
                    lines.setdefault(int(fields[0]), row)
        return lines

    def _groups(self, depots: int) -> dict[int, int]:
        """Returns the group of each place that is in one; exactly one of a group is visited.

        A group of one is no choice, and its member is visited like anybody else.
        """
        group_of: dict[int, int] = {}
        for row, fields in self.sections.get("MUTUALLY_EXCLUSIVE_GROUP", []):
            places = {int(number(text, self.path, row)) - 1 for text in fields[1:]}
            if any(not depots <= place < self.size or place in group_of for place in places):
                zh = "分组里的节点应是客户，且只属于一组。"
                en = "The nodes of a group should be customers, each in one group."
                raise refuse("bad_group", zh, en, file=self.path, row=row)
            if len(places) > 1:
                group_of |= dict.fromkeys(places, len(set(group_of.values())))
        return group_of

    def _pairs(self, table: Floats, depots: int, largest: tuple[float, ...]) -> list[Pair]:
        """Columns: demand, window opens, closes, service, node of the pick-up (0: it is one), node of the delivery."""
        lines = self._lines()
        pairs = []
        for place in range(depots, self.size):
            amount, pick, bring = table[place, 0], table[place, 4], table[place, 5]
            if pick:
                continue
            row, to = lines[place + 1], int(bring) - 1
            if not depots <= to < self.size or table[to, 4] != place + 1:
                zh, en = "取货点没有对应的送货点。", "This pick-up has no delivery that matches."
                raise refuse("no_partner", zh, en, file=self.path, row=row, column="PICKUP_AND_DELIVERY_SECTION")
            goods = (float(amount),)
            ends = [
                Stop(str(at + 1 - depots), at, goods, (), float(table[at, 1]), float(table[at, 2]), float(table[at, 3]))
                for at in (place, to)
            ]
            check_customer(self.path, row, ends[0], largest)
            check_customer(self.path, lines[to + 1], replace(ends[1], delivery=()), largest)
            fetch, bring_to = (replace(end, delivery=()) for end in ends)
            pairs.append(Pair(f"{fetch.name}-{bring_to.name}", goods, fetch, bring_to))
        return pairs
