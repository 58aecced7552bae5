"""Cycles, adoptions, their KPI history, and what is believed of each effect."""

from __future__ import annotations

from django.db import models

from tujing.enterprise.models import Organisation


class Cycle(models.Model):
    """One turn of the spiral. Its adoptions carry over into the next."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="cycles")
    number = models.PositiveIntegerField()
    opened = models.DateField()
    closed = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="cycle_number_once")]


class Stage(models.TextChoices):
    """Life cycle of an adoption; `life.py` says which step may follow which."""

    CANDIDATE = "candidate"
    PLANNED = "planned"
    IMPLEMENTING = "implementing"
    IN_USE = "in_use"
    EVALUATED = "evaluated"
    STOPPED = "stopped"


class Adoption(models.Model):
    """One enterprise's instance of a scenario: the hub on which the five steps act."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="adoptions")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="adoptions")
    scenario = models.CharField(max_length=80)
    """Manifest id. A newer version of the manifest keeps the adoption."""
    scenario_version = models.PositiveIntegerField(default=1)
    stage = models.CharField(max_length=14, choices=Stage.choices, default=Stage.CANDIDATE)
    level_today = models.PositiveSmallIntegerField(default=0)
    level_target = models.PositiveSmallIntegerField(default=0)
    start = models.DateField(null=True, blank=True)
    go_live = models.DateField(null=True, blank=True)
    scope = models.JSONField(default=dict)
    """Which part of the factory adopted it: `{"families": ["B"]}`; empty is the whole. The rest serves as control."""
    is_pilot = models.BooleanField(default=False)
    """A pilot covers its scope; the roll-out to the whole factory is an adoption beside it."""
    carried_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="carried_to"
    )

    class Meta:
        ordering = ["scenario", "is_pilot"]
        constraints = [models.UniqueConstraint(fields=["cycle", "scenario", "is_pilot"], name="scenario_once_a_cycle")]


class KpiRecord(models.Model):
    """One measured value of an adoption's KPI, with what measured it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="kpi_records")
    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="kpi_records")
    kpi = models.CharField(max_length=60)
    value = models.FloatField()
    baseline = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=20)
    measured = models.DateTimeField()
    source = models.CharField(max_length=120)
    """What measured it, e.g. `run:42` or `evaluation:7`."""


class EffectBelief(models.Model):
    """What this organisation has measured of one effect of one scenario; it replaces the manifest's range."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="beliefs")
    scenario = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    driver = models.CharField(max_length=30)
    kpi = models.CharField(max_length=60)
    mean = models.FloatField()
    """Relative change of the driver, as in the manifest (negative lowers it)."""
    standard_deviation = models.FloatField()
    measured = models.DateField()
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["-measured", "-id"]
