"""Operations: what the company asks of accounts, its single sign-on, changes taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from tujing.api.area import Area
from tujing.api.areas.roles import check_whole_token, check_within_token
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.documents import security as documents
from tujing.documents.common import Page
from tujing.enterprise import change_services, security_services
from tujing.enterprise.models import Change, ChangeKind, Membership, SignOn
from tujing.enterprise.role_services import chosen

area = Area("security")


@area.get("/organisation/security", documents.Policy, "administer")
def policy(request: HttpRequest) -> documents.Policy:
    """What the company asks of its members' accounts, and how many have it"""
    people = Membership.objects.filter(organisation=request.organisation).values_list("user_id", flat=True)
    factors = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__in=people)
    asked = security_services.policy(request.organisation).require_second_factor
    return documents.Policy(second_factor=asked, people=len(people), with_factor=factors.count())


@area.put("/organisation/security", documents.Policy, "administer")
def set_policy(request: HttpRequest, wishes: documents.PolicyWishes) -> documents.Policy:
    """Ask every member for a second factor, or stop asking; it can be taken back under the changes

    A token of an account without the factor is refused from the next call on.
    """
    security_services.set_policy(request.organisation, wishes.second_factor, request.user)
    return policy(request)


@area.get("/organisation/sign-on", documents.SignOn, "administer")
def sign_on(request: HttpRequest) -> documents.SignOn:
    """The company's single sign-on"""
    found = security_services.sign_on(request.organisation)
    if found is None:
        raise Http404
    return _sign_on(request, found)


@area.put("/organisation/sign-on", documents.SignOn, "administer")
def set_sign_on(request: HttpRequest, wishes: documents.SignOnWishes) -> documents.SignOn:
    """Set the company's single sign-on

    As it decides who comes in, it takes a token that may all that its person may.
    """
    check_whole_token(request)
    return _sign_on(request, security_services.set_sign_on(request.organisation, wishes.model_dump(), request.user))


@area.delete("/organisation/sign-on", "administer")
def remove_sign_on(request: HttpRequest) -> None:
    """Switch the single sign-on off; accounts and roles stay"""
    check_whole_token(request)
    security_services.remove_sign_on(request.organisation)


@area.get("/organisation/changes", Page[documents.CompanyChange], "administer")
def changes(request: HttpRequest, paging: PageQuery) -> Page[documents.CompanyChange]:
    """What changed of the company's profile, members, roles and security, newest first"""
    return page_of(request, change_services.changes(request.organisation), paging, _change)


@area.post("/organisation/changes/{int:change}/undo", documents.CompanyChange, "administer")
def undo(request: HttpRequest, change: int) -> documents.CompanyChange:
    """Take a change back, under the rules of the change itself; refused when something changed since"""
    found = get_object_or_404(Change, pk=change, organisation=request.organisation)
    check_within_token(request, _given_back(request, found))
    change_services.undo(found, request.user)
    return _change(get_object_or_404(change_services.changes(request.organisation), pk=found.pk))


def _given_back(request: HttpRequest, change: Change) -> Iterable[str]:
    """What somebody may again once the change is taken back."""
    before: dict[str, Any] = change.before or {}
    if change.kind == ChangeKind.MEMBER and "role" in before:
        return chosen(request.organisation, before["role"]).actions
    return before.get("actions", ()) if change.kind == ChangeKind.ROLE else ()


def _sign_on(request: HttpRequest, row: SignOn) -> documents.SignOn:
    back = request.build_absolute_uri(reverse("openid_connect_callback", args=[request.organisation.pk.hex]))
    return shaped(documents.SignOn, row, back=back)


def _change(row: Change) -> documents.CompanyChange:
    return shaped(documents.CompanyChange, row, by=row.by.get_username() if row.by else None)
