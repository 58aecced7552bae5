"""Operations: members' roles and departments, invitations."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File
from ninja.files import UploadedFile

from tujing.api.area import Area
from tujing.api.areas.enterprise import member_document
from tujing.api.areas.roles import check_within_token
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.documents import people as documents
from tujing.documents.common import Done, Page
from tujing.documents.enterprise import Member
from tujing.enterprise import invitation_services, people_services
from tujing.enterprise.models import Invitation, Membership, Role
from tujing.enterprise.role_services import OWN, Chosen, chosen, own_roles
from tujing.web import uploads
from tujing.web.exports import XLSX
from tujing.web.identity import sessions
from tujing.web.views.people_invitations import told
from tujing.web.views.people_members import members_file, rows_of

area = Area("people")


@area.put("/organisation/members/{int:membership}", Member, "administer")
def assign(request: HttpRequest, membership: int, wishes: documents.Placing) -> Member:
    """Give a member another role or department; it counts from the next call on"""
    found = _own(request, membership)
    _check_scope(request, wishes.role)
    placed = people_services.assign(request.organisation, found, wishes.role, wishes.department, request.user)
    if request.token is None and found.user_id == request.user.pk:
        sessions.rotate(request)
    return member_document(placed)


@area.delete("/organisation/members/{int:membership}", "administer")
def remove(request: HttpRequest, membership: int) -> None:
    """Take a member out; their account and what they wrote stay, and it can be taken back on the page"""
    people_services.remove(request.organisation, _own(request, membership), request.user)


@area.file("/organisation/members.{ending}", "text/csv", XLSX, action="administer")
def member_list(request: HttpRequest, ending: Literal["csv", "xlsx"]) -> HttpResponse:
    """The members as a list that can be edited and read in again"""
    return members_file(request.organisation, ending)


@area.post("/organisation/members/import", Done, "administer")
def read_members(request: HttpRequest, file: UploadedFile = File(...)) -> Done:
    """Give several members other roles and departments by a list: all rows or none

    A row that is refused is named by its number.
    """
    token, path = uploads.keep(request.organisation, file)
    try:
        rows = list(rows_of(path))
        own = {f"{OWN}{one.code}" for one in own_roles(request.organisation)}
        for role in {row["role"].strip() for _, row in rows} & {*Role.values, *own}:
            _check_scope(request, role)
        return Done(changed=people_services.assign_all(request.organisation, rows, request.user, path.name))
    finally:
        uploads.forget(request.organisation, token)


@area.get("/organisation/invitations", Page[documents.Invitation], "administer")
def invitations(request: HttpRequest, paging: PageQuery, mail: str = "") -> Page[documents.Invitation]:
    """Who was invited, newest first"""
    found = invitation_services.invitations(request.organisation)
    return page_of(request, found.filter(mail__icontains=mail) if mail else found, paging, _invitation)


@area.post("/organisation/invitations", documents.InvitationLink, "administer", 201)
def invite(request: HttpRequest, wishes: documents.InvitationWishes) -> documents.InvitationLink:
    """Invite somebody to a place; the answer tells the link this once"""
    _check_scope(request, wishes.role)
    made = invitation_services.invite(request.organisation, wishes.mail, wishes.role, wishes.department, request.user)
    return _link(request, made)


@area.post("/organisation/invitations/{uuid:invitation}/resend", documents.InvitationLink, "administer")
def resend(request: HttpRequest, invitation: UUID) -> documents.InvitationLink:
    """Make a new link with a new term; the former link ends"""
    found = _invited(request, invitation)
    _check_scope(request, Chosen(found.role, found.own_role).code)
    return _link(request, invitation_services.resend(found, request.user))


@area.delete("/organisation/invitations/{uuid:invitation}", "administer")
def revoke(request: HttpRequest, invitation: UUID) -> None:
    """Withdraw an invitation that nobody used"""
    invitation_services.revoke(_invited(request, invitation))


def _check_scope(request: HttpRequest, role: str) -> None:
    check_within_token(request, chosen(request.organisation, role).actions)


def _own(request: HttpRequest, membership: int) -> Membership:
    return get_object_or_404(Membership, pk=membership, organisation=request.organisation)


def _invited(request: HttpRequest, invitation: UUID) -> Invitation:
    return get_object_or_404(Invitation, pk=invitation, organisation=request.organisation)


def _link(request: HttpRequest, made: Invitation) -> documents.InvitationLink:
    link, mailed = told(request, made)
    return documents.InvitationLink(invitation=_invitation(made), link=link, mailed=mailed)


def _invitation(row: Invitation) -> documents.Invitation:
    return shaped(
        documents.Invitation,
        row,
        role=Chosen(row.role, row.own_role).code,
        by=row.by.get_username() if row.by else None,
        status=invitation_services.status(row),
    )
