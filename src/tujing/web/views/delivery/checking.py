"""Gates: running checks as jobs, waiving one, asking for another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tujing.delivery.cells import read_day
from tujing.delivery.keeping_services import waive as grant
from tujing.delivery.models import LevelProject, Milestone
from tujing.web.access import requires
from tujing.web.tasks.delivery import start_checks
from tujing.web.views.delivery import forms
from tujing.web.views.jobs import job_context


@require_POST
@requires("deliver")
def check(request: HttpRequest, milestone: int) -> HttpResponse:
    """Queues one milestone's acceptance check."""
    return _queued(request, {"milestone": _own(request, milestone).pk})


@require_POST
@requires("deliver")
def check_all(request: HttpRequest) -> HttpResponse:
    """Queues every waiting check."""
    return _queued(request, {})


@require_POST
@requires("deliver")
def check_project(request: HttpRequest, project: int) -> HttpResponse:
    """Queues every waiting check of one project."""
    if not LevelProject.objects.filter(organisation=request.organisation, pk=project).exists():
        raise Http404
    return _queued(request, {"project": project})


@require_POST
@requires("deliver")
def waive(request: HttpRequest, milestone: int) -> HttpResponse:
    """Waives a check in the name of who is signed in; owners and managers only, for a reason and a time."""
    until = read_day(request.POST.get("until", ""), "until")
    reason = request.POST.get("reason", "")
    granted = grant(request.organisation, milestone, request.user.get_username(), reason, until)
    messages.warning(request, _("Waived until %(day)s; the check stays unpassed.") % {"day": granted.until})
    project = project_of(granted.milestone)
    return forms.done(request, "delivery_gates", project.pk) if project else forms.done(request, "delivery")


def project_of(milestone: Milestone) -> LevelProject | None:
    """The project whose level a milestone belongs to."""
    return LevelProject.objects.filter(adoption=milestone.adoption_id, level=milestone.level).first()


def _own(request: HttpRequest, milestone: int) -> Milestone:
    found = Milestone.objects.filter(organisation=request.organisation, pk=milestone).first()
    if found is None:
        raise Http404
    return found


def _queued(request: HttpRequest, wishes: dict[str, Any]) -> HttpResponse:
    job = start_checks(request.organisation, wishes, request.user)
    if request.htmx:
        return render(request, "workbench/job.html", job_context(job))
    return redirect("jobs_progress", job.pk)
