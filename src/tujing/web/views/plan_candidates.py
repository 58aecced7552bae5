"""Every step that could be planned, in one table; each opens to how its figures come about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tujing.atlas.loader import atlas
from tujing.iteration.services import levels_today
from tujing.planning.departments import departments
from tujing.planning.models import Plan, PlanPart
from tujing.planning.opening_services import value_of_step
from tujing.planning.own_figures import PlanFigures
from tujing.planning.services import latest_plan
from tujing.problems import BadInput
from tujing.runtime.conformance import declared_tier
from tujing.web.access import member
from tujing.web.exports import as_csv, as_xlsx
from tujing.web.paging import page_of
from tujing.web.refusals import shown
from tujing.web.views.plan import frame
from tujing.web.words import label, say, scenario_name

Row = dict[str, Any]

ORDERS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: row["name"],
    "level": lambda row: row["level"],
    "npv": lambda row: row["npv"],
    "cost": lambda row: row["cost"]["mean"],
    "yearly_cost": lambda row: row["yearly_cost"],
    "loss": lambda row: row["loss_probability"],
    "readiness": lambda row: -1.0 if row["readiness"] is None else row["readiness"],
    "quarters": lambda row: row["quarters"],
    "department": lambda row: row["department_name"],
}
COLUMNS = {
    "department": gettext_lazy("Department"),
    "tier": gettext_lazy("Quality tier"),
    "quarters": gettext_lazy("Quarters"),
    "people": gettext_lazy("Own days"),
    "yearly": gettext_lazy("Yearly cost"),
    "risk": gettext_lazy("P10 – P90"),
    "lock_in": gettext_lazy("Lock-in"),
}
"""Columns that may be hidden."""
STANDINGS = ("in_plan", "out_of_plan", "never_in_plan")


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    plan = latest_plan(request.organisation)
    rows = _filtered(request, _rows(plan)) if plan else []
    shown = [name for name in COLUMNS if name in request.GET.getlist("column")] or list(COLUMNS)
    context = frame(request, plan, "candidates") | {
        "page": page_of(request, rows),
        "total": len(rows),
        "columns": [{"id": name, "name": words, "on": name in shown} for name, words in COLUMNS.items()],
        "shown": shown,
        "orders": list(ORDERS),
        "departments": [(name, say(one.label)) for name, one in departments().departments.items()],
        "given": request.GET,
        "standings": STANDINGS,
        "has_rows": plan is not None and plan.parts.filter(kind="candidates").exists(),
    }
    return render(request, "plan/candidates.html", context)


@require_GET
@member
def export(request: HttpRequest, ending: str) -> HttpResponse:
    if ending not in ("csv", "xlsx"):
        raise Http404
    plan = latest_plan(request.organisation)
    heads = [
        _("Scenario id"), _("Scenario"), _("Level"), _("Way"), _("Department"), _("In the plan"), _("Duty"),
        _("Net present value alone (yuan)"), "P10", "P90", _("Probability of a loss"), _("One-off (yuan)"),
        _("Yearly cost (yuan)"), _("Quarters"), _("Own days"), _("Readiness"), _("Quality tier"), _("Lock-in"),
        _("Why"),
    ]  # fmt: skip
    rows = [
        [
            row["scenario"], row["name"], row["level"], label(row["option"]) if row["option"] else "",
            row["department_name"], label(row["standing"]), row["duty"], row["npv"], row["p10"], row["p90"],
            row["loss_probability"], row["cost"]["mean"], row["yearly_cost"], row["quarters"], row["person_days"],
            row["readiness"], row["tier"], row["lock_in"], row["why"],
        ]
        for row in (_filtered(request, _rows(plan)) if plan else [])
    ]  # fmt: skip
    name = f"tujing-candidates.{ending}"
    return as_csv(heads, rows, name) if ending == "csv" else as_xlsx({_("Candidates"): (heads, rows)}, name)


@require_GET
@member
def step(request: HttpRequest, scenario: str, level: int) -> HttpResponse:
    """One step opened: its ways side by side, its cost by class, its value down to the baseline."""
    organisation = request.organisation
    plan = latest_plan(organisation)
    if scenario not in atlas().manifests:
        raise Http404
    quarters = plan.quarters if plan else 12
    context = frame(request, plan, "candidates") | {
        "scenario": scenario,
        "level": level,
        "project": plan.projects.filter(scenario=scenario, level=level).first() if plan else None,
    }
    try:
        opened = value_of_step(organisation, f"{scenario}@{level}", levels_today(organisation), PlanFigures(), quarters)
        context |= {"opened": opened, "nodes": _nodes(opened.get("value_tree", {}).get("nodes", {}))}
    except BadInput as error:
        context |= {"problems": shown(error.problems)}
    return render(request, "plan/step.html", context)


def _nodes(nodes: dict[str, Any]) -> list[dict[str, Any]]:
    """The nodes of a value tree as rows: formula, figure, and where it comes from."""
    return [
        {
            "id": name,
            "label": node["label"],
            "formula": node.get("formula", ""),
            "value": node.get("value"),
            "unit": node.get("unit", ""),
            "low": node.get("low"),
            "high": node.get("high"),
            "source": node.get("source", ""),
            "status": node.get("status", ""),
            "months": node.get("months") or [],
            "withheld": node.get("withheld"),
        }
        for name, node in nodes.items()
    ]


def _rows(plan: Plan) -> list[Row]:
    """One row a step: the way that the plan takes, or else the way worth most alone."""
    part = PlanPart.objects.filter(plan=plan, kind="candidates").first()
    taken = {(one.scenario, one.level): one for one in plan.projects.all()}
    out = {(one.scenario, one.level): one for one in plan.rejections.all()}
    duties = {one.partition(":")[0] for one in plan.parameters.get("mandatory", ())}
    known = departments().departments
    best: dict[tuple[str, int], Row] = {}
    for row in part.content if part else ():
        key = (row["scenario"], row["level"])
        project = taken.get(key)
        fits = row["option"] == project.option if project else row["npv"] > best.get(key, {"npv": float("-inf")})["npv"]
        if fits:
            best[key] = row
    tiers: dict[str, str] = {}
    rows = []
    for key in dict.fromkeys([*best, *taken, *out]):
        scenario, level = key
        row, project, left = best.get(key), taken.get(key), out.get(key)
        if scenario not in tiers:
            card = atlas().cards.get(scenario)
            tiers[scenario] = declared_tier(card.folder) if card and card.runnable else ""
        rows.append(
            {
                "scenario": scenario,
                "level": level,
                "name": scenario_name(scenario),
                "standing": "in_plan" if project else "out_of_plan" if row else "never_in_plan",
                "duty": f"{scenario}@{level}" in duties,
                "why": say(project.reason if project else left.reason if left else ""),
                "tier": tiers[scenario],
                **(row or EMPTY),
                "department_name": say(known[row["department"]].label) if row and row["department"] in known else "",
            }
        )
    return rows


EMPTY: Row = {
    "option": "", "department": "", "quarters": None, "cost": {"low": None, "mean": None, "high": None},
    "yearly_cost": None, "fee": None, "person_days": None, "benefit": None, "npv": None, "p10": None, "p90": None,
    "loss_probability": None, "lock_in": None, "readiness": None, "ready": False, "measured": False, "after": [],
}  # fmt: skip


def _filtered(request: HttpRequest, rows: list[Row]) -> list[Row]:
    words = request.GET.get("q", "").strip().lower()
    standing, department, way = (request.GET.get(key, "") for key in ("standing", "department", "way"))
    found = [
        row
        for row in rows
        if (not words or words in row["name"].lower() or words in row["scenario"])
        and (not standing or row["standing"] == standing)
        and (not department or row["department"] == department)
        and (not way or row["option"] == way)
    ]
    wished = request.GET.get("order", "-npv")
    order = ORDERS.get(wished.removeprefix("-"), ORDERS["npv"])
    known = [row for row in found if order(row) is not None]
    unknown = [row for row in found if order(row) is None]
    return sorted(known, key=order, reverse=wished.startswith("-")) + unknown
