"""Reads instances and a run's printed document by plain text alone, and works the costs out again.

Nothing here is imported from the product: it stands for the checker that a user would write from the README.
"""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

SLACK = 1e-6
Point = tuple[float, float]


def rows(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Returns a table of the `--json` document as dictionaries."""
    table = document["tables"][name]
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def vrp(path: Path) -> tuple[dict[int, Point], dict[int, float], float, dict[int, tuple[float, float]], float]:
    """Returns points, demands, capacity, windows and service time of a .vrp text; customers from 1, the depot 0."""
    points, demand, windows = {}, {}, {}
    capacity, service, section = math.inf, 0.0, ""
    for line in path.read_text().splitlines():
        words = line.replace(":", " ").split()
        if not words:
            continue
        if words[0].endswith("_SECTION"):
            section = words[0]
        elif words[0] == "CAPACITY":
            capacity = float(words[1])
        elif words[0] == "SERVICE_TIME":
            service = float(words[1])
        elif section == "NODE_COORD_SECTION":
            points[int(words[0]) - 1] = (float(words[1]), float(words[2]))
        elif section == "DEMAND_SECTION":
            demand[int(words[0]) - 1] = float(words[1])
        elif section == "TIME_WINDOW_SECTION":
            windows[int(words[0]) - 1] = (float(words[1]), float(words[2]))
    return points, demand, capacity, windows, service


def solomon(path: Path) -> tuple[dict[int, Point], dict[int, float], float, dict[int, tuple[float, float]], float]:
    """Returns the same of a text of Solomon's."""
    points, demand, windows, capacity, service = {}, {}, {}, 0.0, 0.0
    for line in path.read_text().splitlines():
        words = line.split()
        if len(words) == 2 and words[0].isdigit():
            capacity = float(words[1])
        if len(words) == 7 and words[0].isdigit():
            number = int(words[0])
            points[number] = (float(words[1]), float(words[2]))
            demand[number] = float(words[3])
            windows[number] = (float(words[4]), float(words[5]))
            if number:
                service = float(words[6])
    return points, demand, capacity, windows, service


def nearest(a: Point, b: Point) -> float:
    """The distance of the X set: rounded to a whole number."""
    return float(math.floor(math.dist(a, b) + 0.5))


def tenths(a: Point, b: Point) -> float:
    """The distance of the DIMACS challenge: cut to one decimal."""
    return math.floor(math.dist(a, b) * 10) / 10


def routes_cost(
    document: dict[str, Any],
    instance: tuple[dict[int, Point], dict[int, float], float, dict[int, tuple[float, float]], float],
    distance: Callable[[Point, Point], float],
) -> float:
    """Returns the whole distance of the table `routes`; asserts customers, loads, windows and the arrivals told."""
    points, demand, capacity, windows, service = instance
    members: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(document, "routes"):
        members[row["route"]].append(row)
    visited = [row["customer"] for route in members.values() for row in route]
    assert sorted(visited) == sorted(number for number in points if number), "each customer once"
    total = 0.0
    for route in members.values():
        route.sort(key=lambda row: row["position"])
        assert [row["position"] for row in route] == list(range(1, len(route) + 1))
        assert sum(demand[row["customer"]] for row in route) <= capacity + SLACK
        place, leaves = 0, None
        for row in route:
            step = distance(points[place], points[row["customer"]])
            opens, closes = windows.get(row["customer"], (0.0, math.inf))
            if leaves is not None:
                assert row["arrival"] >= leaves + step - SLACK
            begins = max(row["arrival"], opens)
            assert begins <= closes + SLACK
            total, place, leaves = total + step, row["customer"], begins + service
        back = distance(points[place], points[0])
        assert leaves is not None and leaves + back <= windows.get(0, (0.0, math.inf))[1] + SLACK
        total += back
    return total


def location_cost(document: dict[str, Any], path: Path, capacity: float | None = None) -> float:
    """Returns fixed plus serving costs of `facilities` and `assignments`; asserts shares and capacities."""
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    words = [str(capacity) if word == "capacity" else word for word in text.split()]
    m, n = int(words[0]), int(words[1])
    numbers = [float(word) for word in words[2:]]
    held = {i + 1: numbers[2 * i] for i in range(m)}
    fixed = {i + 1: numbers[2 * i + 1] for i in range(m)}
    served = [numbers[2 * m + j * (m + 1) :][: m + 1] for j in range(n)]
    opened = {row["facility"] for row in rows(document, "facilities") if row["open"]}
    load: dict[int, float] = defaultdict(float)
    share: dict[int, float] = defaultdict(float)
    total = sum(fixed[i] for i in opened)
    for row in rows(document, "assignments"):
        demand, *costs = served[row["customer"] - 1]
        assert row["facility"] in opened
        share[row["customer"]] += row["share"]
        load[row["facility"]] += row["share"] * demand
        total += row["share"] * costs[row["facility"] - 1]
    assert all(abs(share[j + 1] - 1) < SLACK for j in range(n))
    assert all(load[i] <= held[i] * (1 + SLACK) for i in opened)
    return total
