"""Use-cases of groups of companies: a company joins by its own owner's word, and says what the group may do there.

The rule: being the parent opens nothing. Whoever may `oversee` in the parent — its owners, by the table — may do in a
child exactly the actions that the child's owner granted, of `GRANTABLE`, until either side ends it. A grant reaches one
step down: a grandparent needs a company's own grant, which it cannot get, as a company has one parent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from tujing.enterprise.code_services import signed, unsigned
from tujing.enterprise.models import GroupLink, Organisation
from tujing.enterprise.services import may
from tujing.problems import refuse

GRANTABLE = ("view", "plan")
"""view: the roll-up of its steps, levels and effects. plan: plan its scenarios within the group's budget."""
OFFER_VALID_FOR = timedelta(days=14)
SALT = "tujing.group"


@dataclass(frozen=True)
class Offer:
    """What a parent asks of a company that would join."""

    parent: Organisation
    actions: tuple[str, ...]


def offer(parent: Organisation, actions: Iterable[str]) -> str:
    """Returns a signed code with which another company's owner can join the group; nothing is stored.

    Raises
    ------
    BadInput
        When an action cannot be granted, or none is asked for.
    """
    asked = tuple(sorted(set(actions)))
    if not asked or set(asked) - set(GRANTABLE):
        raise refuse(
            "bad_grant",
            "请选择希望成员企业开放的内容。",
            "Choose what the joining company should grant.",
            key="actions",
        )
    return signed(SALT, parent, *asked)


def read_offer(code: str) -> Offer:
    """Returns what a code asks.

    Raises
    ------
    BadInput
        When it is forged, expired, or the parent is gone; in the same words.
    """
    found = unsigned(SALT, code, OFFER_VALID_FOR)
    if found is None:
        raise refuse(
            "offer_void",
            "这个集团加入码已失效，请向集团索取新的。",
            "This group code is not valid any more; ask the group for a new one.",
            key="code",
        )
    parent, asked = found
    return Offer(parent, tuple(asked))


@transaction.atomic
def join(child: Organisation, code: str, by: Any) -> GroupLink:
    """Joins a group and grants what its code asks.

    Raises
    ------
    BadInput
        When the code is void, the company is in a group already, or it would come under itself.
    """
    asked = read_offer(code)
    # Locked in one order, so that two companies cannot join each other at the same moment.
    list(Organisation.objects.select_for_update().filter(pk__in=[child.pk, asked.parent.pk]).order_by("pk"))
    if GroupLink.objects.filter(child=child).exists():
        raise refuse(
            "in_a_group",
            "本企业已加入一个集团，请先退出。",
            "The company is in a group already; leave that one first.",
        )
    if child.pk in {asked.parent.pk, *_ancestors(asked.parent)}:
        raise refuse(
            "own_ancestor",
            "不能加入自己或自己的下级企业。",
            "A company cannot join itself or a company below it.",
            key="code",
        )
    return GroupLink.objects.create(parent=asked.parent, child=child, actions=list(asked.actions), accepted_by=by)


def leave(organisation: Organisation, child_id: Any) -> bool:
    """Ends a link, from either side: as the child that leaves, or as the parent that lets a child go.

    Returns whether there was one to end.
    """
    links = GroupLink.objects.filter(child_id=child_id)
    ended, _ = (links if str(child_id) == str(organisation.pk) else links.filter(parent=organisation)).delete()
    return ended > 0


def parent_link(organisation: Organisation) -> GroupLink | None:
    return GroupLink.objects.filter(child=organisation).select_related("parent", "accepted_by").first()


def child_links(organisation: Organisation) -> list[GroupLink]:
    """Returns the companies that joined this one's group, by slug."""
    return list(GroupLink.objects.filter(parent=organisation).select_related("child").order_by("child__slug"))


def children_of(organisation: Organisation, user: Any, action: str = "view") -> list[Organisation]:
    """Returns the companies of the group in which a person may do an action, by grant or by a role of their own there.

    Nothing for whoever may not oversee the group. Two queries, and one for each child that granted nothing.
    """
    if not may(user, organisation, "oversee"):
        return []
    links = child_links(organisation)
    return [one.child for one in links if action in one.actions or may(user, one.child, action)]


def _ancestors(organisation: Organisation) -> list[Any]:
    """Keys of the companies above; a chain is as long as a group is deep."""
    above: list[Any] = []
    key = organisation.pk
    while (key := GroupLink.objects.filter(child_id=key).values_list("parent_id", flat=True).first()) is not None:
        above.append(key)
    return above
