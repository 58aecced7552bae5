"""Runs and the jobs that carry them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from tujing.adoption.models import Adoption
from tujing.enterprise.models import Organisation


class JobStatus(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """Long work that a worker does. It survives a killed worker: the lease runs out and another takes over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="jobs")
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="jobs")
    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=JobStatus.choices, default=JobStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=2)
    lease_token = models.PositiveIntegerField(default=0)
    """Counts the takings; a worker that lost its lease can no longer write."""
    lease_expires = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    progress = models.FloatField(default=0.0)
    message = models.JSONField(default=dict)
    incumbents = models.JSONField(default=list)
    """`[[seconds, value], …]`, the best value found so far over time."""
    error = models.JSONField(default=list)
    """Problems as `Problem.as_dict`, for the person who started it."""
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)
    schedule = models.ForeignKey("Schedule", on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs")
    """What started it, when it came round by the clock."""

    class Meta:
        ordering = ["-created"]
        indexes = [
            models.Index(fields=["status", "created"], name="job_queue"),
            models.Index(fields=["organisation", "-created"], name="job_of_organisation"),
        ]

    @property
    def is_over(self) -> bool:
        return self.status in (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED)


class Run(models.Model):
    """The record of one run: enough to repeat it and to prove what was computed from what."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="runs")
    adoption = models.ForeignKey(Adoption, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs")
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="run")
    scenario = models.CharField(max_length=80)
    status = models.CharField(max_length=12)
    parameters = models.JSONField(default=dict)
    seed = models.IntegerField()
    seconds = models.FloatField()
    input_hash = models.CharField(max_length=64)
    input_versions = models.JSONField(default=dict)
    """Data element → version number read."""
    code_version = models.CharField(max_length=20)
    document = models.JSONField()
    """The run as the published JSON contract, `tujing-run/1`. Large: lists are made without it."""
    kpis = models.JSONField(default=dict)
    """The document's KPIs once more, for lists: `{id: {"value", "unit", "baseline"}}`."""
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created"]
        indexes = [
            # The outcome is told by the index too, so that a rare one is found without reading the others' rows.
            models.Index(fields=["organisation", "scenario", "-created", "status"], name="run_of_scenario"),
            models.Index(fields=["organisation", "-created"], name="run_of_company"),
        ]


class Use(models.Model):
    """A run's result put in use on the floor: the newest of a scenario is the one in force, until it is taken back."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="uses")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="uses")
    scenario = models.CharField(max_length=80)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "scenario"], condition=models.Q(until__isnull=True), name="one_result_in_use"
            )
        ]


class Schedule(models.Model):
    """Work that comes round by the clock; what is due becomes a job (`schedules.tick`)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="schedules")
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    period = models.CharField(max_length=5)
    """One of `slots.PERIODS`."""
    anchor = models.DateTimeField()
    """The first slot; the others are whole periods from it."""
    next_due = models.DateTimeField()
    last = models.DateTimeField(null=True, blank=True)
    active = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_schedule_of_a_name")]
        indexes = [models.Index(fields=["active", "next_due"], name="schedule_due")]


class WorkerBeat(models.Model):
    """The sign of life of one worker process."""

    host = models.CharField(max_length=120)
    process = models.PositiveIntegerField()
    version = models.CharField(max_length=20)
    started = models.DateTimeField(auto_now_add=True)
    beat = models.DateTimeField(auto_now_add=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
