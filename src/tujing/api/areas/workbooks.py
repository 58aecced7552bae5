"""Operations: an assessment's answers as a spreadsheet: out, seen before it is taken in, taken in, undone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import Json as JsonText

from tujing.api.area import Area
from tujing.diagnosis import questionnaire, services
from tujing.diagnosis.catalogue import find
from tujing.diagnosis.models import AnswerChange, Assessment
from tujing.diagnosis.spreadsheet import services as spreadsheet
from tujing.documents import uploads as documents
from tujing.web import uploads
from tujing.web.exports import XLSX, attachment

area = Area("diagnosis")


@area.file("/assessments/{int:assessment}/workbook.xlsx", XLSX)
def answer_workbook(request: HttpRequest, assessment: int) -> HttpResponse:
    """The spreadsheet with the answers so far; it knows when it was made"""
    found = _own(request, assessment)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.xlsx"
        spreadsheet.write_out(request.organisation, found, path)
        return attachment(path.read_bytes(), f"{found.instrument}-{found.pk}.xlsx", XLSX)


@area.post("/assessments/{int:assessment}/workbook/preview", documents.AnswersPreview, "answer")
def preview_answers(request: HttpRequest, assessment: int, file: UploadedFile = File(...)) -> documents.AnswersPreview:
    """See what a filled-in spreadsheet would change; nothing is stored"""
    found = _own(request, assessment)
    with _kept(request, file) as path:
        seen = spreadsheet.preview(request.organisation, found, path)
    form = find(found.instrument)
    return documents.AnswersPreview(
        answered=seen.answered,
        evidence=seen.evidence,
        made=seen.stamp.made if seen.stamp else None,
        differences=[
            documents.AnswerDifference(
                question=one.question,
                label=questionnaire.label(form, one.question).as_dict(),
                kind=one.kind,
                base=one.base,
                here=one.here,
                file=one.file,
            )
            for one in seen.differences
        ],
    )


@area.post("/assessments/{int:assessment}/workbook", documents.AnswersTaken, "answer")
def take_in_answers(
    request: HttpRequest,
    assessment: int,
    file: UploadedFile = File(...),
    overwrite: Annotated[JsonText[list[str]] | None, Form()] = None,
) -> documents.AnswersTaken:
    """Take a filled-in spreadsheet into a draft, all of it or nothing

    Where somebody answered otherwise since the download their answer stays, unless the question is in
    `overwrite`, a JSON list.
    """
    found = _own(request, assessment)
    with _kept(request, file) as path:
        batch = spreadsheet.take_in(request.organisation, found, path, overwrite or (), request.user)
    changed = AnswerChange.objects.filter(assessment=found, batch=batch).count()
    return documents.AnswersTaken(batch=batch, changed=changed)


@area.post("/assessments/{int:assessment}/workbook/{batch}/undo", documents.AnswersUndone, "answer")
def undo_answers(request: HttpRequest, assessment: int, batch: str) -> documents.AnswersUndone:
    """Undo a spreadsheet that was taken in; what somebody has changed since stays"""
    back, stay = spreadsheet.undo(request.organisation, _own(request, assessment), batch, request.user)
    return documents.AnswersUndone(back=back, stay=stay)


@contextmanager
def _kept(request: HttpRequest, file: UploadedFile) -> Iterator[Path]:
    token, path = uploads.keep(request.organisation, file)
    try:
        yield path
    finally:
        uploads.forget(request.organisation, token)


def _own(request: HttpRequest, assessment: int) -> Assessment:
    return get_object_or_404(services.assessments(request.organisation), pk=assessment)
