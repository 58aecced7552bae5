"""What a person was told, and what they want to be told of."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tujing.enterprise.models import Organisation
from tujing.notices.about import LONGEST_KEY


class Notice(models.Model):
    """One thing that one person was told of in one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20)
    """A key of `kinds.yaml`."""
    words = models.JSONField()
    """`{"zh", "en"}`."""
    about_kind = models.CharField(max_length=20)
    about_key = models.CharField(max_length=LONGEST_KEY)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    """Who did what it tells of; None for the clock and the machine."""
    on_site = models.BooleanField(default=True)
    mail = models.CharField(max_length=10, default="never")
    """never, at_once or digest, as the person wished when it happened."""
    once = models.CharField(max_length=LONGEST_KEY, null=True, blank=True)
    """What is told once only bears a key; the clock may find it again every day."""
    created = models.DateTimeField(auto_now_add=True)
    read = models.DateTimeField(null=True, blank=True)
    mailed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created", "-id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "person", "once"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "organisation", "-created", "-id", "on_site"], name="notice_newest"),
            models.Index(fields=["person", "organisation", "read"], name="notice_unread"),
            models.Index(fields=["organisation", "mail", "mailed"], name="notice_mail"),
        ]


class Preference(models.Model):
    """How one person wants to be told of one kind, in every organisation that they belong to."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=20)
    on_site = models.BooleanField(default=True)
    mail = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_preference_per_kind")]
