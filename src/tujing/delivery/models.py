"""Projects with their tasks, the milestones that close on evidence, and the records kept beside them. Money in yuan.

What the organisation edits (dates, links, money, responsibilities) carries the project's `version`: an edit names the
version that it was made on, and one made on an older version is refused.
"""

from __future__ import annotations

from django.db import models

from tujing.adoption.models import Adoption
from tujing.enterprise.models import Membership, Organisation


class LevelProject(models.Model):
    """The project that raises one adoption by one level. Baseline: as first taken up; the rest: as it stands now."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="level_projects")
    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="level_projects")
    level = models.PositiveSmallIntegerField()
    option = models.CharField(max_length=12, default="buy")
    """A key of `breakdown.yaml`'s options."""
    department = models.CharField(max_length=60, blank=True)
    start = models.DateField()
    end = models.DateField()
    """Last day, buffer included."""
    baseline_start = models.DateField()
    baseline_end = models.DateField()
    budget = models.FloatField(default=0.0)
    """With approved changes."""
    person_days = models.FloatField(default=0.0)
    closed = models.DateField(null=True, blank=True)
    """Day on which its last check passed."""
    withdrawn = models.DateField(null=True, blank=True)
    """Day on which it was given up; the log keeps every withdrawal and return."""
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["start", "adoption_id", "level"]
        constraints = [models.UniqueConstraint(fields=["adoption", "level"], name="project_level_once")]


class ProjectTask(models.Model):
    """A task of the work breakdown."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="project_tasks")
    project = models.ForeignKey(LevelProject, on_delete=models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=12)
    code = models.CharField(max_length=30, blank=True)
    """The template's code; empty for a task that the organisation added."""
    phase = models.CharField(max_length=12)
    name = models.JSONField()
    role = models.CharField(max_length=20)
    cost_class = models.CharField(max_length=12)
    gate = models.CharField(max_length=12, blank=True)
    needs = models.JSONField(default=list)
    """`[[number, lag], …]`: finish-to-start, lag in days."""
    start = models.DateField()
    end = models.DateField()
    baseline_start = models.DateField(null=True, blank=True)
    baseline_end = models.DateField(null=True, blank=True)
    baseline_cost = models.FloatField(default=0.0)
    """None of the baseline's for a task that was added later."""
    cost = models.FloatField(default=0.0)
    person_days = models.FloatField(default=0.0)
    raci = models.JSONField(default=dict)
    """Role → letters of RACI."""

    class Meta:
        ordering = ["project_id", "position"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="task_number_once")]


class ProjectEdit(models.Model):
    """An edit of a project's breakdown, with what stood before it, so that it can be taken back."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="project_edits")
    project = models.ForeignKey(LevelProject, on_delete=models.CASCADE, related_name="edits")
    version = models.PositiveIntegerField()
    """The project's version that it made; what is current when no edit since stands."""
    by = models.CharField(max_length=150, blank=True)
    made = models.DateTimeField(auto_now_add=True)
    changed = models.JSONField(default=list)
    """Numbers of the tasks that it changed or moved on."""
    before = models.JSONField()
    """`{"project": {…}, "tasks": [{…}, …]}` as they stood, days as ISO text."""
    undone = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]


class Attachment(models.Model):
    """A document of a project: a file kept by its hash. Taken away it stays, so that it can be put back."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="attachments")
    project = models.ForeignKey(LevelProject, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    by = models.CharField(max_length=150)
    attached = models.DateTimeField(auto_now_add=True)
    removed = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-id"]


class Milestone(models.Model):
    """A step of a project that closes only when its check passes on the data."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="milestones")
    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="milestones")
    level = models.PositiveSmallIntegerField(default=1)
    """The level whose reaching it belongs to."""
    position = models.PositiveSmallIntegerField()
    gate = models.CharField(max_length=12, blank=True)
    """A key of `gates.yaml`."""
    kind = models.CharField(max_length=20)
    """A key of `acceptance.KINDS`."""
    criterion = models.JSONField(default=dict)
    """The check with its parameters, as `acceptance.read_check` takes it; empty is the kind alone."""
    name = models.JSONField()
    due = models.DateField()
    passed = models.BooleanField(default=False)
    checked = models.DateTimeField(null=True, blank=True)
    evidence = models.JSONField(default=dict)
    """The last verdict: `{"passed", "zh", "en", "facts"}`."""

    class Meta:
        ordering = ["adoption_id", "level", "position"]
        constraints = [
            models.UniqueConstraint(fields=["adoption", "level", "position"], name="milestone_position_once")
        ]


class Evidence(models.Model):
    """One time that a check ran: what it was run on, what it showed, and a hash over both. Never changed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="evidence")
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="kept")
    checked = models.DateTimeField()
    passed = models.BooleanField()
    content = models.JSONField()
    """See `evidence.content`."""
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-checked", "-id"]


class Waiver(models.Model):
    """A named person's leave to go on without a check, for a reason and a time. It stays visible when it is over."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="waivers")
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="waivers")
    person = models.CharField(max_length=80)
    reason = models.TextField()
    granted = models.DateField()
    until = models.DateField()
    """Last day."""

    class Meta:
        ordering = ["-granted", "-id"]


class ProgressRecord(models.Model):
    """How far a task was on a day, as reported."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="progress_records")
    task = models.ForeignKey(ProjectTask, on_delete=models.CASCADE, related_name="progress")
    on = models.DateField()
    share = models.FloatField()

    class Meta:
        ordering = ["on", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "on"], name="progress_once_a_day")]


class CostRecord(models.Model):
    """Money spent on a task."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="cost_records")
    task = models.ForeignKey(ProjectTask, on_delete=models.CASCADE, related_name="costs")
    on = models.DateField()
    amount = models.FloatField()
    reference = models.CharField(max_length=80, blank=True)
    """Voucher or invoice; with task and day it tells one record from another."""

    class Meta:
        ordering = ["on", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "on", "reference"], name="cost_once")]


class RoleHolder(models.Model):
    """Who holds a role: in one project, or in all where none is named."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="role_holders")
    project = models.ForeignKey(
        LevelProject, on_delete=models.CASCADE, null=True, blank=True, related_name="role_holders"
    )
    role = models.CharField(max_length=20)
    """A key of `responsibility.yaml`."""
    person = models.CharField(max_length=80)
    membership = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["role", "id"]


class Contract(models.Model):
    """A contract with a provider."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contracts")
    project = models.ForeignKey(LevelProject, on_delete=models.CASCADE, related_name="contracts")
    number = models.CharField(max_length=60)
    provider = models.CharField(max_length=120)
    amount = models.FloatField()
    signed = models.DateField()

    class Meta:
        ordering = ["signed", "number"]
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="contract_number_once")]


class Deliverable(models.Model):
    """What a contract owes and what is paid for it; it is accepted by the milestone that shows it works."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="deliverables")
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="deliverables")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    gate = models.CharField(max_length=12)
    """The stage gate of its project that accepts it."""
    due = models.DateField()
    payment = models.FloatField(default=0.0)
    paid = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["contract_id", "position"]


class LogEntry(models.Model):
    """The log of supervision and quality: what was found, what is done about it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="log_entries")
    project = models.ForeignKey(LevelProject, on_delete=models.CASCADE, related_name="log")
    on = models.DateField()
    kind = models.CharField(max_length=12)
    """supervision, quality, rights or risk."""
    severity = models.CharField(max_length=6)
    """note, minor or major."""
    finding = models.TextField()
    action = models.TextField(blank=True)
    person = models.CharField(max_length=80)
    """Who found it."""
    due = models.DateField(null=True, blank=True)
    closed = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-on", "-id"]


class RightsAnswer(models.Model):
    """Where a project stands on one item of the checklist of intellectual property and data rights."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="rights_answers")
    project = models.ForeignKey(LevelProject, on_delete=models.CASCADE, related_name="rights")
    item = models.CharField(max_length=40)
    """A key of `rights.yaml`."""
    state = models.CharField(max_length=14)
    """met, open or not_applicable."""
    note = models.TextField(blank=True)
    person = models.CharField(max_length=80)
    on = models.DateField()

    class Meta:
        ordering = ["item"]
        constraints = [models.UniqueConstraint(fields=["project", "item"], name="rights_item_once")]


class ChangeRequest(models.Model):
    """A wish to change a project's scope, money or dates, and what was decided."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="change_requests")
    project = models.ForeignKey(LevelProject, on_delete=models.CASCADE, related_name="changes")
    title = models.CharField(max_length=120)
    scope = models.TextField(blank=True)
    """What is done more, less or otherwise."""
    task = models.CharField(max_length=12)
    """Number of the task that it changes."""
    cost = models.FloatField(default=0.0)
    days = models.IntegerField(default=0)
    reason = models.TextField()
    requested = models.DateField()
    requested_by = models.CharField(max_length=80)
    decision = models.CharField(max_length=8, default="open")
    """open, approved or rejected."""
    decided = models.DateField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["requested", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "title"], name="change_title_once")]
