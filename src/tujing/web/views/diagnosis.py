"""Diagnosing, the way in: which instruments there are, which assessments are under way, which are done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.diagnosis import services
from tujing.diagnosis.asking.about import minutes, purpose
from tujing.diagnosis.catalogue import Listed, every_instrument, item_ids, listed
from tujing.diagnosis.crosswalk import services as crosswalk
from tujing.diagnosis.models import Assessment, AssessmentStatus, Assessor
from tujing.diagnosis.pain.services import pain_points
from tujing.enterprise.services import may
from tujing.web.access import member, requires
from tujing.web.paging import page_of
from tujing.web.views.diagnosis_shared import TABS, fact_value, own
from tujing.web.words import say

A_PAGE = 20
FIRST = "sme_2024"
"""The instrument that most start with."""


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    """The instruments to choose from, and the assessments with search and filter."""
    organisation = request.organisation
    wish = {name: request.GET.get(name, "").strip() for name in ("q", "instrument", "status", "assessor")}
    found = page_of(request, _matching(organisation, wish), A_PAGE)
    pains = pain_points(organisation)
    latest = services.latest(organisation)
    context: dict[str, Any] = {
        "tabs": TABS,
        "tab": "diagnosis",
        "instruments": _offered(organisation),
        "assessments": [_shown(one) for one in found],
        "page": found,
        "wish": wish,
        "filtered": any(wish.values()),
        "titles": {id: one.title for id, one in every_instrument().items()},
        "statuses": AssessmentStatus.values,
        "assessors": Assessor.values,
        "latest": latest,
        "latest_outcome": services.outcome(latest) if latest else None,
        "draft": services.drafts(organisation).first(),
        "pains": len(pains),
        "may_answer": may(request.user, organisation, "answer"),
    }
    part = request.htmx and not request.htmx.history_restore_request
    template = "diagnosis/assessments.html" if part else "diagnosis/page.html"
    return render(request, template, context)


@require_POST
@requires("answer")
def start(request: HttpRequest) -> HttpResponse:
    """Opens a draft of each instrument chosen, or goes on with the one under way."""
    chosen = request.POST.getlist("instrument") or [FIRST]
    side = request.POST.get("assessor", Assessor.SELF)
    fill_in = request.POST.get("prefill") == "on"
    opened, filled = [], 0
    for name in chosen:
        draft = services.drafts(request.organisation).filter(instrument=name, assessor=side).first()
        if draft is None:
            draft = services.open_assessment(request.organisation, name, request.user, side)
        if fill_in:
            filled += len(crosswalk.prefill(request.organisation, draft, request.user))
        opened.append(draft)
    if filled:
        messages.success(request, _("Filled in from what is known: %(count)s answers; check them.") % {"count": filled})
    if len(opened) == 1:
        return redirect("diagnosis_flash", opened[0].pk)
    words = _("%(count)s questionnaires are open; answer them one after the other.")
    messages.success(request, words % {"count": len(opened)})
    return redirect("diagnosis")


@require_POST
@requires("submit")
def submit(request: HttpRequest, assessment: int) -> HttpResponse:
    found = services.submit(own(request, assessment), request.user)
    messages.success(request, _("Submitted and signed. From here on nothing of it changes."))
    return redirect("diagnosis_result", found.pk)


@require_GET
@member
def instruments(request: HttpRequest) -> HttpResponse:
    """What every instrument comes to by what is known, and where sources contradict each other."""
    found = crosswalk.every_result(request.organisation)
    rows = [
        {
            **one,
            "purpose": purpose(one["id"]),
            "assessment": services.latest(request.organisation, one["id"]),
            "open": len(one["missing"]),
            "known_share": 1 - one["missing_share"],
        }
        for one in found["instruments"]
    ]
    context = {
        "tabs": TABS,
        "tab": "diagnosis_instruments",
        "facts": found["facts"],
        "conflicts": [
            {
                **one,
                "shown": fact_value(one["fact"], one["taken"]),
                "others_shown": {origin: fact_value(one["fact"], value) for origin, value in one["others"].items()},
            }
            for one in found["conflicts"]
        ],
        "rows": rows,
        "titles": {id: one.title for id, one in every_instrument().items()},
        "may_answer": may(request.user, request.organisation, "answer"),
    }
    return render(request, "diagnosis/instruments.html", context)


def _matching(organisation: Any, wish: dict[str, str]) -> QuerySet[Assessment]:
    found = services.assessments(organisation).select_related("by")
    for name in ("instrument", "status", "assessor"):
        if wish[name]:
            found = found.filter(**{name: wish[name]})
    words = wish["q"].lower()
    if words:
        named = [
            id
            for id, one in every_instrument().items()
            if words in id or words in one.title.zh.lower() or words in one.title.en.lower()
        ]
        found = found.filter(instrument__in=named) | found.filter(by__username__icontains=words)
    return found


def _shown(one: Assessment) -> dict[str, Any]:
    """A line of the list. What a submitted one came to is worked out anew: a page holds few."""
    form = every_instrument().get(one.instrument)
    if form is None:  # an instrument that is installed no longer
        return {"assessment": one, "title": one.instrument, "outcome": None, "answered": len(one.answers), "asked": 0}
    asked = len(item_ids(form))
    outcome = services.outcome(one) if one.answers else None
    return {"assessment": one, "title": form.title, "outcome": outcome, "answered": len(one.answers), "asked": asked}


def _offered(organisation: Any) -> list[dict[str, Any]]:
    """The instruments, those in force first, with what is known already."""
    known = {one["id"]: one for one in crosswalk.every_result(organisation)["instruments"]}
    drafts = {one.instrument: one for one in reversed(services.drafts(organisation))}
    today = timezone.localdate()
    rows = [
        {
            "one": one,
            "purpose": purpose(one.id),
            "minutes": minutes(len(known[one.id]["missing"]) or one.items),
            "answered": round(known[one.id]["answered_share"] * one.items),
            "measured": round(known[one.id]["measured_share"] * one.items),
            "missing": len(known[one.id]["missing"]),
            "draft": drafts.get(one.id),
            "in_force": one.in_force(today) and not one.superseded_by,
        }
        for one in listed()
    ]
    return sorted(rows, key=lambda row: (not row["in_force"], row["one"].id != FIRST, say(_title(row))))


def _title(row: dict[str, Any]) -> Any:
    one: Listed = row["one"]
    return one.title
