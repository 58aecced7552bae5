"""Beside the schedule: variants compared with it, and dates for new orders that delay none of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from tujing.runtime.contract import Chart, Outcome
from tujing.scenarios.production.scheduling.explain import late_jobs
from tujing.scenarios.production.scheduling.rich import decoder_for
from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.scenarios.production.scheduling.search import Limit, Watch, anneal
from tujing.scenarios.production.scheduling.shop import ShopProblem
from tujing.scenarios.production.scheduling.tables import clock
from tujing.words import Text

HEAVY = 100_000
"""What a minute's delay of another order weighs against a minute of the new one."""


@dataclass(frozen=True)
class Promise:
    """The answer for one new order: its product, quantity and end, and the end when it waits for all the others."""

    product: str
    quantity: float
    schedule: Schedule
    at_the_back: int

    @property
    def job(self) -> int:
        return len(self.schedule.problem.jobs) - 1

    @property
    def end(self) -> int:
        return self.schedule.completion[self.job]


def promise(
    problem: ShopProblem, current: Schedule, product: str, quantity: float, seconds: float, seed: int, watch: Watch
) -> Promise:
    """Finds the earliest end of the last job of `problem`, such that no other job ends after its due date, or after
    its end in `current` where that is later. `problem` is that of `current` with the new job added at the end.
    """
    jobs = [
        replace(job, due=end if job.due is None else max(job.due, end), weight=HEAVY)
        for job, end in zip(problem.jobs, current.completion, strict=False)
    ]
    new = replace(problem.jobs[-1], due=problem.jobs[-1].release, weight=1)
    asked = replace(problem, jobs=(*jobs, new), objective="weighted_tardiness", stability=0)
    decoder = decoder_for(asked)
    numbers = range(asked.first[-2], asked.first[-1])
    # Behind everything it disturbs nothing: what the search begins from already keeps the others' dates.
    choice = [*current.choice, *([0] * len(numbers))]
    start = decoder.schedule([*current.order, *numbers], choice)
    found = anneal(start, Limit(seconds), seed, watch)
    if found.cost >= HEAVY:
        # Only a longest wait or a frozen start can be in the way; then the new order does wait for all the others.
        found = start
    return Promise(product, quantity, found, start.completion[-1])


def with_extras(
    outcome: Outcome, base: Schedule, variants: Sequence[tuple[str, Schedule]], promises: Sequence[Promise]
) -> Outcome:
    """Adds tables `variants` and `promises`, a chart of the variants and what they say in words."""
    tables, charts, explanation = dict(outcome.tables), dict(outcome.charts), outcome.explanation
    if variants:
        rows = [_variant_row("", base, base), *(_variant_row(name, schedule, base) for name, schedule in variants)]
        tables["variants"] = pa.Table.from_pylist(rows)
        charts["variants"] = _chart(rows)
        explanation = joined(explanation, _told(rows))
    if promises:
        tables["promises"] = pa.Table.from_pylist([_promise_row(one) for one in promises])
        for one in promises:
            explanation = joined(explanation, _promised(one))
    return replace(outcome, tables=tables, charts=charts, explanation=explanation)


def _variant_row(name: str, schedule: Schedule, base: Schedule) -> dict[str, object]:
    """`moved` counts operations that are in both and start at another time or on another machine."""

    def places(of: Schedule) -> dict[tuple[object, int], tuple[int, object]]:
        problem = of.problem
        return {
            (problem.jobs[job].name, operation.label): (of.start[one], problem.machines[of.mode(one).machine].name)
            for one, (job, operation) in enumerate(problem.operations)
        }

    before, now = places(base), places(schedule)
    # By the weights as they are: a rush order's own would make variants incomparable.
    weights = {job.name: job.weight for job in base.problem.jobs}
    tardiness = sum(
        weights.get(job.name, job.weight) * late
        for job, late in zip(schedule.problem.jobs, schedule.tardiness, strict=True)
    )
    return {
        "variant": name or "base",
        "orders": len(schedule.problem.jobs),
        "weighted_tardiness": tardiness / schedule.problem.weight_scale,
        "makespan": schedule.makespan,
        "late_orders": len(late_jobs(schedule)),
        "moved": sum(1 for key, place in now.items() if key in before and before[key] != place),
    }


def _chart(rows: list[dict[str, object]]) -> Chart:
    return Chart(
        kind="bar",
        title=Text(zh="各方案的加权拖期", en="Weighted tardiness of the variants"),
        data={
            "categories": [
                {"zh": "现方案", "en": "as it is"} if row["variant"] == "base" else row["variant"] for row in rows
            ],
            "series": [
                {
                    "name": {"zh": "加权拖期", "en": "weighted tardiness"},
                    "values": [row["weighted_tardiness"] for row in rows],
                }
            ],
            "unit": "min",
        },
    )


def _told(rows: list[dict[str, object]]) -> Text:
    zh = [
        f"方案“{row['variant']}”加权拖期 {row['weighted_tardiness']:g}，改动 {row['moved']} 道工序" for row in rows[1:]
    ]
    en = [
        f"Variant “{row['variant']}”: weighted tardiness {row['weighted_tardiness']:g}, {row['moved']} operations moved"
        for row in rows[1:]
    ]
    return Text(zh="；".join(zh) + "。", en="; ".join(en) + ".")


def _promise_row(one: Promise) -> dict[str, object]:
    return {
        "product": one.product,
        "quantity": one.quantity,
        "end": one.end,
        "end_time": clock(one.schedule, one.end),
        "end_behind_all_others": one.at_the_back,
        "end_behind_all_others_time": clock(one.schedule, one.at_the_back),
    }


def _promised(one: Promise) -> Text:
    day = f"{clock(one.schedule, one.end):%Y-%m-%d %H:%M}"
    return Text(
        zh=f"新订单 {one.product} × {one.quantity:g} 最早可答复 {day} 完工，其他工单都不因此变晚。",
        en=f"A new order of {one.quantity:g} × {one.product} can be promised for {day}; no other order becomes later.",
    )


def joined(one: Text, other: Text) -> Text:
    return Text(zh=one.zh + other.zh, en=f"{one.en} {other.en}")
