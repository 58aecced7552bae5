"""Answering in a spreadsheet: download filled in, upload, look at the differences, take in, undo."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tujing.diagnosis import questionnaire
from tujing.diagnosis.asking.questions import questions, spoken
from tujing.diagnosis.catalogue import find
from tujing.diagnosis.models import AnswerChange
from tujing.diagnosis.spreadsheet import services as spreadsheet
from tujing.enterprise.services import may
from tujing.web import uploads
from tujing.web.access import member, requires
from tujing.web.exports import XLSX, attachment
from tujing.web.views.diagnosis_shared import own


@require_GET
@member
def page(request: HttpRequest, assessment: int) -> HttpResponse:
    found = own(request, assessment)
    context = {
        "assessment": found,
        "instrument": find(found.instrument),
        "may_answer": may(request.user, request.organisation, "answer"),
        "batch": request.session.get(f"batch-{found.pk}", ""),
    }
    return render(request, "diagnosis/workbook.html", context)


@require_GET
@member
def download(request: HttpRequest, assessment: int) -> HttpResponse:
    """The template with the answers so far."""
    found = own(request, assessment)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.xlsx"
        spreadsheet.write_out(request.organisation, found, path)
        return attachment(path.read_bytes(), f"{found.instrument}-{found.pk}.xlsx", XLSX)


@require_POST
@requires("answer")
def upload(request: HttpRequest, assessment: int) -> HttpResponse:
    """Keeps the file, reads it, and goes on to what it would change; a file with faults is refused with all of them."""
    found = own(request, assessment)
    token, path = uploads.keep(request.organisation, request.FILES.get("file"))
    try:
        spreadsheet.preview(request.organisation, found, path)
    except Exception:
        uploads.forget(request.organisation, token)
        raise
    return redirect("diagnosis_workbook_preview", found.pk, token)


@require_http_methods(["GET", "POST"])
@requires("answer")
def preview(request: HttpRequest, assessment: int, token: str) -> HttpResponse:
    """What the file would change; a POST takes it in."""
    found = own(request, assessment)
    path = uploads.find(request.organisation, token)
    if request.method == "POST":
        overwrite = request.POST.getlist("overwrite")
        batch = spreadsheet.take_in(request.organisation, found, path, overwrite, request.user)
        uploads.forget(request.organisation, token)
        request.session[f"batch-{found.pk}"] = batch
        return redirect("diagnosis_questions", found.pk)
    looked = spreadsheet.preview(request.organisation, found, path)
    form = find(found.instrument)
    asked = {one.id: one for one in questions(form)}
    names = _who(found)
    rows: list[dict[str, Any]] = [
        {
            "question": one.question,
            "label": questionnaire.label(form, one.question),
            "kind": one.kind,
            **{side: spoken(form, asked[one.question], getattr(one, side)) for side in ("base", "here", "file")},
            "by": names.get(one.question, ""),
        }
        for one in looked.differences
    ]
    context = {
        "assessment": found,
        "instrument": form,
        "token": token,
        "file": path.name,
        "looked": looked,
        "rows": rows,
        "counts": {
            kind: sum(row["kind"] == kind for row in rows) for kind in ("added", "changed", "conflict", "newer")
        },
    }
    return render(request, "diagnosis/differences.html", context)


@require_POST
@requires("answer")
def undo(request: HttpRequest, assessment: int) -> HttpResponse:
    found = own(request, assessment)
    batch = request.session.pop(f"batch-{found.pk}", "")
    back, stay = spreadsheet.undo(request.organisation, found, batch, request.user)
    words = _(
        "The upload is undone: %(back)s answers are as before; %(stay)s stay, as somebody has changed them since."
    )
    messages.success(request, words % {"back": back, "stay": stay})
    return redirect("diagnosis_questions", found.pk)


def _who(found: Any) -> dict[str, str]:
    """Who changed each answer last."""
    changes = AnswerChange.objects.filter(assessment=found).order_by("id")
    return dict(changes.exclude(by=None).values_list("question", "by__username"))
