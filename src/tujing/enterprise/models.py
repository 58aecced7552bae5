"""Organisations, the people in them and their roles, the enterprise profile, and who may come in and how."""

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


class OwnRole(models.Model):
    """A role that an organisation made itself: its actions are its own, and never more than its maker's."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="own_roles")
    code = models.SlugField(max_length=40)
    name = models.JSONField()
    """`{"zh": …, "en": …}`."""
    base = models.CharField(max_length=20, choices=Role.choices)
    """The built-in role whose home page and words its holders get; never owner or manager, who are trusted by name."""
    actions = models.JSONField(default=list)
    """Actions of `rules/permissions.yaml`."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="one_own_role_a_code")]


class Membership(models.Model):
    """A person's role in one organisation. A new user has none and sees nothing."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    own_role = models.ForeignKey(OwnRole, on_delete=models.PROTECT, null=True, blank=True, related_name="holders")
    """Where given, its actions count and not those of `role`, which is then its base."""
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


class Invitation(models.Model):
    """A place offered to somebody by mail address. Its link is signed, works once, and only until it expires."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    mail = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    own_role = models.ForeignKey(OwnRole, on_delete=models.CASCADE, null=True, blank=True)
    department = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    issue = models.PositiveIntegerField(default=1)
    """Counts the links: a link sent again makes the former one worthless."""
    used = models.DateTimeField(null=True)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-made"])]


class SecurityPolicy(models.Model):
    """What an organisation asks of its members' accounts."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="security")
    require_second_factor = models.BooleanField(default=False)


class SignOn(models.Model):
    """An organisation's own OpenID Connect provider. Who comes in by it sees this organisation only."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="sign_on")
    name = models.CharField(max_length=40)
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=191)
    secret = models.TextField()
    """Sealed for the purpose `sign_on`."""
    join_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    """The role of whom the provider knows and this organisation does not yet; blank lets nobody join."""
    join_domains = models.JSONField(default=list)
    """Mail domains that may join; empty: all whom the provider signs in."""
    listed = models.BooleanField(default=True)
    """Offered on the sign-in page; else by its own address only."""


class GroupLink(models.Model):
    """A company in a group: what the child's owner lets the parent do. Without it the parent may do nothing there."""

    parent = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="child_links")
    child = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="parent_link")
    actions = models.JSONField(default=list)
    """Of `group_services.GRANTABLE`."""
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    accepted = models.DateTimeField(auto_now_add=True)


class ChangeKind(models.TextChoices):
    PROFILE = "profile"
    MEMBER = "member"
    ROLE = "own_role"
    POLICY = "policy"


class Change(models.Model):
    """One change to the profile, a member, an own role or the policy: what was before, so that it can be taken back."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    subject = models.CharField(max_length=60, blank=True)
    """The member's user id, or the own role's code; blank for what there is one of."""
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    """Null: it was not there."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"])]
