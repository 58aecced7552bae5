"""Scheduling: which order runs on which machine when, and what makes an order late."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import ClassVar

from pydantic import Field

from tujing.problems import refuse
from tujing.runtime.contract import (
    Budget,
    Data,
    Format,
    KpiValue,
    Outcome,
    Parameters,
    Progress,
    Solution,
)
from tujing.scenarios.production.scheduling import tables
from tujing.scenarios.production.scheduling.baseline import baseline
from tujing.scenarios.production.scheduling.bound import simple_bound
from tujing.scenarios.production.scheduling.chain import Solved, Stage, solve
from tujing.scenarios.production.scheduling.changes import Changes, read_changes, read_promises, read_variants
from tujing.scenarios.production.scheduling.explain import chain_of, late_jobs, sentence
from tujing.scenarios.production.scheduling.extras import joined, promise, with_extras
from tujing.scenarios.production.scheduling.from_elements import Shop, read_shop
from tujing.scenarios.production.scheduling.in_force import as_before, changed_table, like, told
from tujing.scenarios.production.scheduling.project import Project, ProjectSchedule
from tujing.scenarios.production.scheduling.project_chain import solve_project
from tujing.scenarios.production.scheduling.project_report import project_outcome
from tujing.scenarios.production.scheduling.project_text import ProjectText
from tujing.scenarios.production.scheduling.schedule import Schedule, best
from tujing.scenarios.production.scheduling.shop import Objective, ShopProblem
from tujing.scenarios.production.scheduling.text_formats import JobShopText
from tujing.words import Text

STAGES: dict[Stage, Text] = {
    "dispatch": Text(zh="派工规则", en="dispatching rules"),
    "search": Text(zh="改进搜索", en="searching"),
    "exact": Text(zh="精确求解", en="exact solver"),
}
ORDERS_EXPLAINED = 3
MAIN_SHARE = 0.6
"""Of the time for the schedule itself, where variants or promises are asked for too."""


class SchedulingParameters(Parameters):
    """What to minimise, and from when to schedule."""

    objective: Objective | None = None
    """By default weighted tardiness where there are due dates, otherwise the makespan."""
    start: datetime | None = None
    """Minute 0 of the schedule; by default the last moment reported in the data. Not for text instances."""
    frozen_hours: float = Field(
        0.0,
        ge=0,
        le=24 * 365,
        json_schema_extra={
            "label": {"zh": "冻结期", "en": "Frozen span"},
            "unit": "h",
            "help": {
                "zh": "现行计划中在此时间内开始的工序，设备、时间和先后都不动",
                "en": "Operations of the schedule in force that start within it keep machine, start and sequence",
            },
        },
    )
    stability: float = Field(
        0.0,
        ge=0,
        le=1000,
        json_schema_extra={
            "label": {"zh": "少改动的分量", "en": "Weight of few changes"},
            "help": {
                "zh": "一道工序比现行计划挪动一分钟，抵多少分钟的加权拖期",
                "en": "Minutes of weighted tardiness that moving one start by a minute is worth",
            },
        },
    )
    changes: str = Field(
        "",
        max_length=4000,
        json_schema_extra={
            "label": {"zh": "变化", "en": "Changes"},
            "help": {
                "zh": "设备停机、急单等，例如：down TU-01 2026-03-02T10:00 2026-03-02T14:00; rush WO-105",
                "en": "Breakdowns, rush orders: down TU-01 2026-03-02T10:00 2026-03-02T14:00; rush WO-105",
            },
        },
    )
    what_if: str = Field(
        "",
        max_length=4000,
        json_schema_extra={
            "label": {"zh": "对比方案", "en": "What-if variants"},
            "help": {
                "zh": "并排比较的方案，例如：停机: down TU-01 2026-03-02T10:00 2026-03-02T14:00 | 加急: rush WO-105",
                "en": "Variants side by side, as in: hurry: rush WO-105 | no 103: without WO-103",
            },
        },
    )
    promise: str = Field(
        "",
        max_length=2000,
        json_schema_extra={
            "label": {"zh": "答复交期", "en": "Order promising"},
            "help": {
                "zh": "新订单最早何时能交而不耽误其他工单，例如：SV60 40; SV110 20 2026-03-04T08:00",
                "en": "When a new order can be done without delaying any other, as in: SV60 40; SV110 20",
            },
        },
    )


class Scheduling(Solution):
    """Schedules a flexible job shop with calendars, set-ups, release and due dates."""

    Parameters: ClassVar[type[Parameters]] = SchedulingParameters
    formats: ClassVar[tuple[Format, ...]] = (ProjectText(), JobShopText())

    def _run(self, data: Data, parameters: SchedulingParameters, budget: Budget, progress: Progress) -> Outcome:
        started, telling = time.perf_counter(), _Telling(progress)
        if isinstance(data.instance, Project):
            _refuse_clock_and_due_dates(parameters)
            return project_outcome(
                solve_project(
                    data.instance, budget.seconds, workers=budget.workers, seed=budget.seed, watch=telling.of_project
                )
            )
        changes = _changes(parameters)
        variants, promises = read_variants(parameters.what_if), read_promises(parameters.promise)
        shop = _shop(data, parameters, changes)
        rule, plain = baseline(shop.problem)
        chain = partial(solve, workers=budget.workers, seed=budget.seed)
        extras = len(variants) + len(promises)
        # Reading ten thousand operations and their baseline takes seconds of the time given.
        left = max(0.5 * budget.seconds, budget.seconds - (time.perf_counter() - started))
        seconds = left * (MAIN_SHARE if extras else 1.0)
        telling.part = MAIN_SHARE if extras else 1.0
        before = as_before(shop.problem)
        known = plain if before is None else best([plain, before])
        solved = chain(shop.problem, seconds, watch=telling, known=known)
        outcome = _outcome(shop, solved, rule, plain)
        if not extras:
            return outcome

        each = left * (1 - MAIN_SHARE) / extras

        def sub_shop(also: Changes) -> ShopProblem:
            return _shop(data, parameters, changes.also(also)).problem

        found = []
        for number, (name, also) in enumerate(variants.items()):
            telling.begin(MAIN_SHARE + (1 - MAIN_SHARE) * number / extras)
            problem = sub_shop(also)
            begin = like(solved.schedule, problem)
            found.append((name, chain(problem, each, watch=telling.silently, known=begin).schedule))
        answers = []
        for number, order in enumerate(promises, start=len(variants)):
            telling.begin(MAIN_SHARE + (1 - MAIN_SHARE) * number / extras)
            problem = sub_shop(Changes(extra=(order,)))
            answers.append(promise(problem, solved.schedule, order[0], order[1], each, budget.seed, telling.alive))
        return with_extras(outcome, solved.schedule, found, answers)


def _changes(parameters: SchedulingParameters) -> Changes:
    frozen = round(60 * parameters.frozen_hours)
    return Changes(frozen_minutes=frozen, stability=parameters.stability).also(read_changes(parameters.changes))


def _shop(data: Data, parameters: SchedulingParameters, changes: Changes) -> Shop:
    if not isinstance(data.instance, ShopProblem):
        origin = None if parameters.start is None else parameters.start.replace(tzinfo=None)
        return read_shop(data.tables, parameters.objective or "weighted_tardiness", origin, changes)
    _refuse_clock_and_due_dates(parameters)
    return Shop(data.instance)


def _refuse_clock_and_due_dates(parameters: SchedulingParameters) -> None:
    for key in ("changes", "what_if", "promise", "frozen_hours", "stability"):
        if getattr(parameters, key):
            raise refuse(
                "no_orders",
                f"文本算例没有工单和日历，请去掉参数 {key}。",
                f"A text instance has no orders or calendar; leave out the parameter {key}.",
                file="parameters",
                key=key,
            )
    if parameters.start is not None:
        raise refuse(
            "no_clock",
            "文本算例没有日历时间，请去掉参数 start。",
            "A text instance has no clock; leave out the parameter start.",
            file="parameters",
            key="start",
        )
    if parameters.objective == "weighted_tardiness":
        raise refuse(
            "no_due_dates",
            "文本算例没有交期，目标只能是 makespan。",
            "A text instance has no due dates; its objective can only be makespan.",
            file="parameters",
            key="objective",
        )


class _Telling:
    """Passes each improvement on to whoever watches the run, and between them gives the chance to cancel."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.part = 1.0
        """Share of the run that the schedule itself takes."""
        self.base = 0.0
        self.told: tuple[Stage, float, float] | None = None

    def __call__(self, stage: Stage, share: float, schedule: Schedule, bound: int) -> None:
        scale = _scale(schedule.problem)
        self._tell(stage, share, schedule.cost / scale, bound / scale)

    def of_project(self, stage: Stage, share: float, schedule: ProjectSchedule, bound: int) -> None:
        self._tell(stage, share, schedule.makespan, bound)

    def begin(self, share: float) -> None:
        self.base = min(share, 0.99)
        self.progress.report(self.base)

    def silently(self, stage: Stage, share: float, schedule: Schedule, bound: int) -> None:
        """Of a variant only that it goes on is of interest."""
        self.progress.report(self.base)

    def alive(self, share: float, found: Schedule | None) -> None:
        self.progress.report(self.base)

    def _tell(self, stage: Stage, share: float, value: float, bound: float) -> None:
        share = min(share * self.part, 0.99)
        if self.told == (stage, value, bound):
            self.progress.report(share)
            return
        self.told = (stage, value, bound)
        words = Text(
            zh=f"{STAGES[stage].zh}：目前最好 {value:g}，下界 {bound:g}",
            en=f"{STAGES[stage].en}: best {value:g}, bound {bound:g}",
        )
        self.progress.report(share, words, incumbent=value)


def _scale(problem: ShopProblem) -> int:
    return 1 if problem.objective == "makespan" else problem.weight_scale


def _outcome(shop: Shop, solved: Solved, rule: str, plain: Schedule) -> Outcome:
    schedule = solved.schedule
    explanation, changes = _explanation(solved, rule, plain), {}
    if any(operation.planned is not None for _, operation in schedule.problem.operations):
        changes = {"changed": changed_table(schedule)}
        explanation = joined(explanation, told(schedule, changes["changed"]))
    return Outcome(
        status="optimal" if solved.optimal else "feasible",
        kpis=_kpis(solved, plain),
        tables={
            "schedule": tables.schedule_table(schedule),
            "orders": tables.orders_table(schedule),
            "late_because": tables.late_because(schedule),
            **changes,
            "baseline_schedule": tables.schedule_table(plain),
        },
        explanation=explanation,
        writes={} if shop.problem.origin is None else {"operation_schedule": tables.operation_schedule(schedule)},
        charts={
            "gantt": tables.gantt(schedule),
            "convergence": tables.convergence(solved.trail, _scale(shop.problem)),
        },
        warnings=[*shop.warnings, *_overstayed(schedule)],
    )


def _overstayed(schedule: Schedule) -> list[Text]:
    """Names the longest waits that could not be kept."""
    operations = schedule.problem.operations
    return [
        Text(
            zh=f"工单 {schedule.problem.jobs[operations[one][0]].name} 的工序 {operations[one][1].label} "
            "无法在最长间隔内接上，已放宽。",
            en=f"Operation {operations[one][1].label} of {schedule.problem.jobs[operations[one][0]].name} "
            "cannot follow within its longest wait, which is relaxed.",
        )
        for one in schedule.overstayed
    ]


def _kpis(solved: Solved, plain: Schedule) -> dict[str, KpiValue]:
    schedule, problem = solved.schedule, solved.schedule.problem
    unit = "1" if problem.origin is None else "min"
    bound = solved.bound
    if problem.objective != "makespan":
        bound = simple_bound(replace(problem, objective="makespan"))

    def tardiness(of: Schedule) -> float | None:
        return of.weighted_tardiness / problem.weight_scale if problem.has_due_dates else None

    return {
        "makespan": KpiValue(schedule.makespan, unit, plain.makespan),
        "lower_bound": KpiValue(bound, unit),
        "weighted_tardiness": KpiValue(tardiness(schedule), unit, tardiness(plain)),
        "setup_share": KpiValue(schedule.setup_share, "1", plain.setup_share),
        "on_time_share": KpiValue(schedule.on_time_share, "1", plain.on_time_share),
    }


def _explanation(solved: Solved, rule: str, plain: Schedule) -> Text:
    schedule, scale = solved.schedule, _scale(solved.schedule.problem)
    count, jobs = len(schedule.start), len(schedule.problem.jobs)
    value, before, bound = (f"{figure / scale:g}" for figure in (schedule.cost, plain.cost, solved.bound))
    named = {
        "makespan": Text(zh="总完工时间", en="makespan"),
        "weighted_tardiness": Text(zh="加权拖期", en="weighted tardiness"),
    }[schedule.problem.objective]
    if schedule.problem.stability:
        named = Text(zh=f"{named.zh}与改动合计", en=f"{named.en} and moves together")
    proof = Text(zh="已证明最优", en="proved optimal")
    if not solved.optimal:
        proof = Text(zh=f"已证明不会低于 {bound}", en=f"proved to be no less than {bound}")
    zh = f"为 {jobs} 个工单的 {count} 道工序排出设备与时间，{named.zh} {value}（{proof.zh}）；"
    en = f"Machines and times for {count} operations of {jobs} orders; {named.en} {value} ({proof.en}), "
    zh += f"最好的派工规则（{rule}）为 {before}。"
    en += f"against {before} by the best dispatching rule ({rule})."
    late = late_jobs(schedule)
    if schedule.problem.has_due_dates:
        zh += f"{len(late)} 个工单晚于交期。" if late else "全部工单按期完工。"
        en += f" {len(late)} orders are late." if late else " All orders are on time."
    told = late[:ORDERS_EXPLAINED] or [max(range(jobs), key=lambda job: schedule.completion[job])]
    reasons = [sentence(schedule, job, chain_of(schedule, job)) for job in told]
    return Text(zh=zh + "".join(reason.zh for reason in reasons), en=" ".join([en, *(reason.en for reason in reasons)]))
