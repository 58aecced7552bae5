"""Use-cases of the trail: read it by person, object, day and action, follow the chain, keep it as long as one must."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tujing.audit import sealing
from tujing.audit.models import Action, AuditEvent, AuditRetention
from tujing.audit.recording import record
from tujing.problems import check_model, read_yaml, refuse
from tujing.words import Text

MONTHS_AT_LEAST = 6
"""《网络安全法》: network logs are kept for no less than six months (article 21 of the 2017 text; the amendment in
force from 2026 numbers it anew). Status: recalled."""
MONTHS_AT_MOST = 120
MONTHS = 12
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 30)
PAGE = 50
DAYS_A_MONTH = 31
KINDS = """
WITH RECURSIVE told(kind) AS (
  SELECT ''
  UNION ALL
  SELECT (SELECT MIN(kind) FROM audit_auditevent WHERE organisation = %s AND kind > told.kind)
  FROM told WHERE kind IS NOT NULL
)
SELECT kind FROM told WHERE kind > ''
"""
"""In Django's own terms it would be a query a kind, or a look at every event."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of the trail; empty means everything."""

    person: str = ""
    """Part of an account name."""
    action: str = ""
    kind: str = ""
    object: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Page:
    """A page of events, newest first, and where the next one begins; empty when there is none."""

    events: list[AuditEvent]
    after: str


def history_of(organisation: Any, kind: str, object: Any, limit: int = PAGE) -> list[AuditEvent]:
    """Returns what was done to one object, newest first.

    `kind` is the model, as `row._meta.label_lower` ("planning.plan"); `object` is its id. Objects that are gone have a
    history too.
    """
    mine = AuditEvent.objects.filter(organisation=organisation.pk, kind=kind.lower(), object=str(object))
    return list(mine.order_by("-at", "-id")[:limit])


def page(organisation: Any, asked: Asked, after: str = "", size: int = PAGE) -> Page:
    """Returns a page by keyset: as quick at the millionth event as at the first.

    Raises
    ------
    BadInput
        When `after` is no place in the trail.
    """
    found = matching(organisation, asked)
    if after:
        at, number = _place(after)
        found = found.filter(at__lte=at).filter(Q(at__lt=at) | Q(at=at, id__lt=number))
    events = list(found[: size + 1])
    last = events[size - 1] if len(events) > size else None
    return Page(events[:size], f"{last.at.isoformat()}~{last.pk}" if last else "")


def matching(organisation: Any, asked: Asked) -> QuerySet[AuditEvent]:
    found = AuditEvent.objects.filter(organisation=organisation.pk).order_by("-at", "-id")
    if asked.person:
        found = found.filter(actor_name__icontains=asked.person)
    if asked.action:
        found = found.filter(action=asked.action)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.object:
        found = found.filter(object=asked.object)
    if asked.since:
        found = found.filter(at__gte=_midnight(asked.since))
    if asked.until:
        found = found.filter(at__lt=_midnight(asked.until) + timedelta(days=1))
    return found


def _midnight(day: date) -> datetime:
    """The day's beginning in the site's zone; the outermost days have no such moment in every zone."""
    return datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time.min, timezone.get_current_timezone())


def every_event(organisation: Any, asked: Asked, most: int) -> Iterator[AuditEvent]:
    """Yields the events asked for, for a file, without holding them all.

    Raises
    ------
    BadInput
        When there are more than `most`.
    """
    found = matching(organisation, asked)
    if len(found.values_list("pk", flat=True)[most : most + 1]):
        raise refuse(
            "too_many_rows",
            f"符合条件的记录超过 {most:,} 条，请缩小日期范围后再导出。",
            f"More than {most:,} events match; choose fewer days and export again.",
        )
    return found.iterator(chunk_size=sealing.BATCH)


def kinds(organisation: Any) -> list[str]:
    """Returns the kinds of object the trail tells of: a skip over the index from each to the next."""
    mine = AuditEvent._meta.get_field("organisation").get_db_prep_value(organisation.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(KINDS, [mine])
        return [kind for (kind,) in cursor.fetchall()]


def check_chain(organisation: Any) -> sealing.Finding:
    """Links what waits, then follows the chain and recomputes every hash."""
    sealing.seal(organisation.pk)
    return sealing.verify(organisation.pk, timezone.now())


def retention(organisation: Any) -> int:
    """Returns how many months the trail is kept."""
    kept = AuditRetention.objects.filter(pk=organisation.pk).values_list("months", flat=True).first()
    return kept or MONTHS


@transaction.atomic
def set_retention(organisation: Any, months: int) -> None:
    """Sets how many months the trail is kept.

    Raises
    ------
    BadInput
        When it is shorter than the law allows, or longer than ten years.
    """
    if not MONTHS_AT_LEAST <= months <= MONTHS_AT_MOST:
        raise refuse(
            "bad_retention",
            f"审计日志至少保留 {MONTHS_AT_LEAST} 个月（《网络安全法》），最多 {MONTHS_AT_MOST} 个月。",
            f"The trail is kept for at least {MONTHS_AT_LEAST} months (Cybersecurity Law), at most {MONTHS_AT_MOST}.",
            key="months",
            value=months,
        )
    before = retention(organisation)
    AuditRetention.objects.update_or_create(pk=organisation.pk, defaults={"months": months})
    if before != months:
        words = "修改审计日志保留时间", "Changed how long the trail is kept"
        record(organisation, *words, kind="audit.auditretention", changes={"months": [before, months]})


def prune(organisation: Any, now: datetime | None = None) -> int:
    """Removes what is older than the organisation keeps it, never anything younger than six months."""
    now = now or timezone.now()
    sealing.seal(organisation.pk)
    kept = max(timedelta(days=DAYS_A_MONTH * retention(organisation)), sealing.SHORTEST)
    gone = sealing.prune(organisation.pk, now - kept)
    if gone:
        record(organisation, f"清理到期的审计日志 {gone} 条", f"Removed {gone} audit events that were old enough")
    return gone


def _place(text: str) -> tuple[datetime, int]:
    at, _, number = text.partition("~")
    try:
        return datetime.fromisoformat(at), int(number)
    except ValueError:
        raise refuse(
            "bad_place",
            "页码无效，请从第一页重新开始。",
            "This page is not known; start again from the first.",
            key="after",
        ) from None


ACTIONS = tuple(Action.values)


@cache
def names() -> dict[str, Text]:
    """Returns what each kind of object is called."""
    return _texts("kinds.yaml", "")


@cache
def field_names() -> dict[str, Text]:
    """Returns what each field of the audited models is called."""
    return _texts("fields.yaml", "")


@cache
def codes(field: str) -> dict[str, Text]:
    """Returns what the codes in a field are called, as far as no other list of the product has them."""
    return _texts("codes.yaml", field)


def _texts(file: str, part: str) -> dict[str, Text]:
    path = Path(__file__).parent / file
    content = dict(read_yaml(path))
    wanted = content.get(part, {}) if part else content
    return {key: check_model(Text, words, path) for key, words in wanted.items()}
