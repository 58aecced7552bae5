"""Scheduling: which order runs on which machine when, and what makes an order late."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import ClassVar

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
from tujing.scenarios.production.scheduling.explain import chain_of, late_jobs, sentence
from tujing.scenarios.production.scheduling.from_elements import Shop, read_shop
from tujing.scenarios.production.scheduling.project import Project, ProjectSchedule
from tujing.scenarios.production.scheduling.project_chain import solve_project
from tujing.scenarios.production.scheduling.project_report import project_outcome
from tujing.scenarios.production.scheduling.project_text import ProjectText
from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.scenarios.production.scheduling.shop import Objective, ShopProblem
from tujing.scenarios.production.scheduling.text_formats import JobShopText
from tujing.words import Text

STAGES: dict[Stage, Text] = {
    "dispatch": Text(zh="派工规则", en="dispatching rules"),
    "search": Text(zh="改进搜索", en="searching"),
    "exact": Text(zh="精确求解", en="exact solver"),
}
ORDERS_EXPLAINED = 3


class SchedulingParameters(Parameters):
    """What to minimise, and from when to schedule."""

    objective: Objective | None = None
    """By default weighted tardiness where there are due dates, otherwise the makespan."""
    start: datetime | None = None
    """Minute 0 of the schedule; by default the last moment reported in the data. Not for text instances."""


class Scheduling(Solution):
    """Schedules a flexible job shop with calendars, set-ups, release and due dates."""

    Parameters: ClassVar[type[Parameters]] = SchedulingParameters
    formats: ClassVar[tuple[Format, ...]] = (ProjectText(), JobShopText())

    def _run(self, data: Data, parameters: SchedulingParameters, budget: Budget, progress: Progress) -> Outcome:
        telling = _Telling(progress)
        if isinstance(data.instance, Project):
            _refuse_clock_and_due_dates(parameters)
            return project_outcome(
                solve_project(
                    data.instance, budget.seconds, workers=budget.workers, seed=budget.seed, watch=telling.of_project
                )
            )
        shop = _shop(data, parameters)
        rule, plain = baseline(shop.problem)
        solved = solve(
            shop.problem, budget.seconds, workers=budget.workers, seed=budget.seed, watch=telling, known=plain
        )
        return _outcome(shop, solved, rule, plain)


def _shop(data: Data, parameters: SchedulingParameters) -> Shop:
    if not isinstance(data.instance, ShopProblem):
        origin = None if parameters.start is None else parameters.start.replace(tzinfo=None)
        return read_shop(data.tables, parameters.objective or "weighted_tardiness", origin)
    _refuse_clock_and_due_dates(parameters)
    return Shop(data.instance)


def _refuse_clock_and_due_dates(parameters: SchedulingParameters) -> None:
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
        self.told: tuple[Stage, float, float] | None = None

    def __call__(self, stage: Stage, share: float, schedule: Schedule, bound: int) -> None:
        scale = _scale(schedule.problem)
        self._tell(stage, share, schedule.cost / scale, bound / scale)

    def of_project(self, stage: Stage, share: float, schedule: ProjectSchedule, bound: int) -> None:
        self._tell(stage, share, schedule.makespan, bound)

    def _tell(self, stage: Stage, share: float, value: float, bound: float) -> None:
        share = min(share, 0.99)
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
    return Outcome(
        status="optimal" if solved.optimal else "feasible",
        kpis=_kpis(solved, plain),
        tables={
            "schedule": tables.schedule_table(schedule),
            "orders": tables.orders_table(schedule),
            "late_because": tables.late_because(schedule),
            "baseline_schedule": tables.schedule_table(plain),
        },
        explanation=_explanation(solved, rule, plain),
        writes={} if shop.problem.origin is None else {"operation_schedule": tables.operation_schedule(schedule)},
        charts={
            "gantt": tables.gantt(schedule),
            "convergence": tables.convergence(solved.trail, _scale(shop.problem)),
        },
        warnings=shop.warnings,
    )


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
