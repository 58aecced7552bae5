"""What can be had of value, maturity and risk together: the front, with the plan made as one point."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tujing.planning.models import Plan
from tujing.web.access import member
from tujing.web.views.plan import frame, own_plan
from tujing.web.views.plan_gantt import quarter_name, step_name


@require_GET
@member
def page(request: HttpRequest, plan: int) -> HttpResponse:
    found = own_plan(request.organisation, plan)
    points = _points(found)
    context = frame(request, found, "front") | {"points": points, "chart": _chart(points) if points else None}
    return render(request, "plan/front.html", context)


@require_GET
@member
def point(request: HttpRequest, plan: int, point: int) -> HttpResponse:
    """The plan of one point: its steps with their quarters, and what it adds and drops against the plan made."""
    found = own_plan(request.organisation, plan)
    points = _points(found)
    if point >= len(points):
        raise Http404
    one = points[point]
    steps = [
        {
            "name": step_name(*_split(step)),
            "option": step.partition(":")[2] or "buy",
            "from": quarter_name(found, start),
            "start": start,
            "new": step.partition(":")[0] in one["adds"],
        }
        for step, start in sorted(one.get("starts", {}).items(), key=lambda item: (item[1], item[0]))
        if not step.startswith("measure:")
    ]
    context = frame(request, found, "front") | {
        "point": one,
        "steps": steps,
        "dropped": [step_name(*_split(step)) for step in one["drops"]],
        "wish": _wish(found, one),
    }
    return render(request, "plan/point.html" if request.htmx else "plan/point_page.html", context)


def _points(plan: Plan) -> list[dict[str, Any]]:
    part = plan.parts.filter(kind="pareto").first()
    if part is None:
        return []
    return [
        one | {"place": place, "earns": None if one["risk"] is None else -one["risk"]}
        for place, one in enumerate(part.content)
    ]


def _chart(points: list[dict[str, Any]]) -> dict[str, Any]:
    """Value against levels raised; the tooltip tells the risk, colour tells the plan made."""
    groups = [(_("The plan made"), True), (_("Other plans on the front"), False)]
    return {
        "kind": "scatter",
        "x": _("Levels raised"),
        "y": _("Net present value (yuan)"),
        "series": [
            {
                "name": name,
                "points": [
                    {
                        "x": one["maturity"],
                        "y": round(one["value"]),
                        "key": str(one["place"]),
                        "detail": [
                            [_("Worst tenth loses on average (yuan)"), "–" if one["risk"] is None else
                             f"{one['risk']:,.0f}"],
                            [_("Steps"), str(one["steps"])],
                            [_("Proven"), _("yes") if one["proven"] else _("no")],
                        ],
                    }
                    for one in points
                    if one["yours"] is yours
                ],
            }
            for name, yours in groups
        ],
    }  # fmt: skip


def _wish(plan: Plan, point: dict[str, Any]) -> str:
    """The form of wishes with which this point is the best plan: at least its levels, at most its risk."""
    asked: dict[str, Any] = {"from": plan.pk, "maturity": point["maturity"]}
    if point["risk"] is not None:
        asked["most_loss"] = round(point["risk"]) + 1
    return f"{reverse('plan_wishes')}?{urlencode(asked)}"


def _split(step: str) -> tuple[str, int]:
    scenario, _at, level = step.partition(":")[0].rpartition("@")
    return scenario, int(level)
