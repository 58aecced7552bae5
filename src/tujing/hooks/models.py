"""Hooks, and every delivery that was tried."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from tujing.enterprise.models import Organisation


class Format(models.TextChoices):
    """How the event is written: our own JSON, or a message of an enterprise chat's bot."""

    JSON = "json"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


class Hook(models.Model):
    """Where a company wants to be told of what."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="hooks")
    name = models.CharField(max_length=80)
    url = models.TextField()
    """Sealed for the purpose `hook`: the address of a chat's bot holds its key."""
    host = models.CharField(max_length=255)
    """Host of the address, to show."""
    format = models.CharField(max_length=10, choices=Format.choices, default=Format.JSON)
    events = models.JSONField(default=list)
    """Keys of `events.yaml`."""
    secret = models.TextField(blank=True)
    """Sealed for the purpose `hook`; what deliveries are signed with."""
    active = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="hook_name_once")]


class DeliveryStatus(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Delivery(models.Model):
    """One event on its way to one hook."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    """Sent along, so that a receiver can tell a second try from a second event."""
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="hook_deliveries")
    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=30)
    words = models.JSONField()
    """`{"zh", "en"}`: the event in one sentence."""
    data = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=DeliveryStatus.choices, default=DeliveryStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField()
    answer = models.PositiveSmallIntegerField(null=True)
    """HTTP status of the last answer."""
    error = models.JSONField(default=dict)
    """`{"zh", "en"}`: why the last try failed."""
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created"]
        indexes = [
            models.Index(fields=["organisation", "status", "next_try"], name="delivery_due"),
            models.Index(fields=["hook", "-created"], name="delivery_of_hook"),
        ]
