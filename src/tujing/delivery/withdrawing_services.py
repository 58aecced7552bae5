"""Ending a project before its level is reached, with a reason, and taking it up again. The log keeps both."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from tujing.adoption.models import Adoption, Stage
from tujing.adoption.services import move
from tujing.delivery.models import Evidence, LevelProject, LogEntry, ProgressRecord
from tujing.delivery.people_services import check_may
from tujing.delivery.reading_services import is_open, projects
from tujing.delivery.responsibility import responsibilities
from tujing.enterprise.models import Organisation
from tujing.problems import refuse

SHORTEST_REASON = 5
"""Characters."""


def withdraw(
    organisation: Organisation, project_id: int, person: str, reason: str, today: date | None = None
) -> LevelProject:
    """Ends a project without its level being reached: it is warned of no more, and its checks are not run again.

    What was reported, spent and proven stays. Where nothing else of the scenario is under way or in use, the adoption
    stops with it; a scenario in use stays in use at the level it has.

    Raises
    ------
    BadInput
        When there is no such open project, a higher level still builds on it, the reason is missing, or the person may
        not decide that.
    """
    day = today or timezone.localdate()
    with transaction.atomic():
        project, adoption = _locked(organisation, project_id)
        check_may(organisation, project, person, responsibilities().may_decide, "withdraw", "撤销项目", "end a project")
        check_reason(reason)
        if not is_open(project):
            raise refuse(
                "not_open",
                "项目已经达成或已撤销，不能再撤销。",
                "The project has reached its level or is withdrawn already.",
                value=str(project_id),
            )
        above = [one.level for one in adoption.level_projects.filter(level__gt=project.level) if one.withdrawn is None]
        if above:
            raise refuse(
                "level_above",
                f"{above[0]} 级的项目以本项目为基础，请先撤销 {above[0]} 级。",
                f"The project of level {above[0]} builds on this one; withdraw that first.",
                value=str(above[0]),
            )
        project.withdrawn, project.withdrawn_by, project.withdrawn_reason = day, person, reason.strip()
        project.save(update_fields=["withdrawn", "withdrawn_by", "withdrawn_reason"])
        _log(project, day, person, f"撤销项目 · Project withdrawn: {reason.strip()}")
        left = [one for one in adoption.level_projects.all() if one.pk != project.pk and one.withdrawn is None]
        adoption.level_target = max([adoption.level_today, *(one.level for one in left)])
        adoption.save(update_fields=["level_target"])
        if adoption.stage in (Stage.PLANNED, Stage.IMPLEMENTING) and not any(is_open(one) for one in left):
            move(adoption, Stage.STOPPED)
    return project


def reinstate(
    organisation: Organisation, project_id: int, person: str, reason: str, today: date | None = None
) -> LevelProject:
    """Takes a withdrawn project of the open cycle up again, where it stood.

    Raises
    ------
    BadInput
        When there is no such withdrawn project, a lower level is withdrawn, the reason is missing, or the person may
        not decide that.
    """
    day = today or timezone.localdate()
    with transaction.atomic():
        project, adoption = _locked(organisation, project_id)
        check_may(
            organisation, project, person, responsibilities().may_decide, "reinstate", "恢复项目", "resume a project"
        )
        check_reason(reason)
        if project.withdrawn is None:
            raise refuse(
                "not_withdrawn", "项目没有撤销，无需恢复。", "The project is not withdrawn.", value=str(project_id)
            )
        below = adoption.level_projects.filter(level__lt=project.level, withdrawn__isnull=False).first()
        if below is not None:
            raise refuse(
                "level_below",
                f"{below.level} 级的项目也已撤销，请先恢复它。",
                f"The project of level {below.level} is withdrawn too; resume that first.",
                value=str(below.level),
            )
        project.withdrawn, project.withdrawn_by, project.withdrawn_reason = None, "", ""
        project.save(update_fields=["withdrawn", "withdrawn_by", "withdrawn_reason"])
        _log(project, day, person, f"恢复项目 · Project resumed: {reason.strip()}")
        adoption.level_target = max(adoption.level_target, project.level)
        adoption.save(update_fields=["level_target"])
        if adoption.stage == Stage.STOPPED:
            move(adoption, Stage.CANDIDATE)
            move(adoption, Stage.PLANNED)
            if has_begun(project):
                move(adoption, Stage.IMPLEMENTING)
    return project


def has_begun(project: LevelProject) -> bool:
    """Whether anything was reported or proven in the project."""
    proven = Evidence.objects.filter(
        milestone__adoption=project.adoption_id, milestone__level=project.level, passed=True
    )
    return ProgressRecord.objects.filter(task__project=project).exists() or proven.exists()


def _locked(organisation: Organisation, project_id: int) -> tuple[LevelProject, Adoption]:
    found = projects(organisation).filter(pk=project_id).first()
    if found is None:
        raise refuse("no_project", "没有这个项目。", "There is no such project.", value=str(project_id))
    adoption = Adoption.objects.select_for_update().get(pk=found.adoption_id, organisation=organisation)
    project = LevelProject.objects.select_for_update().get(pk=found.pk)
    project.adoption = adoption
    return project, adoption


def check_reason(reason: str) -> None:
    """Refuses a reason that says nothing."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise refuse("no_reason", "请写明理由。", "Give the reason.", key="reason", value=reason)


def _log(project: LevelProject, day: date, person: str, finding: str) -> None:
    LogEntry.objects.create(
        organisation=project.organisation,
        project=project,
        on=day,
        kind="supervision",
        severity="note",
        finding=finding,
        person=person,
    )
