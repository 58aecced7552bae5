"""Turning a plan into adoptions, and closing their milestones on evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from tujing.adoption.models import Adoption, Stage
from tujing.adoption.services import adoptions, current_cycle, ensure, move
from tujing.atlas.loader import atlas, manifest
from tujing.dataspace import services as dataspace
from tujing.delivery.acceptance import Situation, Verdict, judge, milestones
from tujing.delivery.models import Milestone
from tujing.enterprise.models import Organisation
from tujing.problems import refuse
from tujing.runtime.services import runs


@dataclass(frozen=True)
class Project:
    """One chosen step of a plan: a scenario brought to a level between two dates."""

    scenario: str
    level: int
    start: date
    end: date


def adopt_plan(organisation: Organisation, projects: Iterable[Project]) -> list[Adoption]:
    """Makes the plan's projects adoptions of the open cycle, with milestones. Planned twice, it changes nothing twice.

    A scenario that the plan takes up several levels becomes one adoption: from its first start to its last end, with
    the milestones of its first step.
    """
    first: dict[str, Project] = {}
    target: dict[str, int] = {}
    for project in sorted(projects, key=lambda item: (item.start, item.level)):
        first.setdefault(project.scenario, project)
        target[project.scenario] = max(project.level, target.get(project.scenario, 0))

    with transaction.atomic():
        cycle = current_cycle(organisation)
        taken = []
        for scenario, project in first.items():
            adoption = ensure(organisation, scenario, cycle)
            adoption.level_target = max(adoption.level_target, target[scenario])
            adoption.level_today = max(adoption.level_today, project.level - 1)
            adoption.start = adoption.start or project.start
            adoption.save(update_fields=["level_today", "level_target", "start"])
            if adoption.stage == Stage.CANDIDATE:
                adoption = move(adoption, Stage.PLANNED)
            if not adoption.milestones.exists():
                steps = milestones(project.start, project.end, atlas().card(scenario).runnable)
                for position, step in enumerate(steps, start=1):
                    Milestone.objects.create(
                        organisation=organisation,
                        adoption=adoption,
                        position=position,
                        kind=step.kind,
                        name=step.name.as_dict(),
                        due=step.due,
                    )
            taken.append(adoption)
    return taken


def accept(organisation: Organisation, milestone_id: int, facts: Any = None, today: date | None = None) -> Verdict:
    """Runs a milestone's check and keeps the evidence; the adoption moves on when its checks pass.

    From the project's start on, the first passed check begins the work, and the last one puts the scenario in use with
    today as go-live, one level higher: the checks speak of the first step only. What passes earlier is kept as
    evidence. `today` may be given for an enterprise whose calendar is not the wall clock's, such as an example.

    Raises
    ------
    BadInput
        When the organisation has no such milestone.
    """
    milestone = Milestone.objects.filter(organisation=organisation, pk=milestone_id).select_related("adoption").first()
    if milestone is None:
        raise refuse("no_milestone", "没有这个里程碑。", "There is no such milestone.", value=str(milestone_id))
    adoption = milestone.adoption
    last = runs(organisation, adoption.scenario).first()
    situation = Situation(
        manifest(adoption.scenario),
        dataspace.facts(organisation) if facts is None else facts,
        None if last is None else {"id": last.pk, "status": last.status, "kpis": last.document["kpis"]},
    )
    verdict = judge(milestone.kind, situation)
    with transaction.atomic():
        milestone.passed = verdict.passed
        milestone.checked = timezone.now()
        milestone.evidence = verdict.as_dict()
        milestone.save(update_fields=["passed", "checked", "evidence"])
        day = today or timezone.localdate()
        has_begun = adoption.start is None or adoption.start <= day
        if verdict.passed and has_begun and adoption.stage == Stage.PLANNED:
            adoption = move(adoption, Stage.IMPLEMENTING)
        if adoption.stage == Stage.IMPLEMENTING and not adoption.milestones.filter(passed=False).exists():
            adoption = move(adoption, Stage.IN_USE)
            adoption.go_live = day
            adoption.level_today = min(adoption.level_today + 1, adoption.level_target)
            adoption.save(update_fields=["go_live", "level_today"])
    return verdict


def accept_all(organisation: Organisation) -> list[tuple[Milestone, Verdict]]:
    """Runs every check of the open cycle's adoptions that are not in use yet, in order."""
    facts = dataspace.facts(organisation)
    under_way = adoptions(organisation).filter(stage__in=[Stage.PLANNED, Stage.IMPLEMENTING])
    checks = Milestone.objects.filter(organisation=organisation, adoption__in=under_way).select_related("adoption")
    return [(milestone, accept(organisation, milestone.pk, facts)) for milestone in checks]
