"""Use-cases of roles: which there are, who may give which, and those that an organisation makes itself.

Nobody gives or makes more than they have: an owner gives any role; whoever else administers gives only roles whose
actions they have themselves, never an owner's, and changes neither an owner nor themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count

from tujing.enterprise import change_services, rules
from tujing.enterprise.models import ChangeKind, Membership, Organisation, OwnRole, Role
from tujing.enterprise.services import actions_of, membership_of, role_actions
from tujing.problems import check_model, refuse
from tujing.words import Text

BASES = (Role.DEPARTMENT_HEAD, Role.LINE_WORKER, Role.CONSULTANT, Role.VIEWER)
"""Owners and managers are trusted by name in some places, so that no own role counts as one."""
CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")
OWN = "own:"
"""Marks an own role's code where a form or a file names a role: `own:quality-lead`."""


@dataclass(frozen=True)
class Chosen:
    """A role as somebody is given it: the built-in one, or the base and the own one."""

    role: str
    own: OwnRole | None = None

    @property
    def code(self) -> str:
        return f"{OWN}{self.own.code}" if self.own else self.role

    @property
    def actions(self) -> frozenset[str]:
        return frozenset(self.own.actions) if self.own else role_actions(self.role)


def own_roles(organisation: Organisation) -> list[OwnRole]:
    """Returns the organisation's own roles with `people`, the number who hold each."""
    return list(OwnRole.objects.filter(organisation=organisation).annotate(people=Count("holders")).order_by("code"))


def chosen(organisation: Organisation, code: str) -> Chosen:
    """Returns the role of a code: a built-in one, or `own:` and an own role's.

    Raises
    ------
    BadInput
        When there is none of that code.
    """
    if code in Role.values:
        return Chosen(code)
    own = OwnRole.objects.filter(organisation=organisation, code=code.removeprefix(OWN)).first()
    if not code.startswith(OWN) or own is None:
        raise refuse(
            "unknown_role",
            f"没有角色 {code}，请从列表中选择。",
            f"There is no role {code}; choose one of the list.",
            key="role",
            value=code,
        )
    return Chosen(own.base, own)


def held(membership: Membership) -> Chosen:
    return Chosen(membership.role, membership.own_role)


def may_give(giver: Any, organisation: Organisation, role: Chosen) -> bool:
    """Returns whether a person may give a role: administering, and having every action of it."""
    own = membership_of(giver, organisation)
    if own is None or "administer" not in actions_of(own):
        return False
    return own.role == Role.OWNER or (role.role != Role.OWNER and role.actions <= actions_of(own))


def check_may_give(giver: Any, organisation: Organisation, role: Chosen) -> None:
    """Raises BadInput when a person may not give a role."""
    if not may_give(giver, organisation, role):
        raise refuse(
            "not_yours_to_give",
            "您不能授予超出自己权限的角色，请由所有者操作。",
            "You cannot give a role that may do more than you may; ask an owner to do it.",
            key="role",
            value=role.code,
        )


@transaction.atomic
def save(organisation: Organisation, code: str, given: Mapping[str, Any], by: Any) -> OwnRole:
    """Makes an own role, or changes it for all who hold it, at once.

    Parameters
    ----------
    given
        `name` ({zh, en}), `base` (one of `BASES`), `actions` (of `rules/permissions.yaml`).

    Raises
    ------
    BadInput
        When the code, name, base or an action cannot be used, or the person may not give the role as it would be.
    """
    before = state(organisation, code)
    name = check_model(Text, dict(given["name"]), "name")
    base, actions = str(given["base"]), sorted(set(given["actions"]))
    if not CODE.fullmatch(code):
        raise refuse(
            "bad_code",
            "代码以小写字母开头，只用小写字母、数字和连字符，2 到 40 个。",
            "A code begins with a small letter and takes small letters, digits and hyphens, 2 to 40 of them.",
            key="code",
            value=code,
        )
    if base not in BASES:
        raise refuse("bad_base", "请选择一个参照的内置角色。", "Choose the built-in role it is like.", key="base")
    _check_actions(actions)
    _check_not_held(organisation, code, by)
    wanted = OwnRole(organisation=organisation, code=code, name=name.as_dict(), base=base, actions=actions)
    check_may_give(by, organisation, Chosen(base, wanted))
    if before is not None:
        check_may_give(by, organisation, chosen(organisation, OWN + code))
    stored, _ = OwnRole.objects.update_or_create(
        organisation=organisation, code=code, defaults={"name": wanted.name, "base": base, "actions": actions}
    )
    Membership.objects.filter(own_role=stored).update(role=base)
    change_services.record(organisation, ChangeKind.ROLE, before, state(organisation, code), by, code)
    return stored


@transaction.atomic
def delete(organisation: Organisation, code: str, by: Any) -> None:
    """Removes an own role that nobody holds; open invitations with it are void.

    Raises
    ------
    BadInput
        When somebody holds it, or the person may not give it.
    """
    role = chosen(organisation, OWN + code)
    check_may_give(by, organisation, role)
    before = state(organisation, code)
    if Membership.objects.filter(own_role=role.own).exists():
        raise refuse(
            "role_in_use",
            "还有成员是这个角色，请先给他们换一个角色。",
            "Somebody still has this role; give them another one first.",
            value=code,
        )
    OwnRole.objects.filter(organisation=organisation, code=code).delete()
    change_services.record(organisation, ChangeKind.ROLE, before, None, by, code)


def state(organisation: Organisation, subject: str) -> dict[str, Any] | None:
    """Returns an own role as plain JSON; None when there is none."""
    own = OwnRole.objects.filter(organisation=organisation, code=subject).first()
    return own and {"name": own.name, "base": own.base, "actions": own.actions}


def restore(organisation: Organisation, subject: str, before: Mapping[str, Any] | None, by: Any) -> None:
    """Brings a former state of an own role back."""
    if before is None:
        delete(organisation, subject, by)
    else:
        save(organisation, subject, before, by)


def _check_actions(actions: Iterable[str]) -> None:
    for action in actions:
        if action not in rules.permissions():
            raise refuse(
                "unknown_action",
                f"没有操作 {action}，请从列表中选择。",
                f"There is no action {action}; choose of the list.",
                key="actions",
                value=action,
            )


def _check_not_held(organisation: Organisation, code: str, by: Any) -> None:
    membership = membership_of(by, organisation)
    if membership is not None and held(membership).code == OWN + code:
        raise refuse(
            "own_role",
            "不能修改自己所属的角色，请由所有者操作。",
            "You cannot change the role that you hold yourself; ask an owner to do it.",
            key="code",
            value=code,
        )
