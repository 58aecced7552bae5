"""Iterating: the cycles so far, and opening the next one with what was measured."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.learning_services import account
from tujing.adoption.models import Cycle
from tujing.adoption.services import beliefs, current_cycle
from tujing.enterprise.services import may
from tujing.iteration.review import spiral_of_cycles
from tujing.iteration.services import iterate
from tujing.planning.services import latest_plan
from tujing.web.access import member, requires
from tujing.web.views.plan import yuan


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    organisation = request.organisation
    current_cycle(organisation)
    cycles = (
        Cycle.objects.filter(organisation=organisation).prefetch_related("adoptions__carried_from").order_by("-number")
    )
    plan = latest_plan(organisation)
    context = {
        "cycles": cycles,
        "beliefs": sorted(beliefs(organisation).values(), key=lambda one: one.scenario),
        "turns": spiral_of_cycles(organisation),
        "account": account(organisation),
        "budget": sum(plan.budget) if plan else None,
        "may_plan": may(request.user, organisation, "plan"),
    }
    return render(request, "iteration/page.html", context)


@require_POST
@requires("plan")
def open_next(request: HttpRequest) -> HttpResponse:
    """Evaluates, opens the next cycle and plans it; without a budget the last plan's is taken again."""
    raw = request.POST.get("budget", "").strip()
    cycle, _plan = iterate(request.organisation, budget=yuan(raw) if raw else None)
    messages.success(request, _("Cycle %(number)s is open and planned.") % {"number": cycle.number})
    return redirect("plan")
