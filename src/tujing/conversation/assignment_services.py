"""Use-cases: give somebody something to do about an object, and say that it is done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from tujing.conversation.models import Assignment
from tujing.conversation.services import follow, name_of
from tujing.enterprise.models import Membership, Organisation
from tujing.notices.about import About
from tujing.notices.models import Notice
from tujing.notices.services import notify
from tujing.problems import refuse
from tujing.words import Text

LONGEST = 200


def assignments(organisation: Organisation, about: About) -> QuerySet[Assignment]:
    """What is to be done about an object: open ones first, then by the day they are due."""
    given = Assignment.objects.filter(organisation=organisation, about_kind=about.kind, about_key=about.key)
    return given.select_related("assignee", "by").order_by(F("done").asc(nulls_first=True), *_BY_DUE)


def assigned_to(organisation: Organisation, person: Any) -> QuerySet[Assignment]:
    """What a person is still to do here, the earliest due first."""
    return Assignment.objects.filter(organisation=organisation, assignee=person, done=None).order_by(*_BY_DUE)


_BY_DUE = (F("due").asc(nulls_last=True), "created", "pk")


@transaction.atomic
def assign(
    organisation: Organisation, by: Any, about: About, assignee: str, task: str, due: date | None = None
) -> Assignment:
    """Gives a member, by account, something to do; the member is told and follows the object from now on.

    Raises
    ------
    BadInput
        When nobody here has this account, or nothing is said of what to do.
    """
    members = Membership.objects.filter(organisation=organisation, user__username=assignee, user__is_active=True)
    membership = members.select_related("user").first()
    if membership is None:
        raise refuse(
            "unknown_member",
            f"本企业没有账号「{assignee}」，请从名单中选择。",
            f"Nobody here has the account “{assignee}”; choose one of the list.",
            key="assignee",
        )
    task = task.strip()
    if not 1 <= len(task) <= LONGEST:
        raise refuse(
            "bad_task", f"请用 1–{LONGEST} 个字写明要做什么。", f"Say what to do in 1–{LONGEST} characters.", key="task"
        )
    given = Assignment.objects.create(
        organisation=organisation,
        about_kind=about.kind,
        about_key=about.key,
        about_name=about.name.as_dict(),
        assignee=membership.user,
        by=by,
        task=task,
        due=due,
    )
    follow(organisation, membership.user, about)
    until = (f"（{due} 前）", f" (by {due})") if due else ("", "")
    words = Text(
        zh=f"{name_of(by)} 请您处理「{about.name.zh}」：{task}{until[0]}",
        en=f"{name_of(by)} asks you to do on “{about.name.en}”: {task}{until[1]}",
    )
    notify(organisation, [membership.user], "assignment", words, about, actor=by)
    return given


@transaction.atomic
def settle(organisation: Organisation, person: Any, assignment: int, *, done: bool) -> Assignment:
    """Says that something is done, or not yet; its assignee and who gave it may."""
    given = _concerned(organisation, person, assignment)
    given.done = timezone.now() if done else None
    given.save(update_fields=["done"])
    return given


@transaction.atomic
def withdraw(organisation: Organisation, person: Any, assignment: int) -> Assignment:
    """Takes back what one gave; what comes back can be given again as it was."""
    given = _concerned(organisation, person, assignment)
    if given.by_id != person.pk:
        raise refuse("not_given_by_you", "只有交办人可以撤回事项。", "Only whoever gave it can take it back.")
    Assignment.objects.filter(pk=given.pk).delete()
    return given


def tell_late(organisation: Organisation, today: date) -> list[Notice]:
    """Tells people, once each, of what they should have done by now."""
    late = Assignment.objects.filter(organisation=organisation, done=None, due__lt=today).select_related("assignee")
    told = []
    for one in late:
        name = Text(**one.about_name)
        words = Text(
            zh=f"「{name.zh}」的事项已逾期（{one.due}）：{one.task}",
            en=f"What you were to do on “{name.en}” is late ({one.due}): {one.task}",
        )
        about = About(one.about_kind, one.about_key, name)
        told += notify(organisation, [one.assignee], "late", words, about, once=f"assignment:{one.pk}")
    return told


def _concerned(organisation: Organisation, person: Any, assignment: int) -> Assignment:
    mine = Assignment.objects.select_for_update().filter(organisation=organisation, pk=assignment).first()
    if mine is None or person.pk not in (mine.assignee_id, mine.by_id):
        raise refuse(
            "not_your_assignment",
            "只有承办人和交办人可以改动这件事项。",
            "Only whoever is to do it and whoever gave it can change it.",
        )
    return mine
