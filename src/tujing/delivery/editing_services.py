"""Editing a project's breakdown. An edit names the version that it was made on; one made on an older one is refused.

So two people who edit at the same time lose nothing: the second is told, and looks again. Every edit keeps what stood
before it and can be taken back as long as nothing else has changed the project since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from tujing.atlas.loader import atlas
from tujing.delivery.breakdown import templates
from tujing.delivery.cells import FIRST_DAY, LAST_DAY, check_day
from tujing.delivery.models import CostRecord, LevelProject, ProgressRecord, ProjectEdit, ProjectTask
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


MOST_DAYS = (LAST_DAY - FIRST_DAY).days
PROJECT_FIELDS = ("department", "start", "end", "budget")
TASK_FIELDS = (
    *("position", "number", "code", "phase", "name", "role", "cost_class", "gate", "needs", "start", "end"),
    *("baseline_start", "baseline_end", "baseline_cost", "cost", "person_days", "raci"),
)


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


def edit_tasks(
    organisation: Organisation, project_id: int, seen: int, edits: Sequence[TaskEdit], by: str = ""
) -> Edited:
    """Changes and adds tasks, moves on what they push, and the dates of the gates with them. `by`: who edits.

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
        before = _snapshot(project, rows.values())
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
        _remember(project, by, [*changed, *(number for number in moved if number not in changed)], before)
        return Edited(project, tuple(changed), moved)


def edit_project(
    organisation: Organisation,
    project_id: int,
    seen: int,
    *,
    days: int = 0,
    end: date | None = None,
    department: str | None = None,
    by: str = "",
) -> Edited:
    """Moves a whole project by days (with its tasks, gates and end), and changes its last day or its department.

    Raises
    ------
    BadInput
        When somebody changed the project since `seen`, or it would end before its last task, or be moved too far.
    """
    with transaction.atomic():
        project = _locked(organisation, project_id)
        rows = {row.number: row for row in project.tasks.all()}
        before = _snapshot(project, rows.values())
        if abs(days) > MOST_DAYS:
            raise refuse(
                "moved_too_far",
                f"一次最多移动 {MOST_DAYS} 天，请检查天数。",
                f"A project moves by {MOST_DAYS} days at most; check their number.",
                key="days",
                value=str(days)[:40],
            )
        wanted_end = end or project.end + timedelta(days=days)
        wanted_department = project.department if department is None else department.strip()[:60]
        if (days, wanted_end, wanted_department) == (0, project.end, project.department):
            return Edited(project, (), {})
        _check_version(project, seen)
        span = timedelta(days=days)
        check_day(project.start + span, "start")
        check_day(wanted_end, "end")
        for row in rows.values():
            row.start, row.end = row.start + span, row.end + span
        last = max((row.end for row in rows.values()), default=project.start + span)
        if wanted_end < last:
            raise refuse(
                "ends_before_tasks",
                f"项目的完成日 {wanted_end} 早于最后一个任务的结束日 {last}，请先改任务或推后完成日。",
                f"The project would end on {wanted_end}, before its last task on {last}; move the tasks, or end it "
                "later.",
                key="end",
                value=wanted_end.isoformat(),
            )
        project.start, project.end, project.department = project.start + span, wanted_end, wanted_department
        changed = list(rows) if days else []
        _store(project, rows)
        _remember(project, by, changed, before)
        return Edited(project, tuple(changed), {})


def undo(organisation: Organisation, project_id: int, seen: int) -> ProjectEdit:
    """Takes back the newest edit; the one before it can be taken back next.

    Raises
    ------
    BadInput
        When there is none, something else has changed the project since (such as an approved change), or work was
        reported on a task that the edit added.
    """
    with transaction.atomic():
        project = _locked(organisation, project_id)
        _check_version(project, seen)
        edit, *earlier = [*project.edits.filter(undone=False)[:2]] or [None]
        if edit is None or edit.version != project.version:
            raise refuse(
                "nothing_to_undo",
                "没有可以撤销的修改；批准的变更和重新规划不能这样撤销。",
                "There is no edit to take back; approved changes and new plans are not taken back this way.",
            )
        kept = {one["number"]: one for one in edit.before["tasks"]}
        added = project.tasks.exclude(number__in=kept)
        if any(model.objects.filter(task__in=added).exists() for model in (ProgressRecord, CostRecord)):
            raise refuse(
                "work_reported",
                "这次修改新增的任务已有进度或费用，不能撤销；请直接修改任务。",
                "Work was reported on a task that this edit added; change the task instead.",
            )
        added.delete()
        rows = {row.number: row for row in project.tasks.all()}
        for number, values in kept.items():
            _restore(rows[number], values, TASK_FIELDS)
        _restore(project, edit.before["project"], PROJECT_FIELDS)
        _store(project, rows)
        edit.undone = True
        edit.save(update_fields=["undone"])
        if earlier and earlier[0].version == edit.before["version"]:
            # What stands now is what that edit had made.
            earlier[0].version = project.version
            earlier[0].save(update_fields=["version"])
        return edit


def _snapshot(project: LevelProject, rows: Iterable[ProjectTask]) -> dict[str, Any]:
    return {
        "version": project.version,
        "project": {name: _plain(getattr(project, name)) for name in PROJECT_FIELDS},
        "tasks": [{name: _plain(getattr(row, name)) for name in TASK_FIELDS} for row in rows],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _restore(row: LevelProject | ProjectTask, values: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        value = values[name]
        is_day = name.endswith(("start", "end")) and value is not None
        setattr(row, name, date.fromisoformat(value) if is_day else value)


def _remember(project: LevelProject, by: str, changed: Sequence[str], before: dict[str, Any]) -> None:
    ProjectEdit.objects.create(
        organisation=project.organisation,
        project=project,
        version=project.version,
        by=by,
        changed=list(changed),
        before=before,
    )


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
    for name, day in (("start", edit.start), ("end", edit.end)):
        if day is not None:
            check_day(day, name)
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
    if not all(part.isdecimal() for part in edit.number.split(".")) or len(edit.number) > 12:
        raise refuse(
            "bad_number",
            f"任务编号“{edit.number}”无法识别，请写成 3.2 这样的数字。",
            f"The task number “{edit.number}” cannot be read; write figures such as 3.2.",
            key="number",
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
