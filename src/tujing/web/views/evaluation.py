"""Evaluating: KPI before and after go-live with its interval, and what is believed of each effect since."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.models import Stage
from tujing.adoption.services import adoptions
from tujing.enterprise.services import may
from tujing.evaluation.models import Evaluation
from tujing.evaluation.services import evaluate, latest
from tujing.evaluation.words import beside, sentence
from tujing.web.access import member, requires
from tujing.web.words import say, scenario_name, unit


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    # What can be told comes first.
    rows = sorted(latest(request.organisation), key=lambda row: "effect" not in row.result)
    measured = [row for row in rows if "effect" in row.result]
    context: dict[str, Any] = {
        "rows": [
            {
                "row": row,
                "words": sentence(row.verdict, row.method, row.result),
                "beside": beside(row.result),
                "chart": _series(row),
                "script_id": f"series-{row.pk}",
            }
            for row in rows
        ],
        "interval": _interval(measured) if measured else None,
        "in_use": adoptions(request.organisation).filter(stage__in=[Stage.IN_USE, Stage.EVALUATED]).count(),
        "may_evaluate": may(request.user, request.organisation, "evaluate"),
    }
    return render(request, "evaluation/page.html", context)


@require_POST
@requires("evaluate")
def run(request: HttpRequest) -> HttpResponse:
    found = evaluate(request.organisation)
    if found:
        messages.success(request, _("%(count)s measures evaluated.") % {"count": len(found)})
    else:
        words = _("Nothing could be evaluated: no scenario is in use with data that shows its effect.")
        messages.warning(request, words)
    return redirect("evaluation")


def _interval(rows: list[Evaluation]) -> dict[str, Any]:
    """Relative effects with their 95 % intervals, in per cent."""

    def share(value: float | None) -> float | None:
        return None if value is None else round(value * 100, 2)

    return {
        "kind": "interval",
        "unit": "%",
        "items": [
            {
                "name": f"{say(row.result['name'])} · {scenario_name(row.adoption.scenario)}",
                "low": share(row.result["effect"]["low"]),
                "middle": share(row.result["effect"]["relative"]),
                "high": share(row.result["effect"]["high"]),
            }
            for row in rows
        ],
    }


def _along(weeks: list[str], known: list[str], values: list[float | None]) -> list[float | None]:
    """Puts values of some weeks onto all of them."""
    found = dict(zip(known, values, strict=True))
    return [found.get(week) for week in weeks]


def _series(row: Evaluation) -> dict[str, Any]:
    """The weekly series, treated and control, with the week of go-live."""
    series = row.result["series"]
    is_share = row.result["unit"] == "1"

    def values(weekly: list[float | None]) -> list[float | None]:
        return [round(one * 100, 2) if is_share and one is not None else one for one in weekly]

    lines = [{"name": _("Where it is in use"), "values": values(series["treated"])}]
    if series["control"] is not None:
        lines.append({"name": _("Where it is not (control)"), "values": values(series["control"])})
    path = series.get("path")
    if path:
        expected, low, high = (
            _along(series["weeks"], path["weeks"], path[name]) for name in ("counterfactual", "low", "high")
        )
        band = [values(low), values(high)]
        lines.append({"name": _("Without the scenario"), "values": values(expected), "band": band})
    return {
        "kind": "line",
        "x": series["weeks"],
        "series": lines,
        "unit": "%" if is_share else unit(row.result["unit"]),
        "mark": {"at": str(row.adoption.go_live), "name": _("Go-live")},
    }
