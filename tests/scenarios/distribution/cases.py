"""Small problems and files that the tests share."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tujing.scenarios.supply_chain.distribution.location import LocationProblem
from tujing.scenarios.supply_chain.distribution.routing import Depot, RoutingProblem, Stop, Vehicle

SCENARIO = "supply_chain/distribution"


def quiet(*_args: float | None) -> None:
    """A watcher that never minds."""


def square(stops: list[Stop], vehicles: list[Vehicle], points: list[tuple[float, float]], depots: int = 1, **more):
    """A problem on the plane; the first places are the depots. A whole unit is divided into a thousand."""
    xy = np.array(points, dtype=float)
    distance = np.hypot(xy[:, None, 0] - xy[:, 0], xy[:, None, 1] - xy[:, 1])
    return RoutingProblem(
        depots=tuple(Depot(str(n + 1), n) for n in range(depots)),
        stops=tuple(stops),
        vehicles=tuple(vehicles),
        distance=distance,
        duration=distance,
        coordinates=xy,
        scale=(1000.0, 1000.0),
        **more,
    )


def random_location(m: int, n: int, seed: int, **more) -> LocationProblem:
    rng = np.random.default_rng(seed)
    demand = rng.integers(1, 20, n).astype(float)
    capacity = rng.uniform(1.2, 4.0, m) * demand.sum() / m
    cost = rng.uniform(1, 50, (m, n)) * demand
    names = (tuple(str(i + 1) for i in range(m)), tuple(str(j + 1) for j in range(n)))
    return LocationProblem(capacity, rng.uniform(50, 400, m), demand, cost, *names, **more)


VRP = """NAME : tiny
TYPE : CVRP
DIMENSION : 5
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 0 10
3 0 20
4 10 0
5 20 0
DEMAND_SECTION
1 0
2 5
3 5
4 5
5 5
DEPOT_SECTION
1
-1
EOF
"""
SOLOMON = """C0

VEHICLE
NUMBER     CAPACITY
  3         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

0 0 0 0 0 200 0
1 3 4 5 10 20 1
2 6 8 5 0 90 1
3 0 7 5 0 90 1
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
