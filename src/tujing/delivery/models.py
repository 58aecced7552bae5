"""Milestones of an adoption, each with a check that runs."""

from __future__ import annotations

from django.db import models

from tujing.adoption.models import Adoption
from tujing.enterprise.models import Organisation


class Milestone(models.Model):
    """A step of an adoption that closes only when its check passes on the data."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="milestones")
    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    """A key of `acceptance.CHECKS`."""
    name = models.JSONField()
    due = models.DateField()
    passed = models.BooleanField(default=False)
    checked = models.DateTimeField(null=True, blank=True)
    evidence = models.JSONField(default=dict)
    """The last verdict: `{"passed", "zh", "en", "facts"}`."""

    class Meta:
        ordering = ["adoption_id", "position"]
        constraints = [models.UniqueConstraint(fields=["adoption", "position"], name="milestone_position_once")]
