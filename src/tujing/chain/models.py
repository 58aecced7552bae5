"""Who follows whom: a company may belong to several chains and to its region at once, unlike to a group."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tujing.enterprise.models import Organisation


class Tie(models.TextChoices):
    """What binds a member to whoever follows it."""

    CHAIN = "chain"
    """A supplier or customer of a chain leader (链主)."""
    REGION = "region"
    """A company of an authority's, a park's or an association's area."""


class Follow(models.Model):
    """A member that a leader follows, as far as the member's owner agreed; the member ends it at any time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="followed")
    """The leader."""
    member = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="followed_by")
    tie = models.CharField(max_length=10, choices=Tie.choices)
    by_name = models.BooleanField(default=False)
    """By name: its level, its step and its scenarios are seen. Otherwise it only counts, nameless, in figures."""
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    agreed = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["member__slug", "id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "member"], name="followed_once")]
