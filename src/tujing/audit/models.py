"""The audit trail. It has no foreign key, so that it outlives the objects, people and organisations it names."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.db import models

INSTALLATION = uuid.UUID(int=0)
"""Stands for the organisation where there is none: a failed sign-in, a change by the operator."""


class AppendOnly(Exception):
    """Something tried to change or remove what may only be added."""


class Action(models.TextChoices):
    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    DELETED_MANY = "deleted_many"
    CREATED_MANY = "created_many"
    CHANGED_MANY = "changed_many"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    DOWNLOADED = "downloaded"
    DID = "did"
    """A use-case that says itself what it did: a backup, a restore, pruning."""


class AuditSeal(models.Model):
    """One link of an organisation's chain: the hash over a batch of events and over the link before."""

    organisation = models.UUIDField()
    number = models.PositiveBigIntegerField()
    events = models.PositiveIntegerField()
    """How many events it holds."""
    newest = models.DateTimeField()
    """When the latest of them happened: decides when they may go."""
    digest = models.CharField(max_length=64)
    """SHA-256 over the events' own hashes in the order of their ids."""
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    pruned = models.BooleanField(default=False)
    """The events are gone, kept long enough; the link stays, so that the chain can still be followed."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="one_seal_of_a_number")]


class AuditEvent(models.Model):
    """One thing that was done. Only ever added."""

    organisation = models.UUIDField(default=INSTALLATION)
    at = models.DateTimeField()
    actor = models.CharField(max_length=40, blank=True)
    """The person's id; empty for the system itself."""
    actor_name = models.CharField(max_length=150, blank=True)
    via = models.CharField(max_length=20, blank=True)
    """page, api, worker or command."""
    address = models.GenericIPAddressField(null=True, blank=True)
    request = models.CharField(max_length=40, blank=True)
    """The id of the request or job: everything done in one go has the same."""
    action = models.CharField(max_length=20, choices=Action.choices)
    kind = models.CharField(max_length=60, blank=True)
    """The model, such as `planning.plan`; empty when no object is meant."""
    object = models.CharField(max_length=64, blank=True)
    words = models.JSONField(default=dict, blank=True)
    """What the object was called, `{"zh": …, "en": …}`."""
    changes = models.JSONField(default=dict, blank=True)
    """Field → `[before, after]`; long values by size and hash, secrets never."""
    seal = models.ForeignKey(AuditSeal, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="sealed")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["organisation", "-at", "-id"], name="audit_when"),
            models.Index(fields=["organisation", "kind", "object", "-at", "-id"], name="audit_object"),
            models.Index(fields=["organisation", "actor", "-at", "-id"], name="audit_person"),
            models.Index(fields=["organisation", "action", "-at", "-id"], name="audit_action"),
            models.Index(fields=["organisation", "id"], name="audit_unsealed", condition=models.Q(seal__isnull=True)),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("an audit event is only ever added")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("an audit event goes only by pruning, when it is old enough")


class AuditRetention(models.Model):
    """How many months an organisation keeps its trail."""

    organisation = models.UUIDField(primary_key=True)
    months = models.PositiveSmallIntegerField()
