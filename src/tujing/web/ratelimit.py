"""Slows the guessing of passwords and codes: per account and per address, over a sliding quarter of an hour.

Passwords and second-factor codes are counted apart: a right password must not give fresh guesses at the code. Codes
have a limit by the day too, as a code has six digits only.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone

from tujing.web.models import FailedSignIn

Kind = Literal["password", "code"]

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 5
PER_ADDRESS = 30
"""Higher than per account: a whole factory may sit behind one address."""
DAY = timedelta(days=1)
CODES_A_DAY = 20
"""At three valid codes of a million at a time, a guesser who has the password needs decades."""


def address(request: HttpRequest) -> str | None:
    """Returns the peer's address. Forwarded headers are not trusted: anyone can write them."""
    return request.META.get("REMOTE_ADDR") or None


def blocked(account: str, where: str | None, kind: Kind = "password") -> bool:
    """Returns whether this account or this address has failed too often of late."""
    now, name = timezone.now(), _name(account)
    recent = FailedSignIn.objects.filter(at__gte=now - WINDOW)
    if recent.filter(account=name, kind=kind).count() >= PER_ACCOUNT:
        return True
    if kind == "code":
        daily = FailedSignIn.objects.filter(at__gte=now - DAY, account=name, kind=kind)
        if daily.count() >= CODES_A_DAY:
            return True
    return where is not None and recent.filter(address=where).count() >= PER_ADDRESS


def failed(account: str, where: str | None, kind: Kind = "password") -> None:
    """Counts a failure and forgets those older than a day."""
    FailedSignIn.objects.filter(at__lt=timezone.now() - DAY).delete()
    FailedSignIn.objects.create(account=_name(account), address=where, kind=kind)


def succeeded(account: str, kind: Kind = "password") -> None:
    FailedSignIn.objects.filter(account=_name(account), kind=kind).delete()


def _name(account: str) -> str:
    return account.strip().lower()[:150]
