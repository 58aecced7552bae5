"""Importing a file into a data element: upload, how to read it, which heading is which column, all rows checked with
the bad ones to mend in place, then the job and its outcome."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tujing.dataspace import preview_services, store
from tujing.dataspace.choices import Reading
from tujing.dataspace.preview_services import Checked, beginning, candidates, check_file, first_reading
from tujing.dataspace.sniff import ENCODINGS, Source, first_rows
from tujing.dataspace.workbook import sheets_of
from tujing.elements.definition import Element
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput
from tujing.runtime.models import Job
from tujing.web import uploads
from tujing.web.access import member, requires
from tujing.web.refusals import UNPROCESSABLE, shown
from tujing.web.tasks.imports import start_import
from tujing.web.views.data_table import known_element
from tujing.web.views.jobs import job_context
from tujing.web.words import say

Mode = Literal["replace", "append"]


@require_POST
@requires("import")
def upload(request: HttpRequest, element: str) -> HttpResponse:
    """Keeps a file and looks at it; one whose header is not in row 1 is asked about, another is refused."""
    one = known_element(element)
    token, path = uploads.keep(request.organisation, request.FILES.get("file"))
    try:
        reading = first_reading(request.organisation, element, path)
    except BadInput as error:
        uploads.forget(request.organisation, token)
        context = {"element": one, "problems": shown(error.problems)}
        return render(request, "data/refused.html", context, status=UNPROCESSABLE)
    uploads.choose(request.organisation, token, reading.as_dict())
    return redirect("data_preview", element, token)


@require_http_methods(["GET", "POST"])
@requires("import")
def preview(request: HttpRequest, element: str, token: str) -> HttpResponse:
    """How the file is read and which column each heading means, with the first rows; a POST imports."""
    one = known_element(element)
    path = uploads.find(request.organisation, token)
    reading = _reading(request, token)
    if request.method == "POST":
        return _import(request, one, token, _with_form(request, one, reading))
    context = {
        "element": one,
        "token": token,
        "file": path.name,
        "reading": reading,
        "sheets": sheets_of(path),
        "encodings": ENCODINGS,
        "top": list(enumerate(first_rows(path, reading.sheet, reading.encoding), start=1)),
        "has_data": store.current(request.organisation, element) is not None,
        "checkable": path.stat().st_size <= preview_services.CHECKED_BYTES,
    }
    try:
        source = reading.source(path)
    except BadInput as error:
        return render(request, "data/preview.html", context | {"problems": shown(error.problems)})
    columns = _columns(request.organisation, one, source, reading)
    missing = [row["column"] for row in columns if row["column"].required and not row["heading"]]
    context |= {
        "source": source,
        "rows": beginning(source),
        "columns": columns,
        "missing": [say(column.label) for column in missing],
    }
    return render(request, "data/preview.html", context)


@require_POST
@requires("import")
def check(request: HttpRequest, element: str, token: str) -> HttpResponse:
    """Checks every row with the corrections made so far, and shows the bad ones with their cells to mend."""
    one = known_element(element)
    path = uploads.find(request.organisation, token)
    reading = _with_form(request, one, _reading(request, token))
    uploads.choose(request.organisation, token, reading.as_dict())
    if path.stat().st_size > preview_services.CHECKED_BYTES:
        return render(request, "data/check.html", {"too_large": True})
    mapping, mode = _mapping(request, one), _mode(request)
    try:
        found = check_file(request.organisation, element, path, mapping=mapping, mode=mode, reading=reading)
    except BadInput as error:
        return render(request, "data/check.html", {"problems": shown(error.problems)}, status=UNPROCESSABLE)
    context = {"element": one, "token": token, "found": found, "rows": _bad_rows(found, reading)}
    return render(request, "data/check.html", context)


@require_GET
@member
def job(request: HttpRequest, element: str, job: UUID) -> HttpResponse:
    """An import under way, and then its outcome or every reason why not."""
    found = get_object_or_404(Job, pk=job, organisation=request.organisation, payload__element=element)
    context = job_context(found) | {"element": known_element(element)} | _refusal(found)
    if found.is_over:
        return render(request, "data/ended.html", context | {"report": found.payload.get("result", {}).get("report")})
    return render(request, "data/job.html", context)


def _reading(request: HttpRequest, token: str) -> Reading:
    """What was chosen so far, with what the address asks for anew; another sheet or header drops the corrections."""
    kept = Reading.from_dict(uploads.choices(request.organisation, token))
    given = request.GET
    if not {"sheet", "encoding", "header"} & set(given):
        return kept
    header = given.get("header", "")
    wished = Reading(
        sheet=given.get("sheet", kept.sheet)[:120],
        encoding=given.get("encoding", kept.encoding) if given.get("encoding") in (*ENCODINGS, "") else kept.encoding,
        header=int(header) if header.isdecimal() and 0 < int(header) < 100 else kept.header,
        units=kept.units,
    )
    uploads.choose(request.organisation, token, wished.as_dict())
    return wished


def _with_form(request: HttpRequest, one: Element, reading: Reading) -> Reading:
    """The reading with the form's units, and its corrections: `cell_<row>_<place>` under `heading_<place>`."""
    form = request.POST
    chosen = {name: form.get(f"unit_{name}", "") for name in one.columns}
    corrections = {row: dict(cells) for row, cells in reading.corrections.items()}
    for key, text in form.items():
        kind, _, rest = key.partition("_")
        row, _, place = rest.partition("_")
        heading = form.get(f"heading_{place}", "")
        if kind != "cell" or not (row.isdecimal() and len(row) < 9 and heading):
            continue
        if form.get(f"was_{row}_{place}", "") != text:
            corrections.setdefault(int(row), {})[heading] = text[:1000]
    while sum(len(cells) for cells in corrections.values()) > preview_services.CORRECTIONS:
        corrections.popitem()
    return replace(reading, units={name: unit for name, unit in chosen.items() if unit}, corrections=corrections)


def _mapping(request: HttpRequest, one: Element) -> dict[str, str]:
    return {name: request.POST[f"map_{name}"] for name in one.columns if request.POST.get(f"map_{name}", "").strip()}


def _mode(request: HttpRequest) -> Mode:
    return "append" if request.POST.get("mode") == "append" else "replace"


def _import(request: HttpRequest, one: Element, token: str, reading: Reading) -> HttpResponse:
    uploads.choose(request.organisation, token, reading.as_dict())
    wishes = {
        "element": one.name,
        "token": token,
        "mapping": _mapping(request, one),
        "mode": _mode(request),
        "skip_bad": request.POST.get("skip_bad") == "on",
        "reading": reading.as_dict(),
    }
    job = start_import(request.organisation, wishes, request.user)
    return redirect("data_job", one.name, job.pk)


def _columns(organisation: Organisation, one: Element, source: Source, reading: Reading) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "column": one.columns[each.name],
            "heading": each.heading,
            "how": each.how,
            "units": each.units,
            "unit": each.unit,
        }
        for each in candidates(organisation, one, source, reading)
    ]


def _bad_rows(found: Checked, reading: Reading) -> list[dict[str, Any]]:
    return [
        {
            "row": one.row,
            "words": [say(words) for words in one.complaints.get("", [])],
            "cells": [
                {
                    "place": place,
                    "text": one.cells[heading],
                    "words": [say(words) for words in one.complaints.get(heading, [])],
                    "corrected": heading in reading.corrections.get(one.row, {}),
                }
                for place, heading in enumerate(found.headings)
            ],
        }
        for one in found.rows
    ]


def _refusal(job: Job) -> dict[str, Any]:
    """Splits a failed import's problems into those of rows and the rest, and finds the reject file."""
    by_row = [problem for problem in job.error if problem.get("row") and problem.get("code") != "bad_rows"]
    rest = [problem for problem in job.error if problem not in by_row and problem.get("code") != "bad_rows"]
    summary = next((problem for problem in job.error if problem.get("code") == "bad_rows"), None)
    report = job.payload.get("result", {}).get("report", {})
    name = Path(summary["detail"]).name if summary else report.get("reject_file", "")
    return {
        "by_row": by_row or report.get("problems", []),
        "rest": rest,
        "reject_name": name,
        "token": job.payload["token"],
    }
