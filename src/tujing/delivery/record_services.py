"""One record of a project, kept in the name of a person: what the pages and the API do.

Who found, asked, answered or decided is the person, and the day is today: neither is believed from outside. The rules
are those of the record book.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from tujing.delivery.keeping_services import keep_entry
from tujing.delivery.models import ChangeRequest, LevelProject, LogEntry
from tujing.delivery.record_book import RecordBook
from tujing.enterprise.models import Organisation
from tujing.problems import check_model, refuse

Told = Mapping[str, Any]


def keep_record(
    person: str,
    organisation: Organisation,
    project: LevelProject | None,
    kind: str,
    told: Told,
    today: date | None = None,
) -> tuple[Any, bool]:
    """Keeps one record of a kind of the record book; a role needs no project, and is then held in every one.

    The project is one of the open cycle.

    Returns the row, and whether anything is other than before.

    Raises
    ------
    BadInput
        When it does not fit, or the record book's rules refuse it; names the key. Nothing is kept then.
    """
    day = today or timezone.localdate()
    of = {} if project is None else {"scenario": project.adoption.scenario, "level": project.level}
    entry = {**of, **told, **_signed(person, kind, told, day)}
    [read] = getattr(check_model(RecordBook, {kind: [entry]}, kind), kind)
    if kind == "log":
        # A finding stays that of who found it, also when somebody else closes it.
        which = {"project": project, "on": read.day, "finding": read.finding}
        there = LogEntry.objects.filter(organisation=organisation, **which).first()
        read = read.model_copy(update={"person": there.person}) if there else read
    return keep_entry(organisation, kind, read, day)


def decide(
    person: str,
    organisation: Organisation,
    change: ChangeRequest,
    decision: str,
    reason: str,
    today: date | None = None,
) -> tuple[Any, bool]:
    """Approves or rejects a change request, today; when it is approved, task, budget and dates follow.

    Raises
    ------
    BadInput
        When it is decided already, or the person may not decide.
    """
    day = today or timezone.localdate()
    if decision not in ("approved", "rejected"):
        raise refuse(
            "unknown_decision",
            "请选择批准（approved）或不批准（rejected）。",
            "Choose to approve (approved) or to reject (rejected) it.",
            key="decision",
            value=decision[:40],
        )
    names = ("title", "scope", "task", "cost", "days", "reason", "requested", "requested_by")
    decided = {"decision": decision, "decided": day, "decided_by": person, "decision_reason": reason}
    of = {"scenario": change.project.adoption.scenario, "level": change.project.level}
    entry = {**of, **{name: getattr(change, name) for name in names}, **decided}
    [read] = check_model(RecordBook, {"changes": [entry]}, "changes").changes
    return keep_entry(organisation, "changes", read, day)


def _signed(person: str, kind: str, told: Told, day: date) -> dict[str, Any]:
    if kind == "changes":
        return {"requested": day, "requested_by": person}
    if kind == "rights":
        return {"person": person, "day": day}
    if kind in ("checks", "waivers"):
        return {"person": person}
    return {"person": person, "day": told.get("day") or day} if kind == "log" else {}
