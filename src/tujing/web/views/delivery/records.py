"""Records beside the tasks, edited in place: each form is one entry of the record book, under the book's own rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.delivery.attachment_services import attach as attach_file
from tujing.delivery.attachment_services import attached_file, set_removed
from tujing.delivery.cells import read_amount
from tujing.delivery.models import ChangeRequest, LevelProject
from tujing.delivery.people_services import release_role
from tujing.delivery.record_services import decide, keep_record
from tujing.enterprise.files import LARGEST
from tujing.problems import refuse
from tujing.web.access import member, requires
from tujing.web.exports import attachment
from tujing.web.views.delivery import forms
from tujing.web.views.delivery.portfolio import own_project

Entry = dict[str, Any]


@require_POST
@requires("deliver")
def keep_entry(request: HttpRequest, project: int, entry: str) -> HttpResponse:
    """Keeps one role, contract, finding, answer, change or check of a project, in the name of who is signed in."""
    found = own_project(request, project)
    if found is None or entry not in _READERS:
        raise Http404
    me, told = request.user.get_username(), forms.without_blanks(_READERS[entry](request).items())
    asked = _to_decide(request, found) if entry == "changes" else None
    if asked is None:
        _row, changed = keep_record(me, request.organisation, found, entry, told)
    else:
        decision, reason = forms.text(request, "decision"), forms.text(request, "decision_reason")
        _row, changed = decide(me, request.organisation, asked, decision, reason)
    messages.success(request, _("Saved.")) if changed else messages.info(request, _("Nothing was different."))
    return forms.done(request, _PAGES[entry], project)


@require_POST
@requires("deliver")
def keep_role(request: HttpRequest) -> HttpResponse:
    """Names who holds a role in every project."""
    entry = {"role": forms.text(request, "role"), "person": forms.text(request, "person")}
    keep_record(request.user.get_username(), request.organisation, None, "roles", entry)
    messages.success(request, _("Saved."))
    return forms.done(request, "delivery_people")


@require_POST
@requires("deliver")
def release(request: HttpRequest, holder: int) -> HttpResponse:
    """Takes a role off a person."""
    person = release_role(request.organisation, holder)
    words = _("%(person)s no longer holds the role; name them again to give it back.")
    messages.success(request, words % {"person": person})
    project = forms.text(request, "project")
    if project.isdecimal():
        return forms.done(request, "delivery_people_of", int(project))
    return forms.done(request, "delivery_people")


@require_POST
@requires("deliver")
def attach(request: HttpRequest, project: int) -> HttpResponse:
    """Attaches a document."""
    file = request.FILES.get("file")
    if file is None:
        raise refuse("no_file", "还没有选择文件，请先选择。", "No file is chosen yet; choose one first.")
    content = file.read(LARGEST + 1)
    by, note = request.user.get_username(), forms.text(request, "note")
    kept = attach_file(request.organisation, project, file.name or "", content, by, note)
    messages.success(request, _("%(name)s is attached.") % {"name": kept.name})
    return forms.done(request, "delivery_documents", project)


@require_GET
@member
def download(request: HttpRequest, attached: int) -> HttpResponse:
    """A document, always as a download and never shown by the browser."""
    found = attached_file(request.organisation, attached)
    if found is None:
        raise Http404
    row, content = found
    response = attachment(content, row.name, "application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@requires("deliver")
def remove(request: HttpRequest, attached: int) -> HttpResponse:
    """Takes a document away, or puts it back."""
    back = forms.text(request, "back") == "1"
    row = set_removed(request.organisation, attached, request.user.get_username(), not back)
    words = _("%(name)s is back.") if back else _("%(name)s is taken away; it can be put back below.")
    messages.success(request, words % {"name": row.name})
    return forms.done(request, "delivery_documents", row.project_id)


def _role(request: HttpRequest) -> Entry:
    return {name: forms.text(request, name) for name in ("role", "person")}


def _contract(request: HttpRequest) -> Entry:
    columns = [request.POST.getlist(name) for name in ("owed", "gate", "due", "payment", "paid")]
    owed = [
        forms.without_blanks(
            {"name": name.strip(), "gate": gate, "due": due, "payment": payment or "0", "paid": paid}.items()
        )
        for name, gate, due, payment, paid in zip(*columns, strict=False)
        if name.strip()
    ]
    entry = {name: forms.text(request, name) for name in ("number", "provider", "amount", "signed")}
    return {**entry, "deliverables": owed}


def _log(request: HttpRequest) -> Entry:
    names = ("day", "kind", "severity", "finding", "action", "due", "closed")
    return {name: forms.text(request, name) for name in names}


def _rights(request: HttpRequest) -> Entry:
    return {name: forms.text(request, name) for name in ("item", "state", "note")}


def _change(request: HttpRequest) -> Entry:
    names = ("title", "scope", "task", "reason")
    entry = {name: forms.text(request, name) for name in names}
    cost = forms.text(request, "cost")
    sign = -1.0 if cost.startswith(("-", "−")) else 1.0
    money = read_amount(cost.lstrip("-−"), "cost") if cost else 0.0
    days = forms.whole(request, "days")
    return {**entry, "cost": sign * money, "days": days}


def _to_decide(request: HttpRequest, project: LevelProject) -> ChangeRequest | None:
    """The request that a decision is about; none when the form asks for a change."""
    is_decision = bool(forms.text(request, "decision"))
    return project.changes.filter(title=forms.text(request, "title")).first() if is_decision else None


def _check(request: HttpRequest) -> Entry:
    """Another demand in place of a check, or a further check of a gate."""
    kind = forms.text(request, "check")
    asked: Entry = {"kind": kind}
    if kind == "run_green":
        asked["runs"] = forms.whole(request, "runs", 1)
    if kind == "element_quality":
        asked |= {
            "elements": [one for one in re.split(r"[,，、\s]+", forms.text(request, "elements")) if one],
            "at_least": forms.whole(request, "at_least", 95) / 100,
            "days": forms.whole(request, "days"),
        }
    if kind == "kpi_target":
        share = forms.whole(request, "improvement", 0) / 100
        asked |= {"kpi": forms.text(request, "kpi"), "improvement": share, "runs": forms.whole(request, "runs", 1)}
    place = {name: forms.text(request, name) for name in ("replaces", "gate")}
    return {**place, "check": asked, "reason": forms.text(request, "reason")}


_READERS: dict[str, Callable[[HttpRequest], Entry]] = {
    "roles": _role,
    "contracts": _contract,
    "log": _log,
    "rights": _rights,
    "changes": _change,
    "checks": _check,
}
_PAGES = {
    "roles": "delivery_people_of",
    "contracts": "delivery_contracts",
    "log": "delivery_records",
    "rights": "delivery_rights",
    "changes": "delivery_records",
    "checks": "delivery_gates",
}
