"""The overview: where the company stands, what to do next, what is late, what changed; by role."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.readiness import readiness
from tujing.atlas.loader import atlas
from tujing.chain.follow_services import followed
from tujing.conversation.assignment_services import assigned_to
from tujing.dataspace import services as dataspace
from tujing.diagnosis import services as diagnosis
from tujing.enterprise.models import Organisation, Profile, Role
from tujing.enterprise.services import classification, may
from tujing.evaluation import services as evaluation
from tujing.evaluation.words import sentence
from tujing.iteration import overview_services as overview
from tujing.iteration.services import where
from tujing.planning import services as planning
from tujing.runtime.services import runs
from tujing.web.access import member
from tujing.web.paging import page_of
from tujing.web.sparkline import sparkline
from tujing.web.tour import tour
from tujing.web.visits import come, end_tour
from tujing.web.words import say

STEP_PAGES = {
    "diagnose": "diagnosis",
    "plan": "plan",
    "implement": "delivery",
    "evaluate": "evaluation",
    "iterate": "iteration",
}
CHANGE_PAGES = {
    "table": "data",
    "assessment": "diagnosis",
    "plan": "plan",
    "milestone": "delivery",
    "run": "scenarios",
    "evaluation": "evaluation",
    "comment": "notices",
}
RING = 226.195
"""Circumference of the ring's circle, radius 36."""
SHOWN = 6
CLIENTS_ON_PAGE = 50
EXAMPLE = "motor-works"
"""The slug of the example that the tour shows."""


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    organisation, today = request.organisation, timezone.localdate()
    visit = come(organisation, request.user)
    spiral = where(organisation)
    role = request.membership.role
    context: dict[str, Any] = {
        "spiral": spiral,
        "steps": [
            {"step": step, "url": reverse(STEP_PAGES[step.id]), "arc": round(RING * step.share, 2), "ring": RING}
            for step in spiral.steps
        ],
        "next_url": reverse(STEP_PAGES[spiral.current.id]),
        "next_steps": _next_steps(request, today),
        "assignments": assigned_to(organisation, request.user)[:SHOWN],
        "today": today,
        "on_the_floor": role == Role.LINE_WORKER,
        "start_tour": visit.toured is None and organisation.slug == EXAMPLE,
    }
    if len(request.memberships) > 1:
        context["clients"] = len(request.memberships)
    if may(request.user, organisation, "oversee") and followed(organisation).exists():
        context["follows"] = True
    if role == Role.LINE_WORKER:
        context["tasks"] = overview.tasks_of(request.membership)[:SHOWN]
        return render(request, "home/page.html", context)
    if role == Role.DEPARTMENT_HEAD:
        department = request.membership.department
        context["department"] = department
        context["projects"] = overview.projects_of_department(organisation, department)[:SHOWN]
    context |= _figures(organisation) | _news(organisation, today, visit.before)
    return render(request, "home/page.html", context)


@require_GET
@member
def trends(request: HttpRequest) -> HttpResponse:
    """The KPI cards, after the page: the first time, and after each import, they are computed."""
    found = overview.trends(request.organisation)
    return render(request, "home/trends.html", {"trends": [(one, sparkline(one.values)) for one in found]})


@require_GET
@member
def clients(request: HttpRequest) -> HttpResponse:
    """All companies of somebody who serves several, the most late first."""
    rows = overview.clients([one.organisation for one in request.memberships], timezone.localdate())
    return render(request, "home/clients.html", {"page": page_of(request, rows, CLIENTS_ON_PAGE)})


@require_GET
@member
def tour_steps(request: HttpRequest) -> HttpResponse:
    steps = [
        {"url": reverse(one.page), "at": one.at, "title": say(one.title), "words": say(one.words)} for one in tour()
    ]
    words = {"next": _("Go on"), "back": _("Back"), "skip": _("Skip the tour"), "done": _("Begin")}
    return JsonResponse({"steps": steps, "words": words})


@require_POST
@member
def tour_ended(request: HttpRequest) -> HttpResponse:
    end_tour(request.organisation, request.user)
    return HttpResponse(status=204)


def _next_steps(request: HttpRequest, today: date) -> list[dict[str, Any]]:
    found = overview.steps_for(
        request.organisation, request.user, today, lambda action: may(request.user, request.organisation, action)
    )
    return [{"step": one, "url": _address(one)} for one in found]


def _address(step: Any) -> str:
    if step.place == "scenario":
        return reverse("scenarios_bench", args=[step.scenario])
    if step.place == "data":
        return reverse("data_element", args=[overview.BASELINE])
    return f"{reverse('home')}#assignments" if step.place == "home" else reverse(step.place)


def _figures(organisation: Organisation) -> dict[str, Any]:
    facts = dataspace.facts(organisation)
    measured = [readiness(manifest, facts) for manifest in atlas().manifests.values()]
    assessment = diagnosis.latest(organisation)
    return {
        "class": _class_of(organisation),
        "result": diagnosis.result(assessment) if assessment else None,
        "elements": len([one for one in facts.values() if one.rows]),
        "rows": sum(one.rows for one in facts.values()),
        "ready": len([one for one in measured if one.ready]),
        "scenarios": len(measured),
        "plan": planning.latest_plan(organisation),
        "run": runs(organisation).defer("document").first(),
        "effects": [
            {"row": one, "words": sentence(one.verdict, one.method, one.result)}
            for one in sorted(evaluation.standing(organisation), key=lambda one: one.created, reverse=True)
            if "effect" in one.result
        ][:SHOWN],
    }


def _news(organisation: Organisation, today: date, since: Any) -> dict[str, Any]:
    late = overview.late_milestones(organisation, today)
    changes = overview.changes_since(organisation, since) if since else []
    return {
        "late": list(late[:SHOWN]),
        "late_count": late.count(),
        "jobs": overview.under_way(organisation),
        "since": since,
        "changes": [{"change": one, "url": reverse(CHANGE_PAGES[one.kind])} for one in changes],
    }


def _class_of(organisation: Organisation) -> Any:
    """Size, tier and track; nothing without a profile."""
    return classification(organisation) if Profile.objects.filter(organisation=organisation).exists() else None
