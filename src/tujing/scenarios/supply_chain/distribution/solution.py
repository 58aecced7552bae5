"""Distribution: which facilities to open, who is served from where, and on which routes."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from tujing.problems import refuse
from tujing.runtime.contract import Budget, Data, Format, KpiValue, Outcome, Parameters, Progress, Solution
from tujing.scenarios.supply_chain.distribution import engine, tables
from tujing.scenarios.supply_chain.distribution.baseline import cheapest_site, nearest_neighbour
from tujing.scenarios.supply_chain.distribution.cap_text import CapInstance, CapText
from tujing.scenarios.supply_chain.distribution.conditions import with_conditions
from tujing.scenarios.supply_chain.distribution.explain import (
    Limit,
    Saving,
    limit_of,
    limits_sentence,
    saving_sentence,
    weakest,
)
from tujing.scenarios.supply_chain.distribution.from_elements import Assumed, Deliveries, read_deliveries
from tujing.scenarios.supply_chain.distribution.handover import Joint, served_by, solve_joint
from tujing.scenarios.supply_chain.distribution.location import Location, LocationProblem
from tujing.scenarios.supply_chain.distribution.location import check as check_location
from tujing.scenarios.supply_chain.distribution.place import place
from tujing.scenarios.supply_chain.distribution.routing import Plan, RoutingProblem, check
from tujing.scenarios.supply_chain.distribution.vrplib import LiLimText, SolomonText, TextInstance, VrplibText
from tujing.words import Text

NAMED = 8


def _said(zh: str, en: str, unit: str = "", help_zh: str = "", help_en: str = "") -> dict[str, Any]:
    said: dict[str, Any] = {"label": {"zh": zh, "en": en}}
    if help_zh:
        said["help"] = {"zh": help_zh, "en": help_en}
    return {**said, "unit": unit} if unit else said


class DistributionParameters(Parameters):
    """Conditions of any problem first, then what is assumed where an organisation's data say nothing."""

    objective: Literal["distance", "vehicles_then_distance"] = Field(
        "distance",
        json_schema_extra=_said(
            "目标",
            "Objective",
            "",
            "成本最低，或先少用车再省成本",
            "Least cost, or fewest vehicles first and then cost",
        ),
    )
    rounding: Literal["nearest", "truncate_1", "exact"] | None = Field(
        None,
        json_schema_extra=_said(
            "距离取整",
            "Rounding of distances",
            "",
            "默认按算例格式的惯例",
            "By default as the format's collection does",
        ),
    )
    max_routes: int | None = Field(None, ge=1, le=100_000, json_schema_extra=_said("最多路线数", "Most routes"))
    max_stops: int | None = Field(
        None, ge=1, le=100_000, json_schema_extra=_said("每条路线最多客户数", "Most customers a route")
    )
    max_distance: float | None = Field(
        None, gt=0, le=1e9, json_schema_extra=_said("每条路线最长里程", "Longest route", "km")
    )
    max_duration: float | None = Field(
        None, gt=0, le=1e9, json_schema_extra=_said("每条路线最长时间", "Longest time of a route", "h")
    )
    vehicle_fixed_cost: float | None = Field(
        None, ge=0, le=1e9, json_schema_extra=_said("每车固定费用", "Fixed cost of a vehicle", "CNY")
    )
    trips: int | None = Field(None, ge=1, le=20, json_schema_extra=_said("每车最多趟数", "Trips a vehicle"))
    open_routes: bool = Field(False, json_schema_extra=_said("送完不回仓", "Routes end at the last customer"))
    balance: float | None = Field(
        None,
        ge=0,
        le=5,
        json_schema_extra=_said(
            "均衡",
            "Balance",
            "",
            "最长路线至多超过平均用时的比例",
            "By how much the longest route may exceed the mean time",
        ),
    )
    optional: str = Field(
        "",
        max_length=100_000,
        json_schema_extra=_said("可不送的客户", "Optional customers", "", "客户:奖励, …", "customer:prize, …"),
    )
    forbidden: str = Field(
        "",
        max_length=100_000,
        json_schema_extra=_said("禁配", "Forbidden pairs", "", "车型:客户, …", "kind of vehicle:customer, …"),
    )
    capacity: float | None = Field(
        None,
        gt=0,
        le=1e12,
        json_schema_extra=_said(
            "设施容量", "Capacity of a facility", "", "算例里写作 capacity 时使用", "For texts that leave it open"
        ),
    )
    single_source: bool = Field(False, json_schema_extra=_said("每客户只由一处供货", "One facility a customer"))
    max_open: int | None = Field(None, ge=1, le=100_000, json_schema_extra=_said("最多开几处", "Most facilities open"))
    open: str = Field("", max_length=10_000, json_schema_extra=_said("必须开的设施", "Facilities that must be open"))
    closed: str = Field(
        "", max_length=10_000, json_schema_extra=_said("不得开的设施", "Facilities that must be closed")
    )
    rounds: int = Field(
        2, ge=1, le=3, json_schema_extra=_said("选址与路线往返轮数", "Rounds between location and routing")
    )
    day: date | None = Field(
        None,
        json_schema_extra=_said(
            "重排哪一天", "Day to plan", "", "默认为全部未签收的", "By default all not yet delivered"
        ),
    )
    start: datetime | None = Field(None, json_schema_extra=_said("最早发车时刻", "Earliest departure"))
    depot_latitude: float | None = Field(
        None, ge=-90, le=90, json_schema_extra=_said("仓库纬度", "Depot latitude", "deg")
    )
    depot_longitude: float | None = Field(
        None, ge=-180, le=180, json_schema_extra=_said("仓库经度", "Depot longitude", "deg")
    )
    vehicle_capacity: float = Field(
        5000.0, gt=0, le=1e6, json_schema_extra=_said("车辆载重", "Mass a lorry carries", "kg")
    )
    fixed_cost: float = Field(
        300.0, ge=0, le=1e6, json_schema_extra=_said("每次出车费用", "Cost of a lorry a day", "CNY")
    )
    cost_per_km: float = Field(3.0, ge=0, le=1000, json_schema_extra=_said("每公里费用", "Cost a kilometre", "CNY/km"))
    cost_per_hour: float = Field(35.0, ge=0, le=10_000, json_schema_extra=_said("每小时费用", "Cost an hour", "CNY/h"))
    shift_hours: float | None = Field(None, gt=0, le=1000, json_schema_extra=_said("班次时长", "Shift", "h"))
    speed: float = Field(45.0, gt=0, le=200, json_schema_extra=_said("平均车速", "Mean speed", "km/h"))
    detour: float = Field(
        1.3,
        ge=1,
        le=3,
        json_schema_extra=_said("绕行系数", "Detour factor", "", "道路里程 ÷ 直线距离", "Road ÷ straight distance"),
    )
    unloading_minutes: float = Field(
        15.0, ge=0, le=1440, json_schema_extra=_said("每站卸货", "Unloading a stop", "min")
    )
    grace_hours: float = Field(
        4.0, ge=0, le=240, json_schema_extra=_said("已来不及的订单放宽", "Grace for promises already lost", "h")
    )


class Distribution(Solution):
    """Locates facilities and routes vehicles, each alone or one after the other."""

    Parameters: ClassVar[type[Parameters]] = DistributionParameters
    formats: ClassVar[tuple[Format, ...]] = (VrplibText(), SolomonText(), LiLimText(), CapText())

    def _run(self, data: Data, parameters: DistributionParameters, budget: Budget, progress: Progress) -> Outcome:
        telling = _Telling(progress)
        if isinstance(data.instance, CapInstance):
            return _locate(data.instance, parameters, budget, telling)
        if isinstance(data.instance, TextInstance):
            problem = _conditioned(data.instance.problem(parameters.rounding), parameters)
            return _route(problem, parameters, budget, telling)
        return _deliver(read_deliveries(data.tables, _assumed(parameters)), parameters, budget, telling)


class _Telling:
    """Passes progress on; the share grows from stage to stage."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.share = 0.0
        self.best = math.inf

    def __call__(self, share: float, best: float | None) -> None:
        self.share = max(self.share, min(0.99, share))
        if best is not None and math.isfinite(best) and best < self.best:
            self.best = best
            words = Text(zh=f"目前最好成本 {best:.2f}", en=f"best cost {best:.2f}")
            self.progress.report(self.share, words, incumbent=best)
        else:
            self.progress.report(self.share)

    def within(self, begin: float, end: float) -> engine.Watch:
        """Returns a watcher whose 0–1 is [begin, end] of the whole."""
        return lambda share, best: self(begin + share * (end - begin), best)


# --- location alone ---------------------------------------------------------------------------------------------------


def _locate(instance: CapInstance, parameters: DistributionParameters, budget: Budget, telling: _Telling) -> Outcome:
    problem = instance.problem(parameters.capacity)
    problem = replace(
        problem,
        single_source=parameters.single_source,
        max_open=parameters.max_open,
        must_open=_facilities(problem, parameters.open, "open"),
        must_close=_facilities(problem, parameters.closed, "closed"),
    )
    if problem.must_open & problem.must_close:
        raise refuse(
            "open_and_closed",
            "同一设施不能既必须开又不得开。",
            "A facility cannot be both open and closed.",
            file="parameters",
            key="open",
        )
    plan = place(problem, budget.seconds, lambda share, best, bound: telling(share, best))
    _assert_sound(check_location(problem, plan))
    before = cheapest_site(replace(problem, single_source=False))
    return Outcome(
        status="optimal" if plan.optimal else "feasible",
        kpis={
            "total_cost": KpiValue(plan.cost, "1", before.cost if before.share.any() else None),
            "cost_bound": KpiValue(plan.bound, "1"),
            "open_facilities": KpiValue(int(plan.open.sum()), "1", int(before.open.sum())),
        },
        tables={"assignments": tables.assignments_table(plan), "facilities": tables.facilities_table(plan)},
        explanation=_location_words(plan, before),
        charts={"facilities": tables.facility_chart(plan), "costs": tables.location_cost_chart(plan, before)},
    )


def _facilities(problem: LocationProblem, names: str, parameter: str) -> frozenset[int]:
    known = {name: number for number, name in enumerate(problem.facilities)}
    chosen = [name.strip() for name in names.replace("，", ",").split(",") if name.strip()]
    for name in chosen:
        if name not in known:
            zh, en = f"没有设施 {name}。", f"There is no facility {name}."
            raise refuse("unknown_name", zh, en, file="parameters", key=parameter, value=name)
    return frozenset(known[name] for name in chosen)


def _location_words(plan: Location, before: Location) -> Text:
    names = [plan.problem.facilities[i] for i in range(len(plan.open)) if plan.open[i]]
    full = [
        plan.problem.facilities[i]
        for i in range(len(plan.open))
        if plan.open[i] and plan.load[i] >= 0.999 * plan.problem.capacity[i]
    ]
    proof = Text(zh="已证明最优", en="proved optimal")
    if not plan.optimal:
        proof = Text(zh=f"已证明不会低于 {plan.bound:.3f}", en=f"proved to be no less than {plan.bound:.3f}")
    split = int(((plan.share > 1e-6) & (plan.share < 1 - 1e-6)).any(axis=0).sum())
    zh = (
        f"在 {len(plan.open)} 处中开 {len(names)} 处（{'、'.join(names[:NAMED])}{'…' if len(names) > NAMED else ''}），"
    )
    zh += f"总成本 {plan.cost:.3f}（{proof.zh}）：固定 {plan.fixed_cost:.0f}，服务 {plan.service_cost:.0f}；"
    zh += f"只按单位固定费用开设为 {before.cost:.0f}。"
    zh += f"{len(full)} 处满负荷，{split} 个客户由多处供货。"
    zh += "先看满负荷的设施：扩它的容量最可能再降成本。" if full else "没有一处满负荷，扩容不会降低成本。"
    en = f"{len(names)} of {len(plan.open)} facilities are open ({', '.join(names[:NAMED])}"
    en += f"{'…' if len(names) > NAMED else ''}); total cost {plan.cost:.3f} ({proof.en}): "
    en += f"fixed {plan.fixed_cost:.0f}, serving {plan.service_cost:.0f}, against {before.cost:.0f} for the sites of "
    en += f"least fixed cost a unit. {len(full)} are full, {split} customers are served by several. "
    en += (
        "Look at the full ones first: more capacity there is likeliest to save."
        if full
        else ("None is full, so more capacity would not save.")
    )
    return Text(zh=zh, en=en)


# --- routing ----------------------------------------------------------------------------------------------------------


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


def _route(problem: RoutingProblem, parameters: DistributionParameters, budget: Budget, telling: _Telling) -> Outcome:
    before, budget = _plain(problem, budget)
    found, warnings = _balanced(problem, parameters, budget, telling)
    return _outcome(found.plan, before, None, found, warnings, None)


def _plain(problem: RoutingProblem, budget: Budget) -> tuple[Plan, Budget]:
    """Returns today's plan, and the budget less what making it took."""
    started = time.perf_counter()
    before = nearest_neighbour(problem)
    return before, replace(budget, seconds=max(0.5, budget.seconds - (time.perf_counter() - started)))


def _balanced(
    problem: RoutingProblem, parameters: DistributionParameters, budget: Budget, telling: _Telling
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


def _deliver(deliveries: Deliveries, parameters: DistributionParameters, budget: Budget, telling: _Telling) -> Outcome:
    problem = _conditioned(deliveries.problem, parameters)
    warnings = list(deliveries.warnings)
    before, budget = _plain(problem, budget)
    if len(problem.depots) == 1 or problem.pairs:
        found, more = _balanced(problem, parameters, budget, telling)
        return _outcome(found.plan, before, None, found, warnings + more, deliveries)

    def solve(one: RoutingProblem, begin: float, end: float) -> engine.Found:
        seconds = max(0.5, (end - begin) * budget.seconds)
        return engine.solve(one, seconds, budget.seed, budget.workers, telling.within(begin, end))

    joint = solve_joint(problem, deliveries.depot_fixed, deliveries.depot_capacity, parameters.rounds, solve)
    if joint is None:
        return _outcome(None, before, None, engine.Found(None, (), 0), warnings, deliveries)
    return _outcome(joint.plan, before, joint, joint.found, warnings, deliveries)


def _outcome(
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
    _assert_sound(check(plan))
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
        "left_out": tables.left_out_table(plan),
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
    kpis["left_out_count"] = KpiValue(len(plan.left_out), "1")
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


def _assert_sound(faults: list[str]) -> None:
    """A plan that breaks a limit is a fault of this program and never handed out."""
    if faults:
        raise RuntimeError(f"the plan failed its check: {'; '.join(faults[:5])}")


__all__ = ["Distribution", "DistributionParameters"]
