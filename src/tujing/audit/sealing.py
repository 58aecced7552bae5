"""The chain: which batches of events are linked, whether a chain is whole, and what may go from its old end.

Events are linked a few seconds after they are written, by whoever looks first (each worker looks every ten). Linking in
the writer's own transaction would make all writers of an organisation wait for one another, and could lock them up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tujing.audit.diffs import canonical
from tujing.audit.models import AuditEvent, AuditSeal

BATCH = 2000
START = "0" * 64
"""What the first link names as the one before it."""
SHORTEST = timedelta(days=183)
"""Nothing younger may go: six months, 《网络安全法》 on network logs."""


@dataclass(frozen=True)
class Finding:
    """What checking a chain came to."""

    seals: int
    events: int
    waiting: int
    """Events not linked yet."""
    pruned: int
    head: str
    """The last link's hash; noted elsewhere, it proves later that nothing was cut off the new end."""
    broken: tuple[tuple[int, str], ...]
    """(number of the link, code of what is wrong): missing, altered, events_missing, events_altered, pruned_early."""

    @property
    def is_whole(self) -> bool:
        return not self.broken


def event_hash(one: AuditEvent) -> str:
    """Returns SHA-256 over everything an event says."""
    content = {
        "id": one.pk,
        "organisation": str(one.organisation),
        "at": one.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "changes": one.changes,
        "words": one.words,
        **{name: getattr(one, name) or "" for name in SAID},
    }
    return hashlib.sha256(canonical(content)).hexdigest()


SAID = ("actor", "actor_name", "via", "address", "request", "action", "kind", "object")


def seal_all() -> int:
    """Links what waits, of every organisation. Returns how many events; one read when there is none."""
    waiting = AuditEvent.objects.filter(seal=None).order_by().values_list("organisation", flat=True).distinct()
    return sum(seal(organisation) for organisation in list(waiting))


def seal(organisation: UUID) -> int:
    """Links an organisation's waiting events. Returns how many."""
    total = 0
    while count := _seal_batch(organisation):
        total += count
    return total


def _seal_batch(organisation: UUID) -> int:
    try:
        with transaction.atomic():
            last = AuditSeal.objects.select_for_update().filter(organisation=organisation).order_by("-number").first()
            batch = list(AuditEvent.objects.filter(organisation=organisation, seal=None).order_by("id")[:BATCH])
            if not batch:
                return 0
            made = AuditSeal(
                organisation=organisation,
                number=last.number + 1 if last else 1,
                events=len(batch),
                newest=max(one.at for one in batch),
                digest=_digest(batch),
                previous=last.hash if last else START,
            )
            made.hash = seal_hash(made)
            made.save()
            AuditEvent.objects.filter(pk__in=[one.pk for one in batch]).update(seal=made)
            return len(batch)
    except IntegrityError:
        return 0  # another process made the link of this number just now


def seal_hash(one: AuditSeal) -> str:
    content = {
        "organisation": str(one.organisation),
        "number": one.number,
        "events": one.events,
        "newest": one.newest.astimezone(UTC).isoformat(timespec="microseconds"),
        "digest": one.digest,
        "previous": one.previous,
    }
    return hashlib.sha256(canonical(content)).hexdigest()


def verify(organisation: UUID, now: datetime) -> Finding:
    """Follows an organisation's chain from its first link to its last, and recomputes every hash."""
    previous, number, events, pruned = START, 0, 0, 0
    broken: list[tuple[int, str]] = []
    for one in AuditSeal.objects.filter(organisation=organisation).order_by("number").iterator(chunk_size=BATCH):
        number += 1
        if one.number != number:
            broken.append((number, "missing"))
            number = one.number
        if one.previous != previous or one.hash != seal_hash(one):
            broken.append((one.number, "altered"))
        previous = one.hash
        if one.pruned:
            pruned += one.events
            if one.newest > now - SHORTEST:
                broken.append((one.number, "pruned_early"))
            continue
        held = list(AuditEvent.objects.filter(seal=one).order_by("id"))
        events += len(held)
        if len(held) != one.events:
            broken.append((one.number, "events_missing"))
        elif _digest(held) != one.digest:
            broken.append((one.number, "events_altered"))
    waiting = AuditEvent.objects.filter(organisation=organisation, seal=None).count()
    return Finding(number, events, waiting, pruned, previous, tuple(broken))


def prune(organisation: UUID, before: datetime) -> int:
    """Removes the events of the oldest links, as long as all of a link's events are from before a moment.

    The links stay. Returns how many events went.
    """
    gone = 0
    oldest = AuditSeal.objects.filter(organisation=organisation, pruned=False).order_by("number")
    while (one := oldest.first()) and one.newest < before:
        with transaction.atomic():
            gone += AuditEvent.objects.filter(seal=one).delete()[0]
            AuditSeal.objects.filter(pk=one.pk).update(pruned=True)
    return gone


def _digest(events: Iterable[Any]) -> str:
    return hashlib.sha256("".join(event_hash(one) for one in events).encode()).hexdigest()
