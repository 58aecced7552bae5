"""What the door remembers between calls: answers given under an idempotency key, and calls counted by the minute."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tujing.enterprise.models import Organisation


class KeptAnswer(models.Model):
    """The answer to one POST. While the first call is under way `status` is none."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    """SHA-256 over method, path and what was sent."""
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=80, blank=True)
    body = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user", "key"], name="idempotency_key_once")]


class Counted(models.Model):
    """Calls of one caller within one minute."""

    caller = models.CharField(max_length=80)
    """`token:<id>`, `user:<id>` or `address:<ip>`."""
    minute = models.PositiveBigIntegerField(db_index=True)
    """Minutes since 1970."""
    calls = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "minute"], name="caller_once_a_minute")]
