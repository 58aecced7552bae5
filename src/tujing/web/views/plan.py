"""Planning: the plan that holds, or another one, over time and by department."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from tujing.enterprise.models import Organisation
from tujing.enterprise.services import may
from tujing.planning.document import plan_document
from tujing.planning.models import Plan
from tujing.planning.project_list import project_list
from tujing.planning.services import latest_plan
from tujing.runtime.models import Job, JobStatus
from tujing.web.access import member
from tujing.web.exports import XLSX, attachment
from tujing.web.tasks.plan import KINDS
from tujing.web.views.jobs import job_context
from tujing.web.views.plan_gantt import gantt_context
from tujing.web.words import label, percent

DEFAULT_QUARTERS = 12
PLANS_SHOWN = 20


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    plan = latest_plan(request.organisation)
    return render(request, "plan/page.html", plan_page(request, plan))


@require_GET
@member
def one(request: HttpRequest, plan: int) -> HttpResponse:
    found = own_plan(request.organisation, plan)
    if request.htmx:
        return render(request, "plan/content.html", frame(request, found) | content(found))
    return render(request, "plan/page.html", plan_page(request, found))


@require_GET
@member
def export(request: HttpRequest, plan: int) -> HttpResponse:
    """The project list as a workbook."""
    found = own_plan(request.organisation, plan)
    return attachment(project_list(plan_document(found)), f"tujing-plan-{found.pk}.xlsx", XLSX)


def own_plan(organisation: Organisation, plan: int) -> Plan:
    return get_object_or_404(Plan.objects.select_related("cycle"), pk=plan, organisation=organisation)


def frame(request: HttpRequest, plan: Plan | None, tab: str = "overview") -> dict[str, Any]:
    """What every page of a plan shows around its own: the plan, whether it holds, what one may do, a job under way."""
    organisation = request.organisation
    holds = latest_plan(organisation)
    context: dict[str, Any] = {
        "plan": plan,
        "tab": tab,
        "current": holds,
        "holds": plan is not None and holds is not None and plan.pk == holds.pk,
        "may_plan": may(request.user, organisation, "plan"),
        "status_name": label(plan.status) if plan else "",
    }
    under_way = Job.objects.filter(
        organisation=organisation, kind__in=KINDS, status__in=[JobStatus.QUEUED, JobStatus.RUNNING]
    ).first()
    return context | (job_context(under_way) if under_way else {})


def plan_page(request: HttpRequest, plan: Plan | None) -> dict[str, Any]:
    context = frame(request, plan) | {
        "plans": Plan.objects.filter(organisation=request.organisation).defer("result", "parameters")[:PLANS_SHOWN],
        "quarters": plan.quarters if plan else DEFAULT_QUARTERS,
        "budget": round(sum(plan.budget)) if plan else "",
    }
    return context | (content(plan) if plan else {})


def content(plan: Plan) -> dict[str, Any]:
    """What `plan/content.html` shows of a plan."""
    projects, result = list(plan.projects.all()), plan.result
    return {
        "npv": result["npv"],
        "risk": result["risk"],
        "investment": result["investment"],
        "maturity": result.get("maturity"),
        "target": result.get("target"),
        "projects": projects,
        "rejections": plan.rejections.all(),
        "loss": percent(result["risk"]["loss_probability"], 1),
        **gantt_context(plan, projects),
    }
