"""Reading an organisation's projects with their progress and money, as of a day."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from tujing.adoption.models import Adoption
from tujing.adoption.services import adoptions
from tujing.delivery.earned_value import EarnedValue, Planned, earned_value, planned_value
from tujing.delivery.forecast import Forecast, Standing, forecast
from tujing.delivery.gates import gates
from tujing.delivery.models import LevelProject, Milestone, ProjectTask
from tujing.delivery.schedule import Link
from tujing.enterprise.models import Organisation


@dataclass(frozen=True)
class TaskStanding:
    """A task with what was reported of it by a day."""

    row: ProjectTask
    claimed: float
    """Share reported, 0–1."""
    earned: float
    """Share that counts: a gate's task is not done before its gate is."""
    reported: date | None
    spent: float


@dataclass(frozen=True)
class ProjectStanding:
    """A project with its tasks, milestones and figures on a day."""

    row: LevelProject
    tasks: Sequence[TaskStanding]
    milestones: Sequence[Milestone]
    value: EarnedValue
    measured_in: str
    """`CNY`, or `d` where the project's money is not known and days of work count instead."""
    outlook: Forecast

    @property
    def is_open(self) -> bool:
        return is_open(self.row)


def is_open(project: LevelProject) -> bool:
    """Whether there is still something to do in the project: neither reached nor withdrawn."""
    return project.closed is None and project.withdrawn is None and project.level > project.adoption.level_today


def standing_milestones(organisation: Organisation, mine: Iterable[Adoption]) -> QuerySet[Milestone]:
    """Returns the milestones of some adoptions, without those of projects that were withdrawn."""
    given_up = LevelProject.objects.filter(
        adoption=OuterRef("adoption"), level=OuterRef("level"), withdrawn__isnull=False
    )
    found = Milestone.objects.filter(organisation=organisation, adoption__in=mine)
    return found.exclude(Exists(given_up))


def projects(organisation: Organisation) -> QuerySet[LevelProject]:
    """Returns the projects of the open cycle."""
    return LevelProject.objects.filter(organisation=organisation, adoption__in=adoptions(organisation))


def standings(organisation: Organisation, day: date, only: Collection[int] | None = None) -> list[ProjectStanding]:
    """Returns the projects of the open cycle as they stand at the end of a day; `only` those with these keys."""
    wanted = projects(organisation) if only is None else projects(organisation).filter(pk__in=only)
    rows = wanted.select_related("adoption").prefetch_related(
        Prefetch("tasks", ProjectTask.objects.prefetch_related("progress", "costs")),
        "role_holders",
        "contracts__deliverables",
        "log",
        "rights",
        "changes",
    )
    found = Milestone.objects.filter(organisation=organisation, adoption__in=[row.adoption_id for row in rows])
    milestones: dict[tuple[int, int], list[Milestone]] = {}
    for one in found.select_related("adoption").prefetch_related("waivers", "kept"):
        milestones.setdefault((one.adoption_id, one.level), []).append(one)
    return [_standing(row, milestones.get((row.adoption_id, row.level), []), day) for row in rows]


def is_waived(milestone: Milestone, day: date) -> bool:
    """Returns whether a waiver stands for the milestone on a day."""
    return any(waiver.granted <= day <= waiver.until for waiver in milestone.waivers.all())


def as_planned(tasks: Sequence[TaskStanding]) -> tuple[list[Planned], str]:
    """Returns the baseline's tasks with what is earned, and the unit they are measured in."""
    in_baseline = [task for task in tasks if task.row.baseline_start and task.row.baseline_end]
    has_money = any(task.row.baseline_cost > 0 for task in in_baseline)
    planned = []
    for task in in_baseline:
        start, end = task.row.baseline_start, task.row.baseline_end
        value = task.row.baseline_cost if has_money else float((end - start).days + 1)
        planned.append(Planned(start, end, value, task.earned))
    return planned, "CNY" if has_money else "d"


def _standing(row: LevelProject, milestones: Sequence[Milestone], day: date) -> ProjectStanding:
    open_gates = {one.gate for one in milestones if not (one.passed or is_waived(one, day))}
    tasks = [_task(task, task.gate in open_gates, day) for task in row.tasks.all()]
    planned, unit = as_planned(tasks)
    spent = sum(task.spent for task in tasks)
    outlook = forecast(
        [
            Standing(
                task.row.number,
                task.row.start,
                task.row.end,
                tuple(Link(number, lag) for number, lag in task.row.needs),
                task.earned,
                task.reported,
            )
            for task in tasks
        ],
        row.end,
        day,
    )
    return ProjectStanding(
        row, tasks, milestones, earned_value(planned, spent if unit == "CNY" else 0.0, day), unit, outlook
    )


def _task(row: ProjectTask, is_gate_open: bool, day: date) -> TaskStanding:
    reports = [one for one in row.progress.all() if one.on <= day]
    claimed = reports[-1].share if reports else 0.0
    return TaskStanding(
        row=row,
        claimed=claimed,
        earned=min(claimed, gates().unproven) if row.gate and is_gate_open else claimed,
        reported=reports[-1].on if reports else None,
        spent=sum((one.amount for one in row.costs.all() if one.on <= day), 0.0),
    )


def curves(one: ProjectStanding, day: date, points: int = 40) -> list[dict[str, Any]]:
    """Returns planned value over the baseline's time, and earned value and cost as far as `day`, by date.

    What a gate's task has earned is judged by the gates as they are now: their past is in the evidence.
    """
    planned, unit = as_planned(one.tasks)
    if not planned:
        return []
    begin = min(task.start for task in planned)
    finish = max(*(task.end for task in planned), min(day, one.outlook.end))
    step = max((finish - begin).days // points, 1)
    days = {begin + timedelta(days=offset) for offset in range(0, (finish - begin).days, step)} | {finish}
    if begin <= day <= finish:
        days.add(day)
    waiting = {mark.gate for mark in one.milestones if not (mark.passed or is_waived(mark, day))}
    rows = []
    for each in sorted(days):
        then = [_task(task.row, task.row.gate in waiting, each) for task in one.tasks] if each <= day else []
        rows.append(
            {
                "date": each,
                "planned": planned_value(planned, each),
                "earned": math.fsum(task.value * task.earned for task in as_planned(then)[0]) if then else None,
                "actual": math.fsum(task.spent for task in then) if then and unit == "CNY" else None,
            }
        )
    return rows
