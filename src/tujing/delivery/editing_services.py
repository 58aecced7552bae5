"""Editing a project's breakdown. An edit names the version that it was made on; one made on an older one is refused.

So two people who edit at the same time lose nothing: the second is told, and looks again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from tujing.atlas.loader import atlas
from tujing.delivery.breakdown import templates
from tujing.delivery.models import LevelProject, ProjectTask
from tujing.delivery.reading_services import projects
from tujing.delivery.responsibility import check_raci, check_role
from tujing.delivery.schedule import Activity, Link, critical_path
from tujing.enterprise.models import Organisation
from tujing.problems import refuse
from tujing.words import Text


@dataclass(frozen=True)
class TaskEdit:
    """A task as somebody wants it. What is none stays as it is; a number that is new adds a task."""

    number: str
    name: Text | None = None
    phase: str | None = None
    role: str | None = None
    start: date | None = None
    end: date | None = None
    needs: tuple[Link, ...] | None = None
    cost: float | None = None
    person_days: float | None = None
    raci: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Edited:
    """What an edit did."""

    project: LevelProject
    changed: tuple[str, ...]
    """Numbers of the tasks that are other than before."""
    moved: Mapping[str, date]
    """Tasks that were moved on, because one they need ends later → their new start."""


def find(organisation: Organisation, scenario: str, level: int) -> LevelProject:
    """Returns the organisation's project of the open cycle.

    Raises
    ------
    BadInput
        When there is none; names those there are.
    """
    mine = projects(organisation).select_related("adoption")
    project = mine.filter(adoption__scenario=scenario, level=level).first()
    if project is None:
        there = [f"{one.adoption.scenario}@{one.level}" for one in mine]
        listed_zh = f"现有：{'、'.join(there)}。" if there else "请先立项：tujing deliver 工作区 --take-up。"
        listed_en = f"There are: {', '.join(there)}." if there else "Take up a plan first."
        raise refuse(
            "no_project",
            f"没有项目 {scenario}@{level}。{listed_zh}",
            f"There is no project {scenario}@{level}. {listed_en}",
            value=f"{scenario}@{level}",
        )
    return project


def edit_tasks(organisation: Organisation, project_id: int, seen: int, edits: Sequence[TaskEdit]) -> Edited:
    """Changes and adds tasks, moves on what they push, and the dates of the gates with them.

    Tasks that no edit names stay, and so does the baseline. An edit that changes nothing is none, whatever version it
    was made on.

    Raises
    ------
    BadInput
        When somebody changed the project since `seen`, a task ends before it starts, a role, phase or predecessor is
        not known, tasks wait for each other in a circle, or nobody or several answer for a task. Nothing is changed.
    """
    with transaction.atomic():
        project = _locked(organisation, project_id)
        rows = {row.number: row for row in project.tasks.all()}
        changed = []
        for edit in edits:
            row = rows.get(edit.number)
            if row is None:
                rows[edit.number] = _added(project, edit)
                changed.append(edit.number)
            elif _apply(row, edit):
                changed.append(edit.number)
        if not changed:
            return Edited(project, (), {})
        _check_version(project, seen)
        for row in rows.values():
            _check_task(row)
        moved = _push(rows)
        _store(project, rows)
        return Edited(project, tuple(changed), moved)


def stretch(project: LevelProject, number: str, days: int, cost: float) -> None:
    """Lengthens one task by days and money, as an approved change does; budget and end of the project follow.

    Called within a transaction that holds the project's row.
    """
    rows = {row.number: row for row in project.tasks.all()}
    task = rows[number]
    task.end = max(task.end + timedelta(days=days), task.start)
    task.cost = max(task.cost + cost, 0.0)
    project.budget = max(project.budget + cost, 0.0)
    project.end = max(project.end + timedelta(days=days), project.start)
    _push(rows)
    _store(project, rows)


def _locked(organisation: Organisation, project_id: int) -> LevelProject:
    project = LevelProject.objects.select_for_update().filter(organisation=organisation, pk=project_id).first()
    if project is None:
        raise refuse("no_project", "没有这个项目。", "There is no such project.", value=str(project_id))
    return project


def _check_version(project: LevelProject, seen: int) -> None:
    if project.version != seen:
        name = atlas().card(project.adoption.scenario).manifest.name
        raise refuse(
            "changed_meanwhile",
            f"项目“{name.zh}”{project.level} 级已被他人修改（您看到的是第 {seen} 版，现为第 {project.version} 版），"
            "没有保存；请重新打开或导出后再改。",
            f"Somebody has changed the project “{name.en}”, level {project.level} (you saw version {seen}, it is "
            f"{project.version} now). Nothing was saved; open or export it again.",
            key="version",
            value=str(seen),
        )


def _apply(row: ProjectTask, edit: TaskEdit) -> bool:
    wanted = {
        "name": None if edit.name is None else edit.name.as_dict(),
        "phase": edit.phase,
        "role": edit.role,
        "start": edit.start,
        "end": edit.end,
        "needs": None if edit.needs is None else [[link.code, link.lag] for link in edit.needs],
        "cost": edit.cost,
        "person_days": edit.person_days,
        "raci": None if edit.raci is None else dict(edit.raci),
    }
    different = {name: value for name, value in wanted.items() if value is not None and value != getattr(row, name)}
    if "role" in different and "raci" not in different:
        different["raci"] = _handed_on(row.raci, row.role, different["role"])
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _handed_on(raci: Mapping[str, str], before: str, after: str) -> dict[str, str]:
    """Gives the work (R) to another role; who had it is asked (C) from then on, or still answers for it."""
    handed = {**raci, before: raci.get(before, "").replace("R", "") or "C"}
    return {**handed, after: "AR" if "A" in raci.get(after, "") else "R"}


def _added(project: LevelProject, edit: TaskEdit) -> ProjectTask:
    for name in ("name", "phase", "role", "start", "end"):
        if getattr(edit, name) is None:
            raise refuse(
                "incomplete_task",
                f"新任务 {edit.number} 缺少 {name}，请补上。",
                f"The new task {edit.number} lacks its {name}; add it.",
                key=name,
                value=edit.number,
            )
    row = ProjectTask(
        organisation=project.organisation,
        project=project,
        position=0,
        number=edit.number,
        role=edit.role,
        cost_class="people",
        raci={str(edit.role): "AR"},
    )
    _apply(row, edit)
    return row


def _check_task(row: ProjectTask) -> None:
    if row.end < row.start:
        raise refuse(
            "ends_before_start",
            f"任务 {row.number} 的结束日 {row.end} 早于开始日 {row.start}，请改正。",
            f"Task {row.number} ends on {row.end}, before it starts on {row.start}; correct it.",
            key="end",
            value=row.end.isoformat(),
        )
    phases = templates().phases
    if row.phase not in phases:
        raise refuse(
            "unknown_phase",
            f"任务 {row.number} 的阶段 {row.phase} 不存在，可用的有：{'、'.join(phases)}。",
            f"Task {row.number} names the phase {row.phase}; there are: {', '.join(phases)}.",
            key="phase",
            value=row.phase,
        )
    check_role(row.role, row.number)
    check_raci(row.raci, row.number)


def _push(rows: Mapping[str, ProjectTask]) -> dict[str, date]:
    """Moves on every task that starts before what it needs has ended; nothing is moved back."""
    origin = min(row.start for row in rows.values())
    network = critical_path(
        Activity(
            row.number,
            (row.end - row.start).days + 1,
            tuple(Link(number, lag) for number, lag in row.needs),
            (row.start - origin).days,
        )
        for row in rows.values()
    )
    moved = {}
    for number, times in network.times.items():
        start = origin + timedelta(days=times.early_start)
        row = rows[number]
        if start != row.start:
            moved[number] = start
            row.start, row.end = start, origin + timedelta(days=times.early_finish - 1)
    return moved


def _store(project: LevelProject, rows: Mapping[str, ProjectTask]) -> None:
    in_order = sorted(rows.values(), key=lambda row: [int(part) for part in row.number.split(".")])
    for place, row in enumerate(in_order, start=1):
        row.position = place
        row.save()
    for row in in_order:
        if row.gate:
            project.adoption.milestones.filter(level=project.level, gate=row.gate).update(due=row.end)
    project.start = min(project.start, in_order[0].start)
    project.version += 1
    project.save()
