"""Organisations, the people in them and their roles, and the enterprise profile."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Organisation(models.Model):
    """One enterprise. Every row of every other room belongs to exactly one organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.JSONField()
    """`{"zh": …, "en": …}`."""
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug


class Role(models.TextChoices):
    OWNER = "owner"
    MANAGER = "manager"
    DEPARTMENT_HEAD = "department_head"
    LINE_WORKER = "line_worker"
    CONSULTANT = "consultant"
    VIEWER = "viewer"


class Membership(models.Model):
    """A person's role in one organisation. A new user has none and sees nothing."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    department = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="one_role_per_organisation")]


class Profile(models.Model):
    """The facts that decide size class, ladder tier and the guide's track. Money in yuan."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="profile")
    industry = models.CharField(max_length=5)
    """GB/T 4754-2017 code with its section letter, e.g. `C3812`."""
    region = models.CharField(max_length=6, blank=True)
    """GB/T 2260 division code."""
    staff = models.PositiveIntegerField()
    revenue = models.DecimalField(max_digits=18, decimal_places=2)
    production_type = models.CharField(max_length=10, choices=[("discrete", "discrete"), ("process", "process")])
    chain_role = models.CharField(max_length=12, choices=[("leader", "leader"), ("member", "member")], default="member")
    honours = models.JSONField(default=list)
    """Ids of `rules/honours.yaml`, e.g. `["specialised_provincial"]`."""
    facts = models.JSONField(default=dict, blank=True)
    """Further facts that the ladder's rules ask for, by the keys of `rules/ladder.yaml`: `{"debt_ratio": 0.46}`.

    Optional: a test whose fact is absent is shown as not known, never as met.
    """
