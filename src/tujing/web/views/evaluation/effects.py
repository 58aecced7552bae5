"""What scenarios in use brought: all effects with their verdict, and one effect opened to its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.lesson_services import WRITTEN
from tujing.adoption.models import Lesson, Stage
from tujing.adoption.services import adoptions, current_cycle
from tujing.enterprise.services import may
from tujing.evaluation.models import Evaluation
from tujing.evaluation.services import standing, withheld
from tujing.evaluation.words import beside, method, sentence
from tujing.iteration.lessons import ACTIONS
from tujing.web.access import member, requires
from tujing.web.exports import as_xlsx
from tujing.web.tasks.evaluation import start_evaluation
from tujing.web.views.jobs import job_context
from tujing.web.words import say, scenario_name, unit


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    organisation = request.organisation
    # What can be told comes first; of two cycles that evaluated one go-live the newer counts.
    rows = sorted(standing(organisation), key=lambda row: "effect" not in row.result)
    measured = [row for row in rows if "effect" in row.result]
    if request.GET.get("as") == "xlsx":
        return _file(rows)
    judged = Lesson.objects.filter(organisation=organisation, cycle=current_cycle(organisation), removed=False)
    context: dict[str, Any] = {
        "tab": "effects",
        "rows": [{"row": row, "words": sentence(row.verdict, row.method, row.result)} for row in rows],
        "interval": _interval(measured) if measured else None,
        "lessons": [{"row": one, "label": ACTIONS[one.action]} for one in judged.exclude(action=WRITTEN)],
        "in_use": adoptions(organisation).filter(stage__in=[Stage.IN_USE, Stage.EVALUATED]).count(),
        "may_evaluate": may(request.user, organisation, "evaluate"),
    }
    return render(request, "evaluation/page.html", context)


@require_GET
@member
def one(request: HttpRequest, evaluation: int) -> HttpResponse:
    """One effect: observed and counterfactual, the plan's forecast, placebos, other methods, what would let it tell."""
    row = Evaluation.objects.filter(organisation=request.organisation, pk=evaluation).select_related("adoption").first()
    if row is None:
        raise Http404
    result = row.result
    context = {
        "tab": "effects",
        "row": row,
        "words": sentence(row.verdict, row.method, result),
        "beside": beside(result),
        "method": method(row.method) if row.method else None,
        "chart": _series(row),
        "compared": _compared(row),
        "others": [(method(other["method"]), other) for other in result.get("others", ())],
        "placebos": result.get("placebos") or {},
        "diagnostics": _diagnostics(result.get("diagnostics") or {}),
        "weekly": _weekly(result["series"]),
        "may_evaluate": may(request.user, request.organisation, "evaluate"),
    }
    return render(request, "evaluation/one.html", context)


@require_GET
@member
def missing(request: HttpRequest) -> HttpResponse:
    """What cannot be evaluated at all, why, and what to do."""
    told = withheld(request.organisation)
    return render(request, "evaluation/missing.html", {"tab": "missing", "withheld": told})


@require_POST
@requires("evaluate")
def run(request: HttpRequest) -> HttpResponse:
    """Queues the evaluation of everything in use."""
    job = start_evaluation(request.organisation, request.user)
    if request.htmx:
        return render(request, "workbench/job.html", job_context(job))
    return redirect("jobs_progress", job.pk)


def _file(rows: list[Evaluation]) -> HttpResponse:
    columns = [_("Scenario"), "KPI", _("Verdict"), _("Change"), _("Low"), _("High"), _("Method"), _("In words")]
    lines = []
    for row in rows:
        effect = row.result.get("effect") or {}
        words = sentence(row.verdict, row.method, row.result)
        told = [effect.get(name) for name in ("relative", "low", "high")]
        name = say(row.result["name"])
        lines.append((scenario_name(row.adoption.scenario), name, row.verdict, *told, row.method, say(words)))
    return as_xlsx({_("Effects"): (columns, lines)}, "tujing-effects.xlsx")


def _share(value: float | None) -> float | None:
    return None if value is None else round(value * 100, 2)


def _interval(rows: list[Evaluation]) -> dict[str, Any]:
    """Relative effects with their 95 % intervals, in per cent."""
    return {
        "kind": "interval",
        "unit": "%",
        "items": [
            {
                "name": f"{say(row.result['name'])} · {scenario_name(row.adoption.scenario)}",
                "low": _share(row.result["effect"]["low"]),
                "middle": _share(row.result["effect"]["relative"]),
                "high": _share(row.result["effect"]["high"]),
            }
            for row in rows
        ],
    }


def _compared(row: Evaluation) -> dict[str, Any] | None:
    """Measured effect, the plan's forecast and the other methods on one scale."""
    if "effect" not in row.result:
        return None
    listed = [(_("Measured"), row.result["effect"])]
    forecast = row.result.get("forecast")
    if forecast and forecast["relative"] is not None:
        listed.append((_("The plan's forecast"), forecast))
    listed += [(say(method(other["method"])), other) for other in row.result.get("others", ())]
    items = [
        {"name": name, "low": _share(it["low"]), "middle": _share(it["relative"]), "high": _share(it["high"])}
        for name, it in listed
    ]
    return {"kind": "interval", "unit": "%", "items": items}


def _diagnostics(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was looked at before the method was believed, in words; figures that are not there are left out."""
    named = {
        "parallel": _("Parallel before go-live (p)"),
        "lag_correlation": _("Correlation with the week before"),
        "whiteness": _("Nothing systematic left over (p)"),
        "donor_error": _("Error of the comparison before go-live"),
    }
    return [(words, f"{found[key]:.3g}") for key, words in named.items() if found.get(key) is not None]


def _weekly(series: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The chart as rows: period, observed, control, counterfactual with its band."""
    path = series.get("path") or {"weeks": [], "counterfactual": [], "low": [], "high": []}
    expected = dict(
        zip(path["weeks"], zip(path["counterfactual"], path["low"], path["high"], strict=True), strict=True)
    )
    control = series["control"] or [None] * len(series["weeks"])
    rows = zip(series["weeks"], series["treated"], control, strict=True)
    return [(week, seen, other, *expected.get(week, (None, None, None))) for week, seen, other in rows]


def _along(weeks: list[str], known: list[str], values: list[float | None]) -> list[float | None]:
    """Puts values of some weeks onto all of them."""
    found = dict(zip(known, values, strict=True))
    return [found.get(week) for week in weeks]


def _series(row: Evaluation) -> dict[str, Any]:
    """The series, treated and control, what would have been without the scenario, and the week of go-live."""
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
