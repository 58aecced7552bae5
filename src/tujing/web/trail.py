"""Tells the audit trail who asks, from where, and in which request; and tells it of every file that goes out."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tujing.audit.acting import acting
from tujing.audit.models import Action
from tujing.audit.recording import record
from tujing.web.ratelimit import address

HEADER = "X-Request-ID"


class AuditTrail:
    """Sets the acting person for the request. The person is asked for only when something is written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4().hex
        via = "api" if request.path_info.startswith("/api/") else "page"
        with acting(lambda: request.user, via=via, address=address(request), request=number):
            response = self.get_response(request)
            if response.status_code == 200 and "attachment" in response.get("Content-Disposition", ""):
                told = request.path[:280]
                record(
                    getattr(request, "organisation", None), told, told, action=Action.DOWNLOADED, object=_name(request)
                )
        response.headers[HEADER] = number
        return response


def _name(request: HttpRequest) -> str:
    """The address's name: what kind of file it was."""
    return (request.resolver_match.url_name or "") if request.resolver_match else ""
