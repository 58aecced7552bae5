"""Importing a file into a data element: upload, which heading is which column, the job, its outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tujing.dataspace import services as dataspace
from tujing.dataspace.mapping import choose
from tujing.dataspace.models import ColumnMapping
from tujing.dataspace.reading import batches
from tujing.dataspace.sniff import sniff
from tujing.elements.definition import Element
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput
from tujing.runtime.models import Job
from tujing.web import uploads
from tujing.web.access import member, requires
from tujing.web.refusals import shown
from tujing.web.tasks.imports import start_import
from tujing.web.views.data_table import known_element
from tujing.web.views.jobs import job_context

PREVIEW_ROWS = 8


@require_POST
@requires("import")
def upload(request: HttpRequest, element: str) -> HttpResponse:
    one = known_element(element)
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
    one = known_element(element)
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
    context = job_context(found) | {"element": known_element(element)} | _refusal(found)
    if found.is_over:
        return render(request, "data/ended.html", context | {"report": found.payload.get("result", {}).get("report")})
    return render(request, "data/job.html", context)


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
