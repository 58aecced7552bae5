"""Data: each data element's table, how ready it is, and importing into it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tujing.atlas.loader import atlas
from tujing.dataspace import services as dataspace
from tujing.dataspace.mapping import choose
from tujing.dataspace.models import ColumnMapping
from tujing.dataspace.reading import batches
from tujing.dataspace.sniff import sniff
from tujing.elements.definition import Element, elements
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import may
from tujing.problems import BadInput
from tujing.runtime.models import Job
from tujing.web import uploads
from tujing.web.access import member, requires
from tujing.web.exports import as_csv, as_xlsx, attachment
from tujing.web.refusals import shown
from tujing.web.tasks.imports import start_import
from tujing.web.views.jobs import job_context
from tujing.web.words import figure, say

SAMPLE_ROWS = 20
PREVIEW_ROWS = 8
EXPORT_ROWS = 100_000
REJECT_NAME = re.compile(r"[a-z0-9_]+-\d{8}-\d{6}-[0-9a-f]{8}\.csv")


@require_GET
@member
def listing(request: HttpRequest) -> HttpResponse:
    """Every data element with its readiness facts; those with data first."""
    facts = dataspace.facts(request.organisation)
    readers: dict[str, int] = {}
    for manifest in atlas().manifests.values():
        for need in manifest.data_elements.reads:
            readers[need.element] = readers.get(need.element, 0) + 1
    rows = [
        {
            "element": one,
            "facts": facts.get(name),
            "filled": _filled(one, facts.get(name)),
            "readers": readers.get(name, 0),
        }
        for name, one in elements().items()
    ]
    rows.sort(key=lambda row: (row["facts"] is None, -row["readers"], row["element"].name))
    return render(request, "data/listing.html", {"rows": rows})


@require_GET
@member
def element(request: HttpRequest, element: str) -> HttpResponse:
    """One table: its columns, its facts, its first rows, its versions, and the import form."""
    one = _element(element)
    organisation = request.organisation
    facts = dataspace.facts(organisation).get(element)
    versions = dataspace.versions(organisation, element)
    context = {
        "element": one,
        "facts": facts,
        "columns": [
            {"name": name, "column": column, "filled": facts.completeness.get(name) if facts else None}
            for name, column in one.columns.items()
        ],
        "sample": _sample(organisation, one),
        "versions": versions,
        "limit": settings.UPLOAD_LIMIT_BYTES // 1024 // 1024,
        "may_import": may(request.user, organisation, "import"),
    }
    return render(request, "data/element.html", context)


@require_POST
@requires("import")
def upload(request: HttpRequest, element: str) -> HttpResponse:
    one = _element(element)
    token, path = uploads.keep(request.organisation, request.FILES.get("file"))
    try:
        sniff(path)
    except BadInput as error:
        uploads.forget(request.organisation, token)
        return render(request, "data/refused.html", {"element": one, "problems": shown(error.problems)}, status=422)
    return redirect("data_preview", element, token)


@require_http_methods(["GET", "POST"])
@requires("import")
def preview(request: HttpRequest, element: str, token: str) -> HttpResponse:
    """Which column each heading means, with the first rows; a POST imports."""
    one = _element(element)
    path = uploads.find(request.organisation, token)
    source = sniff(path)
    if request.method == "POST":
        return _import(request, one, token)
    guessed = _guess(request.organisation, one, source.headings)
    batch = next(iter(batches(source)), None)
    rows = []
    if batch is not None:
        texts = [batch.columns[heading].slice(0, PREVIEW_ROWS).to_pylist() for heading in source.headings]
        rows = list(zip(*texts, strict=True))
    context = {
        "element": one,
        "token": token,
        "source": source,
        "file": path.name,
        "rows": rows,
        "columns": [
            {"name": name, "column": column, "heading": guessed.get(name, "")} for name, column in one.columns.items()
        ],
        "missing": [name for name, column in one.columns.items() if column.required and name not in guessed],
        "has_data": dataspace.table(request.organisation, element) is not None,
    }
    return render(request, "data/preview.html", context)


def _import(request: HttpRequest, one: Element, token: str) -> HttpResponse:
    wishes = {
        "element": one.name,
        "token": token,
        "mapping": {
            name: request.POST[f"map_{name}"] for name in one.columns if request.POST.get(f"map_{name}", "").strip()
        },
        "mode": "append" if request.POST.get("mode") == "append" else "replace",
        "skip_bad": request.POST.get("skip_bad") == "on",
    }
    job = start_import(request.organisation, wishes, request.user)
    return redirect("data_job", one.name, job.pk)


@require_GET
@member
def job(request: HttpRequest, element: str, job: UUID) -> HttpResponse:
    """An import under way, and then its outcome or every reason why not."""
    found = get_object_or_404(Job, pk=job, organisation=request.organisation, payload__element=element)
    context = job_context(found) | {"element": _element(element)} | _refusal(found)
    if found.is_over:
        return render(request, "data/ended.html", context | {"report": found.payload.get("result", {}).get("report")})
    return render(request, "data/job.html", context)


@require_GET
@member
def reject(request: HttpRequest, element: str, name: str) -> HttpResponse:
    """The bad rows with their reasons."""
    path = Path(settings.HOME) / "rejects" / str(request.organisation.pk) / name
    if not REJECT_NAME.fullmatch(name) or not name.startswith(f"{element}-") or not path.is_file():
        raise Http404
    return attachment(path.read_bytes(), name, "text/csv; charset=utf-8")


@require_POST
@requires("import")
def undo(request: HttpRequest, element: str) -> HttpResponse:
    """Makes the version before the current one."""
    one = _element(element)
    current = dataspace.undo(request.organisation, element)
    if current is None:
        messages.success(request, _("%(name)s is empty again.") % {"name": say(one.label)})
    else:
        told = {"name": say(one.label), "number": current.number}
        messages.success(request, _("%(name)s is back at version %(number)s.") % told)
    return redirect("data_element", element)


@require_GET
@member
def export(request: HttpRequest, element: str, ending: str) -> HttpResponse:
    """The current table, or only its headings when it is empty: a file that can be filled in and imported again."""
    one = _element(element)
    table = dataspace.table(request.organisation, element)
    rows: list[tuple[Any, ...]] = []
    if table is not None:
        arrow = table.limit(EXPORT_ROWS).to_pyarrow()
        rows = list(zip(*(arrow[name].to_pylist() for name in one.columns), strict=True))
    name = f"{element}.{ending}"
    if ending == "csv":
        return as_csv(list(one.columns), rows, name)
    if ending == "xlsx":
        return as_xlsx({element: (list(one.columns), rows)}, name)
    raise Http404


def _element(name: str) -> Element:
    if name not in elements():
        raise Http404
    return elements()[name]


def _filled(one: Element, facts: Any) -> float | None:
    """Mean share of filled values over the required columns."""
    if facts is None:
        return None
    wanted = [name for name, column in one.columns.items() if column.required]
    return sum(facts.completeness.get(name, 0.0) for name in wanted) / max(len(wanted), 1)


def _sample(organisation: Organisation, one: Element) -> list[list[str]]:
    table = dataspace.table(organisation, one.name)
    if table is None:
        return []
    arrow = table.limit(SAMPLE_ROWS).to_pyarrow()
    columns = [arrow[name].to_pylist() for name in one.columns]
    return [[_cell(value) for value in row] for row in zip(*columns, strict=True)]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat(sep=" ", timespec="minutes") if hasattr(value, "hour") else value.isoformat()
    return figure(value) if isinstance(value, float) else str(value)


def _guess(organisation: Organisation, one: Element, headings: tuple[str, ...]) -> dict[str, str]:
    """Column → heading as far as it can be told; the person completes it."""
    known = ColumnMapping.objects.filter(organisation=organisation, element=one.name).first()
    # A heading for every column would be needed to let `choose` decide alone; here a gap is a question, not a refusal.
    lenient = one.model_copy(
        update={
            "columns": {name: column.model_copy(update={"required": False}) for name, column in one.columns.items()}
        }
    )
    choice = choose(lenient, headings, remembered=known.headings if known else None)
    return {column: heading for heading, column in choice.columns.items()}


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
