"""What is asked of a plan: the whole form, checked in place; a conflict of wishes with its way out."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tujing.diagnosis import services as diagnosis
from tujing.diagnosis.instrument import instrument
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import classification
from tujing.iteration.plan_services import asked_of, check_wishes, usual, way_out
from tujing.iteration.services import usual_budget
from tujing.planning.asked import Asked
from tujing.planning.departments import departments
from tujing.planning.funding import funding
from tujing.planning.models import Plan
from tujing.planning.services import latest_plan
from tujing.planning.wishes import next_quarter, quarter_start
from tujing.problems import BadInput
from tujing.runtime.models import Job
from tujing.web.access import member, requires
from tujing.web.plan_form import number, read_form, whole
from tujing.web.refusals import shown
from tujing.web.tasks.plan import PLAN, start_plan
from tujing.web.views.jobs import job_context
from tujing.web.views.plan import DEFAULT_QUARTERS, frame, own_plan
from tujing.web.views.plan_gantt import step_name
from tujing.web.words import money, say

EMPTY_ROWS = 3


@require_GET
@requires("plan")
def page(request: HttpRequest) -> HttpResponse:
    """The form, filled with what the plan named by `?from=` asked, or with the usual.

    `?pin=`, `?forbid=`, `?maturity=` and `?most_loss=` are put into it; `?conflict=` fills it with the way out.
    """
    organisation = request.organisation
    base = _base(organisation, request.GET)
    asked = _with_address(_asked(organisation, base), request.GET)
    if "conflict" in request.GET:
        asked = _mended(organisation, request.GET["conflict"])
    context = frame(request, base, "wishes") | form_context(organisation, asked)
    return render(request, "plan/wishes.html", context | {"base": base, "name": _name(base)})


@require_POST
@requires("plan")
def check(request: HttpRequest) -> HttpResponse:
    """Says what is wrong with the form as it stands, and what it comes to; nothing is queued."""
    problems, asked = _read(request)
    context: dict[str, Any] = {"problems": shown(problems), "keys": [one.key for one in problems]}
    if asked is not None and not problems:
        total = sum(asked.budget) if isinstance(asked.budget, tuple) else asked.budget
        context |= {"total": money(total), "a_quarter": money(total / asked.quarters), "asked": asked}
    return render(request, "plan/check.html", context)


@require_POST
@requires("plan")
def make(request: HttpRequest) -> HttpResponse:
    """Checks the wishes at once and queues the planning."""
    problems, asked = _read(request)
    if problems or asked is None:
        raise BadInput(problems)
    base = _base(request.organisation, request.POST)
    wishes = asked.wishes() | {"figures": asked.figures}
    job = start_plan(
        request.organisation,
        wishes,
        request.user,
        before=base.pk if base else None,
        name=request.POST.get("name", ""),
        variant=request.POST.get("keep") == "variant",
    )
    if request.htmx:
        return render(request, "workbench/job.html", job_context(job))
    return redirect("plan")


@require_GET
@member
def conflict(request: HttpRequest, job: UUID) -> HttpResponse:
    """Why no plan is possible, and the cheapest way out."""
    found = get_object_or_404(Job, pk=job, organisation=request.organisation, kind=PLAN)
    answer = found.payload.get("result", {}).get("conflict")
    if answer is None:
        raise Http404
    relaxation = answer.get("relaxation")
    later = answer.get("later_quarter")
    first = next_quarter(timezone.localdate(found.created))
    context = frame(request, latest_plan(request.organisation), "wishes") | {
        "conflict": answer,
        "words": say(answer["problem"]),
        "stretch": [{"label": say(one["label"]), "words": say(one["words"])} for one in relaxation["stretch"]]
        if relaxation
        else [],
        "relaxation": relaxation,
        "later": _quarter(quarter_start(first, later)) if later is not None else "",
        "asked_job": found.pk,
    }
    return render(request, "plan/conflict.html", context)


def form_context(organisation: Organisation, asked: Asked) -> dict[str, Any]:
    """What `plan/wishes.html` shows of wishes."""
    size = classification(organisation).size
    first = next_quarter(timezone.localdate())
    assessment = diagnosis.latest(organisation)
    levels = []
    if assessment is not None:
        now = diagnosis.result(assessment).level
        levels = [one for one in instrument(assessment.instrument).level_rule.levels if one.level > now]
    budget = asked.budget
    kinds = {"pinned": asked.pinned, "mandatory": asked.mandatory, "forbidden": asked.forbidden}
    return {
        "asked": asked,
        "usual": usual(organisation),
        "budget_text": " ".join(f"{part:g}" for part in budget) if isinstance(budget, tuple) else f"{budget:.0f}",
        "loan_percent": None if asked.loan_rate is None else round(asked.loan_rate * 100, 3),
        "loan_terms": funding().loan,
        "loan_usual_percent": round(funding().loan.rate * 100, 3),
        "subsidies": [
            {"id": name, "rule": rule, "on": name in asked.subsidies}
            for name, rule in funding().subsidies.items()
            if size in rule.sizes
        ],
        "roles": [
            {"id": name, "label": say(role.label), "days": asked.skills.get(name)}
            for name, role in departments().roles.items()
        ],
        "levels": levels,
        "quarter_choices": [_quarter(quarter_start(first, place)) for place in range(min(asked.quarters, 40))],
        "risk_kind": "any" if asked.most_loss is None else "none" if asked.most_loss == 0 else "some",
        "step_rows": [
            {"step": wish, "kind": kind, "name": _wish_name(wish), "start": asked.starts.get(wish.partition(":")[0])}
            for kind, wishes in kinds.items()
            for wish in wishes
        ],
        "empty_rows": range(EMPTY_ROWS),
        "choices": _choices(organisation),
    }


def _choices(organisation: Organisation) -> list[tuple[str, str]]:
    """Every step that could be named, with its name."""
    from tujing.atlas.loader import atlas

    found = {
        f"{name}@{cost.level}": step_name(name, cost.level)
        for name, card in atlas().manifests.items()
        for cost in card.costs
    }
    return sorted(found.items(), key=lambda one: one[0])


def _wish_name(wish: str) -> str:
    step = wish.partition(":")[0]
    scenario, _at, level = step.partition("@")
    return step_name(scenario, int(level)) if level else scenario


def _read(request: HttpRequest) -> tuple[list[Any], Asked | None]:
    base = _base(request.organisation, request.POST)
    try:
        asked = read_form(request.POST, _asked(request.organisation, base))
    except BadInput as error:
        return list(error.problems), None
    return check_wishes(request.organisation, asked), asked


def _base(organisation: Organisation, given: QueryDict) -> Plan | None:
    wished = given.get("from", "")
    return own_plan(organisation, int(wished)) if wished.isdecimal() and len(wished) < 19 else None


def _asked(organisation: Organisation, base: Plan | None) -> Asked:
    if base is not None:
        return asked_of(base)
    try:
        budget = usual_budget(organisation, DEFAULT_QUARTERS)
    except BadInput:
        budget = 0.0
    return Asked(budget=round(budget, -3), quarters=DEFAULT_QUARTERS)


def _with_address(asked: Asked, given: QueryDict) -> Asked:
    changed = asked.with_changes(pin=given.getlist("pin"), forbid=given.getlist("forbid"))
    update: dict[str, Any] = {}
    with suppress(KeyError, BadInput):
        update["maturity"] = whole(given["maturity"], "maturity")
    with suppress(KeyError, BadInput):
        update["most_loss"] = number(given["most_loss"], "most_loss")
    return changed.model_copy(update=update)


def _mended(organisation: Organisation, job: str) -> Asked:
    """The wishes of a conflict with its way out put into them."""
    try:
        found = get_object_or_404(Job, pk=UUID(job), organisation=organisation, kind=PLAN)
    except ValueError:
        raise Http404 from None
    asked = Asked(**found.payload["asked"])
    relaxation = (found.payload.get("result", {}).get("conflict") or {}).get("relaxation")
    return way_out(organisation, asked, relaxation["stretch"]) if relaxation else asked


def _name(base: Plan | None) -> str:
    return base.name if base else ""


def _quarter(day: Any) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"
