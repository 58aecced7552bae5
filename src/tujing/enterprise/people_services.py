"""Use-cases of the people of an organisation, by somebody: roles given and changed, people taken out, lists read in.

`services.add_member` and `remove_member` do not ask who does it: they are for the command line, these for pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.dispatch import Signal

from tujing.enterprise import change_services
from tujing.enterprise.models import ChangeKind, Membership, Organisation, Role
from tujing.enterprise.role_services import Chosen, check_may_give, chosen, held
from tujing.enterprise.services import add_member, membership_of, remove_member
from tujing.problems import BadInput, Problem, refuse

moved = Signal()
"""Sent within the change's own transaction when somebody came, got another role or department, or was taken out: with
`organisation`, `user`, `before` and `after` (a `state`, None for no member) and `by`."""


@transaction.atomic
def assign(organisation: Organisation, membership: Membership, role: str, department: str, by: Any) -> Membership:
    """Gives a member another role or department; it counts from the next request on.

    Parameters
    ----------
    role
        A built-in role, or `own:` and the code of an own role.

    Raises
    ------
    BadInput
        When there is no such role, the person may not give it or not change this member, or the last owner would go.
    """
    return _put(organisation, membership.user, chosen(organisation, role), department, by)


@transaction.atomic
def remove(organisation: Organisation, membership: Membership, by: Any) -> None:
    """Takes a member out; their account stays, what they wrote stays under their name.

    Raises
    ------
    BadInput
        When the person may not, or this is the last owner.
    """
    _check_may_change(organisation, membership, by)
    before = state(organisation, str(membership.user_id))
    remove_member(organisation, membership.user)
    keep_move(organisation, membership.user, before, by)


@transaction.atomic
def assign_all(
    organisation: Organisation, rows: Iterable[tuple[int, Mapping[str, str]]], by: Any, file: str = ""
) -> int:
    """Takes in a list of members — all rows or none — and returns how many changed.

    Parameters
    ----------
    rows
        Each with its number in the file: `account`, `role` and `department`; only people who are members already:
        others are invited.

    Raises
    ------
    BadInput
        One problem a row that cannot be taken.
    """
    known = {
        one.user.get_username(): one
        for one in Membership.objects.filter(organisation=organisation).select_related("user", "own_role")
    }
    problems: list[Problem] = []
    changed = 0
    for number, row in rows:
        try:
            with transaction.atomic():
                changed += _take_row(organisation, known, row, by)
        except BadInput as error:
            problems += [Problem(one.code, one.words, file=file, row=number, column=one.key) for one in error.problems]
    if problems:
        raise BadInput(problems)
    return changed


def check_department(department: str) -> str:
    """Returns a department's name as it is stored, or raises BadInput when it is too long."""
    department = department.strip()
    if len(department) > 60:
        raise refuse(
            "long_department", "部门名称最多 60 个字。", "A department takes 60 characters at most.", key="department"
        )
    return department


def _take_row(organisation: Organisation, known: Mapping[str, Membership], row: Mapping[str, str], by: Any) -> int:
    membership = known.get(row.get("account", ""))
    if membership is None:
        raise refuse(
            "not_a_member",
            "这个账号不是本企业成员，请先邀请。",
            "This account is no member of the company; invite the person first.",
            key="account",
        )
    role, department = chosen(organisation, row.get("role", "")), row.get("department", "")
    if (role.code, department) == (held(membership).code, membership.department):
        return 0
    _put(organisation, membership.user, role, department, by)
    return 1


def _put(organisation: Organisation, user: Any, role: Chosen, department: str, by: Any) -> Membership:
    before = state(organisation, str(user.pk))
    present = Membership.objects.filter(organisation=organisation, user=user).select_related("own_role").first()
    if present is not None:
        _check_may_change(organisation, present, by, to=role)
    check_may_give(by, organisation, role)
    stored = add_member(organisation, user, role.role, check_department(department), role.own)
    keep_move(organisation, user, before, by)
    return stored


def keep_move(organisation: Organisation, user: Any, before: Mapping[str, Any] | None, by: Any) -> None:
    """Keeps what became of a person's place here, so that it can be taken back, and lets others know of it."""
    after = state(organisation, str(user.pk))
    if change_services.record(organisation, ChangeKind.MEMBER, before, after, by, str(user.pk)):
        moved.send(sender=Membership, organisation=organisation, user=user, before=before, after=after, by=by)


def _check_may_change(organisation: Organisation, membership: Membership, by: Any, to: Chosen | None = None) -> None:
    """Nobody changes their own role, though an owner may step down; nobody changes whom they could not appoint."""
    own = membership_of(by, organisation)
    is_owner = own is not None and own.role == Role.OWNER
    keeps_role = to is not None and to.code == held(membership).code
    if membership.user_id == by.pk and not is_owner and not keeps_role:
        raise refuse(
            "own_membership",
            "不能修改自己的角色，请由所有者操作。",
            "You cannot change your own role; ask an owner to do it.",
            key="role",
        )
    check_may_give(by, organisation, held(membership))


def state(organisation: Organisation, subject: str) -> dict[str, Any] | None:
    """Returns a member's role and department as plain JSON; None when they are none."""
    found = (
        Membership.objects.filter(organisation=organisation, user_id=int(subject)).select_related("own_role").first()
    )
    return found and {"role": held(found).code, "department": found.department}


def restore(organisation: Organisation, subject: str, before: Mapping[str, Any] | None, by: Any) -> None:
    """Brings a former role back, or takes a person out again who had none.

    Raises
    ------
    BadInput
        When the account is gone, or as `assign` and `remove` do.
    """
    user = get_user_model().objects.filter(pk=int(subject)).first()
    if user is None:
        raise refuse("account_gone", "这个账号已不存在。", "This account is gone.")
    if before is None:
        remove(organisation, Membership.objects.select_related("user").get(organisation=organisation, user=user), by)
    else:
        _put(organisation, user, chosen(organisation, before["role"]), before["department"], by)
