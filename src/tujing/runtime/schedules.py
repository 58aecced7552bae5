"""Work that comes round by the clock. Any worker may look; each slot is enqueued once, on both databases.

Two ways in. `every` declares a job kind that each organisation needs (pruning, digests): the rows make themselves.
`plan` keeps one that a person asked for (run this scenario every Monday at six). What is due becomes an ordinary job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tujing.enterprise.models import Organisation
from tujing.problems import refuse
from tujing.runtime import jobs
from tujing.runtime.models import Schedule
from tujing.runtime.slots import PERIODS, Period, next_slot

LONGEST_NAME = 80
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Standing:
    """A job kind that comes round in every organisation."""

    kind: str
    period: Period
    anchor: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)


_standing: dict[str, Standing] = {}


def every(
    kind: str, period: Period, *, hour: int = 2, minute: int = 0, payload: Mapping[str, Any] | None = None
) -> None:
    """Declares that a job of this kind is done in each organisation, each hour, day, week (Monday) or month (the 1st).

    Called where the kind's handler is registered; `hour` and `minute` are of the wall clock.
    """
    monday_the_first = datetime(2024, 1, 1, hour, minute, tzinfo=timezone.get_default_timezone())
    _standing[kind] = Standing(kind, period, monday_the_first, payload or {})


@transaction.atomic
def plan(
    organisation: Organisation,
    name: str,
    kind: str,
    payload: Mapping[str, Any],
    *,
    period: Period,
    first: datetime,
    creator: Any = None,
) -> Schedule:
    """Keeps work that comes round; the same name again replaces what was planned under it.

    Raises
    ------
    BadInput
        When the period or name cannot be used, or no job is of this kind.
    """
    if period not in PERIODS:
        raise refuse(
            "bad_period",
            f"周期只能是 {'、'.join(PERIODS)}。",
            f"The period is one of {', '.join(PERIODS)}.",
            key="period",
            value=period,
        )
    if not name.strip() or len(name) > LONGEST_NAME:
        raise refuse(
            "bad_name", f"名称应有 1–{LONGEST_NAME} 个字。", f"The name takes 1–{LONGEST_NAME} characters.", key="name"
        )
    if name.strip() in _standing:
        raise refuse(
            "name_taken",
            f"“{name.strip()}”是系统自身的定时任务，请换一个名称。",
            f"“{name.strip()}” is work that the site does by itself; take another name.",
            key="name",
            value=name.strip(),
        )
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise refuse(
            "bad_moment",
            f"首次时间应在 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间。",
            f"The first time lies between the years {FIRST_YEAR} and {LAST_YEAR}.",
            key="first",
            value=first.isoformat(),
        )
    if not jobs.known(kind):
        raise refuse("unknown_kind", f"没有名为 {kind} 的任务。", f"No job is called {kind}.", key="kind", value=kind)
    due = next_slot(first, period, timezone.now(), timezone.get_default_timezone())
    made, _ = Schedule.objects.update_or_create(
        organisation=organisation,
        name=name.strip(),
        defaults={
            "kind": kind,
            "payload": dict(payload),
            "period": period,
            "anchor": first,
            "next_due": due,
            "creator": creator,
            "active": True,
        },
    )
    return made


def drop(organisation: Organisation, schedule_id: int) -> bool:
    """Takes a schedule away; its jobs so far stay. One that every organisation has cannot go, only rest."""
    mine = Schedule.objects.filter(organisation=organisation, pk=schedule_id).exclude(name__in=_standing)
    return bool(mine.delete()[0])


def rest(organisation: Organisation, schedule_id: int, *, active: bool) -> bool:
    """Stops a schedule or lets it go on; it goes on with its next slot, and makes up for none."""
    found = Schedule.objects.filter(organisation=organisation, pk=schedule_id).first()
    if found is None:
        return False
    found.active = active
    if active:
        found.next_due = _next(found, timezone.now())
    found.save(update_fields=["active", "next_due"])
    return True


def tick(now: datetime | None = None) -> int:
    """Enqueues what is due. Returns how many jobs. Cheap when nothing is: two reads."""
    now = now or timezone.now()
    _make_standing(now)
    started = 0
    for due in Schedule.objects.filter(active=True, next_due__lte=now).select_related("organisation", "creator"):
        with transaction.atomic():
            # Whoever moves the row on has the slot: nobody else sees this `next_due` any more.
            mine = Schedule.objects.filter(pk=due.pk, active=True, next_due=due.next_due)
            if not mine.update(next_due=_next(due, now), last=now):
                continue
            jobs.enqueue(due.organisation, due.kind, due.payload, due.creator, schedule=due)
            started += 1
    return started


def _make_standing(now: datetime) -> None:
    """Gives each organisation the rows that it lacks."""
    if not _standing:
        return
    have = set(Schedule.objects.filter(name__in=_standing).values_list("organisation_id", "name"))
    organisations = Organisation.objects.values_list("pk", flat=True)
    missing = [(pk, one) for pk in organisations for one in _standing.values() if (pk, one.kind) not in have]
    rows = [
        Schedule(
            organisation_id=pk,
            name=one.kind,
            kind=one.kind,
            payload=dict(one.payload),
            period=one.period,
            anchor=one.anchor,
            next_due=next_slot(one.anchor, one.period, now, timezone.get_default_timezone()),
        )
        for pk, one in missing
    ]
    if rows:
        Schedule.objects.bulk_create(rows, ignore_conflicts=True)


def _next(schedule: Schedule, after: datetime) -> datetime:
    return next_slot(schedule.anchor, schedule.period, after, timezone.get_default_timezone())
