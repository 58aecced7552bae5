"""When somebody was last here: a visit lasts as long as they go on looking."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from tujing.enterprise.models import Organisation
from tujing.web.models import Visit

PAUSE = timedelta(minutes=30)
"""Whoever comes back after this long begins a new visit."""


def come(organisation: Organisation, person: Any, now: datetime | None = None) -> Visit:
    """Notes that a person looks at the overview; `before` is when their visit before this one ended."""
    now = now or timezone.now()
    visit, is_new = Visit.objects.get_or_create(organisation=organisation, person=person, defaults={"last": now})
    if is_new:
        return visit
    if now - visit.last > PAUSE:
        visit.before = visit.last
    elif now - visit.last < timedelta(minutes=1):
        return visit
    visit.last = now
    visit.save(update_fields=["last", "before"])
    return visit


def end_tour(organisation: Organisation, person: Any) -> None:
    """The tour does not start by itself again."""
    now = timezone.now()
    Visit.objects.update_or_create(
        organisation=organisation, person=person, defaults={"toured": now}, create_defaults={"toured": now, "last": now}
    )
