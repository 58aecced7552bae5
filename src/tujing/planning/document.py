"""A stored plan as one plain document: what the command line prints and the Excel list and pages show. In yuan."""

from __future__ import annotations

from typing import Any

from tujing.atlas.loader import atlas
from tujing.planning.models import Plan
from tujing.planning.wishes import quarter_start

DEEPER = (
    "value_tree",
    "value_classes",
    "costs",
    "risks",
    "shares",
    "left_over",
    "funding",
    "target",
    "maturity",
    "cvar",
    "track",
)
"""Parts that a plan has when they were asked for; plans of earlier versions have none."""
ASKED_LATER = ("pareto", "robustness", "limits")
"""Parts that are kept apart; see `models.PlanPart`."""


def plan_document(plan: Plan) -> dict[str, Any]:
    """Returns everything there is to tell of a plan, with dates as ISO text."""
    result = plan.result
    return {
        "id": plan.pk,
        "status": plan.status,
        "start": plan.start.isoformat(),
        "quarters": plan.quarters,
        "seed": plan.seed,
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": result["gap"],
        "npv": result["npv"],
        "risk": result["risk"],
        "investment": result["investment"],
        "freed_cash": result["freed_cash"],
        "projects": [
            {
                "scenario": one.scenario,
                "name": _name(one.scenario),
                "level": one.level,
                "option": one.option,
                "department": one.department,
                "sources": one.sources,
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "start_quarter": one.start_quarter,
                "quarters": one.quarters,
                "cost": one.cost,
                "yearly_cost": one.yearly_cost,
                "person_days": one.person_days,
                "npv": one.npv,
                "why": one.reason,
            }
            for one in plan.projects.all()
        ],
        "rejected": [
            {
                "scenario": one.scenario,
                "name": _name(one.scenario),
                "level": one.level,
                "kind": one.kind,
                "why_not": one.reason,
                "loss": one.loss,
                "exact": one.exact,
                "relaxation": None,
                "break_even": None,
                **one.details,
            }
            for one in plan.rejections.all()
        ],
        "budget": [
            {**row, "start": quarter_start(plan.start, row["quarter"]).isoformat()} for row in result["by_quarter"]
        ],
        "cash": result["cash"],
        "tornado": result["tornado"],
        **{key: result[key] for key in DEEPER if key in result},
        **{part.kind: part.content for part in plan.parts.all() if part.kind in ASKED_LATER},
        "parameters": plan.parameters,
    }


def _name(scenario: str) -> dict[str, str]:
    """Returns the scenario's name; a plan outlives a scenario that has left the map, which then goes by its id."""
    card = atlas().manifests.get(scenario)
    return card.name.as_dict() if card else {"zh": scenario, "en": scenario}
