"""Operations: records beside a project's tasks: roles, contracts, log, rights, change requests."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from pydantic import BaseModel

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.delivery.models import ChangeRequest, Contract, LevelProject, LogEntry, RightsAnswer, RoleHolder
from tujing.delivery.people_services import release_role
from tujing.delivery.reading_services import projects
from tujing.delivery.record_services import decide, keep_record
from tujing.delivery.rights import items_for
from tujing.documents import delivery_records as documents
from tujing.documents.common import Page

area = Area("delivery")


@area.get("/project-roles", Page[documents.RoleHolding])
def role_holders(request: HttpRequest, paging: PageQuery, person: str = "") -> Page[documents.RoleHolding]:
    """Who holds which role, in one project or in all"""
    found = RoleHolder.objects.filter(organisation=request.organisation)
    return page_of(request, found.filter(person=person) if person else found, paging, _holding)


@area.post("/project-roles", documents.RoleHolding, "deliver", 201)
def name_for_all(request: HttpRequest, wishes: documents.HolderWishes) -> documents.RoleHolding:
    """Name who holds a role in every project"""
    return _holding(_kept(request, None, "roles", wishes))


@area.get("/projects/{int:project}/roles", Page[documents.RoleHolding])
def holders_of(request: HttpRequest, project: int, paging: PageQuery) -> Page[documents.RoleHolding]:
    """Who holds which role in a project, those who hold it everywhere included"""
    everywhere_or_here = Q(project=None) | Q(project=_own(request, project))
    found = RoleHolder.objects.filter(everywhere_or_here, organisation=request.organisation)
    return page_of(request, found, paging, _holding)


@area.post("/projects/{int:project}/roles", documents.RoleHolding, "deliver", 201)
def name_holder(request: HttpRequest, project: int, wishes: documents.HolderWishes) -> documents.RoleHolding:
    """Name who holds a role in a project"""
    return _holding(_kept(request, _own(request, project), "roles", wishes))


@area.delete("/project-roles/{int:holder}", "deliver")
def release(request: HttpRequest, holder: int) -> None:
    """Take a role off a person; naming them again gives it back"""
    release_role(request.organisation, get_object_or_404(RoleHolder, pk=holder, organisation=request.organisation).pk)


@area.get("/projects/{int:project}/contracts", Page[documents.Contract])
def contracts(request: HttpRequest, project: int, paging: PageQuery) -> Page[documents.Contract]:
    """A project's contracts with what they owe"""
    found = _own(request, project).contracts.prefetch_related("deliverables")
    return page_of(request, found, paging, _contract)


@area.post("/projects/{int:project}/contracts", documents.Contract, "deliver")
def keep_contract(request: HttpRequest, project: int, wishes: documents.ContractWishes) -> documents.Contract:
    """Enter a contract, or change the project's contract of that number; nothing is paid before it is accepted"""
    return _contract(_kept(request, _own(request, project), "contracts", wishes))


@area.get("/projects/{int:project}/log", Page[documents.LogEntry])
def log(
    request: HttpRequest,
    project: int,
    paging: PageQuery,
    kind: Literal["supervision", "quality", "rights", "risk"] | None = None,
    is_closed: bool | None = None,
) -> Page[documents.LogEntry]:
    """What was found of a project: supervision, quality, rights and risks; newest first"""
    found = _own(request, project).log.all()
    found = found if kind is None else found.filter(kind=kind)
    found = found if is_closed is None else found.filter(closed__isnull=not is_closed)
    return page_of(request, found, paging, _log)


@area.post("/projects/{int:project}/log", documents.LogEntry, "deliver")
def keep_log(request: HttpRequest, project: int, wishes: documents.LogWishes) -> documents.LogEntry:
    """Write down what was found, or change or close what was found before

    It is kept as found by who calls; what is there stays that of who found it.
    """
    return _log(_kept(request, _own(request, project), "log", wishes))


@area.get("/projects/{int:project}/rights", Page[documents.RightsItem])
def rights(request: HttpRequest, project: int, paging: PageQuery) -> Page[documents.RightsItem]:
    """The checklist of intellectual property and data rights, with where the project stands"""
    found = _own(request, project)
    answers = {one.item: one for one in found.rights.all()}
    items = list(items_for(found.option))
    return page_of(request, items, paging, lambda item: _right(found, item, answers.get(item)))


@area.put("/projects/{int:project}/rights/{slug:right}", documents.RightsItem, "deliver")
def answer_right(
    request: HttpRequest, project: int, right: str, wishes: documents.RightsWishes
) -> documents.RightsItem:
    """Say where a project stands on one item"""
    found = _own(request, project)
    told = {"item": right, **wishes.model_dump()}
    row, _changed = keep_record(request.user.get_username(), request.organisation, found, "rights", told)
    return _right(found, right, row)


@area.get("/projects/{int:project}/changes", Page[documents.ChangeRequest])
def change_requests(
    request: HttpRequest,
    project: int,
    paging: PageQuery,
    decision: Literal["open", "approved", "rejected"] | None = None,
) -> Page[documents.ChangeRequest]:
    """What was asked to be changed of a project's scope, money or dates, and what was decided"""
    found = _own(request, project).changes.all()
    return page_of(request, found.filter(decision=decision) if decision else found, paging, _change)


@area.post("/projects/{int:project}/changes", documents.ChangeRequest, "deliver")
def request_change(request: HttpRequest, project: int, wishes: documents.ChangeWishes) -> documents.ChangeRequest:
    """Ask for a change, or change what is asked while it is open"""
    return _change(_kept(request, _own(request, project), "changes", wishes))


@area.post("/change-requests/{int:change_request}/decision", documents.ChangeRequest, "deliver")
def decide_change(
    request: HttpRequest, change_request: int, wishes: documents.DecisionWishes
) -> documents.ChangeRequest:
    """Approve or reject a change, once; approved, the task, the budget and the dates follow

    Takes an owner, a manager, or who holds a role that may decide, by name.
    """
    mine = ChangeRequest.objects.filter(project__in=projects(request.organisation))
    found = get_object_or_404(mine.select_related("project__adoption"), pk=change_request)
    person = request.user.get_username()
    row, _changed = decide(person, request.organisation, found, wishes.decision, wishes.reason)
    return _change(row)


def _own(request: HttpRequest, project: int) -> LevelProject:
    """A project of the open cycle: records are kept on no other."""
    return get_object_or_404(projects(request.organisation).select_related("adoption"), pk=project)


def _kept(request: HttpRequest, project: LevelProject | None, kind: str, wishes: BaseModel) -> Any:
    told = wishes.model_dump(exclude_none=True)
    return keep_record(request.user.get_username(), request.organisation, project, kind, told)[0]


def _holding(row: RoleHolder) -> documents.RoleHolding:
    return shaped(documents.RoleHolding, row, project=row.project_id, is_member=row.membership_id is not None)


def _contract(row: Contract) -> documents.Contract:
    owed = [shaped(documents.Deliverable, one) for one in row.deliverables.all()]
    return shaped(documents.Contract, row, project=row.project_id, deliverables=owed)


def _log(row: LogEntry) -> documents.LogEntry:
    return shaped(documents.LogEntry, row, project=row.project_id)


def _right(project: LevelProject, item: str, row: RightsAnswer | None) -> documents.RightsItem:
    known = items_for(project.option)[item]
    return documents.RightsItem(
        project=project.pk,
        item=item,
        name=known.name.as_dict(),
        why=known.why.as_dict(),
        state=row.state if row else "open",
        note=row.note if row else "",
        person=row.person if row else "",
        on=row.on if row else None,
    )


def _change(row: ChangeRequest) -> documents.ChangeRequest:
    return shaped(documents.ChangeRequest, row, project=row.project_id)
