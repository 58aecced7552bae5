"""Long work: a line of progress that asks again every second until the work is over."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from tujing.runtime.jobs import cancel as cancel_job
from tujing.runtime.models import Job, JobStatus
from tujing.web.access import member, requires
from tujing.web.tasks.imports import IMPORT
from tujing.web.words import language

STOP_POLLING = 286


def job_context(job: Job) -> dict[str, object]:
    return {
        "job": job,
        "done_url": _done_url(job),
        "incumbent": job.incumbents[-1][1] if job.incumbents else None,
        "curve": {
            "kind": "line",
            "step": True,
            "x": [seconds for seconds, _ in job.incumbents],
            "series": [{"name": "", "values": [value for _, value in job.incumbents]}],
        },
        "errors": [problem.get(language(), "") for problem in job.error],
        "details": [problem["detail"] for problem in job.error if problem.get("detail")],
    }


@never_cache
@require_GET
@member
def progress(request: HttpRequest, job: UUID) -> HttpResponse:
    found = get_object_or_404(Job.objects.select_related("run"), pk=job, organisation=request.organisation)
    if found.kind == IMPORT and found.is_over:
        # The outcome of an import is a page of its own.
        target = reverse("data_job", args=[found.payload["element"], found.pk])
        return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
    if request.htmx and found.is_over and "page" in found.payload.get("result", {}):
        return HttpResponseClientRedirect(_done_url(found))
    status = STOP_POLLING if found.is_over and request.htmx else 200
    template = "workbench/job.html" if request.htmx else "workbench/job_page.html"
    return render(request, template, job_context(found), status=status)


@require_POST
@requires("run")
def cancel(request: HttpRequest, job: UUID) -> HttpResponse:
    found = get_object_or_404(Job, pk=job, organisation=request.organisation)
    cancel_job(request.organisation, found.pk)
    found.refresh_from_db()
    return render(request, "workbench/job.html", job_context(found))


def _done_url(job: Job) -> str:
    """Where the result of a finished job is shown; empty while there is none."""
    if job.status != JobStatus.DONE:
        return ""
    result = job.payload.get("result", {})
    if "page" in result:
        asked = urlencode(result.get("query", {}))
        return reverse(result["page"], args=result.get("at", [])) + (f"?{asked}" if asked else "")
    if "plan" in result:
        return reverse("plan_one", args=[result["plan"]])
    run = getattr(job, "run", None)
    return reverse("scenarios_outcome", args=[run.scenario, run.pk]) if run else ""
