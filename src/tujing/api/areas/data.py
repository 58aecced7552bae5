"""Operations: data elements, their rows and versions, importing and undoing."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import Json as JsonText

from tujing.api.area import Area
from tujing.api.areas.running import job_document
from tujing.api.paging import PageQuery, next_path, page_of
from tujing.api.shapes import shaped
from tujing.dataspace import history_services, services
from tujing.dataspace.facts import ElementFacts
from tujing.dataspace.models import TableVersion
from tujing.dataspace.sniff import sniff
from tujing.documents import data as documents
from tujing.documents.common import Page
from tujing.documents.running import Job
from tujing.elements.definition import Element, elements
from tujing.problems import BadInput, refuse
from tujing.runtime.document import plain
from tujing.web import uploads
from tujing.web.exports import XLSX, as_csv, as_xlsx
from tujing.web.tasks.imports import start_import

area = Area("data")
EXPORT_ROWS = 100_000
REJECT_NAME = re.compile(r"[a-z0-9_]+-\d{8}-\d{6}-[0-9a-f]{8}\.csv")


@area.get("/elements", Page[documents.ElementRow])
def elements_list(
    request: HttpRequest, paging: PageQuery, q: str = "", filled: bool | None = None
) -> Page[documents.ElementRow]:
    """Every data element with the readiness facts of its table"""
    facts, wish = services.facts(request.organisation), q.strip().lower()
    rows = [
        _row(one, facts.get(name))
        for name, one in elements().items()
        if wish in f"{name} {one.label.zh} {one.label.en}".lower()
        and (filled is None or (name in facts and facts[name].rows > 0) == filled)
    ]
    return page_of(request, rows, paging, lambda row: row)


@area.get("/elements/{element}", documents.Element)
def element(request: HttpRequest, element: str) -> documents.Element:
    """One data element: columns, types, units, constraints, and the facts of its table"""
    one = element_or_404(element)
    row = _row(one, services.facts(request.organisation).get(element))
    return documents.Element(**row.model_dump(), definition=one.model_dump(mode="json"))


@area.get("/elements/{element}/rows", documents.Rows)
def rows(request: HttpRequest, element: str, paging: PageQuery) -> documents.Rows:
    """The rows of the current table, a page at a time"""
    one = element_or_404(element)
    table = services.table(request.organisation, element)
    if table is None:
        return documents.Rows(count=0, columns=list(one.columns), items=[])
    count = int(table.count().to_pyarrow().as_py())
    arrow = table.limit(paging.page_size, offset=paging.start).to_pyarrow()
    found = zip(*(plain(arrow[name].to_pylist()) for name in one.columns), strict=True)
    following = next_path(request, paging, count)
    return documents.Rows(count=count, next=following, columns=list(one.columns), items=[list(row) for row in found])


@area.file("/elements/{element}/export.{ending}", "text/csv", XLSX)
def export(request: HttpRequest, element: str, ending: Literal["csv", "xlsx"]) -> HttpResponse:
    """The current table as CSV or XLSX; only its headings when it is empty"""
    one = element_or_404(element)
    table = services.table(request.organisation, element)
    found: list[tuple[Any, ...]] = []
    if table is not None:
        arrow = table.limit(EXPORT_ROWS).to_pyarrow()
        found = list(zip(*(arrow[name].to_pylist() for name in one.columns), strict=True))
    if ending == "csv":
        return as_csv(list(one.columns), found, f"{element}.csv")
    return as_xlsx({element: (list(one.columns), found)}, f"{element}.xlsx")


@area.get("/elements/{element}/versions", Page[documents.Version])
def versions(request: HttpRequest, element: str, paging: PageQuery) -> Page[documents.Version]:
    """Every version of the table, newest first"""
    element_or_404(element)
    return page_of(request, services.versions(request.organisation, element), paging, _version)


@area.get("/elements/{element}/versions/{int:number}/difference/{int:later}", documents.VersionDifference)
def difference(request: HttpRequest, element: str, number: int, later: int) -> documents.VersionDifference:
    """Rows added, removed and changed from one version to another"""
    found = history_services.changes(request.organisation, element_or_404(element).name, number, later)
    return documents.VersionDifference.model_validate(plain(asdict(found)))


@area.post("/elements/{element}/versions/{int:number}/restore", documents.Version, "import")
def restore(request: HttpRequest, element: str, number: int, wishes: documents.RestoreWishes) -> documents.Version:
    """Make an earlier version's rows current again, as a new version that can itself be undone"""
    name, by = element_or_404(element).name, request.user.get_username()
    return _version(history_services.restore(request.organisation, name, number, note=wishes.note, by=by))


@area.post("/elements/{element}/imports", Job, "import", 202)
def import_file(
    request: HttpRequest,
    element: str,
    file: UploadedFile = File(...),
    mapping: Annotated[JsonText[dict[str, str]] | None, Form()] = None,
    mode: Annotated[Literal["replace", "append"], Form()] = "replace",
    skip_bad: Annotated[bool, Form()] = False,
) -> Job:
    """Import a CSV or XLSX file into the table

    A job reads it; all of it is taken or nothing, unless `skip_bad` keeps the good rows. `mapping` is JSON,
    column → heading; without it the headings are matched, and a gap is refused by name.
    """
    one = element_or_404(element)
    token, path = uploads.keep(request.organisation, file)
    wishes = {"element": one.name, "token": token, "mapping": mapping, "mode": mode, "skip_bad": skip_bad}
    try:
        sniff(path)
        check_columns(one, mapping or {})
    except BadInput:
        uploads.forget(request.organisation, token)
        raise
    return job_document(start_import(request.organisation, wishes, request.user))


@area.file("/elements/{element}/rejects/{name}", "text/csv")
def rejects(request: HttpRequest, element: str, name: str) -> FileResponse:
    """The bad rows of an import with their reasons; `name` is in the job's result"""
    path = Path(settings.HOME) / "rejects" / str(request.organisation.pk) / name
    if not REJECT_NAME.fullmatch(name) or not name.startswith(f"{element}-") or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


@area.post("/elements/{element}/undo", documents.Undone, "import")
def undo(request: HttpRequest, element: str) -> documents.Undone:
    """Take the version before the current one"""
    element_or_404(element)
    current = services.undo(request.organisation, element)
    return documents.Undone(version=current.number if current else None)


def check_columns(one: Element, mapping: dict[str, str]) -> None:
    for column in mapping:
        if column not in one.columns:
            raise refuse(
                "unknown_column",
                f"{one.label.zh}没有列 {column}。",
                f"{one.label.en} has no column {column}.",
                key=f"mapping.{column}",
            )


def element_or_404(name: str) -> Element:
    if name not in elements():
        raise Http404
    return elements()[name]


def _row(one: Element, facts: ElementFacts | None) -> documents.ElementRow:
    return documents.ElementRow(
        name=one.name,
        label=one.label.as_dict(),
        grade=one.grade,
        rows=facts.rows if facts else 0,
        facts=documents.Facts.model_validate(asdict(facts)) if facts else None,
    )


def _version(one: TableVersion) -> documents.Version:
    return shaped(documents.Version, one)
