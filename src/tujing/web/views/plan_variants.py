"""Plans beside each other: named, compared, one of them taken as the plan that holds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.iteration import plan_services
from tujing.planning.changes import changes
from tujing.planning.document import plan_document
from tujing.planning.models import Plan
from tujing.planning.services import latest_plan
from tujing.problems import refuse
from tujing.web.access import member, requires
from tujing.web.paging import page_of
from tujing.web.views.plan import frame, own_plan
from tujing.web.views.plan_gantt import quarter_name, step_name

LEAST, MOST = 2, 4
VARIANTS_A_PAGE = 20


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    plans = Plan.objects.filter(organisation=request.organisation).select_related("cycle")
    found = page_of(request, plans, VARIANTS_A_PAGE)
    holds = latest_plan(request.organisation)
    context = frame(request, holds, "variants") | {
        "page": found,
        "rows": [_summary(one) | {"holds": holds is not None and one.pk == holds.pk} for one in found],
    }
    return render(request, "plan/variants.html", context)


@require_GET
@member
def compare(request: HttpRequest) -> HttpResponse:
    """Two to four plans side by side (`?plan=1&plan=2` or `?plan=1,2`); of two, what the second changes."""
    named = ",".join(request.GET.getlist("plan")).split(",")
    wished = list(dict.fromkeys(one for one in named if one.isdecimal() and len(one) < 19))
    if not LEAST <= len(wished) <= MOST:
        raise refuse(
            "compare_two_to_four",
            "请选 2 到 4 份规划来对比。",
            "Choose two to four plans to compare.",
            key="plan",
        )
    plans = [own_plan(request.organisation, int(one)) for one in wished]
    rows = [_summary(one) for one in plans]
    context = frame(request, latest_plan(request.organisation), "variants") | {
        "plans": plans,
        "rows": rows,
        "steps": _steps(plans),
        "chart": {
            "kind": "bar",
            "categories": [_title(one) for one in plans],
            "series": [
                {"name": _("Net present value, expected"), "values": [round(row["npv"]) for row in rows]},
                {"name": _("One-off investment"), "values": [round(row["investment"]) for row in rows]},
            ],
            "unit": _("yuan"),
        },
        "difference": _difference(*plans) if len(plans) == LEAST else None,
    }
    return render(request, "plan/compare.html", context)


@require_POST
@requires("plan")
def choose(request: HttpRequest, plan: int) -> HttpResponse:
    """Takes a plan as the one that holds; the former one stays and can be taken back."""
    found = own_plan(request.organisation, plan)
    former = latest_plan(request.organisation)
    plan_services.choose(request.organisation, found)
    words = _("“%(name)s” is the plan now.") % {"name": _title(found)}
    if former is not None and former.pk != found.pk:
        words += " " + _("The former plan is still here under Variants; take it again to go back.")
    messages.success(request, words)
    return redirect("plan")


@require_POST
@requires("plan")
def rename(request: HttpRequest, plan: int) -> HttpResponse:
    plan_services.rename(request.organisation, own_plan(request.organisation, plan), request.POST.get("name", ""))
    return redirect("plan_variants")


def _title(plan: Plan) -> str:
    return plan.name or _("Plan %(number)s") % {"number": plan.pk}


def _summary(plan: Plan) -> dict[str, Any]:
    result = plan.result
    return {
        "plan": plan,
        "title": _title(plan),
        "npv": result["npv"]["expected"],
        "p10": result["npv"].get("p10"),
        "p90": result["npv"].get("p90"),
        "loss": result["risk"]["loss_probability"],
        "cvar": result["risk"].get("cvar"),
        "investment": result["investment"],
        "maturity": result.get("maturity"),
        "budget": sum(plan.budget),
    }


def _steps(plans: list[Plan]) -> list[dict[str, Any]]:
    """Every step of any plan: when each has it, those that differ first."""
    found: dict[tuple[str, int], dict[int, Any]] = {}
    for plan in plans:
        for one in plan.projects.all():
            found.setdefault((one.scenario, one.level), {})[plan.pk] = one
    rows = []
    for (scenario, level), by_plan in found.items():
        cells = [
            {
                "project": by_plan.get(plan.pk),
                "quarter": quarter_name(plan, by_plan[plan.pk].start_quarter) if plan.pk in by_plan else "",
            }
            for plan in plans
        ]
        same = len({(cell["quarter"], cell["project"] and cell["project"].option) for cell in cells}) == 1
        rows.append({"name": step_name(scenario, level), "cells": cells, "same": same})
    return sorted(rows, key=lambda row: (row["same"], row["name"]))


def _difference(before: Plan, after: Plan) -> dict[str, Any]:
    """What the second plan changes against the first, in words and money."""
    known = changes(plan_document(before), plan_document(after))

    def named(step: str) -> str:
        scenario, _at, level = step.rpartition("@")
        return step_name(scenario, int(level))

    return {
        "before": before,
        "after": after,
        "added": [named(step) for step in known["added"]],
        "dropped": [named(step) for step in known["dropped"]],
        "moved": [{"name": named(one["step"]), "from": one["from"], "to": one["to"]} for one in known["moved"]],
        "another_way": [
            {"name": named(one["step"]), "from": one["from"], "to": one["to"]} for one in known["another_way"]
        ],
        "npv": after.result["npv"]["expected"] - before.result["npv"]["expected"],
        "investment": known["investment"],
        "maturity": _minus(after.result.get("maturity"), before.result.get("maturity")),
        "loss": after.result["risk"]["loss_probability"] - before.result["risk"]["loss_probability"],
    }


def _minus(one: Any, other: Any) -> Any:
    return None if one is None or other is None else one - other
