"""Use-cases: tell people of something, and what they do with what they were told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils import timezone

from tujing.enterprise.models import Membership, Organisation
from tujing.notices.about import About
from tujing.notices.kinds import MAILS, kinds
from tujing.notices.models import Notice, Preference
from tujing.problems import refuse
from tujing.words import Text

noticed = Signal()
"""Sent once the notices are in the database, with `organisation` and `notices` (a list, never empty)."""


@dataclass(frozen=True)
class Wish:
    """How a person wants to be told of a kind."""

    kind: str
    name: Text
    on_site: bool
    mail: str


@transaction.atomic
def notify(
    organisation: Organisation,
    people: Iterable[Any],
    kind: str,
    words: Text,
    about: About,
    *,
    actor: Any = None,
    once: str = "",
) -> list[Notice]:
    """Tells people of something, each in the way that they chose; nobody outside the organisation, and never the actor.

    With `once` a person is told at most once under that key.
    """
    wanted = {one.pk for one in people} - {getattr(actor, "pk", None)}
    inside = Membership.objects.filter(organisation=organisation, user__in=wanted, user__is_active=True)
    told = set(inside.values_list("user_id", flat=True))
    if once:
        told -= set(Notice.objects.filter(organisation=organisation, once=once).values_list("person_id", flat=True))
    chosen = {one.person_id: one for one in Preference.objects.filter(person__in=told, kind=kind)}
    made = []
    for person in sorted(told):
        wish = chosen.get(person)
        on_site, mail = (wish.on_site, wish.mail) if wish else (True, kinds()[kind].mail)
        if on_site or mail != "never":
            made.append(
                Notice(
                    organisation=organisation,
                    person_id=person,
                    kind=kind,
                    words=words.as_dict(),
                    about_kind=about.kind,
                    about_key=about.key,
                    actor=actor,
                    on_site=on_site,
                    mail=mail,
                    once=once or None,
                )
            )
    if made:
        Notice.objects.bulk_create(made)
        transaction.on_commit(lambda: noticed.send(sender=Notice, organisation=organisation, notices=made))
    return made


def notices(organisation: Organisation, person: Any) -> QuerySet[Notice]:
    """What a person was told here, newest first."""
    mine = Notice.objects.filter(organisation=organisation, person=person, on_site=True)
    return mine.select_related("actor")


def unread(organisation: Organisation, person: Any) -> int:
    return Notice.objects.filter(organisation=organisation, person=person, on_site=True, read=None).count()


def mark(organisation: Organisation, person: Any, notice: int, *, read: bool) -> bool:
    """Marks one notice read or unread; False when it is not this person's."""
    mine = Notice.objects.filter(organisation=organisation, person=person, pk=notice)
    return bool(mine.update(read=timezone.now() if read else None))


def mark_all(organisation: Organisation, person: Any) -> list[int]:
    """Marks all read; returns which were not, so that it can be undone."""
    with transaction.atomic():
        open_ones = Notice.objects.filter(organisation=organisation, person=person, read=None)
        keys = list(open_ones.values_list("pk", flat=True))
        Notice.objects.filter(pk__in=keys).update(read=timezone.now())
    return keys


def wishes(person: Any) -> list[Wish]:
    """What a person chose for each kind, or what holds without a choice."""
    chosen = {one.kind: one for one in Preference.objects.filter(person=person)}
    found = []
    for kind, known in kinds().items():
        own = chosen.get(kind)
        found.append(Wish(kind, known.name, own.on_site if own else True, own.mail if own else known.mail))
    return found


@transaction.atomic
def choose(person: Any, given: Mapping[str, tuple[bool, str]]) -> None:
    """Keeps how a person wants to be told: kind → (on the site, mail).

    Raises
    ------
    BadInput
        When a kind or a way of mail is not known; nothing is changed.
    """
    for kind, (_, mail) in given.items():
        if kind not in kinds() or mail not in MAILS:
            raise refuse(
                "unknown_preference",
                f"通知类型或邮件方式不可用；邮件方式有：{'、'.join(MAILS)}。",
                f"This kind of notice or way of mail is not known; mail goes {', '.join(MAILS)}.",
                key=kind,
                value=mail,
            )
    for kind, (on_site, mail) in given.items():
        Preference.objects.update_or_create(person=person, kind=kind, defaults={"on_site": on_site, "mail": mail})


def to_mail(organisation: Organisation, way: str) -> QuerySet[Notice]:
    """Notices that wait for mail, oldest first, of people who have an address and are still members."""
    waiting = Notice.objects.filter(organisation=organisation, mail=way, mailed=None, person__is_active=True)
    waiting = waiting.filter(person__memberships__organisation=organisation).exclude(person__email="")
    return waiting.select_related("person", "actor").order_by("person_id", "created", "pk")


def mailed(sent: Iterable[Notice], at: datetime | None = None) -> None:
    Notice.objects.filter(pk__in=[one.pk for one in sent]).update(mailed=at or timezone.now())
