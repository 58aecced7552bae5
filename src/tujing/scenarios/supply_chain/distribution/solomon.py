"""Reads the texts of Solomon (and of Gehring and Homberger, in the same form) and of Li and Lim."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tujing.problems import refuse
from tujing.runtime.textfiles import first_lines
from tujing.scenarios.supply_chain.distribution.routing import Depot, Pair, Stop, Vehicle
from tujing.scenarios.supply_chain.distribution.text_instance import (
    TextInstance,
    check_customer,
    number,
    one_file,
    rows_of,
)


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


def read_solomon(path: Path) -> TextInstance:
    """Reads Solomon's text; customer numbers are the file's own.

    Raises
    ------
    BadInput
        With file and row, when the text breaks the form.
    """
    rows = rows_of(path)
    figures = [(row, fields) for row, fields in rows if fields[0].lstrip("+-").replace(".", "", 1).isdecimal()]
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
    rows = rows_of(path)
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
    named = {stop.name: row for stop, (row, _) in zip(stops, found, strict=True)}
    if not stops:
        raise refuse("empty_file", "文件里没有客户。", "The file holds no customer.", file=path)
    pairs: list[Pair] = []
    if speed is not None:
        pairs = _lim_pairs(path, found, stops)
        stops = []
    coordinates = np.asarray(points)
    return TextInstance(
        path.name, "exact", (depot,), tuple(stops), (vehicle,), coordinates, pairs=tuple(pairs), rows=named
    )


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
