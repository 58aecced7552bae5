"""What an enterprise has of its own: assessments, plans, projects with their tasks, runs, effects, people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tujing.enterprise.models import Membership, Organisation
from tujing.search.matching import Entry
from tujing.search.services import provider
from tujing.words import Text

NEWEST = 200
"""Rows of a kind that are looked through, the newest first: older runs are found on their own page."""
TASKS = 1000


@provider("assessments")
def _assessments(organisation: Organisation, user: Any) -> Iterator[Entry]:
    from tujing.diagnosis.catalogue import every_instrument
    from tujing.diagnosis.models import Assessment

    rows = Assessment.objects.filter(organisation=organisation).order_by("-pk").only("pk", "instrument", "status")
    for row in rows[:NEWEST]:
        known = every_instrument().get(row.instrument)
        page = "diagnosis_result" if row.status == "submitted" else "diagnosis_questions"
        title = Text(zh=f"评测 {row.pk}", en=f"Assessment {row.pk}")
        yield Entry("assessment", title, reverse(page, args=[row.pk]), known.title if known else None)


@provider("plans")
def _plans(organisation: Organisation, user: Any) -> Iterator[Entry]:
    from tujing.planning.models import Plan

    for row in Plan.objects.filter(organisation=organisation).only("pk", "created", "quarters")[:NEWEST]:
        day = timezone.localtime(row.created).date()
        detail = Text(zh=f"{day} · {row.quarters} 个季度", en=f"{day} · {row.quarters} quarters")
        title = Text(zh=f"规划 {row.pk}", en=f"Plan {row.pk}")
        yield Entry("plan", title, reverse("plan_one", args=[row.pk]), detail)


@provider("projects")
def _projects(organisation: Organisation, user: Any) -> Iterator[Entry]:
    from tujing.atlas.loader import atlas
    from tujing.delivery.models import LevelProject, ProjectTask

    known = atlas().manifests
    names = {}
    rows = LevelProject.objects.filter(organisation=organisation).order_by("-pk")
    for pk, scenario, level in rows.values_list("pk", "adoption__scenario", "level")[:NEWEST]:
        name = known[scenario].name if scenario in known else Text(zh=scenario, en=scenario)
        names[pk] = name
        detail = Text(zh=f"项目 · {level} 级", en=f"Project · level {level}")
        yield Entry("project", name, reverse("delivery_project", args=[pk]), detail)
    tasks = ProjectTask.objects.filter(project__in=list(names), organisation=organisation).order_by(
        "-project", "position"
    )
    for project, name, number in tasks.values_list("project", "name", "number")[:TASKS]:
        yield Entry(
            "task", Text(**name), reverse("delivery_project", args=[project]), names[project], code=number, behind=6
        )


@provider("runs")
def _runs(organisation: Organisation, user: Any) -> Iterator[Entry]:
    from tujing.atlas.loader import atlas
    from tujing.runtime.models import Run

    known = atlas().manifests
    rows = Run.objects.filter(organisation=organisation).values_list("pk", "scenario", "created")[:NEWEST]
    for pk, scenario, created in rows:
        name = known[scenario].name if scenario in known else Text(zh=scenario, en=scenario)
        title = Text(zh=f"{name.zh}：运行 {pk}", en=f"{name.en}: run {pk}")
        day = str(timezone.localtime(created).date())
        yield Entry("run", title, reverse("scenarios_outcome", args=[scenario, pk]), Text(zh=day, en=day))


@provider("effects")
def _effects(organisation: Organisation, user: Any) -> Iterator[Entry]:
    from tujing.evaluation.services import latest

    for row in latest(organisation)[:NEWEST]:
        name = row.result.get("name")
        if name:
            yield Entry("effect", Text(**name), reverse("evaluation"), Text(zh="实测成效", en="Measured effect"))


@provider("declared")
def _declared(organisation: Organisation, user: Any) -> Iterator[Entry]:
    from tujing.evaluation.models import DeclaredKpi

    for row in DeclaredKpi.objects.filter(organisation=organisation)[:NEWEST]:
        name = row.definition.get("name") or {"zh": row.kpi, "en": row.kpi}
        detail = Text(zh="本企业自定义指标", en="KPI of this company")
        yield Entry("kpi", Text(**name), reverse("evaluation"), detail, code=row.kpi)


@provider("people")
def _people(organisation: Organisation, user: Any) -> Iterator[Entry]:
    from tujing.web.words import LABELS

    rows = Membership.objects.filter(organisation=organisation).select_related("user").order_by("user__username")
    for one in rows[:NEWEST]:
        name = one.user.get_full_name() or one.user.get_username()
        words = both(LABELS.get(one.role, one.role))
        yield Entry("person", Text(zh=name, en=name), reverse("people"), words, code=one.user.get_username())


def both(message: Any) -> Text:
    """A message of the interface, lazy or not, in both languages."""
    from django.utils import translation
    from django.utils.translation import gettext

    spoken = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            spoken[language] = gettext(message) if isinstance(message, str) else str(message)
    return Text(zh=spoken["zh-hans"], en=spoken["en"])
