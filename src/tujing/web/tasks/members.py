"""Telling of members: who came, whose role changed, who was taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from tujing.enterprise import people_services
from tujing.words import Text

Place = Mapping[str, Any] | None
"""A `people_services.state`."""


@receiver(people_services.moved)
def _tell(sender: Any, organisation: Any, user: Any, before: Place, after: Place, by: Any, **_: Any) -> None:
    if after is None:
        _tell_of_leaving(organisation, user, by)
    elif before is None:
        _tell_of_coming(organisation, user, after)
    else:
        _tell_of_change(organisation, user, after, by)


def _tell_of_coming(organisation: Any, user: Any, after: Mapping[str, Any]) -> None:
    """Who invited somebody hears of it too: what was done was done by who came."""
    from tujing.notices.services import notify

    name, role = _called(user), _role(organisation, after)
    words = Text(zh=f"您加入了企业，角色是{role.zh}。", en=f"You joined the company; your role is {role.en}.")
    notify(organisation, [user], "membership", words, _company(organisation))
    words = Text(zh=f"{name} 加入了企业，角色是{role.zh}。", en=f"{name} joined the company; the role is {role.en}.")
    notify(organisation, _looking_after(organisation), "membership", words, _members(organisation), actor=user)


def _tell_of_change(organisation: Any, user: Any, after: Mapping[str, Any], by: Any) -> None:
    from tujing.notices.services import notify

    role, doer, within = _role(organisation, after), _called(by), after["department"]
    zh, en = (f"，部门是{within}", f", your department {within}") if within else ("", "")
    words = Text(
        zh=f"{doer} 更改了您在企业中的身份，现在的角色是{role.zh}{zh}。",
        en=f"{doer} changed your place in the company; your role is {role.en}{en} now.",
    )
    notify(organisation, [user], "membership", words, _company(organisation), actor=by)


def _tell_of_leaving(organisation: Any, user: Any, by: Any) -> None:
    """Who was taken out opens no notice here any more, and is told by mail."""
    from tujing.notices.services import notify

    name, doer = _called(user), _called(by)
    words = Text(zh=f"{doer} 把 {name} 移出了企业。", en=f"{doer} took {name} out of the company.")
    notify(organisation, _looking_after(organisation), "membership", words, _members(organisation), actor=by)
    transaction.on_commit(lambda: _mail_who_left(organisation, user, by))


def _mail_who_left(organisation: Any, user: Any, by: Any) -> None:
    from tujing.web.identity.mail import send

    subject = f"[图景] {organisation.name['zh']}：您已不是成员 / you are no member any more"
    send("taken_out", user.email, subject, organisation=organisation, by=_called(by))


def _looking_after(organisation: Any) -> list[Any]:
    from tujing.enterprise.services import actions_of, members

    return [one.user for one in members(organisation) if "administer" in actions_of(one)]


def _role(organisation: Any, place: Mapping[str, Any]) -> Text:
    from tujing.enterprise.role_services import chosen
    from tujing.web.finds.rows import both
    from tujing.web.words import LABELS

    role = chosen(organisation, place["role"])
    return Text(**role.own.name) if role.own else both(LABELS[role.role])


def _called(person: Any) -> str:
    return person.get_full_name() or person.get_username()


def _company(organisation: Any) -> Any:
    from tujing.notices.about import About

    return About("company", str(organisation.pk), Text(**organisation.name))


def _members(organisation: Any) -> Any:
    from tujing.notices.about import About

    return About("members", str(organisation.pk), Text(zh="成员", en="Members"))
