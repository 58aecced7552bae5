"""What happens in the rooms, heard and told to the hooks, in the transaction in which it happens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from tujing.atlas.loader import atlas
from tujing.delivery.models import Evidence, Milestone
from tujing.evaluation.models import Evaluation
from tujing.evaluation.words import sentence
from tujing.hooks.services import hooks, tell
from tujing.notices.models import Notice
from tujing.notices.services import noticed
from tujing.planning.models import Plan
from tujing.runtime import jobs, schedules
from tujing.runtime.contract import Cancelled
from tujing.runtime.models import Job, JobStatus, Run
from tujing.words import Text

LATE = "hook_late"


@receiver(post_save, sender=Run)
def _run(sender: Any, instance: Run, created: bool, raw: bool = False, **_: Any) -> None:
    if created and not raw and _listening(instance):
        name = _scenario(instance.scenario)
        words = Text(zh=f"“{name.zh}”运行完成。", en=f"“{name.en}” has finished a run.")
        told = {"run": instance.pk, "scenario": instance.scenario, "status": instance.status}
        tell(instance.organisation, "run_finished", words, told)


@receiver(post_save, sender=Plan)
def _plan(sender: Any, instance: Plan, created: bool, raw: bool = False, **_: Any) -> None:
    if created and not raw and _listening(instance):
        words = Text(
            zh=f"新规划已生成，共 {instance.quarters} 个季度。", en=f"A plan of {instance.quarters} quarters is made."
        )
        tell(instance.organisation, "plan_made", words, {"plan": instance.pk, "quarters": instance.quarters})


@receiver(post_save, sender=Evaluation)
def _evaluation(sender: Any, instance: Evaluation, created: bool, raw: bool = False, **_: Any) -> None:
    if created and not raw and _listening(instance):
        words = sentence(instance.verdict, instance.method, instance.result)
        told = {"evaluation": instance.pk, "measure": instance.measure, "verdict": instance.verdict}
        tell(instance.organisation, "evaluation_made", words, told)


@receiver(post_save, sender=Evidence)
def _evidence(sender: Any, instance: Evidence, created: bool, raw: bool = False, **_: Any) -> None:
    """A check ran; that it passed is told once, not at every check that passes again."""
    if not created or raw or not instance.passed or not _listening(instance):
        return
    milestone = instance.milestone
    if not milestone.kept.filter(passed=True).exclude(pk=instance.pk).exists():
        words = Text(
            zh=f"里程碑“{_name(milestone).zh}”验收通过。", en=f"The milestone “{_name(milestone).en}” has passed."
        )
        tell(instance.organisation, "milestone_passed", words, _told(milestone))


@receiver(noticed)
def _noticed(sender: Any, organisation: Any, notices: list[Notice], **_: Any) -> None:
    """Each thing that people were told of, once, however many were told."""
    for one in {(each.kind, each.about_kind, each.about_key): each for each in notices}.values():
        about = {one.about_kind: one.about_key}
        tell(organisation, "notice", Text.model_validate(one.words), {"kind": one.kind, **about})


@jobs.handles(LATE)
def _late(job: Job) -> None:
    """Once a day: the milestones that were due yesterday and have not passed."""
    yesterday = timezone.localdate() - timedelta(days=1)
    for milestone in Milestone.objects.filter(organisation=job.organisation, passed=False, due=yesterday):
        name = _name(milestone)
        words = Text(zh=f"里程碑“{name.zh}”已逾期。", en=f"The milestone “{name.en}” is late.")
        tell(job.organisation, "milestone_late", words, _told(milestone))
    if not jobs.finish(job, JobStatus.DONE):
        raise Cancelled


schedules.every(LATE, "day", hour=8)


def _listening(row: Any) -> bool:
    """Whether any hook listens there at all: then no more is worked out."""
    return hooks(row.organisation).filter(active=True).exists()


def _scenario(scenario: str) -> Text:
    known = atlas().manifests.get(scenario)
    return known.name if known else Text(zh=scenario, en=scenario)


def _name(milestone: Milestone) -> Text:
    return Text.model_validate(milestone.name)


def _told(milestone: Milestone) -> dict[str, Any]:
    return {"milestone": milestone.pk, "scenario": milestone.adoption.scenario, "due": milestone.due.isoformat()}
