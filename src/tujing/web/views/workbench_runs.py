"""A scenario's runs: the whole list with the course of a KPI, and some of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tujing.runtime import comparing
from tujing.runtime.contract import Status
from tujing.runtime.models import Run
from tujing.runtime.registry import runnable
from tujing.runtime.services import runs, side_by_side
from tujing.runtime.use_services import run_in_use
from tujing.web import parameters
from tujing.web.access import member
from tujing.web.addresses import numbered
from tujing.web.exports import as_xlsx
from tujing.web.outcomes import chart_for_page
from tujing.web.paging import endless
from tujing.web.templatetags.tujing import minute
from tujing.web.views.workbench import card_of
from tujing.web.words import element_name, figure, kpi_name, label, measured, unit

COURSE_RUNS = 100
"""Runs that the picture of a KPI's course shows."""
EXPORTED_RUNS = 5_000
LISTED = ("pk", "created", "status", "seconds", "kpis", "job__creator__username")
"""What a list tells of a run; its document and its job are large."""


@require_GET
@member
def listing(request: HttpRequest, scenario: str) -> HttpResponse:
    """Every run, newest first; `?status=` keeps those of one outcome, `?kpi=` chooses the course."""
    card = card_of(scenario)
    every = runs(request.organisation, scenario)
    status = request.GET.get("status", "")
    wished = every.filter(status=status) if status else every
    shown = endless(request, wished, columns=LISTED)
    kpi = request.GET.get("kpi", "") or next((one.id for one in card.manifest.kpis), "")
    context = {
        "scenario": card.manifest,
        "page": shown,
        "rows": _rows(shown, scenario, run_in_use(request.organisation, scenario)),
        "kpis": [{"id": one.id, "name": kpi_name(one.id, scenario)} for one in card.manifest.kpis],
        "kpi": kpi,
        "course": _course(every, scenario, kpi) if shown.number == 1 else None,  # it is of the newest runs
        "status": status,
        "statuses": get_args(Status),
    }
    return render(request, "workbench/runs.html", context)


@require_GET
@member
def export(request: HttpRequest, scenario: str) -> HttpResponse:
    """The newest runs with all their KPIs, a column each."""
    card_of(scenario)
    found = list(runs(request.organisation, scenario).values_list(*LISTED)[:EXPORTED_RUNS])
    names = list(dict.fromkeys(name for *_rest, kpis, _by in found for name in kpis))
    columns = [*map(label, ("run", "started", "status", "seconds", "by")), *(kpi_name(one, scenario) for one in names)]
    rows = [
        [
            number,
            timezone.localtime(created).replace(tzinfo=None, microsecond=0),
            label(status),
            seconds,
            by or "",
            *(kpis.get(name, {}).get("value") for name in names),
        ]
        for number, created, status, seconds, kpis, by in found
    ]
    return as_xlsx({label("runs"): (columns, rows)}, f"{scenario.replace('/', '-')}-runs.xlsx")


@require_GET
@member
def compare(request: HttpRequest, scenario: str) -> HttpResponse:
    """Runs side by side, `?run=3&run=5`."""
    card = card_of(scenario)
    chosen = _chosen(request, scenario)
    documents = [run.document for run in chosen]
    context = {
        "scenario": card.manifest,
        "runs": chosen,
        "kpis": _kpis(documents, card),
        "parameters": _parameters(documents, scenario),
        "inputs": _worded(comparing.inputs([run.input_versions for run in chosen]), element_name),
        "charts": _charts(chosen),
        "same_seed": len({run.seed for run in chosen}) == 1,
    }
    return render(request, "workbench/compare.html", context)


@require_GET
@member
def compare_export(request: HttpRequest, scenario: str) -> HttpResponse:
    card = card_of(scenario)
    chosen = _chosen(request, scenario)
    documents = [run.document for run in chosen]
    head = [label("run"), *(str(run.pk) for run in chosen)]
    sheets = {
        label("kpis"): (head, [[row["name"], *row["values"]] for row in _kpis(documents, card)]),
        label("parameters"): (head, [[row["name"], *row["values"]] for row in _parameters(documents, scenario)]),
    }
    return as_xlsx(sheets, f"{scenario.replace('/', '-')}-compare.xlsx")


def _chosen(request: HttpRequest, scenario: str) -> list[Run]:
    wishes = {int(wish) for wish in request.GET.getlist("run") if wish.isdecimal() and len(wish) < 18}
    found = side_by_side(request.organisation, scenario, wishes)
    if len(found) != len(wishes):
        raise Http404
    return found


def _rows(shown: Iterable[tuple[Any, ...]], scenario: str, used: int | None) -> list[dict[str, Any]]:
    """All in words: many rows have no time to look theirs up cell by cell."""
    address, tick = numbered("scenarios_outcome", scenario), _("Compare run %(run)s")
    outcome, name_of = cache(label), cache(kpi_name)
    return [
        {
            "number": str(number),
            "address": address(number),
            "tick": tick % {"run": number},
            "started": minute(created),
            "outcome": outcome(status),
            "kpi": name_of(name, scenario) if name else "",
            "value": measured(first["value"], first["unit"]) if name else "",
            "seconds": figure(seconds),
            "by": by or "–",
            "in_use": number == used,
        }
        for number, created, status, seconds, kpis, by in shown
        for name, first in [next(iter(kpis.items()), ("", {}))]
    ]


def _course(every: Any, scenario: str, kpi: str) -> dict[str, Any] | None:
    """The KPI and what today's method gives, run by run; None while there are not two values."""
    newest = [(made, kpis.get(kpi)) for made, kpis in every.values_list("created", "kpis")[:COURSE_RUNS]]
    told = [(made, value) for made, value in reversed(newest) if value and value.get("value") is not None]
    if len(told) < 2:
        return None
    return {
        "kind": "line",
        "unit": unit(told[-1][1]["unit"]),
        "categories": [timezone.localtime(made).strftime("%m-%d %H:%M") for made, _ in told],
        "series": [
            {"name": kpi_name(kpi, scenario), "values": [value["value"] for _, value in told]},
            {"name": label("baseline"), "values": [value["baseline"] for _, value in told]},
        ],
    }


def _kpis(documents: list[comparing.Document], card: Any) -> list[dict[str, Any]]:
    lower = {one.id for one in card.manifest.kpis if one.better == "lower"}
    return [
        {
            "name": kpi_name(row.kpi, card.manifest.id),
            "unit": row.unit,
            "values": row.values,
            "cells": [
                {"value": value, "change": change, "better": bool(change) and (change < 0) == (row.kpi in lower)}
                for value, change in zip(row.values, row.changes, strict=True)
            ],
        }
        for row in comparing.kpis(documents)
    ]


def _parameters(documents: list[comparing.Document], scenario: str) -> list[dict[str, Any]]:
    """In the words of the form; a parameter that the solution no longer has keeps its name."""
    fields = {field.name: field for field in parameters.fields(runnable(scenario).Parameters, None, scenario)}

    def name_of(name: str) -> str:
        return fields[name].label if name in fields else name

    def value_of(name: str, value: Any) -> str:
        options = dict(fields[name].options) if name in fields else {}
        return options.get(str(value)) or _plain(value)

    return _worded(comparing.parameters(documents), name_of, value_of)


def _worded(
    rows: list[comparing.Difference],
    name_of: Callable[[str], str],
    value_of: Callable[[str, Any], str] = lambda _name, value: _plain(value),
) -> list[dict[str, Any]]:
    """What differs comes first."""
    return [
        {"name": name_of(row.name), "values": [value_of(row.name, one) for one in row.values], "differs": row.differs}
        for row in sorted(rows, key=lambda row: not row.differs)
    ]


def _plain(value: Any) -> str:
    return "–" if value in (None, "") else str(value)


def _charts(chosen: list[Run]) -> list[dict[str, Any]]:
    """Each chart that the runs have in common name, one beside the other."""
    names = list(dict.fromkeys(name for run in chosen for name in run.document.get("charts", {})))
    return [
        {
            "runs": [
                {"run": run, "chart": chart_for_page(name, run.document["charts"][name], run.pk)}
                for run in chosen
                if name in run.document.get("charts", {})
            ]
        }
        for name in names
    ]
