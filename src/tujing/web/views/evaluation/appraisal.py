"""The nine indicators, who was heard, and rating: a survey for everybody, also on a tablet at the line."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.models import Stage
from tujing.adoption.services import adoptions, current_cycle
from tujing.atlas.standards import catalogue
from tujing.enterprise.models import Role
from tujing.enterprise.services import may, role_of
from tujing.evaluation.appraisal.ratings import CLAUSE, rules
from tujing.evaluation.appraisal.services import record_rating, record_ratings
from tujing.evaluation.appraisal.survey import survey
from tujing.evaluation.models import AppraisalResult, Rating
from tujing.web import uploads
from tujing.web.access import member, requires
from tujing.web.exports import as_xlsx
from tujing.web.tasks.evaluation import start_appraisal
from tujing.web.views.jobs import job_context
from tujing.web.words import say

HEADINGS = ("评价人", "角色", "评价方", "指标", "对象", "题目", "答案", "日期")
CLAUSES = 8
"""Rows that an empty checklist shows."""


@require_GET
@member
def indicators(request: HttpRequest) -> HttpResponse:
    """Six of performance and three of capability as they were worked out last, with everybody's weight."""
    kept = AppraisalResult.objects.filter(organisation=request.organisation).first()
    cycle = current_cycle(request.organisation)
    newest = Rating.objects.filter(organisation=request.organisation, cycle=cycle).order_by("-id").first()
    if kept and request.GET.get("as") == "xlsx":
        return _file(kept.result)
    context = {
        "tab": "indicators",
        "kept": kept,
        "result": kept.result if kept else None,
        "is_old": kept is not None and newest is not None and newest.rated > kept.made.date(),
        "rules": rules(),
        "may_evaluate": may(request.user, request.organisation, "evaluate"),
    }
    return render(request, "evaluation/indicators.html", context)


def _file(result: dict[str, Any]) -> HttpResponse:
    columns = [_("Indicator"), _("Value"), _("A year before"), _("Unit"), _("Withheld because")]
    lines = [
        (say(one["name"]), one["value"], one.get("before"), one["unit"], say(one.get("withheld")))
        for group in result["indicators"].values()
        for one in group
    ]
    return as_xlsx({_("Nine indicators"): (columns, lines)}, "tujing-indicators.xlsx")


@require_POST
@requires("evaluate")
def work_out(request: HttpRequest) -> HttpResponse:
    """Queues the nine indicators."""
    job = start_appraisal(request.organisation, request.user)
    if request.htmx:
        return render(request, "workbench/job.html", job_context(job))
    return redirect("jobs_progress", job.pk)


@require_GET
@member
def rating(request: HttpRequest) -> HttpResponse:
    """What may be rated, and what the signed-in person has rated already."""
    cycle = current_cycle(request.organisation)
    in_use = adoptions(request.organisation).filter(stage__in=[Stage.IN_USE, Stage.EVALUATED])
    kept = Rating.objects.filter(organisation=request.organisation, cycle=cycle)
    if request.GET.get("as") == "xlsx":
        lines = [
            (row.rater, row.group, row.party, row.indicator, row.subject, item, answer, row.rated)
            for row in kept
            for item, answer in row.answers.items()
        ]
        return as_xlsx({"ratings": (HEADINGS, lines)}, "tujing-ratings.xlsx")
    mine = set(kept.filter(rater=request.user.get_username()).values_list("indicator", "subject"))
    scenarios = list(dict.fromkeys(in_use.values_list("scenario", flat=True)))
    context = {
        "tab": "rating",
        "scenarios": [(one, ("usability", one) in mine) for one in scenarios],
        "standards": sorted(catalogue().standards),
        "satisfied": ("customer_satisfaction", "") in mine,
        "count": kept.count(),
        "may_evaluate": may(request.user, request.organisation, "evaluate"),
    }
    return render(request, "evaluation/rating.html", context)


@require_GET
@member
def rate(request: HttpRequest, indicator: str) -> HttpResponse:
    """One rating to fill in; its answers of before are shown."""
    if indicator not in rules().indicators:
        raise Http404
    subject, me = request.GET.get("subject", ""), request.user.get_username()
    cycle = current_cycle(request.organisation)
    before = Rating.objects.filter(
        organisation=request.organisation, cycle=cycle, rater=me, indicator=indicator, subject=subject
    ).first()
    answers = before.answers if before else {}
    statements = survey().statements.items()
    context = {
        "tab": "rating",
        "indicator": indicator,
        "known": rules().indicators[indicator],
        "subject": subject,
        "statements": [(key, words, answers.get(key)) for key, words in statements],
        "steps": range(1, 6),
        "clauses": [*answers.items()] + [("", "met")] * max(CLAUSES - len(answers), 1),
        "states": CLAUSE,
        "score": answers.get("score", ""),
        "source": survey(),
        **_voice(request),
        "groups": rules().groups.items(),
        "parties": rules().parties.items(),
        "may_evaluate": may(request.user, request.organisation, "evaluate"),
    }
    return render(request, "evaluation/rate.html", context)


@require_POST
@requires("evaluate")
def keep(request: HttpRequest, indicator: str) -> HttpResponse:
    """Keeps the rating of who is signed in; rated again it replaces what was said before."""
    if indicator not in rules().indicators:
        raise Http404
    form, kind = request.POST, rules().indicators[indicator].kind
    if kind == "usability":
        answers = {key: form[key] for key in survey().statements if form.get(key)}
    elif kind == "checklist":
        pairs = zip(form.getlist("clause"), form.getlist("state"), strict=False)
        answers = {clause.strip(): state for clause, state in pairs if clause.strip()}
    else:
        answers = {"score": form.get("score", "").strip()}
    voice = _voice(request)
    record_rating(
        request.organisation,
        request.user.get_username(),
        form.get("group") or voice["group"],
        form.get("party") or voice["party"],
        indicator,
        form.get("subject", ""),
        answers,
    )
    messages.success(request, _("Thank you, your rating is kept. Rate again and it replaces this one."))
    return redirect("evaluation_rating")


@require_POST
@requires("evaluate")
def upload(request: HttpRequest) -> HttpResponse:
    """Takes in a file of ratings; all of it or nothing."""
    token, path = uploads.keep(request.organisation, request.FILES.get("file"))
    try:
        found = record_ratings(request.organisation, path)
    finally:
        uploads.forget(request.organisation, token)
    messages.success(request, _("%(count)s ratings read.") % {"count": len(found)})
    return redirect("evaluation_rating")


def _voice(request: HttpRequest) -> dict[str, str]:
    """As whom a person speaks unless they say otherwise: by their role in the enterprise."""
    role = role_of(request.user, request.organisation)
    group = {Role.LINE_WORKER: "line_worker", Role.DEPARTMENT_HEAD: "department_head"}.get(role, "manager")
    return {"group": group, "party": "third_party" if role == Role.CONSULTANT else "self"}
