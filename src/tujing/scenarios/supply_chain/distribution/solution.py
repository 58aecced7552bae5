"""Distribution: which facilities to open, who is served from where, and on which routes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import ClassVar

from tujing.runtime.contract import Budget, Data, Format, Outcome, Parameters, Progress, Solution
from tujing.scenarios.supply_chain.distribution import engine
from tujing.scenarios.supply_chain.distribution.baseline import nearest_neighbour
from tujing.scenarios.supply_chain.distribution.cap_text import CapInstance, CapText
from tujing.scenarios.supply_chain.distribution.conditions import with_conditions
from tujing.scenarios.supply_chain.distribution.from_elements import Assumed, Deliveries, read_deliveries
from tujing.scenarios.supply_chain.distribution.handover import solve_joint
from tujing.scenarios.supply_chain.distribution.locating import locate
from tujing.scenarios.supply_chain.distribution.parameters import DistributionParameters
from tujing.scenarios.supply_chain.distribution.route_outcome import route_outcome
from tujing.scenarios.supply_chain.distribution.routing import Plan, RoutingProblem
from tujing.scenarios.supply_chain.distribution.solomon import LiLimText, SolomonText
from tujing.scenarios.supply_chain.distribution.telling import Telling
from tujing.scenarios.supply_chain.distribution.text_instance import TextInstance
from tujing.scenarios.supply_chain.distribution.vrplib import VrplibText
from tujing.words import Text


class Distribution(Solution):
    """Locates facilities and routes vehicles, each alone or one after the other."""

    Parameters: ClassVar[type[Parameters]] = DistributionParameters
    formats: ClassVar[tuple[Format, ...]] = (VrplibText(), SolomonText(), LiLimText(), CapText())

    def _run(self, data: Data, parameters: DistributionParameters, budget: Budget, progress: Progress) -> Outcome:
        telling = Telling(progress)
        if isinstance(data.instance, CapInstance):
            return locate(data.instance, parameters, budget, telling)
        if isinstance(data.instance, TextInstance):
            problem = _conditioned(data.instance.problem(parameters.rounding), parameters)
            return _route(problem, parameters, budget, telling)
        return _deliver(read_deliveries(data.tables, _assumed(parameters)), parameters, budget, telling)


def _conditioned(problem: RoutingProblem, parameters: DistributionParameters) -> RoutingProblem:
    return with_conditions(
        problem,
        parameters.objective,
        parameters.max_routes,
        parameters.max_stops,
        parameters.max_distance,
        parameters.max_duration,
        parameters.vehicle_fixed_cost,
        parameters.trips,
        parameters.open_routes,
        parameters.optional,
        parameters.forbidden,
    )


def _route(problem: RoutingProblem, parameters: DistributionParameters, budget: Budget, telling: Telling) -> Outcome:
    before, budget = _plain(problem, budget)
    found, warnings = _balanced(problem, parameters, budget, telling)
    return route_outcome(found.plan, before, None, found, warnings, None)


def _plain(problem: RoutingProblem, budget: Budget) -> tuple[Plan, Budget]:
    """Returns today's plan, and the budget less what making it took."""
    started = time.perf_counter()
    before = nearest_neighbour(problem)
    return before, replace(budget, seconds=max(0.5, budget.seconds - (time.perf_counter() - started)))


def _balanced(
    problem: RoutingProblem, parameters: DistributionParameters, budget: Budget, telling: Telling
) -> tuple[engine.Found, list[Text]]:
    """Solves; with `balance`, then again under a limit on each route's time drawn from the first plan."""
    if parameters.balance is None:
        return engine.solve(problem, budget.seconds, budget.seed, budget.workers, telling), []
    half = budget.seconds / 2
    first = engine.solve(problem, half, budget.seed, budget.workers, telling.within(0.0, 0.5))
    if first.plan is None or not first.plan.routes:
        return first, []
    tight = engine.tightened(problem, first.plan.routes, parameters.balance)
    even = engine.solve(tight, half, budget.seed, budget.workers, telling.within(0.5, 1.0))
    if even.plan is None or len(even.plan.left_out) > len(first.plan.left_out):
        words = Text(
            zh=f"找不到最长路线不超过平均 {1 + parameters.balance:g} 倍的方案，给出未均衡的方案；请放宽 balance。",
            en=f"No plan keeps the longest route within {1 + parameters.balance:g} × the mean; it is not balanced. "
            "Allow a larger balance.",
        )
        return first, [words]
    return even, []


def _assumed(parameters: DistributionParameters) -> Assumed:
    return Assumed(
        detour=parameters.detour,
        speed=parameters.speed,
        unloading_minutes=parameters.unloading_minutes,
        capacity=parameters.vehicle_capacity,
        fixed_cost=parameters.fixed_cost,
        cost_per_km=parameters.cost_per_km,
        cost_per_hour=parameters.cost_per_hour,
        shift_hours=parameters.shift_hours,
        grace_hours=parameters.grace_hours,
        depot_latitude=parameters.depot_latitude,
        depot_longitude=parameters.depot_longitude,
        day=parameters.day,
        start=parameters.start,
    )


def _deliver(deliveries: Deliveries, parameters: DistributionParameters, budget: Budget, telling: Telling) -> Outcome:
    problem = _conditioned(deliveries.problem, parameters)
    warnings = list(deliveries.warnings)
    before, budget = _plain(problem, budget)
    if len(problem.depots) == 1 or problem.pairs:
        found, more = _balanced(problem, parameters, budget, telling)
        return route_outcome(found.plan, before, None, found, warnings + more, deliveries)

    def solve(one: RoutingProblem, begin: float, end: float) -> engine.Found:
        seconds = max(0.5, (end - begin) * budget.seconds)
        return engine.solve(one, seconds, budget.seed, budget.workers, telling.within(begin, end))

    joint = solve_joint(problem, deliveries.depot_fixed, deliveries.depot_capacity, parameters.rounds, solve)
    if joint is None:
        return route_outcome(None, before, None, engine.Found(None, (), 0), warnings, deliveries)
    return route_outcome(joint.plan, before, joint, joint.found, warnings, deliveries)


__all__ = ["Distribution", "DistributionParameters"]
