"""Facility location: which facilities to open and which of them serves whom.

The problem is the capacitated facility location problem: minimise fixed costs of the open facilities plus the cost of
serving, subject to every customer's demand being met and no capacity exceeded. Shares may be split between facilities
unless `single_source`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tujing.problems import refuse

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Watch = Callable[[float, float, float], None]
"""Called with the share of time used, the best cost and the bound; may raise to stop the search."""


@dataclass(frozen=True, eq=False)
class LocationProblem:
    """Facilities `0…m-1` and customers `0…n-1`.

    `capacity` and `demand` are in one unit of goods a period; `fixed` is the cost a period of keeping a facility open;
    `cost[i, j]` that of serving the whole demand of customer j from facility i (infinite: not allowed).
    `must_open` and `must_close` are decisions already made; at most `max_open` facilities are open.
    """

    capacity: Floats
    fixed: Floats
    demand: Floats
    cost: Floats
    facilities: tuple[str, ...]
    customers: tuple[str, ...]
    single_source: bool = False
    must_open: frozenset[int] = frozenset()
    must_close: frozenset[int] = frozenset()
    max_open: int | None = None

    @property
    def size(self) -> tuple[int, int]:
        return len(self.capacity), len(self.demand)

    @property
    def allowed(self) -> Flags:
        """Which facilities may be open."""
        allowed = np.ones(len(self.capacity), dtype=bool)
        allowed[list(self.must_close)] = False
        return allowed

    @property
    def required(self) -> Flags:
        """Which facilities must be open."""
        required = np.zeros(len(self.capacity), dtype=bool)
        required[list(self.must_open)] = True
        return required


@dataclass(frozen=True, eq=False)
class Location:
    """A plan: `open` (m) and `share` (m × n, the part of each customer's demand that each facility serves)."""

    problem: LocationProblem
    open: Flags
    share: Floats
    bound: float
    optimal: bool

    @property
    def fixed_cost(self) -> float:
        return float(self.problem.fixed[self.open].sum())

    @property
    def service_cost(self) -> float:
        used = self.share > 0
        return float((self.problem.cost[used] * self.share[used]).sum())

    @property
    def cost(self) -> float:
        return self.fixed_cost + self.service_cost

    @property
    def load(self) -> Floats:
        """Goods that leave each facility."""
        return np.asarray(self.share @ self.problem.demand)


def check(problem: LocationProblem, plan: Location) -> list[str]:
    """Returns what is wrong with a plan, found without any of the solver's own code; empty when it holds."""
    wrong = []
    scale = 1e-6
    for j, name in enumerate(problem.customers):
        if abs(sum(plan.share[:, j]) - 1) > scale:
            wrong.append(f"customer {name} is served to {sum(plan.share[:, j]):.6f}")
    for i, name in enumerate(problem.facilities):
        load = sum(problem.demand[j] * plan.share[i, j] for j in range(len(problem.customers)))
        if load > problem.capacity[i] * (1 + scale):
            wrong.append(f"facility {name} carries {load} of {problem.capacity[i]}")
        if load > scale and not plan.open[i]:
            wrong.append(f"facility {name} serves but is closed")
        if plan.open[i] and i in problem.must_close:
            wrong.append(f"facility {name} is open but must not be")
        if not plan.open[i] and i in problem.must_open:
            wrong.append(f"facility {name} is closed but must be open")
    if plan.share.min() < -scale:
        wrong.append("a share is negative")
    if problem.single_source and ((plan.share > scale) & (plan.share < 1 - scale)).any():
        wrong.append("a customer is split")
    if problem.max_open is not None and plan.open.sum() > problem.max_open:
        wrong.append(f"{plan.open.sum()} facilities are open")
    return wrong


def assert_sound(problem: LocationProblem, plan: Location) -> None:
    """Raises when a plan breaks a limit: that is a fault of this program, and never handed out."""
    if faults := check(problem, plan):
        raise RuntimeError(f"the plan failed its check: {'; '.join(faults[:5])}")


def check_solvable(problem: LocationProblem) -> None:
    """Refuses a problem that no plan can meet, and says why.

    Raises
    ------
    BadInput
        When all capacity together falls short, or a customer can be served by none.
    """
    allowed = problem.allowed
    capacity = np.sort(problem.capacity[allowed])[::-1]
    if problem.max_open is not None:
        capacity = capacity[: problem.max_open]
    supply, need = float(capacity.sum()), float(problem.demand.sum())
    if supply < need * (1 - 1e-12):
        raise refuse(
            "too_little_capacity",
            f"可开设施的总容量 {supply:g} 小于总需求 {need:g}；请提高容量、增加设施或放宽开设数量。",
            f"The facilities that may open hold {supply:g} in all, the demand is {need:g}; "
            "raise capacities, add facilities or allow more of them.",
            column="capacity",
        )
    for j, name in enumerate(problem.customers):
        reachable = allowed & np.isfinite(problem.cost[:, j])
        if not reachable.any():
            raise refuse(
                "unreachable_customer",
                f"没有可开的设施能服务客户 {name}，请检查费用或允许的设施。",
                f"No facility that may open can serve customer {name}; check costs and allowed facilities.",
                key=name,
            )
        if problem.single_source and problem.demand[j] > problem.capacity[reachable].max():
            raise refuse(
                "demand_over_capacity",
                f"客户 {name} 的需求 {problem.demand[j]:g} 超过任何一个设施的容量；请去掉 single_source。",
                f"Customer {name} needs {problem.demand[j]:g}, more than any one facility holds; "
                "allow several sources (single_source=false).",
                key=name,
            )
