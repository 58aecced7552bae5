"""Assessments: who answers what, evidence, verdicts, frozen copies; pain points; consent to be compared with."""

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
    """`{"B1": {"options": […]}, "B2": {"option": …}, "S05": {"level": 1}}`, see `answers.py`; a form's: `grade.py`."""
    enterprise_kind = models.CharField(max_length=20, blank=True)
    """A form's kind of enterprise (`discrete` …), where it weighs kinds differently."""
    signature = models.CharField(max_length=64, blank=True)
    """SHA-256 over instrument, version, answers and evidence at the moment of submitting, see `snapshot.py`."""

    class Meta:
        ordering = ["-created", "-id"]


class Assignment(models.Model):
    """Who answers a question. One that is assigned to nobody is open to everybody who may answer."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="assignments")
    question = models.CharField(max_length=20)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    due = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["question", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "question", "person"], name="question_assigned_once")
        ]


class AnswerChange(models.Model):
    """One change of one answer: who, when, from what to what. Never edited, so nothing that was written is lost."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="changes")
    question = models.CharField(max_length=20)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    """None: taken back."""
    batch = models.CharField(max_length=32, blank=True, db_index=True)
    """Of one taken-in file: what came with it can be undone together."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]


class FactSheet(models.Model):
    """What the enterprise answered to capability facts, once for every instrument."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="fact_sheet")
    answers = models.JSONField(default=dict, blank=True)
    """Fact → value, see `crosswalk/facts.py`."""
    updated = models.DateTimeField(auto_now=True)


class EvidenceKind(models.TextChoices):
    FILE = "file"
    LINK = "link"
    RUN = "run"
    MEASURED = "measured"
    STATEMENT = "statement"


class Present(models.Manager["EvidenceItem"]):
    """Evidence that nobody took away."""

    def get_queryset(self) -> models.QuerySet[EvidenceItem]:
        return super().get_queryset().filter(removed=None)


class EvidenceItem(models.Model):
    """What backs one answer. `objects`, and an assessment's `evidence`, leave out what was taken away."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="evidence")
    indicator = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=EvidenceKind.choices)
    note = models.JSONField(default=dict, blank=True)
    """`{"zh": …, "en": …}`; one written in one language only stands under zh."""
    reference = models.CharField(max_length=500, blank=True)
    """Where it is: an address, a file's name, `run:<id>`, `fact:<indicator>` or `table:<element>`."""
    sha256 = models.CharField(max_length=64, blank=True)
    """Of the stored file, the run's document or the table; empty for what only has a name."""
    recorded = models.JSONField(default=dict, blank=True)
    """What file, run or measured fact was when it was added: size and type, status, value, option, table version."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    added = models.DateTimeField(auto_now_add=True)
    batch = models.CharField(max_length=32, blank=True, db_index=True)
    """Of the file that it came with, see `AnswerChange.batch`."""
    removed = models.DateTimeField(null=True, blank=True)
    """When it was taken away; until the assessment is submitted it can be put back."""

    objects = Present()
    everything: models.Manager[EvidenceItem] = models.Manager()

    class Meta:
        ordering = ["indicator", "id"]


class VerdictKind(models.TextChoices):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    MORE = "more"
    """More is asked for; until it comes the answer does not count as evidenced."""


class Verdict(models.Model):
    """What a reviewer says of one answer. The newest of a question counts, while the answer is the one it judged."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="verdicts")
    question = models.CharField(max_length=20)
    verdict = models.CharField(max_length=10, choices=VerdictKind.choices)
    words = models.JSONField(default=dict, blank=True)
    """`{"zh": …, "en": …}`."""
    judged = models.JSONField(null=True)
    """The answer as it stood."""
    instead = models.JSONField(null=True)
    """With a rejection: the answer that the reviewer would let count."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]


class Snapshot(models.Model):
    """An assessment with its evidence, verdicts and results as canonical text, frozen. Never edited."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="snapshots")
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    taken = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-taken", "-id"]


class Frequency(models.TextChoices):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class PainPoint(models.Model):
    """What hurts, in the words of the people it hurts, tied to the scenarios of the map that promise to help."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="pain_points")
    department = models.CharField(max_length=60)
    words = models.JSONField()
    """`{"zh": …, "en": …}`."""
    severity = models.PositiveSmallIntegerField()
    """1 (a nuisance) to 5 (stops the business)."""
    frequency = models.CharField(max_length=10, choices=Frequency.choices)
    yuan_per_year = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    """What it costs a year, where somebody knows; empty is not known, never zero."""
    scenarios = models.JSONField(default=list, blank=True)
    """Ids of scenarios of the map that a person chose; proposals are computed, see `pain.py`."""
    source = models.CharField(max_length=200, blank=True)
    """Who said it or which file."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    added = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-severity", "id"]


class PeerConsent(models.Model):
    """The organisation lets its newest result be compared with, without its name. Taking it back ends that at once."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="peer_consent")
    given = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
