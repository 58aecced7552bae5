"""Use-cases of following: a leader makes a code, a member's owner reads it, agrees to it or to less, and ends it.

Being followed opens no page of the member: the leader sees the figures of `overview_services` and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from tujing.chain.models import Follow, Tie
from tujing.enterprise.code_services import signed, unsigned
from tujing.enterprise.models import Organisation
from tujing.problems import refuse

VALID_FOR = timedelta(days=30)
SALT = "tujing.chain"


@dataclass(frozen=True)
class Request:
    """What a leader asks of whoever holds its code."""

    leader: Organisation
    tie: Tie
    by_name: bool


def code_for(leader: Organisation, tie: str, *, by_name: bool) -> str:
    """Returns a signed code that any number of members may use within 30 days; nothing is stored.

    Raises
    ------
    BadInput
        When there is no such tie.
    """
    if tie not in Tie.values:
        raise refuse("bad_tie", "请选择是产业链还是区域。", "Choose whether it is a chain or a region.", key="tie")
    return signed(SALT, leader, tie, by_name)


def read_code(code: str) -> Request:
    """Returns what a code asks.

    Raises
    ------
    BadInput
        When it is forged, expired, or the leader is gone; in the same words.
    """
    found = unsigned(SALT, code, VALID_FOR)
    if found is None:
        raise refuse(
            "chain_code_void",
            "这个加入码已失效，请向链主或主管单位索取新的。",
            "This code is not valid any more; ask the chain leader or the authority for a new one.",
            key="code",
        )
    leader, (tie, by_name) = found
    return Request(leader, Tie(tie), by_name)


def agree(member: Organisation, code: str, by: Any, *, by_name: bool) -> Follow:
    """Lets the leader follow the company: by name only where both the code asks it and the member agrees.

    Agreed once more, the newer word holds.

    Raises
    ------
    BadInput
        When the code is void, or the company would follow itself.
    """
    asked = read_code(code)
    if asked.leader.pk == member.pk:
        raise refuse("own_chain", "企业不能加入自己。", "A company cannot join itself.", key="code")
    told = {"tie": asked.tie, "by_name": by_name and asked.by_name, "agreed_by": by}
    return Follow.objects.update_or_create(organisation=asked.leader, member=member, defaults=told)[0]


def end(organisation: Organisation, follow_id: int) -> bool:
    """Ends it, from either side. Returns whether there was one to end."""
    mine = Follow.objects.filter(pk=follow_id)
    ended, _ = (mine.filter(member=organisation) | mine.filter(organisation=organisation)).delete()
    return ended > 0


def followers(member: Organisation) -> QuerySet[Follow]:
    """Returns who follows the company, and as what."""
    return Follow.objects.filter(member=member).select_related("organisation", "agreed_by")


def followed(leader: Organisation, tie: str | None = None) -> QuerySet[Follow]:
    """Returns whom the company follows. A name is for those alone who agreed to it: see `overview_services`."""
    mine = Follow.objects.filter(organisation=leader).select_related("member")
    return mine.filter(tie=tie) if tie else mine
