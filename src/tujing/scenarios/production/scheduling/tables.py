"""A schedule as tables, charts and the `operation_schedule` data element."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from tujing.runtime.contract import Chart
from tujing.scenarios.production.scheduling.explain import Link, chain_of, late_jobs, tell
from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.words import Text


def schedule_table(schedule: Schedule) -> pa.Table:
    """Returns one row an operation by start: `job, operation, machine, start, end` and `setup` (minutes right before).

    With a clock, `start_time` and `end_time` are added, and job, operation and machine are work order, sequence and
    work centre; without one they are the numbers of the text file.
    """
    problem = schedule.problem
    rows = sorted(range(len(schedule.start)), key=lambda row: (schedule.start[row], schedule.end[row], row))
    columns: dict[str, list[object]] = {
        "job": [problem.jobs[problem.operations[row][0]].name for row in rows],
        "operation": [problem.operations[row][1].label for row in rows],
        "machine": [problem.machines[schedule.mode(row).machine].name for row in rows],
        "start": [schedule.start[row] for row in rows],
        "end": [schedule.end[row] for row in rows],
        "setup": [schedule.setup[row] for row in rows],
    }
    if problem.origin is not None:
        columns["start_time"] = [clock(schedule, schedule.start[row]) for row in rows]
        columns["end_time"] = [clock(schedule, schedule.end[row]) for row in rows]
    return pa.table(columns)


def operation_schedule(schedule: Schedule) -> pa.Table:
    """Returns the data element of that name."""
    table = schedule_table(schedule)
    columns = {
        "work_order_id": table["job"].cast(pa.string()),
        "sequence": table["operation"].cast(pa.int64()),
        "work_centre_id": table["machine"].cast(pa.string()),
        "start_time": table["start_time"].cast(pa.timestamp("us")),
        "end_time": table["end_time"].cast(pa.timestamp("us")),
        "setup_minutes": table["setup"].cast(pa.float64()),
    }
    return pa.table(columns)


def orders_table(schedule: Schedule) -> pa.Table:
    """Returns one row a job: when it ends, when it is due and by how much it is late."""
    jobs = schedule.problem.jobs
    columns: dict[str, pa.Array] = {
        "job": pa.array([job.name for job in jobs]),
        "due": pa.array([job.due for job in jobs], pa.int64()),
        "end": pa.array(schedule.completion, pa.int64()),
        "late": pa.array(schedule.tardiness, pa.int64()),
        "weight": pa.array([job.weight / schedule.problem.weight_scale for job in jobs], pa.float64()),
    }
    return pa.table(columns)


LATE_BECAUSE = pa.schema(
    [
        ("job", pa.string()),
        ("late", pa.int64()),
        ("step", pa.int64()),
        ("kind", pa.string()),
        ("by_job", pa.string()),
        ("operation", pa.int64()),
        ("machine", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("zh", pa.string()),
        ("en", pa.string()),
    ]
)


def late_because(schedule: Schedule) -> pa.Table:
    """Returns, for every late job, its chain: one row a link, the costliest job first."""
    rows = []
    for job in late_jobs(schedule):
        for step, link in enumerate(chain_of(schedule, job), start=1):
            rows.append(_link_row(schedule, job, step, link))
    return pa.Table.from_pylist(rows, schema=LATE_BECAUSE)


def _link_row(schedule: Schedule, job: int, step: int, link: Link) -> dict[str, object]:
    problem = schedule.problem
    return {
        "job": str(problem.jobs[job].name),
        "late": schedule.tardiness[job],
        "step": step,
        "kind": link.kind,
        "by_job": str(problem.jobs[link.job].name),
        "operation": problem.operations[link.operation][1].label,
        "machine": str(problem.machines[link.machine].name),
        "start": link.start,
        "end": link.end,
        **tell(schedule, link).as_dict(),
    }


def gantt(schedule: Schedule) -> Chart:
    """Returns the bars by machine; times are minutes after `origin`, or the instance's unit where that is null."""
    problem, late = schedule.problem, set(late_jobs(schedule))
    bars = [
        {
            "machine": problem.machines[schedule.mode(number).machine].name,
            "job": problem.jobs[job].name,
            "operation": operation.label,
            "start": schedule.start[number],
            "end": schedule.end[number],
            "setup": schedule.start[number] - schedule.setup_start(number),
            "late": job in late,
        }
        for number, (job, operation) in enumerate(problem.operations)
    ]
    return Chart(
        kind="gantt",
        title=Text(zh="设备甘特图", en="Machine Gantt chart"),
        data={
            "origin": None if problem.origin is None else problem.origin.isoformat(),
            "rows": [machine.name for machine in problem.machines],
            "bars": bars,
        },
    )


def convergence(trail: Sequence[tuple[float, int, int]], scale: int) -> Chart:
    """Returns best value and bound over the run's seconds."""
    return Chart(
        kind="line",
        title=Text(zh="求解过程：最好值与下界", en="Progress: best value and bound"),
        data={
            "x": {"name": {"zh": "秒", "en": "seconds"}, "values": [round(seconds, 2) for seconds, _, _ in trail]},
            "series": [
                {"name": {"zh": "最好值", "en": "best"}, "values": [cost / scale for _, cost, _ in trail]},
                {"name": {"zh": "下界", "en": "bound"}, "values": [bound / scale for _, _, bound in trail]},
            ],
        },
    )


def clock(schedule: Schedule, minute: int) -> datetime:
    """Returns the wall-clock time of a minute; the problem must have an origin."""
    assert schedule.problem.origin is not None
    return schedule.problem.origin + timedelta(minutes=minute)
