"""From a result to the floor: put a run in use, take it back, have a scenario run by the clock."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tujing.problems import refuse
from tujing.runtime import schedules, use_services
from tujing.runtime.models import Run, Schedule
from tujing.runtime.registry import runnable
from tujing.runtime.services import RUN, run_payload
from tujing.web import parameters
from tujing.web.access import requires
from tujing.web.views.workbench import budget_of, runnable_card
from tujing.web.words import scenario_name


@require_POST
@requires("run")
def put(request: HttpRequest, scenario: str, run: int) -> HttpResponse:
    found = get_object_or_404(Run, pk=run, organisation=request.organisation, scenario=scenario)
    use_services.put_in_use(found, request.user, request.POST.get("note", ""))
    messages.success(request, _("Run %(run)s is now in use.") % {"run": found.pk})
    return redirect("scenarios_outcome", scenario, found.pk)


@require_POST
@requires("run")
def take_back(request: HttpRequest, scenario: str) -> HttpResponse:
    runnable_card(scenario)
    before = use_services.take_back(request.organisation, scenario, request.user)
    if before:
        messages.success(request, _("Taken back; run %(run)s is in use again.") % {"run": before.run_id})
    else:
        messages.success(request, _("Taken back; no result is in use now."))
    return redirect("scenarios_bench", scenario)


@require_POST
@requires("run")
def schedule(request: HttpRequest, scenario: str) -> HttpResponse:
    """Has the scenario run by the clock with the parameters of the form."""
    runnable_card(scenario)
    given = parameters.given(runnable(scenario).Parameters, request.POST)
    made = schedules.plan(
        request.organisation,
        request.POST.get("name", "").strip() or scenario_name(scenario),
        RUN,
        run_payload(scenario, given, budget_of(request)),
        period=request.POST.get("period", "day"),
        first=_first(request),
        creator=request.user,
    )
    at = timezone.localtime(made.next_due).strftime("%Y-%m-%d %H:%M")
    messages.success(request, _("“%(name)s” runs by the clock, next at %(at)s.") % {"name": made.name, "at": at})
    return redirect("scenarios_bench", scenario)


@require_POST
@requires("run")
def change(request: HttpRequest, scenario: str, schedule: int) -> HttpResponse:
    """Stops a schedule, lets it go on, or takes it away: `do` is stop, go_on or drop."""
    found = get_object_or_404(
        Schedule, pk=schedule, organisation=request.organisation, kind=RUN, payload__scenario=scenario
    )
    wish = request.POST.get("do", "")
    if wish == "drop":
        schedules.drop(request.organisation, found.pk)
    elif wish in ("stop", "go_on"):
        schedules.rest(request.organisation, found.pk, active=wish == "go_on")
    else:
        raise Http404
    return redirect("scenarios_bench", scenario)


def _first(request: HttpRequest) -> datetime:
    """The first time of the form, on the wall clock of the works."""
    raw = request.POST.get("first", "").strip()
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        raise refuse(
            "bad_moment",
            f"“{raw}”不是日期和时间，请按 2026-12-01T06:00 的形式填写。",
            f"“{raw}” is no date and time; write it like 2026-12-01T06:00.",
            key="first",
            value=raw,
        ) from None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
