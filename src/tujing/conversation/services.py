"""Use-cases: say something about an object, take it back, and follow what others say."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tujing.conversation.mentions import mentioned
from tujing.conversation.models import Comment, Follower
from tujing.enterprise.models import Organisation
from tujing.notices.about import About
from tujing.notices.services import notify
from tujing.problems import refuse
from tujing.words import Text

LONGEST = 4000
EXCERPT = 80


def comments(organisation: Organisation, about: About) -> QuerySet[Comment]:
    """What was said about an object, oldest first."""
    said = Comment.objects.filter(organisation=organisation, about_kind=about.kind, about_key=about.key, removed=None)
    return said.select_related("author")


def accounts(organisation: Organisation) -> list[str]:
    """The accounts that can be mentioned."""
    people = get_user_model().objects.filter(memberships__organisation=organisation, is_active=True)
    return list(people.order_by("username").values_list("username", flat=True))


@transaction.atomic
def say(organisation: Organisation, author: Any, about: About, text: str) -> Comment:
    """Adds a comment; tells whom it mentions and who follows the object. The author follows it from now on.

    Raises
    ------
    BadInput
        When there is no text, or too much.
    """
    said = Comment.objects.create(
        organisation=organisation, about_kind=about.kind, about_key=about.key, author=author, text=_checked(text)
    )
    follow(organisation, author, about)
    named = _tell_mentioned(organisation, author, about, said.text, before=set())
    who, excerpt = name_of(author), said.text[:EXCERPT]
    words = Text(
        zh=f"{who} 评论了「{about.name.zh}」：{excerpt}", en=f"{who} commented on “{about.name.en}”: {excerpt}"
    )
    others = [person for person in followers(organisation, about) if person.pk not in named]
    notify(organisation, others, "comment", words, about, actor=author)
    return said


@transaction.atomic
def edit(organisation: Organisation, author: Any, about: About, comment: int, text: str) -> Comment:
    """Changes one's own comment; tells whom only the new text mentions.

    Raises
    ------
    BadInput
        When it is somebody else's or removed, or there is no text, or too much.
    """
    said = _own(organisation, author, comment, removed=False)
    before = mentioned(said.text, accounts(organisation))
    said.text, said.edited = _checked(text), timezone.now()
    said.save(update_fields=["text", "edited"])
    _tell_mentioned(organisation, author, about, said.text, before=before)
    return said


@transaction.atomic
def remove(organisation: Organisation, author: Any, comment: int) -> Comment:
    """Takes one's own comment away; `restore` brings it back."""
    said = _own(organisation, author, comment, removed=False)
    said.removed = timezone.now()
    said.save(update_fields=["removed"])
    return said


@transaction.atomic
def restore(organisation: Organisation, author: Any, comment: int) -> Comment:
    said = _own(organisation, author, comment, removed=True)
    said.removed = None
    said.save(update_fields=["removed"])
    return said


def follow(organisation: Organisation, person: Any, about: About) -> None:
    Follower.objects.get_or_create(organisation=organisation, about_kind=about.kind, about_key=about.key, person=person)


def unfollow(organisation: Organisation, person: Any, about: About) -> None:
    _follows(organisation, about).filter(person=person).delete()


def is_following(organisation: Organisation, person: Any, about: About) -> bool:
    return _follows(organisation, about).filter(person=person).exists()


def followers(organisation: Organisation, about: About) -> list[Any]:
    return [one.person for one in _follows(organisation, about).select_related("person")]


def name_of(person: Any) -> str:
    """How people are called: their full name, or their account."""
    return person.get_full_name() or person.get_username()


def _follows(organisation: Organisation, about: About) -> QuerySet[Follower]:
    return Follower.objects.filter(organisation=organisation, about_kind=about.kind, about_key=about.key)


def _checked(text: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= LONGEST:
        raise refuse(
            "bad_comment",
            f"请写 1–{LONGEST} 个字的评论。",
            f"Write a comment of 1–{LONGEST} characters.",
            key="text",
        )
    return text


def _own(organisation: Organisation, author: Any, comment: int, *, removed: bool) -> Comment:
    found = Comment.objects.select_for_update().filter(
        organisation=organisation, author=author, pk=comment, removed__isnull=not removed
    )
    said = found.first()
    if said is None:
        raise refuse(
            "not_your_comment",
            "只有作者本人可以修改、删除或恢复自己的评论。",
            "Only its author can change, remove or bring back a comment.",
        )
    return said


def _tell_mentioned(organisation: Organisation, author: Any, about: About, text: str, before: set[str]) -> set[int]:
    """Tells the people whom the text mentions and the text before did not; returns whom."""
    named = mentioned(text, accounts(organisation)) - before
    people = list(get_user_model().objects.filter(username__in=named, memberships__organisation=organisation))
    who, excerpt = name_of(author), text[:EXCERPT]
    words = Text(
        zh=f"{who} 在「{about.name.zh}」中提到了您：{excerpt}",
        en=f"{who} mentioned you on “{about.name.en}”: {excerpt}",
    )
    notify(organisation, people, "mention", words, about, actor=author)
    return {person.pk for person in people}
