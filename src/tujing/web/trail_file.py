"""The audit trail as a file, for the page and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tujing.audit import services
from tujing.audit.models import AuditEvent
from tujing.audit.services import Asked
from tujing.enterprise.models import Organisation
from tujing.web import exports
from tujing.web.trail_words import field_name, value_name
from tujing.web.words import kind_name, label, language, say

MOST = 100_000
"""Rows of a file; more is asked for in parts."""


def trail_file(organisation: Organisation, asked: Asked, ending: str) -> HttpResponse:
    """The events asked for as CSV or XLSX."""
    events = services.every_event(organisation, asked, MOST)
    name = f"{_('Audit trail')}-{timezone.localtime():%Y%m%d-%H%M}.{ending}"
    heads = [_("Time"), _("Account"), _("Address"), _("Way"), _("What was done"), _("Kind"), _("Object"), _("Name")]
    heads += [_("Was → is"), _("Request"), _("Link of the chain")]
    if ending == "csv":
        return exports.as_csv(heads, _rows(events), name)
    if ending == "xlsx":
        return exports.as_xlsx({_("Audit trail"): (heads, _rows(events))}, name)
    raise Http404


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
            _changes(one.kind, one.changes),
            one.request,
            one.seal_id or "",
        ]


def _changes(kind: str, changes: dict[str, Any]) -> str:
    colon, stop = (": ", "; ") if language() == "en" else ("：", "；")
    told = (
        f"{field_name(name)}{colon}{value_name(old, kind, name)} → {value_name(new, kind, name)}"
        for name, (old, new) in changes.items()
    )
    return stop.join(told)[:30_000]
