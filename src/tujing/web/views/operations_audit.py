"""The audit trail: found by person, object, day and action; as a file; its chain checked when asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tujing.audit import services
from tujing.audit.models import AuditEvent
from tujing.audit.services import Asked
from tujing.problems import refuse
from tujing.web import exports
from tujing.web.access import requires
from tujing.web.operators import is_operator
from tujing.web.words import kind_name, label, language, say

MOST = 100_000
"""Rows of a file; more is asked for in parts."""


@never_cache
@require_GET
@requires("administer")
def page(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    found = services.page(request.organisation, asked, request.GET.get("after", ""))
    context = {
        "events": found.events,
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
    events = services.every_event(request.organisation, _asked(request), MOST)
    name = f"{_('Audit trail')}-{timezone.localtime():%Y%m%d-%H%M}.{ending}"
    heads = [_("Time"), _("Account"), _("Address"), _("Way"), _("What was done"), _("Kind"), _("Object"), _("Name")]
    heads += [_("Was → is"), _("Request"), _("Link of the chain")]
    if ending == "csv":
        return exports.as_csv(heads, _rows(events), name)
    if ending == "xlsx":
        return exports.as_xlsx({_("Audit trail"): (heads, _rows(events))}, name)
    raise Http404


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


def _rows(events: Iterator[AuditEvent]) -> Iterator[list[Any]]:
    for one in events:
        yield [
            timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M:%S"),
            one.actor_name,
            one.address or "",
            label(one.via) if one.via else "",
            label(one.action),
            kind_name(one.kind),
            one.object,
            say(one.words) if one.words else "",
            _changes(one.changes),
            one.request,
            one.seal_id or "",
        ]


def _changes(changes: dict[str, Any]) -> str:
    arrow, stop = " → ", "; " if language() == "en" else "；"
    return stop.join(f"{name}: {_text(pair[0])}{arrow}{_text(pair[1])}" for name, pair in changes.items())[:30_000]


def _text(value: Any) -> str:
    return "–" if value is None else str(value)
