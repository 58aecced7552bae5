"""Codes that one company gives another: signed, good for some days, stored nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, TimestampSigner

from tujing.enterprise.models import Organisation


def signed(purpose: str, organisation: Organisation, *told: Any) -> str:
    """Returns a code that tells from whom it is and `told`, for one purpose and no other."""
    return TimestampSigner(salt=purpose).sign_object([str(organisation.pk), *told])


def unsigned(purpose: str, code: str, valid_for: timedelta) -> tuple[Organisation, list[Any]] | None:
    """Returns from whom a code is and what it tells; None when it is forged, expired, or who gave it is gone."""
    try:
        key, *told = TimestampSigner(salt=purpose).unsign_object(code.strip(), max_age=valid_for)
    except BadSignature:
        return None
    organisation = Organisation.objects.filter(pk=key).first()
    return None if organisation is None else (organisation, told)
