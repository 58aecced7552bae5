"""A route plan as an outcome: key figures, tables, charts, and its explanation in words."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from tujing.runtime.contract import KpiValue, Outcome
from tujing.scenarios.supply_chain.distribution import engine, tables
from tujing.scenarios.supply_chain.distribution.explain import (
    NAMED,
    Limit,
    Saving,
    limit_of,
    limits_sentence,
    saving_sentence,
    weakest,
)
from tujing.scenarios.supply_chain.distribution.from_elements import Deliveries
from tujing.scenarios.supply_chain.distribution.handover import Joint, served_by
from tujing.scenarios.supply_chain.distribution.location import Location
from tujing.scenarios.supply_chain.distribution.route_check import assert_sound
from tujing.scenarios.supply_chain.distribution.routing import Plan, RoutingProblem
from tujing.words import Text


def route_outcome(
    plan: Plan | None,
    before: Plan,
    joint: Joint | None,
    found: engine.Found,
    warnings: list[Text],
    deliveries: Deliveries | None,
) -> Outcome:
    if plan is None:
        words = Text(
            zh="在给定时间内没有找到可行的路线；请延长时间、增加车辆或放宽限制。",
            en="No plan was found in the time given; allow more time or vehicles, or relax a limit.",
        )
        return Outcome("infeasible", {}, {}, words, warnings=[*warnings, words])
    assert_sound(plan)
    problem = plan.problem
    unit = "CNY" if deliveries is not None else "1"
    comparable = len(before.left_out) <= len(plan.left_out) and not problem.groups
    depots = 0.0 if joint is None else joint.location.fixed_cost
    # Today every depot that has stock sends: the plain plan pays for all that it uses.
    used = {problem.vehicles[route.vehicle].depot for route in before.routes}
    before_depots = 0.0 if deliveries is None else sum(deliveries.depot_fixed[one] for one in used)
    if joint is None and deliveries is not None:
        depots = sum(deliveries.depot_fixed[one] for one in {problem.vehicles[r.vehicle].depot for r in plan.routes})
    limits = [limit_of(plan, route) for route in plan.routes]
    required = [one for one in plan.left_out if _prize(problem, one) is None]
    if required:
        names = [problem.stops[n].name if kind == "stop" else problem.pairs[n].name for kind, n in required]
        warnings.append(
            Text(
                zh=f"{len(names)} 个必须送的客户排不进任何路线，未送：{'、'.join(names[:NAMED])}；"
                "请增加车辆、放宽时间窗或班次。",
                en=f"{len(names)} customers who must be served fit into no route and are left out: "
                f"{', '.join(names[:NAMED])}; add vehicles or widen windows or shifts.",
            )
        )
    saving = weakest(plan)
    charts = {
        "costs": tables.cost_chart(plan, before if comparable else None, depots, before_depots, unit),
        "use": tables.use_chart(plan),
        "convergence": tables.trail_chart(found.trail),
    }
    drawn = tables.routes_chart(plan)
    results = {
        "routes": tables.routes_table(plan),
        "route_summary": tables.summary_table(plan, limits),
        "left_out": tables.left_out_table(plan, () if deliveries is None else deliveries.unplanned),
        "baseline_routes": tables.routes_table(before),
    }
    if joint is not None:
        served = _served(joint, deliveries)
        results |= {"assignments": tables.assignments_table(served), "facilities": tables.facilities_table(served)}
    return Outcome(
        status="feasible",
        kpis=_kpis(plan, before if comparable else None, depots, before_depots, deliveries, unit),
        tables=results,
        explanation=_words(plan, before if comparable else None, joint, depots, before_depots, limits, saving, unit),
        writes={} if deliveries is None else {"delivery_route": tables.delivery_route(plan)},
        charts=({"routes": drawn} if drawn is not None else {}) | charts,
        warnings=warnings,
    )


def _prize(problem: RoutingProblem, one: tuple[str, int]) -> float | None:
    kind, number = one
    return problem.stops[number].prize if kind == "stop" else problem.pairs[number].prize


def _served(joint: Joint, deliveries: Deliveries | None) -> Location:
    """The location as the routes carry it out: each stop wholly from the depot of its route."""
    share = joint.location.share * 0
    for stop, depot in served_by(joint.plan).items():
        share[depot, stop] = 1.0
    problem = joint.location.problem
    if deliveries is not None:  # the capacities as given, where location needed only what all goods take
        problem = replace(problem, capacity=np.array(deliveries.depot_capacity))
    return replace(joint.location, problem=problem, share=share)


def _kpis(
    plan: Plan, before: Plan | None, depots: float, before_depots: float, deliveries: Deliveries | None, unit: str
) -> dict[str, KpiValue]:
    kpis = {}
    if deliveries is not None:
        kpis["on_time_arrival"] = KpiValue(_on_time(plan, deliveries), "1", _on_time(before, deliveries))
        count = max(1, sum(len(route.customers) for route in plan.routes))
        kpis["distance_per_shipment"] = KpiValue(
            plan.distance / count, "km", None if before is None else before.distance / count
        )
        mass = sum(stop.delivery[0] for stop in plan.problem.stops) + sum(p.amount[0] for p in plan.problem.pairs)
        if mass > 0:
            kpis["freight_per_mass"] = KpiValue(
                (plan.cost + depots) / mass * 1000,
                "CNY/t",
                None if before is None else (before.cost + before_depots) / mass * 1000,
            )
    kpis["total_cost"] = KpiValue(plan.cost + depots, unit, None if before is None else before.cost + before_depots)
    kpis["route_count"] = KpiValue(len(plan.routes), "1", None if before is None else len(before.routes))
    kpis["left_out_count"] = KpiValue(
        len(plan.left_out) + (0 if deliveries is None else len(deliveries.unplanned)), "1"
    )
    return kpis


def _on_time(plan: Plan | None, deliveries: Deliveries) -> float | None:
    """The share of all promised shipments that arrive by their promise; those left out do not."""
    if plan is None:
        return None
    promised = {name: due for name, due in deliveries.promised.items() if math.isfinite(due)}
    kept = sum(
        visit.start <= promised.get(plan.problem.stop(visit.kind, visit.number).name, -math.inf) + 1e-6
        for route in plan.routes
        for visit in route.customers
        if visit.kind != "pickup"
    )
    return kept / len(promised) if promised else None


def _words(
    plan: Plan,
    before: Plan | None,
    joint: Joint | None,
    depots: float,
    before_depots: float,
    limits: list[Limit],
    saving: Saving | None,
    unit: str,
) -> Text:
    customers = sum(len(route.customers) for route in plan.routes)
    cost = plan.cost + depots
    money = "" if unit == "1" else f" {unit}"
    zh = f"{customers} 个客户分 {len(plan.routes)} 条路线，总里程 {plan.distance:.1f}，总成本 {cost:.2f}{money}"
    en = f"{customers} customers on {len(plan.routes)} routes, distance {plan.distance:.1f}, "
    en += f"total cost {cost:.2f}{money}"
    if before is not None:
        plain = before.cost + before_depots
        less = 100 * (1 - cost / plain) if plain else 0.0
        zh += f"，比逐个找最近客户的派法（{len(before.routes)} 条路线，{plain:.2f}）省 {less:.1f}%"
        en += f", {less:.1f} % below sending to the nearest customer next ({len(before.routes)} routes, {plain:.2f})"
    zh, en = zh + "。", en + "."
    if joint is not None:
        names = [
            name for name, flag in zip(joint.location.problem.facilities, joint.location.open, strict=True) if flag
        ]
        zh += f"开 {len(names)} 个仓：{'、'.join(names[:NAMED])}，仓库固定费用 {depots:.0f}{money}。"
        en += f" {len(names)} depots are open: {', '.join(names[:NAMED])}, at a fixed cost of {depots:.0f}{money}."
    told = [limits_sentence(limits)]
    if saving is not None:
        told.append(saving_sentence(saving, "" if unit == "1" else unit))
    return Text(zh=zh + "".join(part.zh for part in told), en=" ".join([en, *(part.en for part in told)]))
