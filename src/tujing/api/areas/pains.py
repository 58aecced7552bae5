"""Operations: pain points, one by one or as a spreadsheet, and the scenarios that are to help."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File
from ninja.files import UploadedFile

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.diagnosis.models import PainPoint
from tujing.diagnosis.pain import services as pain
from tujing.documents import diagnosis as documents
from tujing.documents.common import Done, Page
from tujing.web import uploads
from tujing.web.exports import XLSX, attachment

area = Area("diagnosis")


@area.get("/pain-points", Page[documents.PainPoint])
def pain_points(request: HttpRequest, paging: PageQuery) -> Page[documents.PainPoint]:
    """What hurts, gravest first, with the scenarios chosen and proposed"""
    return page_of(request, pain.pain_points(request.organisation), paging, _document)


@area.post("/pain-points", documents.PainPoint, "answer", 201)
def add_pain_point(request: HttpRequest, wishes: documents.PainPointWishes) -> documents.PainPoint:
    """Add a pain point"""
    return _document(pain.add_pain_point(request.organisation, wishes.model_dump(), request.user))


@area.delete("/pain-points/{int:pain_point}", "answer")
def remove_pain_point(request: HttpRequest, pain_point: int) -> None:
    """Take a pain point away"""
    pain.remove_pain_point(request.organisation, _own(request, pain_point))


@area.put("/pain-points/{int:pain_point}/scenarios", documents.PainPoint, "answer")
def tie(request: HttpRequest, pain_point: int, wishes: documents.PainTies) -> documents.PainPoint:
    """Tie a pain point to the scenarios that are to help; none unties it"""
    return _document(pain.tie(request.organisation, _own(request, pain_point), wishes.scenarios))


@area.file("/pain-points.xlsx", XLSX)
def pain_workbook(request: HttpRequest) -> HttpResponse:
    """The pain points as a spreadsheet that can be filled in and taken in again"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pain_points.xlsx"
        pain.write_pain_points(request.organisation, path)
        return attachment(path.read_bytes(), path.name, XLSX)


@area.post("/pain-points/upload", Done, "answer")
def read_pain_points(request: HttpRequest, file: UploadedFile = File(...)) -> Done:
    """Take in a filled-in spreadsheet of pain points, or, with reasons by row, nothing of it"""
    token, path = uploads.keep(request.organisation, file)
    try:
        return Done(changed=len(pain.read_pain_points(request.organisation, path, request.user)))
    finally:
        uploads.forget(request.organisation, token)


def _own(request: HttpRequest, pain_point: int) -> int:
    return get_object_or_404(PainPoint, pk=pain_point, organisation=request.organisation).pk


def _document(row: dict[str, Any]) -> documents.PainPoint:
    return documents.PainPoint.model_validate({**row, "document": row})
