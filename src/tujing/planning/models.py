"""A plan as it was made: what was asked, what was chosen and rejected, and why. Money in yuan.

Several plans may stand beside each other as variants; the one chosen last is the enterprise's plan.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

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
    """Exact value, risk, budget by quarter, tornado: see `document.plan_document`."""
    name = models.CharField(max_length=80, blank=True, default="")
    chosen = models.DateTimeField(null=True, blank=True, default=timezone.now)
    """When it was last taken as the enterprise's plan; None: a variant that never was."""
    before = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """The plan that it began from."""

    class Meta:
        ordering = ["-created", "-id"]
        indexes = [models.Index(fields=["organisation", "-chosen"], name="plan_chosen")]


class PlanPart(models.Model):
    """A further part of a plan's document, kept apart: large, or asked for later."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="plan_parts")
    kind = models.CharField(max_length=20)
    """candidates, pareto, robustness, limits, why."""
    about = models.CharField(max_length=100, blank=True, default="")
    """The step that it is about, `scenario@level`; empty: the whole plan."""
    content = models.JSONField()
    created = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "kind", "about"], name="plan_part_once")]


class RiskResponse(models.Model):
    """Who answers for a risk of a step and what is done about it; it outlives the plan that the risk was found in."""

    class State(models.TextChoices):
        OPEN = "open"
        UNDER_WAY = "under_way"
        ACCEPTED = "accepted"
        CLOSED = "closed"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="risk_responses")
    scenario = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    risk = models.CharField(max_length=40)
    owner = models.CharField(max_length=60, blank=True, default="")
    response = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    changed = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "scenario", "level", "risk"], name="risk_response_once")
        ]


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
