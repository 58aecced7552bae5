"""Implementing: adoptions with their milestones, each closed by a check that runs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.services import adoptions
from tujing.delivery.services import accept, accept_all
from tujing.enterprise.services import may
from tujing.iteration.services import take_up_plan
from tujing.planning.services import latest_plan
from tujing.problems import refuse
from tujing.web.access import member, requires
from tujing.web.words import say


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    mine = adoptions(request.organisation).prefetch_related("milestones").order_by("start", "scenario")
    context = {
        "adoptions": mine,
        "plan": latest_plan(request.organisation),
        "today": timezone.localdate(),
        "may_deliver": may(request.user, request.organisation, "deliver"),
    }
    return render(request, "delivery/page.html", context)


@require_POST
@requires("deliver")
def take_up(request: HttpRequest) -> HttpResponse:
    """Turns the newest plan into adoptions with milestones."""
    plan = latest_plan(request.organisation)
    if plan is None:
        raise refuse("no_plan", "还没有规划，请先完成规划。", "There is no plan yet; make one first.")
    taken = take_up_plan(request.organisation, plan)
    messages.success(request, _("%(count)s scenarios taken up, each with its milestones.") % {"count": len(taken)})
    return redirect("delivery")


@require_POST
@requires("deliver")
def check(request: HttpRequest, milestone: int) -> HttpResponse:
    """Runs one milestone's acceptance check."""
    verdict = accept(request.organisation, milestone)
    told = verdict.as_dict()
    (messages.success if verdict.passed else messages.warning)(request, say({"zh": told["zh"], "en": told["en"]}))
    return redirect("delivery")


@require_POST
@requires("deliver")
def check_all(request: HttpRequest) -> HttpResponse:
    judged = accept_all(request.organisation)
    passed = sum(verdict.passed for _milestone, verdict in judged)
    words = _("%(passed)s of %(count)s open checks passed.") % {"passed": passed, "count": len(judged)}
    messages.info(request, words)
    return redirect("delivery")
