"""The audit trail: found by person, object, day and action; as a file; its chain checked when asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tujing.audit import services
from tujing.audit.models import AuditEvent
from tujing.audit.services import Asked
from tujing.problems import refuse
from tujing.web.access import requires
from tujing.web.operators import is_operator
from tujing.web.templatetags.tujing import minute
from tujing.web.trail_file import trail_file
from tujing.web.words import kind_name, label, say

TAGS = {
    "created": "tag-green",
    "changed": "tag-blue",
    "changed_many": "tag-blue",
    "deleted": "tag-red",
    "sign_in_failed": "tag-red",
}


@never_cache
@require_GET
@requires("administer")
def page(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    found = services.page(request.organisation, asked, request.GET.get("after", ""))
    context = {
        "events": found.events,
        "rows": _rows(found.events),
        "asked": asked,
        "query": urlencode(_fields(asked)),
        "next": urlencode({**_fields(asked), "after": found.after}) if found.after else "",
        "first": not request.GET.get("after"),
        "actions": services.ACTIONS,
        "kinds": services.kinds(request.organisation),
        "months": services.retention(request.organisation),
        "least": services.MONTHS_AT_LEAST,
        "most": services.MONTHS_AT_MOST,
        "operator": is_operator(request),
        "tab": "audit",
    }
    return render(request, "operations/audit.html", context)


@require_GET
@requires("administer")
def export(request: HttpRequest, ending: str) -> HttpResponse:
    return trail_file(request.organisation, _asked(request), ending)


@require_POST
@requires("administer")
def check(request: HttpRequest) -> HttpResponse:
    found = services.check_chain(request.organisation)
    return render(request, "operations/chain.html", {"found": found, "when": timezone.now()})


@require_POST
@requires("administer")
def retention(request: HttpRequest) -> HttpResponse:
    given = request.POST.get("months", "")
    services.set_retention(request.organisation, int(given) if given.isdecimal() and len(given) < 6 else 0)
    messages.success(request, _("The trail is kept for %(months)s months now.") % {"months": given})
    return redirect("operations_audit")


def _rows(events: Iterable[AuditEvent]) -> list[dict[str, Any]]:
    worded, named = cache(label), cache(kind_name)
    return [
        {
            "moment": minute(one.at),
            "person": one.actor_name,
            "via": worded(one.via) if one.via not in ("", "page") else "",
            "tag": TAGS.get(one.action, ""),
            "action": worded(one.action),
            "kind": one.kind,
            "kind_name": named(one.kind) if one.kind else "",
            "object": one.object,
            "words": say(one.words),
            "changes": one.changes,
            "address": one.address or "–",
        }
        for one in events
    ]


def _asked(request: HttpRequest) -> Asked:
    given = request.GET
    action = given.get("action", "")
    return Asked(
        person=given.get("person", "").strip()[:150],
        action=action if action in services.ACTIONS else "",
        kind=given.get("kind", "")[:60],
        object=given.get("object", "").strip()[:64],
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def _fields(asked: Asked) -> dict[str, Any]:
    return {name: value for name, value in vars(asked).items() if value}


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse(
            "bad_date", "日期请写成 2026-11-30 的形式。", "Write dates like 2026-11-30.", value=text[:20]
        ) from None
