"""The companies of a group planned together under one budget."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tujing.iteration.group_services import chosen, companies, plan_found
from tujing.planning.services import latest_plan
from tujing.planning.wishes import check_quarters, spread_budget
from tujing.runtime.models import Job
from tujing.web.access import member, requires
from tujing.web.plan_form import whole, yuan
from tujing.web.tasks.plan import GROUP, start_group
from tujing.web.views.jobs import job_context
from tujing.web.views.plan import DEFAULT_QUARTERS, frame
from tujing.web.views.plan_gantt import step_name


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    """The form, and the result of the job named by `?job=`, else of the newest that ended."""
    members = companies(request.organisation, request.user)
    context = frame(request, latest_plan(request.organisation), "group") | {
        "members": members,
        "quarters": DEFAULT_QUARTERS,
        "found": _found(request),
    }
    return render(request, "plan/group.html", context)


@require_POST
@requires("plan")
def make(request: HttpRequest) -> HttpResponse:
    quarters = check_quarters(whole(request.POST.get("quarters", ""), "quarters"))
    budget = yuan(request.POST.get("budget", ""))
    spread_budget(budget, quarters)
    members = chosen(request.organisation, request.user, request.POST.getlist("member"))
    job = start_group(request.organisation, members, budget, quarters, request.user)
    if request.htmx:
        return render(request, "workbench/job.html", job_context(job))
    return redirect("plan_group")


def _found(request: HttpRequest) -> dict[str, Any] | None:
    jobs = Job.objects.filter(organisation=request.organisation, kind=GROUP, status="done").order_by("-created")
    try:
        wished = UUID(request.GET.get("job", ""))
    except ValueError:
        wished = None
    job = (jobs.filter(pk=wished) if wished else jobs).first()
    found = plan_found(job, request.user) if job else None
    if found is None:
        return None
    for plant in found["plants"].values():
        for one in plant["projects"]:
            scenario, _at, level = one["step"].rpartition("@")
            one["name"] = step_name(scenario, int(level))
    return found
