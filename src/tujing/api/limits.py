"""How often one caller may call: a count a minute, in the database so that every server process sees the same."""

from __future__ import annotations

import time

from django.db import IntegrityError, transaction
from django.db.models import F

from tujing.api.models import Counted

PER_CALLER = 600
"""Calls a minute of one token or signed-in person."""
PER_ADDRESS = 60
"""Calls a minute from one address that bring no valid credentials."""
KEPT_MINUTES = 5


def count(caller: str) -> int:
    """Counts one call and returns how many there were this minute."""
    minute = int(time.time() // 60)
    mine = Counted.objects.filter(caller=caller, minute=minute)
    if not mine.update(calls=F("calls") + 1):
        Counted.objects.filter(minute__lt=minute - KEPT_MINUTES).delete()
        try:
            with transaction.atomic():
                Counted.objects.create(caller=caller, minute=minute)
        except IntegrityError:  # another process began the minute
            mine.update(calls=F("calls") + 1)
    return mine.values_list("calls", flat=True).get()


def seconds_left() -> int:
    """Seconds until the count begins anew."""
    return 60 - int(time.time() % 60)
