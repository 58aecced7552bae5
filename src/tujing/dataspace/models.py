"""The versions of each element's table, and the headings an organisation has used before."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from tujing.enterprise.models import Organisation


class TableVersion(models.Model):
    """One state of one element's table. Its files are written before the row and never changed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="table_versions")
    element = models.CharField(max_length=60)
    element_version = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    """1, 2, … per organisation and element; a number is never used again."""
    previous = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    """The version that was current before this one, and is again after an undo."""
    files = models.JSONField()
    """Names of the part files, in order, within the element's folder; an appended version shares the earlier parts."""
    rows = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    """Over the part files' own hashes in order."""
    mode = models.CharField(
        max_length=10, choices=[("replace", "replace"), ("append", "append"), ("restore", "restore")]
    )
    source = models.CharField(max_length=200)
    """The imported file's name, or the scenario that wrote it."""
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=300, blank=True)
    """Why a version was restored, in the person's own words."""
    active = models.BooleanField(default=True)
    """Whether this is the current version."""
    measured = models.JSONField(null=True)
    """`{"counts": …, "against": …}`: readiness counts, kept because a version never changes, and the versions of the
    referenced tables that they were counted against."""
    profile = models.JSONField(null=True)
    """What its columns hold, by `profiling.profile`: kept because a version never changes."""

    class Meta:
        ordering = ["organisation", "element", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "element", "number"], name="table_number_once"),
            models.UniqueConstraint(
                fields=["organisation", "element"], condition=models.Q(active=True), name="one_active_table"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element} v{self.number}"


class ColumnMapping(models.Model):
    """Which column each heading meant in the organisation's last good import of an element."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="column_mappings")
    element = models.CharField(max_length=60)
    headings = models.JSONField(default=dict)
    """Normalised heading → column."""
    units = models.JSONField(default=dict)
    """Column → unit that the file's figures were in, where it is not the element's own."""
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "element"], name="one_mapping_per_element")]


class SavedQuery(models.Model):
    """A statement that somebody keeps; a shared one is seen by all analysts of the organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="saved_queries")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_queries")
    name = models.CharField(max_length=80)
    sql = models.TextField()
    shared = models.BooleanField(default=False)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "owner", "name"], name="query_name_once")]


class QueryRun(models.Model):
    """One statement that somebody ran. Its rows are in a file that is kept for a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="query_runs")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="query_runs")
    sql = models.TextField()
    reads = models.JSONField(default=list)
    """Element → version number read, as pairs."""
    rows = models.PositiveIntegerField(null=True)
    """None when it failed."""
    truncated = models.BooleanField(default=False)
    seconds = models.FloatField(default=0.0)
    error = models.JSONField(default=list)
    """Problems as `Problem.as_dict`."""
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created"]
        indexes = [models.Index(fields=["organisation", "user", "-created"], name="query_history")]
