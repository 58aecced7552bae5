"""Slows the guessing of passwords: per account and per address, over a sliding quarter of an hour."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from tujing.web.models import FailedSignIn

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 5
PER_ADDRESS = 30
"""Higher than per account: a whole factory may sit behind one address."""


def address(request: HttpRequest) -> str | None:
    """Returns the peer's address. Forwarded headers are not trusted: anyone can write them."""
    return request.META.get("REMOTE_ADDR") or None


def blocked(account: str, where: str | None) -> bool:
    """Returns whether this account or this address has failed too often of late."""
    recent = FailedSignIn.objects.filter(at__gte=timezone.now() - WINDOW)
    if recent.filter(account=_name(account)).count() >= PER_ACCOUNT:
        return True
    return where is not None and recent.filter(address=where).count() >= PER_ADDRESS


def failed(account: str, where: str | None) -> None:
    """Counts a failure and forgets those older than the window."""
    FailedSignIn.objects.filter(at__lt=timezone.now() - WINDOW).delete()
    FailedSignIn.objects.create(account=_name(account), address=where)


def succeeded(account: str) -> None:
    FailedSignIn.objects.filter(account=_name(account)).delete()


def _name(account: str) -> str:
    return account.strip().lower()[:150]
