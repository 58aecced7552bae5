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
    review = models.JSONField(default=dict)
    """What the turn brought, kept when it closes: level, priors, plan, measurements, forecast errors, lessons."""

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="cycle_number_once")]


class Lesson(models.Model):
    """What a turn taught of one adoption: worked out by rules, or written down by a person. Both may be annotated."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="lessons")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="lessons")
    scenario = models.CharField(max_length=80, blank=True)
    """Empty: of the transformation as a whole."""
    is_pilot = models.BooleanField(default=False)
    action = models.CharField(max_length=8)
    """stop, scale, fix, keep or wait; `note` where a person wrote it down."""
    why = models.JSONField(default=dict)
    """The rules' reason, `{"zh", "en"}`; empty where a person wrote it down."""
    note = models.TextField(blank=True)
    """What people add, or the lesson itself where a person wrote it down."""
    tags = models.JSONField(default=list)
    by = models.CharField(max_length=150, blank=True)
    """Who wrote it down, or annotated it last."""
    changed = models.DateTimeField(auto_now=True)
    removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-cycle__number", "scenario", "id"]
        indexes = [models.Index(fields=["organisation", "cycle"])]


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
    level_before = models.PositiveSmallIntegerField(default=0)
    """The level that stood until `go_live`: its effects were there before, so that they do not show at go-live."""
    start = models.DateField(null=True, blank=True)
    go_live = models.DateField(null=True, blank=True)
    """Day on which the level of today went live."""
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


class ForecastKind(models.TextChoices):
    EFFECT = "effect"
    COST = "cost"
    DURATION = "duration"


class Forecast(models.Model):
    """What was forecast of one step when a plan was made, kept as it was, and what came of it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="forecasts")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="forecasts")
    scenario = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=ForecastKind.choices)
    driver = models.CharField(max_length=30, blank=True)
    """Of an effect; empty otherwise."""
    mean = models.FloatField()
    """Relative change of the driver; yuan one-off; days from start to go-live."""
    standard_deviation = models.FloatField()
    basis = models.CharField(max_length=12)
    """`manifest`, `pooled` (other firms) or `measured` (this firm)."""
    made = models.DateField()
    measured_mean = models.FloatField(null=True, blank=True)
    measured_deviation = models.FloatField(null=True, blank=True)
    """Standard error of the measurement; nought where the figure is simply known."""
    measured = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["cycle__number", "scenario", "level", "kind", "driver"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "scenario", "level", "kind", "driver"], name="forecast_once")
        ]


class FinishedStep(models.Model):
    """Forecast and actual figure of a step that is finished: what a firm's cost and time factors are learned from."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="finished_steps")
    scenario = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=[("cost", "cost"), ("duration", "duration")])
    forecast = models.FloatField()
    actual = models.FloatField()
    finished = models.DateField()
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["finished", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "scenario", "level", "kind"], name="finished_once")
        ]


class Consent(models.Model):
    """An organisation's consent to let its measured effects flow into the map, up to a privacy budget."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="consent")
    given = models.DateTimeField()
    revoked = models.DateTimeField(null=True, blank=True)
    """From then on nothing more is taken; what was released before cannot be called back."""
    budget = models.FloatField()
    """Most privacy loss ε that all releases together may cost it."""


class PriorRelease(models.Model):
    """A differentially private mean of one effect over the consenting firms of one industry and size. Public."""

    scenario = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    driver = models.CharField(max_length=30)
    industry = models.CharField(max_length=3)
    """GB/T 4754 division, e.g. `C38`."""
    size = models.CharField(max_length=10)
    released = models.DateTimeField()
    firms = models.PositiveIntegerField()
    mean = models.FloatField()
    scale = models.FloatField()
    """Of the Laplace noise on the mean."""
    low = models.FloatField()
    high = models.FloatField()
    epsilon = models.FloatField()

    class Meta:
        ordering = ["released", "id"]


class PrivacySpend(models.Model):
    """The ledger: what one release cost one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="privacy_spends")
    release = models.ForeignKey(PriorRelease, on_delete=models.PROTECT, related_name="spends")
    epsilon = models.FloatField()
    value = models.FloatField()
    """What the organisation gave, so that its own prior can leave it out. Nobody else sees it."""

    class Meta:
        ordering = ["release_id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "release"], name="spent_once")]
