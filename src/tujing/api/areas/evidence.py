"""Operations: what backs an assessment's answers, and the assessment as a report."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Form
from ninja.files import UploadedFile

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.diagnosis import services
from tujing.diagnosis.models import Assessment, EvidenceItem
from tujing.documents import diagnosis as documents
from tujing.documents.common import Page
from tujing.enterprise import files
from tujing.web.exports import XLSX
from tujing.web.views.diagnosis_report import KINDS, report_file

area = Area("diagnosis")
REPORTS = [XLSX, *KINDS.values()]


@area.get("/assessments/{int:assessment}/evidence", Page[documents.Evidence])
def evidence(
    request: HttpRequest, assessment: int, paging: PageQuery, question: str = "", removed: bool = False
) -> Page[documents.Evidence]:
    """What backs the answers, by question; with `removed` what was taken away"""
    found = EvidenceItem.everything.filter(assessment=_own(request, assessment), removed__isnull=not removed)
    found = found.select_related("by").order_by("indicator", "id")
    return page_of(request, found.filter(indicator=question) if question else found, paging, _evidence)


@area.post("/assessments/{int:assessment}/answers/{question}/evidence", documents.Evidence, "answer", 201)
def back(request: HttpRequest, assessment: int, question: str, wishes: documents.EvidenceWishes) -> documents.Evidence:
    """Back an answer by a link, a run, a measured fact, a table or a statement"""
    found = _own(request, assessment)
    item = services.add_evidence(
        request.organisation, found, question, wishes.kind, wishes.note, wishes.reference, request.user
    )
    return _evidence(item)


@area.post("/assessments/{int:assessment}/answers/{question}/files", documents.Evidence, "answer", 201)
def attach(
    request: HttpRequest,
    assessment: int,
    question: str,
    file: UploadedFile = File(...),
    note: Annotated[str, Form(max_length=2000)] = "",
) -> documents.Evidence:
    """Back an answer by a file"""
    found = _own(request, assessment)
    content, name = file.read(), file.name or "file"
    return _evidence(services.attach_file(request.organisation, found, question, content, name, note, request.user))


@area.delete("/assessments/{int:assessment}/evidence/{int:item}", "answer")
def remove_evidence(request: HttpRequest, assessment: int, item: int) -> None:
    """Take a piece of evidence away; until the assessment is submitted it can be put back"""
    found = _own(request, assessment)
    gone = get_object_or_404(EvidenceItem, pk=item, assessment=found)
    services.remove_evidence(request.organisation, found, gone.pk)


@area.post("/assessments/{int:assessment}/evidence/{int:item}/restore", documents.Evidence, "answer")
def restore_evidence(request: HttpRequest, assessment: int, item: int) -> documents.Evidence:
    """Put a piece of evidence back"""
    found = _own(request, assessment)
    gone = get_object_or_404(EvidenceItem.everything, pk=item, assessment=found)
    services.put_back_evidence(request.organisation, found, gone.pk)
    return _evidence(EvidenceItem.objects.get(pk=gone.pk))


@area.file("/assessments/{int:assessment}/evidence/{int:item}/file", "application/octet-stream")
def evidence_file(request: HttpRequest, assessment: int, item: int) -> FileResponse:
    """A file that backs an answer"""
    kept = get_object_or_404(EvidenceItem, pk=item, assessment=_own(request, assessment), kind="file")
    path = files.path_of(services.evidence_folder(request.organisation), kept.sha256) if kept.sha256 else None
    if path is None or not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=kept.reference, content_type="application/octet-stream"
    )


@area.file("/assessments/{int:assessment}/report.{form}", *REPORTS)
def report(request: HttpRequest, assessment: int, form: Literal["docx", "pdf", "xlsx"]) -> HttpResponse:
    """An assessment as a report in Word, PDF or Excel, in the caller's language"""
    return report_file(request.organisation, _own(request, assessment), form)


def _own(request: HttpRequest, assessment: int) -> Assessment:
    return get_object_or_404(services.assessments(request.organisation), pk=assessment)


def _evidence(item: EvidenceItem) -> documents.Evidence:
    return shaped(
        documents.Evidence,
        item,
        question=item.indicator,
        note=item.note or None,
        by=item.by.get_username() if item.by else None,
    )
