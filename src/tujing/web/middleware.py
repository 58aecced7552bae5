"""What every request passes: the content security policy and the organisation it speaks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from tujing.enterprise.models import Membership, Organisation, SecurityPolicy
from tujing.enterprise.services import memberships_of, remember

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

PERMISSIONS = ", ".join(f"{one}=()" for one in ("camera", "geolocation", "microphone", "payment", "usb"))
"""Browser abilities that no page here asks for."""

Handler = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy:
    """Sends the strict policies with every answer; refuses a null character in an address, as no database takes one.

    The API refuses it by itself, in its own form.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_refused = has_null(request) and not request.path_info.startswith(API)
        response = HttpResponseBadRequest() if is_refused else self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


def has_null(request: HttpRequest) -> bool:
    """Whether there is a null character in the address."""
    return "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")


API = "/api/v1/"
ONLY = "only_organisation"
"""Session key: who came in by a company's own sign-on sees that company only (its key)."""


class CurrentOrganisation:
    """Sets `request.membership` and `request.organisation`: only ever one in which the person has a role.

    `request.locked` are memberships of companies that ask for a second factor which the account does not have: they
    open nothing until it does.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.memberships = []
        request.locked = []
        request.membership = None
        request.organisation = None
        if request.user.is_authenticated:
            only = request.session.get(ONLY)
            held = [one for one in memberships_of(request.user) if only in (None, str(one.organisation_id))]
            request.locked = locked(request.user, held)
            request.memberships = [one for one in held if one not in request.locked]
            remember(request.user, request.memberships)
            request.membership = chosen(request.memberships, request.session.get("organisation", ""))
            if request.membership:
                request.organisation = request.membership.organisation
        return self.get_response(request)


def locked(user: Any, memberships: list[Membership]) -> list[Membership]:
    """Returns the memberships of companies whose policy the account does not meet; no query where none has one."""
    strict = [one for one in memberships if asks_for_second_factor(one.organisation)]
    if strict and Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        return []
    return strict


def asks_for_second_factor(organisation: Organisation) -> bool:
    """Reads the policy that `memberships_of` brought along."""
    policy: SecurityPolicy | None = getattr(organisation, "security", None)
    return policy is not None and policy.require_second_factor


def chosen(memberships: list[Membership], wish: str) -> Membership | None:
    """Returns the membership of the wished organisation, or the first one."""
    try:
        identity = UUID(wish)
    except ValueError:
        identity = None
    for membership in memberships:
        if membership.organisation_id == identity:
            return membership
    return memberships[0] if memberships else None
