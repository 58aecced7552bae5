"""Data as a whole: every data element, which scenario has what it needs, quality and grades."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tujing.adoption.readiness import cells, next_imports, readiness
from tujing.assurance.services import ledger
from tujing.atlas.graph import WINGS
from tujing.atlas.loader import atlas
from tujing.dataspace import services as dataspace
from tujing.dataspace import store
from tujing.elements.definition import Element, elements
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import may
from tujing.evaluation.appraisal.services import data_quality
from tujing.web.access import member
from tujing.web.exports import as_csv, as_xlsx
from tujing.web.words import element_name, label, say, scenario_name

NEXT_SHOWN = 6


@require_GET
@member
def listing(request: HttpRequest) -> HttpResponse:
    """Every data element with its readiness facts, what to bring in next, and how much is there."""
    organisation = request.organisation
    facts = dataspace.facts(organisation)
    rows = _listed(organisation, facts, request.GET.get("q", ""), request.GET.get("only", ""))
    if request.htmx:
        return render(request, "data/listing_rows.html", {"rows": rows})
    measured = [readiness(one, facts) for one in atlas().manifests.values()]
    context = {
        "rows": rows,
        "q": request.GET.get("q", ""),
        "only": request.GET.get("only", ""),
        "tab": "listing",
        "may_query": may(request.user, organisation, "query"),
        "there": len(facts),
        "elements": len(elements()),
        "total": sum(one.rows for one in facts.values()),
        "ready": sum(one.ready for one in measured),
        "scenarios": len(measured),
        "next": next_imports(atlas().manifests, facts)[:NEXT_SHOWN],
    }
    return render(request, "data/listing.html", context)


@require_GET
@member
def listing_export(request: HttpRequest, ending: str) -> HttpResponse:
    """The list as a file."""
    facts = dataspace.facts(request.organisation)
    columns = [
        _("Data element"), _("Name"), _("Data grade"), _("Rows"), _("First day"), _("Last day"), _("Age (days)"),
        _("Required columns filled"), _("Unique"), _("Valid"), _("Read by"), _("Version"),
    ]  # fmt: skip
    rows = []
    for row in _listed(request.organisation, facts, request.GET.get("q", ""), request.GET.get("only", "")):
        one, known = row["element"], row["facts"]
        tail: list[Any] = [None] * 8
        if known:
            tail = [
                known.rows, known.first, known.last, known.freshness_days, round(row["filled"], 4),
                round(known.uniqueness, 4), round(known.validity, 4), row["readers"],
            ]  # fmt: skip
            tail = [*tail, row["version"].number]
        else:
            tail = [*tail[:-1], row["readers"], None]
        rows.append([one.name, say(one.label), label(one.grade), *tail])
    return _file(ending, "data-elements", columns, rows)


@require_GET
@member
def matrix(request: HttpRequest) -> HttpResponse:
    """Scenario × data element: ready, partly, missing, with the reason and the next step."""
    facts = dataspace.facts(request.organisation)
    wing, state, wish = (request.GET.get(name, "") for name in ("wing", "state", "q"))
    only_required = request.GET.get("required") == "on"
    rows, used = [], dict[str, int]()
    for name, one in atlas().manifests.items():
        if wing and one.wing != wing:
            continue
        if wish and wish.lower() not in f"{name} {one.name.zh} {one.name.en}".lower():
            continue
        found = {cell.element: cell for cell in cells(one, facts) if cell.required or not only_required}
        measured = readiness(one, facts)
        if state and not any(cell.state == state for cell in found.values()):
            continue
        rows.append({"id": name, "manifest": one, "cells": found, "readiness": measured})
        for element in found:
            used[element] = used.get(element, 0) + 1
    # Most used first, so that what matters to many scenarios stands at the left.
    columns = sorted(used, key=lambda one: (-used[one], one))
    rows.sort(key=lambda row: (-row["readiness"].ready, -row["readiness"].share, row["id"]))
    counts = {key: sum(cell.state == key for row in rows for cell in row["cells"].values()) for key in STATES}
    context = {
        "tab": "matrix",
        "may_query": may(request.user, request.organisation, "query"),
        "columns": [(name, used[name]) for name in columns],
        "rows": [row | {"line": [row["cells"].get(name) for name in columns]} for row in rows],
        "counts": counts,
        "wings": WINGS,
        "wing": wing,
        "state": state,
        "q": wish,
        "required": only_required,
    }
    return render(request, "data/matrix_table.html" if request.htmx else "data/matrix.html", context)


STATES = ("ready", "partly", "missing")


@require_GET
@member
def matrix_export(request: HttpRequest, ending: str) -> HttpResponse:
    """Every need of every scenario in one long list."""
    facts = dataspace.facts(request.organisation)
    columns = [
        _("Scenario"), _("Name"), _("Data element"), _("Element name"), _("Required"), _("State"), _("Share"),
        _("Next step"),
    ]  # fmt: skip
    rows = [
        [
            name, scenario_name(name), cell.element, element_name(cell.element), _("yes") if cell.required else "",
            label(cell.state), round(cell.share, 4), " ".join(say(gap.reason) for gap in cell.gaps),
        ]
        for name, one in atlas().manifests.items()
        for cell in cells(one, facts)
    ]  # fmt: skip
    return _file(ending, "readiness-matrix", columns, rows)


@require_GET
@member
def quality(request: HttpRequest) -> HttpResponse:
    """The six characteristics of GB/T 36344 as far as tables can show them, and grades with their duties."""
    organisation = request.organisation
    facts = dataspace.facts(organisation)
    worst = sorted(
        facts.values(), key=lambda one: min(one.validity, one.uniqueness, _filled(elements()[one.element], one))
    )
    context = {
        "tab": "quality",
        "may_query": may(request.user, organisation, "query"),
        "characteristics": data_quality(organisation),
        "tables": [
            {"element": elements()[one.element], "facts": one, "filled": _filled(elements()[one.element], one)}
            for one in worst
        ],
        "ledger": ledger(organisation),
        "today": timezone.localdate(),
    }
    return render(request, "data/quality.html", context)


def _listed(organisation: Organisation, facts: Any, wish: str, only: str) -> list[dict[str, Any]]:
    readers: dict[str, int] = {}
    for one in atlas().manifests.values():
        for need in one.data_elements.reads:
            readers[need.element] = readers.get(need.element, 0) + 1
    versions = store.currents(organisation)
    rows = []
    for name, element in elements().items():
        words = f"{name} {element.label.zh} {element.label.en} {element.description.zh}".lower()
        if wish.strip().lower() not in words:
            continue
        if (only == "there" and name not in facts) or (only == "absent" and name in facts):
            continue
        if only in ("important", "core") and element.grade != only:
            continue
        rows.append(
            {
                "element": element,
                "facts": facts.get(name),
                "filled": _filled(element, facts.get(name)),
                "readers": readers.get(name, 0),
                "version": versions.get(name),
            }
        )
    rows.sort(key=lambda row: (row["facts"] is None, -row["readers"], row["element"].name))
    return rows


def _filled(one: Element, facts: Any) -> float:
    """Mean share of filled values over the required columns."""
    if facts is None:
        return 0.0
    wanted = [name for name, column in one.columns.items() if column.required]
    return float(sum(facts.completeness.get(name, 0.0) for name in wanted) / max(len(wanted), 1))


def _file(ending: str, name: str, columns: list[str], rows: list[list[Any]]) -> HttpResponse:
    if ending == "csv":
        return as_csv(columns, rows, f"{name}.csv")
    if ending == "xlsx":
        return as_xlsx({name: (columns, rows)}, f"{name}.xlsx")
    raise Http404
