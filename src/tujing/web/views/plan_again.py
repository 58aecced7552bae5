"""Planning again with a change: steps fixed to a quarter, taken or left out by hand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tujing.iteration.plan_services import changed
from tujing.planning.asked import Asked
from tujing.planning.models import Plan
from tujing.web.access import requires
from tujing.web.plan_form import whole
from tujing.web.tasks.plan import start_plan
from tujing.web.views.jobs import job_context
from tujing.web.views.plan import own_plan


@require_POST
@requires("plan")
def again(request: HttpRequest, plan: int) -> HttpResponse:
    """Queues a variant of the plan with the changes; the plan itself stays until the variant is chosen."""
    found = own_plan(request.organisation, plan)
    asked = _changed(found, request.POST)
    name = _("%(name)s, changed") % {"name": found.name or _("Plan %(number)s") % {"number": found.pk}}
    job = start_plan(
        request.organisation,
        asked.wishes() | {"figures": asked.figures},
        request.user,
        before=found.pk,
        name=name,
        variant=True,
    )
    if request.htmx:
        return render(request, "workbench/job.html", job_context(job))
    return redirect("jobs_progress", job.pk)


def _changed(plan: Plan, given: QueryDict) -> Asked:
    """Reads `pin`, `forbid`, `free` (steps) and `start` (`step=quarter`, from 0)."""
    starts = {}
    for one in given.getlist("start"):
        step, _equals, quarter = one.rpartition("=")
        starts[step] = whole(quarter, "start")
    return changed(plan, *(given.getlist(key) for key in ("pin", "forbid", "free")), starts)
