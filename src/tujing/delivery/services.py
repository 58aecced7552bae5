"""Turning a plan into projects, and closing their milestones on evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from tujing.adoption.models import Adoption, Stage
from tujing.adoption.services import adoptions, current_cycle, ensure, move
from tujing.atlas.loader import atlas
from tujing.delivery import evidence
from tujing.delivery.acceptance import Check, read_check
from tujing.delivery.breakdown import Task, break_down, gate_days
from tujing.delivery.gates import declare
from tujing.delivery.judging import Verdict, judge
from tujing.delivery.models import Evidence, LevelProject, Milestone, ProjectTask
from tujing.delivery.reading_services import standing_milestones
from tujing.delivery.responsibility import raci
from tujing.delivery.situation_services import Reader
from tujing.enterprise.models import Organisation
from tujing.problems import refuse

UNDER_WAY = (Stage.PLANNED, Stage.IMPLEMENTING, Stage.IN_USE, Stage.EVALUATED)


@dataclass(frozen=True)
class Project:
    """One chosen step of a plan: a scenario brought to a level between two dates, both included."""

    scenario: str
    level: int
    start: date
    end: date
    option: str = "buy"
    """buy, subscribe or build."""
    department: str = ""
    cost: float | None = None
    """One-off cost in yuan; none is not known."""
    person_days: float | None = None
    """Own people's days."""


def adopt_plan(organisation: Organisation, projects: Iterable[Project]) -> list[Adoption]:
    """Makes the plan's steps projects of the open cycle, each with its tasks and milestones.

    A scenario that the plan takes up several levels becomes one adoption with a project for each level. Planned twice,
    it changes nothing twice; a project that a later plan moves before it has begun takes the new dates and money, and
    keeps its baseline. One that was withdrawn and is planned again is taken up again.

    Raises
    ------
    BadInput
        When an option is not known or a project is too short for its tasks; nothing is changed.
    """
    steps = sorted(projects, key=lambda item: (item.start, item.level))
    with transaction.atomic():
        cycle = current_cycle(organisation)
        taken: dict[str, Adoption] = {}
        for step in steps:
            adoption = taken.get(step.scenario)
            if adoption is None:
                adoption = ensure(organisation, step.scenario, cycle)
                adoption.level_today = max(adoption.level_today, step.level - 1)
                adoption.start = adoption.start or step.start
            adoption.level_target = max(adoption.level_target, step.level)
            adoption.save(update_fields=["level_today", "level_target", "start"])
            if adoption.stage == Stage.STOPPED:
                adoption = move(adoption, Stage.CANDIDATE)
            if adoption.stage == Stage.CANDIDATE:
                adoption = move(adoption, Stage.PLANNED)
            taken[step.scenario] = adoption
            _take_up(adoption, step)
    return list(taken.values())


def accept(
    organisation: Organisation, milestone_id: int, reader: Reader | None = None, today: date | None = None
) -> Verdict:
    """Runs a milestone's check and keeps the evidence; the adoption moves on when its checks pass.

    From the project's start on, the first passed check begins the work. When every check of the next level has passed,
    or a waiver stands for it, that level is reached; the first level reached puts the scenario in use with today as
    go-live. What passes earlier is kept as evidence. `today` may be given for an enterprise whose calendar is not the
    wall clock's, such as an example.

    Raises
    ------
    BadInput
        When the organisation has no such milestone.
    """
    milestone = Milestone.objects.filter(organisation=organisation, pk=milestone_id).select_related("adoption").first()
    if milestone is None:
        raise refuse("no_milestone", "没有这个里程碑。", "There is no such milestone.", value=str(milestone_id))
    reader = reader or Reader(organisation, today)
    check = check_of(milestone)
    situation = reader.situation(milestone.adoption, check)
    verdict = judge(check, situation)
    with transaction.atomic():
        adoption = Adoption.objects.select_for_update().get(pk=milestone.adoption_id, organisation=organisation)
        milestone.passed = verdict.passed
        milestone.checked = timezone.now()
        milestone.evidence = verdict.as_dict()
        milestone.save(update_fields=["passed", "checked", "evidence"])
        kept = evidence.content(check, situation, verdict, milestone.level, milestone.checked)
        Evidence.objects.create(
            organisation=organisation,
            milestone=milestone,
            checked=milestone.checked,
            passed=verdict.passed,
            content=kept,
            sha256=evidence.digest(kept),
        )
        begun = adoption.start is None or adoption.start <= reader.today
        if verdict.passed and begun and adoption.stage == Stage.PLANNED:
            adoption = move(adoption, Stage.IMPLEMENTING)
        settle(adoption, reader.today)
    return verdict


def waiting_checks(organisation: Organisation, project_id: int | None = None) -> list[Milestone]:
    """Returns the checks of the open cycle's projects, or of one, whose level is not reached yet, in order."""
    mine = adoptions(organisation).filter(stage__in=UNDER_WAY)
    checks = standing_milestones(organisation, mine).select_related("adoption")
    if project_id is not None:
        project = LevelProject.objects.filter(organisation=organisation, pk=project_id).first()
        checks = checks.filter(adoption=project.adoption_id, level=project.level) if project else checks.none()
    return [milestone for milestone in checks if milestone.level > milestone.adoption.level_today]


def accept_all(
    organisation: Organisation, today: date | None = None, project: int | None = None
) -> list[tuple[Milestone, Verdict]]:
    """Runs every waiting check of the open cycle, or of one of its projects."""
    reader = Reader(organisation, today)
    waiting = waiting_checks(organisation, project)
    return [(milestone, accept(organisation, milestone.pk, reader)) for milestone in waiting]


def check_of(milestone: Milestone) -> Check:
    """Returns the milestone's declared check."""
    return read_check(milestone.criterion or {"kind": milestone.kind})


def settle(adoption: Adoption, today: date) -> None:
    """Raises the level as far as the checks carry it, one level after the other; puts the scenario in use.

    Called within a transaction that holds the adoption's row.
    """
    by_level: dict[int, list[Milestone]] = {}
    for milestone in adoption.milestones.filter(level__gt=adoption.level_today).prefetch_related("waivers"):
        by_level.setdefault(milestone.level, []).append(milestone)
    for level in sorted(by_level):
        project = adoption.level_projects.filter(level=level).first()
        if project is not None and project.withdrawn is not None:
            return
        has_begun = (project.start if project else adoption.start or today) <= today
        is_met = all(
            milestone.passed or any(waiver.until >= today for waiver in milestone.waivers.all())
            for milestone in by_level[level]
        )
        if not (has_begun and is_met and adoption.stage in (Stage.IMPLEMENTING, Stage.IN_USE, Stage.EVALUATED)):
            return
        if adoption.stage == Stage.IMPLEMENTING:
            adoption.stage = move(adoption, Stage.IN_USE).stage
        if adoption.go_live != today:
            adoption.level_before, adoption.go_live = adoption.level_today, today
        adoption.level_today = level
        adoption.save(update_fields=["level_before", "go_live", "level_today"])
        if project:
            LevelProject.objects.filter(pk=project.pk).update(closed=today)


def carry_over(old: Adoption, new: Adoption) -> None:
    """Moves an adoption's projects and milestones to its successor in the next cycle."""
    old.milestones.update(adoption=new)
    old.level_projects.update(adoption=new)


def _take_up(adoption: Adoption, step: Project) -> None:
    """Makes one level's project with its tasks and milestones, or moves it while nobody has worked on it."""
    tasks = break_down(step.level, step.option, step.start, step.end, step.cost or 0.0, step.person_days or 0.0)
    project = LevelProject.objects.filter(adoption=adoption, level=step.level).first()
    if project is not None and project.withdrawn is not None:
        project.withdrawn, project.withdrawn_by, project.withdrawn_reason = None, "", ""
        project.save(update_fields=["withdrawn", "withdrawn_by", "withdrawn_reason"])
    if project is not None and _is_touched(project):
        return
    if project is not None and project.option != step.option:
        project.delete()  # another option is another project, with a baseline of its own
        project = None
    if project is None:
        _create(adoption, step, tasks)
    else:
        _move(project, step, tasks)

    days = gate_days(tasks)
    existing = adoption.milestones.filter(level=step.level)
    if existing.exists():
        for gate, day in days.items():
            existing.filter(gate=gate).update(due=day)
        return
    card = atlas().card(step.scenario)
    for place, declared in enumerate(declare(card.manifest, step.level, card.runnable), start=1):
        Milestone.objects.create(
            organisation=adoption.organisation,
            adoption=adoption,
            level=step.level,
            position=place,
            gate=declared.gate,
            kind=declared.check.kind,
            criterion=declared.check.model_dump(mode="json"),
            name=declared.name.as_dict(),
            due=days[declared.gate],
        )


def _create(adoption: Adoption, step: Project, tasks: Sequence[Task]) -> None:
    project = LevelProject.objects.create(
        organisation=adoption.organisation,
        adoption=adoption,
        level=step.level,
        option=step.option,
        department=step.department,
        start=step.start,
        end=step.end,
        baseline_start=step.start,
        baseline_end=step.end,
        budget=step.cost or 0.0,
        person_days=step.person_days or 0.0,
    )
    ProjectTask.objects.bulk_create(
        ProjectTask(
            organisation=adoption.organisation,
            project=project,
            position=place,
            number=task.number,
            code=task.code,
            phase=task.phase,
            name=task.name.as_dict(),
            role=task.role,
            cost_class=task.cost_class,
            gate=task.gate,
            needs=[[number, 0] for number in task.needs],
            start=task.start,
            end=task.end,
            baseline_start=task.start,
            baseline_end=task.end,
            baseline_cost=task.cost,
            cost=task.cost,
            person_days=task.person_days,
            raci=raci(task.phase, task.role, step.option),
        )
        for place, task in enumerate(tasks, start=1)
    )


def _is_touched(project: LevelProject) -> bool:
    """Whether it was edited, worked on or closed: then a newer plan leaves it as it is."""
    return (
        project.version > 1
        or project.closed is not None
        or project.tasks.filter(progress__isnull=False).exists()
        or project.tasks.filter(costs__isnull=False).exists()
    )


def _move(project: LevelProject, step: Project, tasks: Sequence[Task]) -> None:
    """Gives a project the dates and the money of a newer plan; its baseline stays."""
    project.start, project.end, project.department = step.start, step.end, step.department or project.department
    project.budget = step.cost or 0.0
    project.person_days = step.person_days or 0.0
    project.save(update_fields=["start", "end", "department", "budget", "person_days"])
    planned = {task.number: task for task in tasks}
    rows = list(project.tasks.all())
    for row in rows:
        task = planned[row.number]
        row.start, row.end, row.cost, row.person_days = task.start, task.end, task.cost, task.person_days
    ProjectTask.objects.bulk_update(rows, ["start", "end", "cost", "person_days"])
