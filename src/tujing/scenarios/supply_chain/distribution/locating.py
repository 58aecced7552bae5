"""Location alone, from a text to what is shown."""

from __future__ import annotations

from dataclasses import replace

from tujing.problems import refuse
from tujing.runtime.contract import Budget, KpiValue, Outcome
from tujing.scenarios.supply_chain.distribution import tables
from tujing.scenarios.supply_chain.distribution.cap_text import CapInstance
from tujing.scenarios.supply_chain.distribution.explain import NAMED
from tujing.scenarios.supply_chain.distribution.location import Location, LocationProblem, assert_sound
from tujing.scenarios.supply_chain.distribution.parameters import DistributionParameters
from tujing.scenarios.supply_chain.distribution.place import cheapest_site, place
from tujing.scenarios.supply_chain.distribution.telling import Telling
from tujing.words import Text


def locate(instance: CapInstance, parameters: DistributionParameters, budget: Budget, telling: Telling) -> Outcome:
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
    assert_sound(problem, plan)
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
