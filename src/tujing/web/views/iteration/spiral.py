"""The turns so far as a spiral and as a table, and opening the next one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.lesson_services import lessons
from tujing.adoption.models import Cycle
from tujing.adoption.services import current_cycle
from tujing.enterprise.services import may
from tujing.iteration.review import spiral_of_cycles
from tujing.iteration.spiral import NAMES
from tujing.planning.services import latest_plan
from tujing.problems import refuse
from tujing.web.access import member, requires
from tujing.web.exports import as_xlsx
from tujing.web.plan_form import yuan
from tujing.web.tasks.iteration import start_iteration
from tujing.web.views.jobs import job_context
from tujing.web.words import say

STEPS = 40
"""Points in a drawn turn."""
MOST_TURNS = 8
"""Drawn; older ones are in the table."""


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    organisation = request.organisation
    cycle = current_cycle(organisation)
    turns = spiral_of_cycles(organisation)
    noted = Counter(lessons(organisation).values_list("cycle__number", flat=True))
    if request.GET.get("as") == "xlsx":
        return _file(turns)
    plan = latest_plan(organisation)
    context = {
        "tab": "spiral",
        "turns": [{**turn, "noted": noted[turn["number"]]} for turn in turns],
        "drawn": _drawn(turns[-MOST_TURNS:]),
        "cycle": cycle,
        "carried": Cycle.objects.get(pk=cycle.pk).adoptions.select_related("carried_from").order_by("scenario"),
        "budget": sum(plan.budget) if plan else None,
        "may_plan": may(request.user, organisation, "plan"),
    }
    return render(request, "iteration/page.html", context)


@require_POST
@requires("plan")
def open_next(request: HttpRequest) -> HttpResponse:
    """Queues evaluating, closing the turn and planning the next; without a budget the last plan's is taken again."""
    raw = request.POST.get("budget", "").strip()
    budget = yuan(raw) if raw else None
    if not current_cycle(request.organisation).adoptions.exists():
        raise refuse(
            "nothing_to_iterate",
            "本轮还没有规划或投用的场景，请先完成规划。",
            "Nothing is planned or in use in this cycle yet; make a plan first.",
        )
    job = start_iteration(request.organisation, budget, request.user)
    if request.htmx:
        return render(request, "workbench/job.html", job_context(job))
    return redirect("jobs_progress", job.pk)


def _file(turns: Sequence[Mapping[str, Any]]) -> HttpResponse:
    columns = [_("Cycle"), _("Opened"), _("Closed"), _("Digital level"), _("Projects"), _("Net present value")]
    columns += [_("Forecasts measured"), _("Forecast error")]
    lines = []
    for turn in turns:
        plan, error = turn["plan"], turn.get("forecast_error") or {}
        money = plan["npv"]["p50"] if plan else None
        figures = (turn["level"], len(plan["projects"]) if plan else None, money)
        told = (error.get("count"), error.get("mean_error"))
        lines.append((turn["number"], turn["opened"], turn["closed"], *figures, *told))
    return as_xlsx({_("The spiral"): (columns, lines)}, "tujing-cycles.xlsx")


def _drawn(turns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Each turn as an arc around the five steps, one ring further out; in a box of 400 × 400."""
    ring = 130 / max(len(turns), 1)
    arcs = []
    for place, turn in enumerate(turns):
        points = []
        for step in range(STEPS + 1):
            part = step / STEPS
            points.append(_at(part, 40 + ring * (place + part)))
        x, y = points[0]
        path = "M" + " L".join(f"{one[0]:.1f} {one[1]:.1f}" for one in points)
        arcs.append({"path": path, "x": x, "y": y, "number": turn["number"], "open": turn["closed"] is None})
    names = [
        {"name": say(words), "x": _at(k / 5, 186)[0], "y": _at(k / 5, 186)[1]} for k, words in enumerate(NAMES.values())
    ]
    axes = [{"x": _at(k / 5, 172)[0], "y": _at(k / 5, 172)[1]} for k in range(5)]
    return {"arcs": arcs, "names": names, "axes": axes}


def _at(part: float, radius: float) -> tuple[float, float]:
    """A point of the picture: share of a turn from the top, clockwise."""
    angle = 2 * math.pi * part
    return round(200 + radius * math.sin(angle), 1), round(200 - radius * math.cos(angle), 1)
