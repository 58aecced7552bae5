"""Operations: what is reported on a project, its newest edit taken back, its documents."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import File, Form
from ninja.files import UploadedFile

from tujing.api.area import Area
from tujing.api.areas.delivery import project_row
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.api.versions import IfMatch, seen_version, version_tag
from tujing.delivery import attachment_services, editing_services, reporting_services
from tujing.delivery.models import Attachment, LevelProject
from tujing.documents import delivery as documents
from tujing.documents.common import Done, Page
from tujing.enterprise.files import LARGEST
from tujing.web.exports import attachment

area = Area("delivery")


@area.post("/projects/{int:project}/reports", Done, "deliver")
def report(request: HttpRequest, project: int, wishes: documents.Report) -> Done:
    """Report how far a task is and what was spent on it; the same again changes nothing"""
    found = _own(request, project)
    changed = reporting_services.report(
        request.organisation,
        found.pk,
        wishes.task,
        wishes.on or timezone.localdate(),
        share=wishes.share,
        amount=wishes.amount,
        reference=wishes.reference,
    )
    return Done(changed=int(changed))


@area.post("/projects/{int:project}/undo", documents.ProjectRow, "deliver")
def undo(request: HttpRequest, response: HttpResponse, project: int, if_match: IfMatch = None) -> documents.ProjectRow:
    """Take back the newest edit of a project's plan; the one before it can be taken back next"""
    editing_services.undo(request.organisation, _own(request, project).pk, seen_version(if_match))
    found = _own(request, project)
    response["ETag"] = version_tag(found.version)
    return project_row(found)


@area.get("/projects/{int:project}/documents", Page[documents.Attachment])
def files(request: HttpRequest, project: int, paging: PageQuery, removed: bool = False) -> Page[documents.Attachment]:
    """A project's documents, newest first; with `removed` those that were taken away"""
    found = _own(request, project).attachments.filter(removed__isnull=not removed)
    return page_of(request, found, paging, _attachment)


@area.post("/projects/{int:project}/documents", documents.Attachment, "deliver", 201)
def attach(
    request: HttpRequest,
    project: int,
    file: UploadedFile = File(...),
    note: Annotated[str, Form(max_length=200)] = "",
) -> documents.Attachment:
    """Attach a document to a project"""
    content, by = file.read(LARGEST + 1), request.user.get_username()
    found = _own(request, project)
    return _attachment(attachment_services.attach(request.organisation, found.pk, file.name or "", content, by, note))


@area.file("/documents/{int:attached}", "application/octet-stream")
def document(request: HttpRequest, attached: int) -> HttpResponse:
    """A document of a project"""
    found = attachment_services.attached_file(request.organisation, attached)
    if found is None:
        raise Http404
    row, content = found
    return attachment(content, row.name, "application/octet-stream")


@area.delete("/documents/{int:attached}", "deliver")
def remove_document(request: HttpRequest, attached: int) -> None:
    """Take a document away; it can be put back"""
    _set_removed(request, attached, True)


@area.post("/documents/{int:attached}/restore", documents.Attachment, "deliver")
def restore_document(request: HttpRequest, attached: int) -> documents.Attachment:
    """Put a document back"""
    return _attachment(_set_removed(request, attached, False))


def _own(request: HttpRequest, project: int) -> LevelProject:
    mine = LevelProject.objects.filter(organisation=request.organisation).select_related("adoption")
    return get_object_or_404(mine, pk=project)


def _set_removed(request: HttpRequest, attached: int, removed: bool) -> Attachment:
    found = get_object_or_404(Attachment, pk=attached, organisation=request.organisation)
    return attachment_services.set_removed(request.organisation, found.pk, request.user.get_username(), removed)


def _attachment(row: Attachment) -> documents.Attachment:
    return shaped(documents.Attachment, row, project=row.project_id)
