"""What every request passes: the content security policy and the organisation it speaks for."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from tujing.enterprise.models import Membership

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        # Charts position their tooltips by style attributes; our own templates have none.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

Handler = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy:
    """Sends the strict policy with every answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class CurrentOrganisation:
    """Sets `request.membership` and `request.organisation`: only ever one in which the person has a role."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.memberships = []
        request.membership = None
        request.organisation = None
        if request.user.is_authenticated:
            request.memberships = list(
                Membership.objects.filter(user=request.user)
                .select_related("organisation")
                .order_by("organisation__slug")
            )
            request.membership = chosen(request.memberships, request.session.get("organisation", ""))
            if request.membership:
                request.organisation = request.membership.organisation
        return self.get_response(request)


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
