"""Planning: budget and quarters in; projects, money and reasons out."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.blueprint.files import ENDINGS, MEDIA, default_name
from tujing.blueprint.files import render as render_file
from tujing.blueprint.services import blueprint
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import may
from tujing.planning.document import plan_document
from tujing.planning.models import Plan
from tujing.planning.project_list import project_list
from tujing.planning.services import latest_plan
from tujing.planning.wishes import check_quarters, spread_budget
from tujing.problems import refuse
from tujing.runtime.models import Job, JobStatus
from tujing.web.access import member, requires
from tujing.web.exports import XLSX, attachment
from tujing.web.tasks.plan import PLAN, start_plan
from tujing.web.views.jobs import job_context
from tujing.web.views.plan_appraisal import appraisal_context
from tujing.web.words import label, language, percent, say, scenario_name

DEFAULT_QUARTERS = 12
TORNADO_SHOWN = 10


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    organisation = request.organisation
    plan = latest_plan(organisation)
    context: dict[str, Any] = {
        "plans": Plan.objects.filter(organisation=organisation),
        "quarters": plan.quarters if plan else DEFAULT_QUARTERS,
        "budget": round(sum(plan.budget)) if plan else "",
        "may_plan": may(request.user, organisation, "plan"),
    }
    under_way = Job.objects.filter(
        organisation=organisation, kind=PLAN, status__in=[JobStatus.QUEUED, JobStatus.RUNNING]
    ).first()
    if under_way:
        context |= job_context(under_way)
    if plan:
        context |= _plan_context(plan)
    return render(request, "plan/page.html", context)


@require_POST
@requires("plan")
def make(request: HttpRequest) -> HttpResponse:
    """Checks the wishes at once and queues the planning."""
    quarters = check_quarters(_whole(request.POST.get("quarters", "")))
    budget = yuan(request.POST.get("budget", ""))
    spread_budget(budget, quarters)
    job = start_plan(request.organisation, {"budget": budget, "quarters": quarters}, request.user)
    if request.htmx:
        return render(request, "workbench/job.html", job_context(job))
    return redirect("plan")


@require_GET
@member
def one(request: HttpRequest, plan: int) -> HttpResponse:
    found = _own(request.organisation, plan)
    return render(request, "plan/content.html" if request.htmx else "plan/one.html", _plan_context(found))


@require_GET
@member
def export(request: HttpRequest, plan: int) -> HttpResponse:
    """The project list as a workbook."""
    found = _own(request.organisation, plan)
    return attachment(project_list(plan_document(found)), f"tujing-plan-{found.pk}.xlsx", XLSX)


@require_GET
@member
def blueprint_file(request: HttpRequest, plan: int, form: str) -> HttpResponse:
    """The plan laid out as a document, a project list or a model for other tools, in the reader's language."""
    if form not in ENDINGS:
        raise Http404
    made = blueprint(request.organisation, _own(request.organisation, plan))
    return attachment(render_file(made, form, language()), default_name(form, language()), MEDIA[form])


def yuan(raw: str) -> float:
    """Reads an amount in yuan as people type it: 3,000,000 or 300万.

    Raises
    ------
    BadInput
        When it is no amount.
    """
    text = raw.strip().replace(",", "").replace("，", "").replace(" ", "").removesuffix("元")
    factor = 1
    for suffix, size in (("亿", 100_000_000), ("万", 10_000)):
        if text.endswith(suffix):
            text, factor = text.removesuffix(suffix), size
    try:
        amount = Decimal(text) * factor
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise refuse(
            "not_an_amount",
            f"预算“{raw[:40]}”不是金额，请填以元计的数，例如 3000000 或 300万。",
            f"“{raw[:40]}” is no amount; give yuan as a number, for example 3000000.",
            key="budget",
        )
    return float(amount)


def _whole(raw: str) -> int:
    try:
        return int(raw)
    except ValueError:
        raise refuse(
            "not_whole",
            "季度数要填整数，例如 12。",
            "The number of quarters is a whole number, such as 12.",
            key="quarters",
        ) from None


def _own(organisation: Organisation, plan: int) -> Plan:
    return get_object_or_404(Plan, pk=plan, organisation=organisation)


def _plan_context(plan: Plan) -> dict[str, Any]:
    projects = list(plan.projects.all())
    result = plan.result
    return {
        "plan": plan,
        "npv": result["npv"],
        "risk": result["risk"],
        "investment": result["investment"],
        "projects": projects,
        "rejections": plan.rejections.all(),
        "gantt": {
            "kind": "gantt",
            "axis": "date",
            "rows": [_step_name(row.scenario, row.level) for row in projects],
            "today": timezone.localdate().isoformat(),
            "todayName": _("Today"),
            "bars": [
                {
                    "row": place,
                    "start": row.start.isoformat(),
                    "end": row.end.isoformat(),
                    "label": _step_name(row.scenario, row.level),
                    "group": row.scenario.split("/")[0],
                    "detail": [[_("Why"), say(row.reason)]],
                }
                for place, row in enumerate(projects)
            ],
        },
        "money": {
            "kind": "bar",
            "categories": [_quarter(plan, row["quarter"]) for row in result["by_quarter"]],
            "series": [
                {"name": _("Spent"), "values": [round(row["spent"]) for row in result["by_quarter"]]},
                {"name": _("Left over"), "values": [round(row["left"]) for row in result["by_quarter"]], "line": True},
            ],
            "unit": _("yuan"),
        },
        "histogram": {
            "kind": "histogram",
            "edges": result["risk"]["histogram"]["edges"],
            "counts": result["risk"]["histogram"]["counts"],
            "unit": _("draws"),
            "marks": [{"name": name.upper(), "value": result["npv"][name]} for name in ("p10", "p50", "p90")],
        },
        "tornado": {
            "kind": "tornado",
            "base": result["npv"]["expected"],
            "items": [
                {"name": say(bar["label"]), "low": bar["low"], "high": bar["high"]}
                for bar in result["tornado"][:TORNADO_SHOWN]
            ],
        },
        "loss": percent(result["risk"]["loss_probability"], 1),
        "status_name": label(plan.status),
        **appraisal_context(result),
    }


def _step_name(scenario: str, level: int) -> str:
    return _("%(scenario)s L%(level)s") % {"scenario": scenario_name(scenario), "level": level}


def _quarter(plan: Plan, place: int) -> str:
    months = plan.start.month - 1 + 3 * place
    return f"{plan.start.year + months // 12}Q{months % 12 // 3 + 1}"
