"""Writing events: in the transaction of what they tell of, so that both are there or neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from tujing.audit.acting import actor
from tujing.audit.models import INSTALLATION, Action, AuditEvent


def event(
    organisation: UUID,
    action: Action,
    *,
    kind: str = "",
    object: Any = "",
    words: Mapping[str, str] | None = None,
    changes: Mapping[str, Any] | None = None,
    actor_name: str | None = None,
) -> AuditEvent:
    """Returns an event by whoever acts now, not yet written."""
    who = actor()
    identity, name = who.identity()
    return AuditEvent(
        organisation=organisation,
        at=timezone.now(),
        actor=identity,
        actor_name=name if actor_name is None else actor_name[:150],
        via=who.via,
        address=who.address,
        request=who.request[:40],
        action=action,
        kind=kind,
        object=str(object)[:64],
        words=dict(words or {}),
        changes=dict(changes or {}),
    )


def write(events: Iterable[AuditEvent]) -> None:
    """Writes events in one statement."""
    AuditEvent.objects.bulk_create(list(events))


def record(
    organisation: Any,
    zh: str,
    en: str,
    *,
    kind: str = "",
    object: Any = "",
    changes: Mapping[str, Any] | None = None,
    action: Action = Action.DID,
) -> None:
    """Says in words what a use-case did that no single row tells: an export, a backup, a restore.

    `organisation` is one, or None for the installation; `changes` is field → [before, after] without secrets.
    """
    whose = organisation.pk if organisation is not None else INSTALLATION
    write([event(whose, action, kind=kind, object=object, words={"zh": zh[:300], "en": en[:300]}, changes=changes)])
