"""Use-cases of invitations, the only way to an account: a link is signed, works once, expires, and ends the former one.

What is wrong with a link is never told apart — expired, used, revoked, forged and unknown read the same — so that
nobody learns by trying.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model, password_validation
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tujing.enterprise import people_services
from tujing.enterprise.models import Invitation, Membership, Organisation
from tujing.enterprise.people_services import check_department
from tujing.enterprise.role_services import Chosen, check_may_give, chosen, may_give
from tujing.enterprise.services import add_member
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

VALID_FOR = timedelta(days=7)
SALT = "tujing.invitation"


@dataclass(frozen=True)
class NewAccount:
    """What a newcomer gives to make an account."""

    username: str
    password: str
    name: str = ""


@transaction.atomic
def invite(organisation: Organisation, mail: str, role: str, department: str, by: Any) -> Invitation:
    """Offers a place; nothing is said of whether the address has an account.

    Raises
    ------
    BadInput
        When the address or the role cannot be used, or the person may not give the role.
    """
    mail = mail.strip().lower()
    try:
        Invitation._meta.get_field("mail").clean(mail, None)
    except ValidationError:
        raise refuse(
            "bad_mail", "邮箱地址不完整，请检查。", "The mail address is not whole; check it.", key="mail", value=mail
        ) from None
    wanted = chosen(organisation, role)
    check_may_give(by, organisation, wanted)
    return Invitation.objects.create(
        organisation=organisation,
        mail=mail,
        role=wanted.role,
        own_role=wanted.own,
        department=check_department(department),
        by=by,
        expires=timezone.now() + VALID_FOR,
    )


def invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Returns the organisation's invitations, newest first."""
    own = Invitation.objects.filter(organisation=organisation)
    return own.select_related("by", "used_by", "own_role").order_by("-made")


def status(invitation: Invitation) -> str:
    """Returns used, revoked, expired or open."""
    if invitation.used:
        return "used"
    if invitation.revoked:
        return "revoked"
    return "expired" if invitation.expires <= timezone.now() else "open"


def token(invitation: Invitation) -> str:
    """Returns what the link carries."""
    return Signer(salt=SALT).sign(f"{invitation.pk.hex}.{invitation.issue}")


@transaction.atomic
def resend(invitation: Invitation, by: Any) -> Invitation:
    """Makes a new link with a new term; the former link ends.

    Raises
    ------
    BadInput
        When it is used or revoked, or the person may not give the role any more.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if status(invitation) in ("used", "revoked"):
        raise refuse(
            "invitation_over",
            "这份邀请已经使用或撤回，请重新邀请。",
            "This invitation is used or withdrawn; invite the person anew.",
        )
    check_may_give(by, invitation.organisation, _role(invitation))
    invitation.issue += 1
    invitation.by, invitation.expires = by, timezone.now() + VALID_FOR
    invitation.save(update_fields=["issue", "by", "expires"])
    return invitation


def revoke(invitation: Invitation) -> None:
    """Withdraws an invitation that nobody used; one that is used stays."""
    Invitation.objects.filter(pk=invitation.pk, used=None, revoked=None).update(revoked=timezone.now())


def find(given: str) -> Invitation:
    """Returns the open invitation of a link.

    Raises
    ------
    BadInput
        When the link is good for nothing; always in the same words.
    """
    return _find(given, Invitation.objects.all())


@transaction.atomic
def accept(given: str, user: Any) -> Membership:
    """Gives the place to somebody who has an account; a role they hold already is never lowered or raised by it.

    Raises
    ------
    BadInput
        When the link is good for nothing, or they are a member already.
    """
    invitation = _find(given, Invitation.objects.select_for_update(of=("self",)))
    return _take_place(invitation, user)


@transaction.atomic
def accept_as_newcomer(given: str, account: NewAccount) -> Membership:
    """Makes an account and gives it the place, both or none.

    Raises
    ------
    BadInput
        When the link is good for nothing, the account's name is taken or unfit, or the password too weak.
    """
    invitation = _find(given, Invitation.objects.select_for_update(of=("self",)))
    return _take_place(invitation, make_account(account, invitation.mail))


def make_account(account: NewAccount, mail: str) -> Any:
    """Makes an account.

    Raises
    ------
    BadInput
        When its name is taken, not of letters, digits and . _ - @ +, or the password is too weak.
    """
    people = get_user_model()
    user = people(username=account.username.strip(), email=mail, first_name=account.name.strip())
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        raise BadInput(_problems(error, "username")) from error
    if people.objects.filter(username__iexact=user.username).exists():
        raise refuse(
            "account_taken",
            "这个账号名已被使用，请换一个。",
            "This account name is taken; choose another.",
            key="username",
        )
    set_password(user, account.password)
    user.save()
    return user


def set_password(user: Any, password: str) -> None:
    """Puts a password on an account, without storing it yet.

    Raises
    ------
    BadInput
        One problem a rule that the password breaks.
    """
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise BadInput(_problems(error, "password")) from error
    user.set_password(password)


def _take_place(invitation: Invitation, user: Any) -> Membership:
    if Membership.objects.filter(organisation=invitation.organisation, user=user).exists():
        raise refuse(
            "member_already",
            "您已经是这家企业的成员；角色由所有者修改。",
            "You are a member of this company already; its owner changes roles.",
        )
    membership = add_member(invitation.organisation, user, invitation.role, invitation.department, invitation.own_role)
    invitation.used, invitation.used_by = timezone.now(), user
    invitation.save(update_fields=["used", "used_by"])
    people_services.keep_move(invitation.organisation, user, None, invitation.by)
    return membership


def _find(given: str, rows: QuerySet[Invitation]) -> Invitation:
    """A link whose giver may no longer give the role is void too: who was demoted leaves no door open."""
    try:
        identity, _, issue = Signer(salt=SALT).unsign(given).partition(".")
        invitation = rows.select_related("organisation", "own_role", "by").filter(pk=UUID(identity)).first()
    except (BadSignature, ValueError):
        invitation = None
    good = (
        invitation is not None
        and str(invitation.issue) == issue
        and status(invitation) == "open"
        and invitation.by is not None
        and may_give(invitation.by, invitation.organisation, _role(invitation))
    )
    if invitation is None or not good:
        raise refuse(
            "invitation_void",
            "这个邀请链接已失效，请联系邀请您的人重新发送。",
            "This invitation link is not valid any more; ask whoever invited you to send it again.",
        )
    return invitation


def _role(invitation: Invitation) -> Chosen:
    return Chosen(invitation.role, invitation.own_role)


def _problems(error: ValidationError, key: str) -> list[Problem]:
    """Django's own sentences, in both languages."""
    from django.utils import translation

    def said(language: str) -> list[str]:
        with translation.override(language):
            return [str(message) for one in _each(error) for message in one.messages]

    return [Problem("unfit", Text(zh=zh, en=en), key=key) for zh, en in zip(said("zh-hans"), said("en"), strict=True)]


def _each(error: ValidationError) -> list[ValidationError]:
    return [one for field in error.error_dict.values() for one in field] if hasattr(error, "error_dict") else [error]
