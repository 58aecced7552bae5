"""What was learned: beliefs before and after each measurement, how good forecasts were, versions of solutions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tujing.adoption.models import Forecast
from tujing.adoption.services import beliefs
from tujing.iteration import review
from tujing.web.access import member
from tujing.web.exports import as_xlsx
from tujing.web.paging import page_of
from tujing.web.words import label, scenario_name

QUANTILE = 1.96


@require_GET
@member
def learned(request: HttpRequest) -> HttpResponse:
    """Prior and posterior of each effect; forecasts beside what was measured, and how far off they were."""
    effects = review.learned(request.organisation)
    if request.GET.get("as") == "xlsx":
        columns = [_("Scenario"), _("Level"), _("Acts on")]
        columns += [_("forecast"), "±", _("measured"), "±", _("believed now"), "±"]
        stages, figures = ("forecast", "measured", "posterior"), ("mean", "standard_deviation")
        lines = [
            (
                *(scenario_name(one["scenario"]), one["level"], one["driver"]),
                *(one[stage][name] for stage in stages for name in figures),
            )
            for one in effects
        ]
        return as_xlsx({_("What was learned"): (columns, lines)}, "tujing-learned.xlsx")
    turns = [turn for turn in review.spiral_of_cycles(request.organisation) if turn.get("forecast_error")]
    forecasts = Forecast.objects.filter(organisation=request.organisation, measured__isnull=False)
    known = sorted(beliefs(request.organisation).values(), key=lambda one: (one.scenario, one.level, one.driver))
    context = {
        "tab": "learned",
        "effects": effects,
        "chart": _chart(effects) if effects else None,
        "turns": turns,
        "overrun": turns[-1].get("overrun") if turns else None,
        "page": page_of(request, forecasts.select_related("cycle").order_by("-cycle__number", "scenario", "id")),
        "beliefs": known,
    }
    return render(request, "iteration/learned.html", context)


def _chart(effects: list[dict[str, Any]]) -> dict[str, Any]:
    items = []
    for one in effects[:10]:
        for stage, words in (("forecast", _("before")), ("posterior", _("after"))):
            mean, spread = one[stage]["mean"], one[stage]["standard_deviation"]
            name = f"{scenario_name(one['scenario'])} · {label(one['driver'])} · {words}"
            low, high = (round((mean + sign * QUANTILE * spread) * 100, 2) for sign in (-1, 1))
            items.append({"name": name, "low": low, "middle": round(mean * 100, 2), "high": high})
    return {"kind": "interval", "unit": "%", "items": items}


@require_GET
@member
def compared(request: HttpRequest) -> HttpResponse:
    """Versions of solutions on the same data."""
    return render(
        request, "iteration/versions.html", {"tab": "versions", "rows": review.versions(request.organisation)}
    )
