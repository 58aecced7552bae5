"""A routing instance as its text gives it, and what every reader of texts needs.

Distances follow each collection's own convention unless `rounding` says otherwise: CVRP (EUC_2D) rounds to the nearest
whole number as TSPLIB says; VRPLIB with time windows cuts to one decimal as the DIMACS challenge did; Solomon's and Li
and Lim's texts keep double precision.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from tujing.problems import refuse
from tujing.runtime.textfiles import read_text
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
    rows: Mapping[str, int] = field(default_factory=dict)
    """Customer → line of the file, for what is refused."""

    def problem(self, rounding: Rounding | None = None) -> RoutingProblem:
        """Returns the problem with distances by the instance's own rounding, or by the one given.

        Raises
        ------
        BadInput
            With the row, when a customer who must be visited cannot be reached in time or left in time to come back.
        """
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
        self._check_reach(distance)
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

    def _check_reach(self, distance: Floats) -> None:
        """Refuses who misses the window, or the depot's closing, on a route of his own with any vehicle."""
        ends = [*self.stops, *(end for pair in self.pairs for end in (pair.fetch, pair.bring))]
        for stop in ends:
            if stop.prize is not None or stop.group is not None:
                continue
            late = []
            for vehicle in self.vehicles:
                home = self.depots[vehicle.depot]
                there = float(distance[home.place, stop.place]) / vehicle.speed
                back = float(distance[stop.place, home.place]) / vehicle.speed
                arrival = max(home.earliest, vehicle.earliest, stop.release) + there
                leaves = max(arrival, stop.earliest) + stop.service
                late.append(max(arrival - stop.latest, leaves + back - min(home.latest, vehicle.latest)))
            if min(late) > 1e-6:
                raise refuse(
                    "unreachable_customer",
                    f"客户 {stop.name} 即使专车直送也会晚 {min(late):.1f}；请放宽时间窗或仓库关门时间，或删去该客户。",
                    f"Customer {stop.name} would be {min(late):.1f} late even on a route of his own; "
                    "widen the window or the depot's hours, or leave the customer out.",
                    file=self.name,
                    row=self.rows.get(stop.name),
                    column="due date",
                    key=stop.name,
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


def rows_of(path: Path) -> list[tuple[int, list[str]]]:
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
