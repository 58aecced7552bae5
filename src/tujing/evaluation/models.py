"""What an evaluation found: one row per adoption and measure."""

from __future__ import annotations

from django.db import models

from tujing.adoption.models import Adoption
from tujing.enterprise.models import Organisation


class Evaluation(models.Model):
    """The measured effect of one adoption on one measure."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="evaluations")
    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="evaluations")
    measure = models.CharField(max_length=40)
    method = models.CharField(max_length=30, blank=True)
    """Empty when the data cannot tell; `result["reason"]` says why."""
    verdict = models.CharField(max_length=12)
    result = models.JSONField()
    """The effect with its interval, the placebo, the weekly series, and the forecast beside it."""
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created", "measure"]
