"""A project's schedule as an outcome: table, charts and plain words."""

from __future__ import annotations

import pyarrow as pa

from tujing.runtime.contract import Chart, KpiValue, Outcome
from tujing.scenarios.production.scheduling.project import ProjectSchedule, use_over_time
from tujing.scenarios.production.scheduling.project_chain import SolvedProject
from tujing.scenarios.production.scheduling.tables import convergence
from tujing.words import Text

CHART_TASKS = 400


def project_outcome(solved: SolvedProject) -> Outcome:
    """Returns the outcome; times are in the file's unit."""
    schedule = solved.schedule
    kpis = {
        "makespan": KpiValue(schedule.makespan, "1", solved.plain.makespan),
        "lower_bound": KpiValue(solved.bound, "1"),
    }
    charts = {"convergence": convergence(solved.trail, 1)}
    if schedule.project.capacities:
        charts["resources"] = _resources(schedule)
    if len(schedule.start) <= CHART_TASKS:
        charts["gantt"] = _gantt(schedule)
    return Outcome(
        status="optimal" if solved.optimal else "feasible",
        kpis=kpis,
        tables={
            "schedule": _table(schedule),
            "resource_use": _use(schedule),
            "baseline_schedule": _table(solved.plain),
        },
        explanation=_explanation(solved),
        charts=charts,
    )


def _table(schedule: ProjectSchedule) -> pa.Table:
    names = [task.name for task in schedule.project.tasks]
    return pa.table({"task": names, "start": list(schedule.start), "end": list(schedule.end)})


def _use(schedule: ProjectSchedule) -> pa.Table:
    """One row a resource: how much of it there is, is used at most, and is used on average."""
    project, span = schedule.project, max(1, schedule.makespan)
    used = [use_over_time(schedule, kind) for kind in range(len(project.capacities))]
    return pa.table(
        {
            "resource": pa.array(range(1, len(used) + 1), pa.int64()),
            "capacity": pa.array(project.capacities, pa.int64()),
            "most": pa.array([max(one, default=0) for one in used], pa.int64()),
            "mean": pa.array([sum(one) / span for one in used], pa.float64()),
        }
    )


def _busiest(schedule: ProjectSchedule) -> tuple[int, float]:
    """Returns the number, from 1, of the resource used most of its capacity, and the share of it in use."""
    project, span = schedule.project, max(1, schedule.makespan)
    shares = [
        sum(task.duration * task.needs[kind] for task in project.tasks) / (capacity * span) if capacity else 0.0
        for kind, capacity in enumerate(project.capacities)
    ]
    best = max(range(len(shares)), key=shares.__getitem__, default=0)
    return best + 1, shares[best] if shares else 0.0


def _explanation(solved: SolvedProject) -> Text:
    schedule = solved.schedule
    project, value = schedule.project, schedule.makespan
    longest = max(head + tail for head, tail in zip(project.heads, project.tails, strict=True))
    zh = f"为 {len(project.tasks)} 个任务排出起止时间，总工期 {value}（"
    en = f"Start and end of {len(project.tasks)} tasks; makespan {value} ("
    zh += "已证明最优）；" if solved.optimal else f"已证明不会低于 {solved.bound}）；"
    en += "proved optimal), " if solved.optimal else f"proved to be no less than {solved.bound}), "
    zh += f"最好的优先规则（{solved.rule}）为 {solved.plain.makespan}。"
    en += f"against {solved.plain.makespan} by the best priority rule ({solved.rule})."
    if value == longest:
        zh += "工期由最长的任务链决定：增加资源不会更快，要缩短链上任务的工期。"
        en += " The longest chain of tasks decides: more resources would not help, shorter tasks on the chain would."
    elif project.capacities:
        kind, share = _busiest(schedule)
        zh += f"若资源不限，最长任务链只要 {longest}；多出的 {value - longest} 是在等资源，"
        zh += f"最紧的是资源 {kind}，平均占用 {share:.0%}，先从它增加。"
        en += f" With resources without limit the longest chain takes {longest}; the other {value - longest} is waiting"
        en += f" for resources. Resource {kind} is tightest, {share:.0%} in use on average: add to it first."
    return Text(zh=zh, en=en)


def _resources(schedule: ProjectSchedule) -> Chart:
    capacities = schedule.project.capacities
    return Chart(
        kind="line",
        title=Text(zh="各资源的占用", en="Resources in use"),
        data={
            "x": {"name": {"zh": "时间", "en": "time"}, "values": list(range(schedule.makespan))},
            "series": [
                {
                    "name": {"zh": f"资源 {kind + 1}（共 {capacity}）", "en": f"resource {kind + 1} (of {capacity})"},
                    "values": use_over_time(schedule, kind),
                }
                for kind, capacity in enumerate(capacities)
            ],
            "step": True,
        },
    )


def _gantt(schedule: ProjectSchedule) -> Chart:
    """One row a task, in order of start."""
    tasks = schedule.project.tasks
    rows = sorted(range(len(tasks)), key=lambda one: (schedule.start[one], schedule.end[one], one))
    bars = [
        {
            "machine": tasks[one].name,
            "job": tasks[one].name,
            "operation": 1,
            "start": schedule.start[one],
            "end": schedule.end[one],
            "setup": 0,
            "late": False,
        }
        for one in rows
    ]
    return Chart(
        kind="gantt",
        title=Text(zh="任务甘特图", en="Gantt chart of the tasks"),
        data={"origin": None, "rows": [tasks[one].name for one in rows], "bars": bars},
    )
