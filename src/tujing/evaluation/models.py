"""What an evaluation found, the KPIs an enterprise declared with their series, and what people rated."""

from __future__ import annotations

from django.db import models

from tujing.adoption.models import Adoption, Cycle
from tujing.enterprise.models import Organisation


class Evaluation(models.Model):
    """The measured effect of one adoption on one measure."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="evaluations")
    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="evaluations")
    measure = models.CharField(max_length=60)
    method = models.CharField(max_length=40, blank=True)
    """Empty when the data cannot tell; `result["reason"]` says why."""
    verdict = models.CharField(max_length=12)
    result = models.JSONField()
    """The effect with its interval, the placebos, the series, and the forecast beside it."""
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created", "measure"]


class DeclaredKpi(models.Model):
    """A KPI that the enterprise declared itself, by a formula over its data elements."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="declared_kpis")
    kpi = models.CharField(max_length=60)
    definition = models.JSONField()
    """As `kpi.Kpi`."""
    source = models.CharField(max_length=200)
    """The file it came from."""
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["kpi"]
        constraints = [models.UniqueConstraint(fields=["organisation", "kpi"], name="declared_kpi_once")]


class KpiSeries(models.Model):
    """A KPI's series as computed from certain versions of certain tables; computed again when either changes."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="kpi_series")
    kpi = models.CharField(max_length=60)
    grain = models.CharField(max_length=5)
    scope = models.CharField(max_length=60, blank=True)
    """`family`, `line` or `plant`; empty for the whole factory."""
    fingerprint = models.CharField(max_length=64)
    """SHA-256 over formula, grain, scope and table versions."""
    lineage = models.JSONField()
    """Formula with its hash, and the version of each table."""
    values = models.JSONField()
    """Part → [[period, value], …]; the whole factory is the part with the empty name."""
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kpi", "grain", "scope"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kpi", "grain", "scope"], name="one_series_per_kpi")
        ]


class AppraisalResult(models.Model):
    """The nine indicators as they were worked out one day, kept so that a page shows them without computing."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="appraisals")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="appraisals")
    result = models.JSONField()
    """As `appraisal.services.appraisal` returns it; days as ISO text."""
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]


class Rating(models.Model):
    """One person's answers about one object: a usability survey, a clause checklist, or a score of an indicator."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="ratings")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="ratings")
    rater = models.CharField(max_length=60)
    """A code the enterprise chose; no name is needed."""
    group = models.CharField(max_length=20)
    """`manager`, `department_head` or `line_worker`."""
    party = models.CharField(max_length=12)
    """`self` or `third_party`."""
    indicator = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True)
    """The scenario rated; empty for the enterprise as a whole."""
    answers = models.JSONField()
    rated = models.DateField()

    class Meta:
        ordering = ["indicator", "subject", "group", "rater"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "rater", "party", "indicator", "subject"], name="one_rating_per_rater"
            )
        ]
