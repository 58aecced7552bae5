"""Operations: importing step by step: a file kept, how it is read, all rows checked, then taken in; the template."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from ninja import File
from ninja.files import UploadedFile

from tujing.api.area import Area
from tujing.api.areas.data import check_columns, element_or_404
from tujing.api.areas.running import job_document
from tujing.api.refusing import told
from tujing.dataspace import preview_services
from tujing.dataspace.choices import Reading
from tujing.dataspace.sniff import first_rows
from tujing.dataspace.template import workbook
from tujing.dataspace.workbook import sheets_of
from tujing.documents import uploads as documents
from tujing.documents.running import Job
from tujing.elements.definition import Element
from tujing.problems import BadInput, refuse
from tujing.runtime.document import plain
from tujing.runtime.samples import example_rows
from tujing.web import uploads
from tujing.web.exports import XLSX, attachment
from tujing.web.tasks.imports import start_import
from tujing.web.words import language

area = Area("data")


@area.file("/elements/{element}/template.xlsx", XLSX)
def template(request: HttpRequest, element: str) -> HttpResponse:
    """A workbook to fill in: drop-downs, units, explanations and examples, in the caller's language"""
    one = element_or_404(element)
    return attachment(workbook(one, example_rows(element), language()), f"{element}.xlsx", XLSX)


@area.post("/elements/{element}/uploads", documents.Upload, "import", 201)
def upload(request: HttpRequest, element: str, file: UploadedFile = File(...)) -> documents.Upload:
    """Keep a file for a day and see how it would be read: its headings, which column each is, its first rows"""
    one = element_or_404(element)
    token, path = uploads.keep(request.organisation, file)
    try:
        reading = preview_services.first_reading(request.organisation, element, path)
        found = _upload(request, one, token, path, reading)
    except BadInput:
        uploads.forget(request.organisation, token)
        raise
    uploads.choose(request.organisation, token, reading.as_dict())
    return found


@area.get("/elements/{element}/uploads/{upload}", documents.Upload, "import")
def uploaded(request: HttpRequest, element: str, upload: str) -> documents.Upload:
    """A kept file as it is read now"""
    one, path = element_or_404(element), _path(request, upload)
    return _upload(request, one, upload, path, _reading(request, upload))


@area.put("/elements/{element}/uploads/{upload}", documents.Upload, "import")
def read_as(request: HttpRequest, element: str, upload: str, wishes: documents.ReadingWishes) -> documents.Upload:
    """Read a kept file otherwise: another sheet, encoding or header row, other units, cells corrected"""
    one, path = element_or_404(element), _path(request, upload)
    reading = _wished(wishes)
    kept = _reading(request, upload)
    if (kept.sheet, kept.encoding, kept.header) != (reading.sheet, reading.encoding, reading.header):
        reading = replace(reading, corrections={})
    reading.factors(one)
    found = _upload(request, one, upload, path, reading)
    uploads.choose(request.organisation, upload, reading.as_dict())
    return found


@area.delete("/elements/{element}/uploads/{upload}", "import")
def forget(request: HttpRequest, element: str, upload: str) -> None:
    """Throw a kept file away"""
    element_or_404(element)
    _path(request, upload)
    uploads.forget(request.organisation, upload)


@area.post("/elements/{element}/uploads/{upload}/check", documents.CheckedUpload, "import")
def check(request: HttpRequest, element: str, upload: str, wishes: documents.MappingWishes) -> documents.CheckedUpload:
    """Check every row as an import would, and change nothing; the first bad rows come with their cells"""
    one, path = element_or_404(element), _path(request, upload)
    if path.stat().st_size > preview_services.CHECKED_BYTES:
        raise refuse(
            "too_large_to_check",
            "文件较大，不在此逐行校验；请直接导入，任务会校验并给出坏行文件。",
            "The file is too large to be checked here; take it in: the job checks it and gives the bad rows as a file.",
            file=path.name,
        )
    reading = _reading(request, upload)
    found = preview_services.check_file(
        request.organisation, one.name, path, mapping=wishes.mapping, mode=wishes.mode, reading=reading
    )
    return documents.CheckedUpload(good=found.good, bad=found.bad, rows=[_bad_row(each) for each in found.rows])


@area.post("/elements/{element}/uploads/{upload}/import", Job, "import", 202)
def take_in(request: HttpRequest, element: str, upload: str, wishes: documents.TakeInWishes) -> Job:
    """Import a kept file as it is read now; a job does it, all of it or nothing, unless `skip_bad`"""
    one, path = element_or_404(element), _path(request, upload)
    reading = _reading(request, upload)
    reading.source(path)
    check_columns(one, wishes.mapping)
    asked = {"element": one.name, "token": upload, "reading": reading.as_dict(), **wishes.model_dump()}
    return job_document(start_import(request.organisation, asked, request.user))


def _path(request: HttpRequest, upload: str) -> Path:
    try:
        return uploads.find(request.organisation, upload)
    except BadInput as gone:
        raise Http404 from gone


def _reading(request: HttpRequest, upload: str) -> Reading:
    return Reading.from_dict(uploads.choices(request.organisation, upload))


def _wished(wishes: documents.ReadingWishes) -> Reading:
    cells = sum(map(len, wishes.corrections.values()))
    wrong = [row for row in wishes.corrections if not (row.isascii() and row.isdigit() and len(row) < 9)]
    if wrong or cells > preview_services.CORRECTIONS:
        most = preview_services.CORRECTIONS
        raise refuse(
            "bad_corrections",
            f"修正须以行号为键，且不超过 {most} 个单元格；更多请在原文件中改正后重新上传。",
            f"Corrections go by the number of their row, {most} cells at most; mend more in the file itself.",
            key="corrections",
            value=wrong[0][:40] if wrong else str(cells),
        )
    corrections = {int(row): dict(told) for row, told in wishes.corrections.items()}
    return Reading(wishes.sheet, wishes.encoding, wishes.header, dict(wishes.units), corrections)


def _upload(request: HttpRequest, one: Element, token: str, path: Path, reading: Reading) -> documents.Upload:
    """The file as it is read; where the rows hold no headings as chosen, with the top ones to find them by."""
    found = documents.Upload(
        token=token,
        element=one.name,
        file=path.name,
        size=path.stat().st_size,
        sheets=sheets_of(path),
        reading=documents.ReadingWishes.model_validate(reading.as_dict()),
        top=first_rows(path, reading.sheet, reading.encoding),
        headings=[],
        ignored=[],
        columns=[],
        rows=[],
        missing=[],
    )
    try:
        source = reading.source(path)
    except BadInput as error:
        if error.problems[0].code not in preview_services.HEADERLESS:
            raise
        return found.model_copy(update={"problems": [told(each) for each in error.problems]})
    columns = [
        documents.UploadedColumn(
            name=each.name,
            label=one.columns[each.name].label.as_dict(),
            required=one.columns[each.name].required,
            heading=each.heading or None,
            how=each.how or None,
            unit=each.unit or None,
            units=dict(each.units),
        )
        for each in preview_services.candidates(request.organisation, one, source, reading)
    ]
    used = {each.heading for each in columns}
    filled = {
        "headings": list(source.headings),
        "ignored": [heading for heading in source.headings if heading not in used],
        "columns": columns,
        "rows": plain([list(row) for row in preview_services.beginning(source)]),
        "missing": [each.name for each in columns if each.required and each.heading is None],
    }
    return found.model_copy(update=filled)


def _bad_row(one: preview_services.BadRow) -> documents.BadRow:
    complaints = [
        documents.Complaint(heading=heading, words=[each.as_dict() for each in words])
        for heading, words in one.complaints.items()
    ]
    return documents.BadRow(row=one.row, cells=one.cells, complaints=complaints)
