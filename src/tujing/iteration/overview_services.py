"""Reading for the overview: what is late, what changed since somebody was here, what to do next, a row a client."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from tujing.adoption.models import Adoption, Cycle, Stage
from tujing.adoption.services import adoptions, current_cycle
from tujing.atlas.loader import atlas
from tujing.conversation.assignment_services import assigned_to
from tujing.conversation.models import Comment
from tujing.dataspace.models import TableVersion
from tujing.delivery.models import LevelProject, Milestone, ProjectTask, RoleHolder
from tujing.diagnosis.catalogue import find, item_ids
from tujing.diagnosis.models import Assessment
from tujing.diagnosis.services import draft, readiness_by_scenario
from tujing.enterprise.models import Membership, Organisation
from tujing.evaluation.models import Evaluation
from tujing.evaluation.store import known as known_kpis
from tujing.evaluation.store import series
from tujing.iteration.next_steps import Known, NextStep, next_steps
from tujing.iteration.spiral import Spiral, Standing, spiral
from tujing.planning.models import Plan
from tujing.problems import BadInput
from tujing.runtime.models import Job, JobStatus, Run
from tujing.words import Text

BASELINE = "financial_baseline"
LIVE = (Stage.IN_USE, Stage.EVALUATED)


def steps_for(
    organisation: Organisation, person: Any, today: date, allowed: Callable[[str], bool], most: int = 3
) -> list[NextStep]:
    """Returns what a person does best next here, with the reason."""
    return next_steps(what_is_known(organisation, person, today), allowed, most)


def what_is_known(organisation: Organisation, person: Any, today: date) -> Known:
    cycle = current_cycle(organisation)
    mine = adoptions(organisation, cycle)
    steps = Milestone.objects.filter(organisation=organisation, adoption__in=mine)
    late = late_milestones(organisation, today)
    live = list(mine.filter(stage__in=LIVE).order_by("go_live", "pk"))
    looked_at = set(Evaluation.objects.filter(adoption__in=live).values_list("adoption_id", flat=True))
    unevaluated = [one for one in live if one.pk not in looked_at]
    return Known(
        today=today,
        assessed=Assessment.objects.filter(organisation=organisation, status="submitted").exists(),
        draft_share=_draft_share(organisation),
        has_baseline=TableVersion.objects.filter(organisation=organisation, element=BASELINE, active=True).exists(),
        planned=Plan.objects.filter(organisation=organisation, cycle=cycle).exists(),
        milestones=steps.count(),
        late_milestones=late.count(),
        earliest_late=late.aggregate(first=Min("due"))["first"],
        unevaluated=tuple((name_of(one.scenario), one.go_live) for one in unevaluated if one.go_live),
        all_evaluated=bool(live) and not unevaluated,
        never_run=_never_run(organisation),
        own_late=assigned_to(organisation, person).filter(due__lt=today).count(),
    )


def late_milestones(organisation: Organisation, today: date) -> QuerySet[Milestone]:
    """Milestones of the open turn that should have passed by now, the longest overdue first."""
    overdue = Milestone.objects.filter(organisation=organisation, adoption__in=adoptions(organisation))
    return overdue.filter(passed=False, due__lt=today).select_related("adoption").order_by("due", "pk")


@dataclass(frozen=True)
class Change:
    """Something that happened since: how many, the newest, and what it is, by kind of object."""

    kind: str
    count: int
    at: datetime


def changes_since(organisation: Organisation, since: datetime) -> list[Change]:
    """Returns what happened since a moment, the newest first."""
    watched: Sequence[tuple[str, QuerySet[Any], str]] = (
        ("table", TableVersion.objects.filter(organisation=organisation), "created"),
        ("assessment", Assessment.objects.filter(organisation=organisation), "submitted"),
        ("plan", Plan.objects.filter(organisation=organisation), "created"),
        ("milestone", Milestone.objects.filter(organisation=organisation, passed=True), "checked"),
        ("run", Run.objects.filter(organisation=organisation), "created"),
        ("evaluation", Evaluation.objects.filter(organisation=organisation), "created"),
        ("comment", Comment.objects.filter(organisation=organisation, removed=None), "created"),
    )
    found = []
    for kind, rows, moment in watched:
        told = rows.filter(**{f"{moment}__gt": since}).aggregate(count=Count("pk"), at=Max(moment))
        if told["count"]:
            found.append(Change(kind, told["count"], told["at"]))
    return sorted(found, key=lambda one: one.at, reverse=True)


def under_way(organisation: Organisation, most: int = 5) -> list[Job]:
    """Long work that waits or runs, the newest first."""
    open_ones = Job.objects.filter(organisation=organisation, status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
    return list(open_ones.select_related("creator")[:most])


@dataclass(frozen=True)
class Trend:
    """A KPI with its latest figures: how it is now against the time just before."""

    kpi: str
    name: Text
    unit: str
    values: tuple[float, ...]
    """A figure a period, the oldest first."""
    grain: str
    until: str
    """First day of the last period."""
    now: float
    before: float
    better: bool | None
    """None when nothing moved."""


POINTS = 26
RECENT = 4
"""Periods whose mean is `now`; as many before them are `before`: one week alone swings too much."""


def trends(organisation: Organisation, most: int = 4) -> list[Trend]:
    """Returns the KPIs whose tables have data; kept until the tables change, computed the first time."""
    found: list[Trend] = []
    for kpi, measure in known_kpis(organisation).items():
        if len(found) == most:
            break
        try:
            kept = series(organisation, kpi)
        except BadInput:  # a table that it reads has no data
            continue
        points = kept.values.get("", [])[-POINTS:]
        if len(points) < 2 * RECENT:
            continue
        values = tuple(value for _, value in points)
        now, before = _mean(values[-RECENT:]), _mean(values[-2 * RECENT : -RECENT])
        better = None if now == before else (now < before) == (measure.better == "lower")
        found.append(Trend(kpi, measure.name, measure.unit, values, kept.grain, points[-1][0], now, before, better))
    return found


@dataclass(frozen=True)
class Client:
    """One company of somebody who serves several."""

    organisation: Organisation
    spiral: Spiral
    late: int
    active: datetime | None
    """When anything was last made there."""


def clients(organisations: Iterable[Organisation], today: date) -> list[Client]:
    """Returns a row a company, the most late first; the same few queries for ten companies and for a thousand."""
    rows = {one.pk: one for one in organisations}
    among = {"organisation__in": list(rows)}
    open_cycles = {row.organisation_id: row for row in Cycle.objects.filter(**among, closed=None).order_by("number")}
    in_turn = {"adoption__cycle__in": list(open_cycles.values())}
    assessed = _by_organisation(Assessment.objects.filter(**among, status="submitted"), n=Count("pk"))
    planned = _by_organisation(
        Plan.objects.filter(cycle__in=list(open_cycles.values())), n=Count("projects", distinct=True)
    )
    steps = _by_organisation(
        Milestone.objects.filter(**among, **in_turn),
        n=Count("pk"),
        closed=Count("pk", filter=Q(passed=True)),
        late=Count("pk", filter=Q(passed=False, due__lt=today)),
    )
    live = _by_organisation(
        Adoption.objects.filter(cycle__in=list(open_cycles.values()), stage__in=LIVE),
        n=Count("pk"),
        evaluated=Count("pk", filter=Q(stage=Stage.EVALUATED)),
    )
    active = [
        _by_organisation(model.objects.filter(**among), at=Max("created"))
        for model in (Assessment, Plan, Run, TableVersion, Evaluation, Comment)
    ]
    found = []
    for pk, organisation in rows.items():
        cycle = open_cycles.get(pk)
        standing = Standing(
            cycle=cycle.number if cycle else 1,
            assessment_level=0 if assessed.get(pk) else None,
            assessment_progress=0.0,
            plan_projects=planned[pk]["n"] if pk in planned else None,
            milestones=steps.get(pk, {}).get("n", 0),
            milestones_passed=steps.get(pk, {}).get("closed", 0),
            in_use=live.get(pk, {}).get("n", 0),
            evaluated=live.get(pk, {}).get("evaluated", 0),
        )
        moments = [told[pk]["at"] for told in active if pk in told]
        found.append(
            Client(organisation, spiral(standing), steps.get(pk, {}).get("late", 0), max(moments, default=None))
        )
    return sorted(found, key=lambda one: (-one.late, one.organisation.slug))


def projects_of_department(organisation: Organisation, department: str) -> QuerySet[LevelProject]:
    """Open projects that a department carries; all of them when none is named."""
    mine = LevelProject.objects.filter(organisation=organisation, adoption__in=adoptions(organisation), closed=None)
    if department:
        mine = mine.filter(department=department)
    return mine.select_related("adoption").order_by("end", "pk")


def tasks_of(membership: Membership) -> QuerySet[ProjectTask]:
    """Tasks of open projects, not reported done, of the roles that a person holds; the earliest end first."""
    held = RoleHolder.objects.filter(organisation=membership.organisation, membership=membership)
    mine = Q(pk=None)
    for role, project in held.values_list("role", "project"):
        mine |= Q(role=role, project=project) if project else Q(role=role)
    adopted = adoptions(membership.organisation)
    tasks = ProjectTask.objects.filter(organisation=membership.organisation, project__adoption__in=adopted)
    tasks = tasks.filter(mine, project__closed=None).annotate(share=Max("progress__share"))
    return tasks.filter(Q(share=None) | Q(share__lt=1.0)).select_related("project__adoption").order_by("end", "pk")


def name_of(scenario: str) -> Text:
    known = atlas().manifests.get(scenario)
    return known.name if known else Text(zh=scenario, en=scenario)


def _by_organisation(rows: QuerySet[Any], **told: Any) -> dict[Any, dict[str, Any]]:
    return {row.pop("organisation_id"): row for row in rows.order_by().values("organisation_id").annotate(**told)}


def _draft_share(organisation: Organisation) -> float | None:
    open_one = draft(organisation)
    if open_one is None:
        return None
    asked = set(item_ids(find(open_one.instrument)))
    return len(asked & set(open_one.answers)) / len(asked)


def _never_run(organisation: Organisation) -> tuple[tuple[str, Text], ...]:
    """Runnable scenarios with ready data that were never run; those already adopted come first."""
    done = set(Run.objects.filter(organisation=organisation).values_list("scenario", flat=True).distinct())
    adopted = set(adoptions(organisation).values_list("scenario", flat=True))
    ready = readiness_by_scenario(organisation)
    fit = [
        (name, card.manifest.name)
        for name, card in atlas().cards.items()
        if card.runnable and name not in done and name in ready and ready[name].ready
    ]
    return tuple(sorted(fit, key=lambda one: (one[0] not in adopted, one[0])))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
