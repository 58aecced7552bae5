"""Operations: roles, and those that the company makes itself."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.refusing import Refused
from tujing.api.shapes import shaped
from tujing.documents import people as documents
from tujing.documents.common import Page
from tujing.enterprise import role_services, rules
from tujing.enterprise.models import Membership, OwnRole, Role
from tujing.enterprise.services import role_actions
from tujing.web.finds.rows import both
from tujing.web.words import LABELS

area = Area("people")


@area.get("/organisation/roles", Page[documents.RoleRow])
def roles(request: HttpRequest, paging: PageQuery) -> Page[documents.RoleRow]:
    """Who may do what: the built-in roles and the company's own"""
    held = Membership.objects.filter(organisation=request.organisation, own_role=None).values_list("role", flat=True)
    held = list(held)
    rows = [_built_in(role, held.count(role)) for role in Role.values]
    rows += [_own(one) for one in role_services.own_roles(request.organisation)]
    return page_of(request, rows, paging, lambda row: row)


@area.put("/organisation/roles/{own_role}", documents.RoleRow, "administer")
def save_role(request: HttpRequest, own_role: str, wishes: documents.RoleWishes) -> documents.RoleRow:
    """Make an own role, or change it for all who have it, at once; `own_role` is its code without `own:`"""
    before = OwnRole.objects.filter(organisation=request.organisation, code=own_role).first()
    check_within_token(request, {*wishes.actions, *(before.actions if before else ())} & set(rules.permissions()))
    name = {"zh": wishes.name.zh, "en": wishes.name.en or wishes.name.zh}
    given = {"name": name, "base": wishes.base, "actions": wishes.actions}
    saved = role_services.save(request.organisation, own_role, given, request.user)
    return _own(next(one for one in role_services.own_roles(request.organisation) if one.pk == saved.pk))


@area.delete("/organisation/roles/{own_role}", "administer")
def delete_role(request: HttpRequest, own_role: str) -> None:
    """Take away an own role that nobody has; open invitations with it are void"""
    found = get_object_or_404(OwnRole, organisation=request.organisation, code=own_role)
    check_within_token(request, found.actions)
    role_services.delete(request.organisation, found.code, request.user)


def check_within_token(request: HttpRequest, actions: Iterable[str]) -> None:
    """A token gives nobody what it may not do itself: else it could make itself an owner."""
    if request.token is not None and not set(actions) <= set(request.token.actions):
        raise Refused(
            403,
            "beyond_scope",
            "这个令牌的权限范围不够：不能授予或触及超出其自身范围的权限，请另建一个。",
            "This token's scope is too narrow: it cannot give or reach more than it may itself; make another.",
        )


def check_whole_token(request: HttpRequest) -> None:
    """What decides who comes in, or holds everything, takes a token that may all that its person may today."""
    check_within_token(request, role_services.held(request.membership).actions)


def _built_in(role: str, people: int) -> documents.RoleRow:
    name, actions = both(LABELS[role]).as_dict(), sorted(role_actions(role))
    return documents.RoleRow(code=role, name=name, base=role, actions=actions, people=people)


def _own(one: OwnRole) -> documents.RoleRow:
    code = f"{role_services.OWN}{one.code}"
    return shaped(documents.RoleRow, one, code=code)
