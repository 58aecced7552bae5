"""Operations: projects and their tasks, plans taken up, warnings."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import File
from ninja.files import UploadedFile

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.api.versions import IfMatch, seen_version, version_tag
from tujing.delivery import bulk_services
from tujing.delivery.board_services import move as move_card
from tujing.delivery.document import actual_rows, delivery_document
from tujing.delivery.editing_services import TaskEdit, edit_project, edit_tasks
from tujing.delivery.importing_services import import_file as take_in
from tujing.delivery.models import LevelProject
from tujing.delivery.reading_services import projects as open_projects
from tujing.delivery.schedule import Link
from tujing.delivery.workbook import workbook as as_workbook
from tujing.documents import delivery as documents
from tujing.documents.common import Page
from tujing.iteration.services import take_up_plan
from tujing.planning.models import Plan
from tujing.planning.services import latest_plan
from tujing.problems import refuse
from tujing.web import uploads
from tujing.web.exports import XLSX, attachment
from tujing.web.words import department_code
from tujing.words import Text

area = Area("delivery")


@area.get("/projects", Page[documents.ProjectRow])
def projects(
    request: HttpRequest,
    paging: PageQuery,
    is_open: bool | None = None,
    order: Literal["start", "-start", "end", "-budget"] = "start",
) -> Page[documents.ProjectRow]:
    """Projects of the open cycle"""
    found = open_projects(request.organisation).select_related("adoption").order_by(order, "id")
    still = Q(closed__isnull=True, withdrawn__isnull=True)
    found = found if is_open is None else found.filter(still if is_open else ~still)
    return page_of(request, found, paging, project_row)


@area.get("/projects/{int:project}", documents.ProjectDocument)
def project(request: HttpRequest, response: HttpResponse, project: int) -> documents.ProjectDocument:
    """One project: tasks with baseline, earned value, gates with evidence, records; its ETag is its version"""
    found = next((one for one in _document(request)["projects"] if one["id"] == project), None)
    if found is None:
        raise Http404
    # What is expected changes with the day, so that the version alone does not say that nothing changed.
    response["ETag"] = version_tag(found["version"], found)
    return documents.ProjectDocument(id=project, version=found["version"], document=found)


@area.patch("/projects/{int:project}", documents.Edited, "deliver")
def shift(
    request: HttpRequest,
    response: HttpResponse,
    project: int,
    wishes: documents.ProjectEdit,
    if_match: IfMatch = None,
) -> documents.Edited:
    """Move a whole project by days, or change its last day or department

    `If-Match` is the project's ETag as you read it; an edit on an older version is refused and nothing is saved.
    """
    found = get_object_or_404(LevelProject, pk=project, organisation=request.organisation)
    done = edit_project(
        request.organisation,
        found.pk,
        seen_version(if_match),
        days=wishes.days,
        end=wishes.end,
        department=None if wishes.department is None else department_code(wishes.department),
        by=request.user.get_username(),
    )
    response["ETag"] = version_tag(done.project.version)
    return documents.Edited(version=done.project.version, changed=list(done.changed), moved=dict(done.moved))


@area.patch("/projects/{int:project}/tasks", documents.Edited, "deliver")
def edit(
    request: HttpRequest,
    response: HttpResponse,
    project: int,
    edits: list[documents.TaskEdit],
    if_match: IfMatch = None,
) -> documents.Edited:
    """Change and add tasks; what they push moves on, and the gates with them

    `If-Match` is the project's ETag as you read it; an edit on an older version is refused and nothing is saved.
    """
    found = get_object_or_404(LevelProject, pk=project, organisation=request.organisation)
    wanted, by = [_edit(one) for one in edits], request.user.get_username()
    done = edit_tasks(request.organisation, found.pk, seen_version(if_match), wanted, by)
    response["ETag"] = version_tag(done.project.version)
    return documents.Edited(version=done.project.version, changed=list(done.changed), moved=dict(done.moved))


@area.post("/projects/{int:project}/moves", documents.ProjectRow, "deliver")
def move(request: HttpRequest, project: int, wishes: documents.Moving) -> documents.ProjectRow:
    """Begin a project, put it back, give it up, or take it up again

    In the name of who calls; gates are passed on evidence alone, so no move leads past one.
    """
    found = get_object_or_404(LevelProject, pk=project, organisation=request.organisation)
    person = request.user.get_username()
    return project_row(move_card(request.organisation, found.pk, wishes.to, person, wishes.reason))


@area.post("/projects/bulk", Page[documents.ProjectRow], "deliver")
def change_many(request: HttpRequest, wishes: documents.BulkWishes) -> Page[documents.ProjectRow]:
    """Withdraw, move, place or name somebody for several projects at once: all of them or none"""
    wanted = set(wishes.projects)
    if open_projects(request.organisation).filter(pk__in=wanted).count() != len(wanted):
        raise Http404
    told = wishes.model_dump(exclude={"projects", "department"})
    bulk = bulk_services.Bulk(**told, department=department_code(wishes.department))
    bulk_services.change_many(request.user.get_username(), request.organisation, wanted, bulk)
    changed = open_projects(request.organisation).filter(pk__in=wanted).select_related("adoption").order_by("id")
    return Page(count=len(wanted), items=[project_row(row) for row in changed])


@area.file("/projects.xlsx", XLSX)
def workbook(request: HttpRequest) -> HttpResponse:
    """All projects as a workbook that can be edited and imported again"""
    document = _document(request)
    content = as_workbook(document, actual_rows(request.organisation))
    return attachment(content, f"tujing-projects-{document['date']}.xlsx", XLSX)


@area.post("/projects/import", documents.Imported, "deliver")
def import_file(request: HttpRequest, file: UploadedFile = File(...)) -> documents.Imported:
    """Take in an edited workbook: breakdown, progress and money; all of it or nothing"""
    token, path = uploads.keep(request.organisation, file)
    try:
        done = take_in(request.organisation, path)
    finally:
        uploads.forget(request.organisation, token)
    sheets, rows, changed = len(done), sum(one.rows for one in done), sum(one.changed for one in done)
    return documents.Imported(sheets=sheets, rows=rows, changed=changed)


@area.post("/plans/{int:plan}/take-up", documents.TakenUp, "deliver")
def take_up(request: HttpRequest, plan: int) -> documents.TakenUp:
    """Turn the newest plan into projects with milestones"""
    found = get_object_or_404(Plan, pk=plan, organisation=request.organisation)
    if found != latest_plan(request.organisation):
        raise refuse(
            "not_newest_plan",
            "只能按最新的规划立项，请先查看最新规划。",
            "Only the newest plan can be taken up; look at that one first.",
            key="plan",
        )
    return documents.TakenUp(scenarios=[one.scenario for one in take_up_plan(request.organisation, found)])


@area.get("/warnings", Page[documents.Warning])
def warnings(request: HttpRequest, paging: PageQuery) -> Page[documents.Warning]:
    """What threatens the projects, the gravest first"""
    told = sorted(_document(request)["warnings"], key=lambda one: one["severity"] != "high")
    return page_of(request, told, paging, _warning)


def _document(request: HttpRequest) -> dict[str, Any]:
    return delivery_document(request.organisation, timezone.localdate())


def _edit(one: documents.TaskEdit) -> TaskEdit:
    return TaskEdit(
        number=one.number,
        name=None if one.name is None else Text(zh=one.name.zh, en=one.name.en or one.name.zh),
        phase=one.phase,
        role=one.role,
        start=one.start,
        end=one.end,
        needs=None if one.needs is None else tuple(Link(number, lag) for number, lag in one.needs),
        cost=one.cost,
        person_days=one.person_days,
        raci=one.raci,
    )


def project_row(row: LevelProject) -> documents.ProjectRow:
    return shaped(documents.ProjectRow, row, scenario=row.adoption.scenario)


def _warning(one: dict[str, Any]) -> documents.Warning:
    return documents.Warning(
        project=one["project"], scenario=one["scenario"], level=one["level"], severity=one["severity"], document=one
    )
