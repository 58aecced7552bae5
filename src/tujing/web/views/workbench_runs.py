"""A scenario's runs: the whole list with the course of a KPI, and some of them side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tujing.runtime import comparing
from tujing.runtime.contract import Status
from tujing.runtime.models import Run
from tujing.runtime.registry import runnable
from tujing.runtime.services import runs, side_by_side
from tujing.runtime.use_services import in_use
from tujing.web import parameters
from tujing.web.access import member
from tujing.web.exports import as_xlsx
from tujing.web.outcomes import chart_for_page
from tujing.web.paging import page_of
from tujing.web.views.workbench import card_of
from tujing.web.words import element_name, kpi_name, label, unit

COURSE_RUNS = 100
"""Runs that the picture of a KPI's course shows."""
EXPORTED_RUNS = 5_000
JOB_LEFT_OUT = ("job__payload", "job__incumbents", "job__error", "job__message")


@require_GET
@member
def listing(request: HttpRequest, scenario: str) -> HttpResponse:
    """Every run, newest first; `?status=` keeps those of one outcome, `?kpi=` chooses the course."""
    card = card_of(scenario)
    every = runs(request.organisation, scenario)
    status = request.GET.get("status", "")
    wished = every.filter(status=status) if status else every
    shown = page_of(request, wished.select_related("job__creator").defer("document", *JOB_LEFT_OUT))
    kpi = request.GET.get("kpi", "") or next((one.id for one in card.manifest.kpis), "")
    context = {
        "scenario": card.manifest,
        "page": shown,
        "rows": [_row(run) for run in shown],
        "kpis": [{"id": one.id, "name": kpi_name(one.id, scenario)} for one in card.manifest.kpis],
        "kpi": kpi,
        "course": _course(every, scenario, kpi),
        "status": status,
        "statuses": get_args(Status),
        "use": in_use(request.organisation, scenario),
        "most": comparing.MOST_RUNS,
    }
    return render(request, "workbench/runs.html", context)


@require_GET
@member
def export(request: HttpRequest, scenario: str) -> HttpResponse:
    """The newest runs with all their KPIs, a column each."""
    card_of(scenario)
    every = runs(request.organisation, scenario).select_related("job__creator").defer("document", *JOB_LEFT_OUT)
    found = list(every[:EXPORTED_RUNS])
    names = list(dict.fromkeys(name for run in found for name in run.kpis))
    columns = [*map(label, ("run", "started", "status", "seconds", "by")), *(kpi_name(one, scenario) for one in names)]
    rows = [
        [
            run.pk,
            timezone.localtime(run.created).replace(tzinfo=None, microsecond=0),
            label(run.status),
            run.seconds,
            _by(run),
            *(run.kpis.get(name, {}).get("value") for name in names),
        ]
        for run in found
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


def _row(run: Run) -> dict[str, Any]:
    first = next(iter(run.kpis.items()), None)
    figures = first and {
        "name": kpi_name(first[0], run.scenario),
        "value": first[1]["value"],
        "unit": first[1]["unit"],
    }
    return {"run": run, "by": _by(run), "kpi": figures}


def _by(run: Run) -> str:
    return run.job.creator.get_username() if run.job and run.job.creator else ""


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
