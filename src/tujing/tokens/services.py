"""Use-cases: make a token, find the one that a call brings, take it back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from tujing.enterprise import rules
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import may, role_of
from tujing.problems import refuse
from tujing.tokens.models import ApiToken

MARK = "tj_"
PREFIX_LENGTH = 11
"""Characters: the mark and eight random ones."""
LONGEST_DAYS = 366
MOST_TOKENS = 50
"""That one person has at once in one organisation."""
TOUCH_AFTER = timedelta(minutes=1)
"""`last_used` is written at most this often, so that reading costs no write each time."""


def grantable(organisation: Organisation, user: Any) -> list[str]:
    """Returns the actions that a person may do, and may thus give to a token."""
    return [action for action in rules.permissions() if may(user, organisation, action)]


def make(
    organisation: Organisation, user: Any, name: str, actions: Collection[str], days: int = 90
) -> tuple[ApiToken, str]:
    """Makes a token and returns it with its secret, which is told this once and kept nowhere.

    Raises
    ------
    BadInput
        When the name is blank, no action or one that the person may not do is asked for, the time is out of range, or
        the person has too many tokens.
    """
    if not name.strip():
        raise refuse(
            "no_name", "请给令牌起个名字，写明谁用、做什么。", "Name the token: who uses it, for what.", key="name"
        )
    allowed = grantable(organisation, user)
    beyond = [action for action in actions if action not in allowed]
    if not actions or beyond:
        raise refuse(
            "bad_scope",
            f"请勾选权限范围，且只能在您自己的权限之内：{'、'.join(allowed)}。",
            f"Choose what the token may do, within what you may do yourself: {', '.join(allowed)}.",
            key="actions",
            value=", ".join(beyond),
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise refuse(
            "bad_expiry",
            f"有效期要在 1 到 {LONGEST_DAYS} 天之间。",
            f"A token lives 1 to {LONGEST_DAYS} days.",
            key="days",
            value=str(days),
        )
    if valid(organisation, user).count() >= MOST_TOKENS:
        raise refuse(
            "too_many_tokens",
            f"每人最多 {MOST_TOKENS} 个有效令牌，请先撤销不用的。",
            f"A person has at most {MOST_TOKENS} tokens; revoke those not in use first.",
        )
    secret = f"{MARK}{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
    made = ApiToken.objects.create(
        organisation=organisation,
        user=user,
        name=name.strip()[:80],
        prefix=secret[:PREFIX_LENGTH],
        digest=_digest(secret),
        actions=[action for action in allowed if action in actions],
        expires=timezone.now() + timedelta(days=days),
    )
    return made, secret


def find(secret: str) -> ApiToken | None:
    """Returns the valid token of a secret whose owner is still a member, and notes that it was used."""
    if not secret.startswith(MARK):
        return None
    held = ApiToken.objects.select_related("organisation", "user").filter(prefix=secret[:PREFIX_LENGTH]).first()
    now = timezone.now()
    if held is None or not hmac.compare_digest(held.digest, _digest(secret)):
        return None
    if held.revoked or held.expires <= now or not held.user.is_active or not role_of(held.user, held.organisation):
        return None
    if held.last_used is None or now - held.last_used > TOUCH_AFTER:
        ApiToken.objects.filter(pk=held.pk).update(last_used=now)
    return held


def mine(organisation: Organisation, user: Any) -> QuerySet[ApiToken]:
    """Returns a person's tokens in an organisation, newest first."""
    return ApiToken.objects.filter(organisation=organisation, user=user)


def valid(organisation: Organisation, user: Any, now: datetime | None = None) -> QuerySet[ApiToken]:
    """Returns those that work today."""
    return mine(organisation, user).filter(revoked__isnull=True, expires__gt=now or timezone.now())


def revoke(organisation: Organisation, user: Any, token: int) -> bool:
    """Takes a token back for good; False when the person has no such valid token."""
    return bool(mine(organisation, user).filter(pk=token, revoked__isnull=True).update(revoked=timezone.now()))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
