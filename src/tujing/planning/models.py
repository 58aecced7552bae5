"""A plan as it was made: what was asked, what was chosen and rejected, and why. Money in yuan."""

from __future__ import annotations

from django.db import models

from tujing.adoption.models import Cycle
from tujing.enterprise.models import Organisation


class Plan(models.Model):
    """One optimised plan. It never changes; planning again makes another."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="plans")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="plans")
    created = models.DateTimeField(auto_now_add=True)
    start = models.DateField()
    """First day of its first quarter."""
    quarters = models.PositiveSmallIntegerField()
    budget = models.JSONField()
    """Yuan that come in at the start of each quarter."""
    status = models.CharField(max_length=12)
    """optimal: no better plan exists; feasible: the best found in time."""
    objective = models.FloatField()
    """Expected net present value in the optimiser's linear terms."""
    bound = models.FloatField()
    seed = models.BigIntegerField(default=0)
    parameters = models.JSONField(default=dict)
    """Assumptions, limits, wishes and levels that it was made from."""
    result = models.JSONField(default=dict)
    """Exact value, risk, budget by quarter, tornado: see `services.result_document`."""

    class Meta:
        ordering = ["-created", "-id"]


class PlannedProject(models.Model):
    """One chosen step: a scenario raised to a level."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="projects")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="planned_projects")
    scenario = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    option = models.CharField(max_length=12, default="buy")
    """How it is brought in: buy, subscribe, build."""
    department = models.CharField(max_length=24, blank=True, default="")
    sources = models.JSONField(default=dict)
    """Yuan of its one-off cost by source: own, loan, and each subsidy by its id."""
    start_quarter = models.PositiveSmallIntegerField()
    """Counted from 0."""
    quarters = models.PositiveSmallIntegerField()
    start = models.DateField()
    end = models.DateField()
    """Last day."""
    cost = models.FloatField()
    """Expected one-off cost."""
    yearly_cost = models.FloatField()
    person_days = models.FloatField()
    npv = models.FloatField()
    """Expected, in the optimiser's linear terms: the projects add up to the plan's objective."""
    reason = models.JSONField()
    """`{"zh", "en"}`."""

    class Meta:
        ordering = ["start_quarter", "scenario", "level"]
        constraints = [models.UniqueConstraint(fields=["plan", "scenario", "level"], name="planned_once")]


class Rejection(models.Model):
    """One step left out or kept out, and why."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="rejections")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="rejections")
    scenario = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    reason = models.JSONField()
    """`{"zh", "en"}`."""
    loss = models.FloatField(null=True, blank=True)
    """By how much less the plan would be worth with it; `exact` says whether this is a lower bound."""
    exact = models.BooleanField(default=True)
    details = models.JSONField(default=dict)
    """Binding constraints and displaced steps."""

    class Meta:
        ordering = ["scenario", "level"]
