"""How the installation does: health, limits, storage, workers, jobs and what comes round by the clock."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tujing.enterprise.models import Role
from tujing.examples.motor_works import installing_services as example
from tujing.problems import refuse
from tujing.runtime import beats, health_services, jobs, schedules
from tujing.runtime.models import Job, JobStatus, Schedule
from tujing.web.access import requires
from tujing.web.operators import is_operator
from tujing.web.tasks.operations import start_reset

PAGE = 50
RESET_WORD = "motor-works"


@never_cache
@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """For probes, without signing in: states only, no figure and no name. 503 when the database does not answer."""
    found = health_services.health()
    document = {
        "status": found.state,
        "checks": {"database": found.database, "worker": found.worker, "disk": found.disk},
    }
    return JsonResponse(document, status=503 if found.state == "down" else 200)


@never_cache
@require_GET
@requires("administer")
def page(request: HttpRequest) -> HttpResponse:
    organisation = request.organisation
    sizes = health_services.storage(organisation)
    queue = health_services.queue(organisation)
    operator = is_operator(request)
    context = {
        "health": health_services.health(),
        "warnings": health_services.warnings(organisation),
        "storage": sorted(sizes.items(), key=lambda one: -one[1]),
        "storage_total": sum(sizes.values()),
        "counts": queue["counts"],
        "workers": len(beats.alive()),
        "beats": beats.alive() if operator else [],
        "installation": health_services.installation() if operator else None,
        "limits": [one for one in health_services.limits() if connection.vendor in one.databases],
        "schedules": Schedule.objects.filter(organisation=organisation).order_by("next_due")[:PAGE],
        "is_example": _may_reset(request),
        "reset_word": RESET_WORD,
        "operator": operator,
        "tab": "overview",
    }
    return render(request, "operations/page.html", context)


@never_cache
@require_GET
@requires("administer")
def job_list(request: HttpRequest) -> HttpResponse:
    status = request.GET.get("status", "")
    after = request.GET.get("after", "")
    found = Job.objects.filter(organisation=request.organisation).select_related("creator", "schedule")
    found = found.defer("payload", "incumbents").order_by("-created", "-pk")
    if status in JobStatus.values:
        found = found.filter(status=status)
    if after:
        last = get_object_or_404(Job, pk=_uuid(after), organisation=request.organisation)
        found = found.filter(created__lt=last.created)
    rows = list(found[: PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "status": status,
        "statuses": JobStatus.values,
        "operator": is_operator(request),
        "tab": "jobs",
    }
    return render(request, "operations/jobs.html", context)


@require_POST
@requires("administer")
def retry(request: HttpRequest, job: UUID) -> HttpResponse:
    found = get_object_or_404(Job, pk=job, organisation=request.organisation)
    if jobs.retry(request.organisation, found.pk):
        messages.success(request, _("The job waits for a worker again."))
    else:
        messages.warning(request, _("Only a job that failed or was cancelled can be tried again."))
    return redirect("operations_jobs")


@require_POST
@requires("administer")
def cancel(request: HttpRequest, job: UUID) -> HttpResponse:
    found = get_object_or_404(Job, pk=job, organisation=request.organisation)
    if jobs.cancel(request.organisation, found.pk):
        messages.success(request, _("The job is being stopped."))
    else:
        messages.warning(request, _("The job is over already."))
    return redirect("operations_jobs")


@require_POST
@requires("administer")
def schedule(request: HttpRequest, schedule: int) -> HttpResponse:
    found = get_object_or_404(Schedule, pk=schedule, organisation=request.organisation)
    schedules.rest(request.organisation, found.pk, active=request.POST.get("active") == "1")
    return redirect("operations")


@require_POST
@requires("administer")
def reset(request: HttpRequest) -> HttpResponse:
    """Makes the example anew: its owner only, who types its name."""
    if not _may_reset(request):
        raise PermissionDenied(_("Only the owner of the example factory may make it anew."))
    typed(request, RESET_WORD)
    job = start_reset(request.organisation, request.user)
    return redirect("jobs_progress", job.pk)


def typed(request: HttpRequest, word: str) -> None:
    check_typed(request.POST.get("confirm", ""), word)


def check_typed(told: str, word: str) -> None:
    """Raises BadInput unless the person typed the word that confirms what they are about to do."""
    if told.strip() != word:
        raise refuse(
            "not_confirmed",
            f"请在确认框中输入 {word}，然后再提交。",
            f"Type {word} into the box to confirm, then send it again.",
            key="confirm",
        )


def _may_reset(request: HttpRequest) -> bool:
    membership: Any = request.membership
    return membership.role == Role.OWNER and example.is_example(request.organisation)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
