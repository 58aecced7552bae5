"""Assessments of an organisation with an instrument, and the evidence behind their answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tujing.enterprise.models import Organisation


class Assessor(models.TextChoices):
    """The guide, 二（三）: the enterprise itself or a third party."""

    SELF = "self"
    THIRD_PARTY = "third_party"


class AssessmentStatus(models.TextChoices):
    DRAFT = "draft"
    SUBMITTED = "submitted"


class Assessment(models.Model):
    """One filling-in of one version of an instrument.

    Submitted, it never changes; a newer version of the instrument leaves it as it is.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="assessments")
    instrument = models.CharField(max_length=40)
    instrument_version = models.CharField(max_length=20)
    assessor = models.CharField(max_length=12, choices=Assessor.choices, default=Assessor.SELF)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=AssessmentStatus.choices, default=AssessmentStatus.DRAFT)
    created = models.DateTimeField(auto_now_add=True)
    submitted = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    """`{"B1": {"options": […]}, "B2": {"option": …}, "S05": {"level": 1}}`, see `answers.py`."""
    signature = models.CharField(max_length=64, blank=True)
    """SHA-256 over instrument, version, answers and evidence at the moment of submitting."""

    class Meta:
        ordering = ["-created", "-id"]


class FactSheet(models.Model):
    """What the enterprise answered to capability facts, once for every instrument."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="fact_sheet")
    answers = models.JSONField(default=dict, blank=True)
    """Fact → value, see `crosswalk/facts.py`."""
    updated = models.DateTimeField(auto_now=True)


class EvidenceKind(models.TextChoices):
    FILE = "file"
    LINK = "link"
    MEASURED = "measured"
    STATEMENT = "statement"


class EvidenceItem(models.Model):
    """What backs one answer."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="evidence")
    indicator = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=EvidenceKind.choices)
    note = models.JSONField(default=dict, blank=True)
    """`{"zh": …, "en": …}`; one written in one language only stands under zh."""
    reference = models.CharField(max_length=500, blank=True)
    """Where it is: an address, a stored file's name or `run:<id>`."""
    added = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["indicator", "id"]
