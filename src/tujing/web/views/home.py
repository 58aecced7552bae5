"""Home: where this factory stands in the five steps, and the one next step."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from tujing.adoption.readiness import readiness
from tujing.atlas.loader import atlas
from tujing.dataspace import services as dataspace
from tujing.delivery.models import Milestone
from tujing.diagnosis import services as diagnosis
from tujing.enterprise.models import Organisation, Profile
from tujing.enterprise.services import classification
from tujing.evaluation import services as evaluation
from tujing.evaluation.words import sentence
from tujing.iteration.services import where
from tujing.planning import services as planning
from tujing.runtime.services import runs
from tujing.web.access import member

STEP_PAGES = {
    "diagnose": "diagnosis",
    "plan": "plan",
    "implement": "delivery",
    "evaluate": "evaluation",
    "iterate": "iteration",
}
RING = 226.195
"""Circumference of the ring's circle, radius 36."""
LATE_SHOWN = 6


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    organisation = request.organisation
    spiral = where(organisation)
    facts = dataspace.facts(organisation)
    measured = [readiness(manifest, facts) for manifest in atlas().manifests.values()]
    steps = [
        {"step": step, "url": reverse(STEP_PAGES[step.id]), "arc": round(RING * step.share, 2), "ring": RING}
        for step in spiral.steps
    ]
    assessment = diagnosis.latest(organisation)
    context: dict[str, Any] = {
        "spiral": spiral,
        "steps": steps,
        "next_url": reverse(STEP_PAGES[spiral.current.id]),
        "class": _class_of(organisation),
        "result": diagnosis.result(assessment) if assessment else None,
        "elements": len([one for one in facts.values() if one.rows]),
        "rows": sum(one.rows for one in facts.values()),
        "ready": len([one for one in measured if one.ready]),
        "scenarios": len(measured),
        "plan": planning.latest_plan(organisation),
        "run": runs(organisation).defer("document").first(),
        "late": _late(organisation, timezone.localdate()),
        "effects": [
            sentence(one.verdict, one.method, one.result)
            for one in evaluation.latest(organisation)
            if "effect" in one.result
        ],
    }
    return render(request, "home/page.html", context)


def _class_of(organisation: Organisation) -> Any:
    """Size, tier and track; nothing without a profile."""
    return classification(organisation) if Profile.objects.filter(organisation=organisation).exists() else None


def _late(organisation: Organisation, today: date) -> list[Milestone]:
    overdue = Milestone.objects.filter(organisation=organisation, passed=False, due__lt=today)
    return list(overdue.select_related("adoption").order_by("due")[:LATE_SHOWN])
