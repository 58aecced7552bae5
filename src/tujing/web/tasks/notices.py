"""Telling people: what ended, what is late each morning, and the mail, at once or once a day."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone

from tujing.runtime import jobs, schedules
from tujing.runtime.models import Job, JobStatus
from tujing.web.tasks.ending import end
from tujing.words import Text

MAIL = "mail"
MORNING = "notices_morning"
LONG_SECONDS = 20
"""A job that took less was watched until it ended: that it is done is no news."""


@receiver(jobs.ended)
def _tell_of_job(sender: Any, job: Job, status: str, **_: Any) -> None:
    from tujing.notices.about import About
    from tujing.notices.services import notify
    from tujing.web.words import work_name

    if job.creator is None or job.kind in (MAIL, MORNING):
        return
    name = work_name(job)
    about = About("job", str(job.pk), name)
    if status == JobStatus.FAILED:
        words = Text(zh=f"{name.zh}没有成功，请查看原因。", en=f"{name.en} did not work; see why.")
        notify(job.organisation, [job.creator], "job_failed", words, about)
    elif status == JobStatus.DONE and (timezone.now() - job.created).total_seconds() >= LONG_SECONDS:
        words = Text(zh=f"{name.zh}已完成。", en=f"{name.en} is done.")
        notify(job.organisation, [job.creator], "job_done", words, about)


def _connect_mail() -> None:
    from tujing.notices.services import noticed

    noticed.connect(_mail_at_once, dispatch_uid="mail at once")


def _mail_at_once(sender: Any, organisation: Any, notices: list[Any], **_: Any) -> None:
    if settings.EMAIL_HOST and any(one.mail == "at_once" for one in notices):
        jobs.enqueue(organisation, MAIL, {"way": "at_once"})


@jobs.handles(MAIL)
def _mail(job: Job) -> None:
    end(job, sent=send(job.organisation, job.payload["way"]))


@jobs.handles(MORNING)
def _morning(job: Job) -> None:
    """Looks for what is late, then sends the day's digest."""
    from tujing.conversation.assignment_services import tell_late

    today = timezone.localdate()
    late = len(tell_late(job.organisation, today)) + len(tell_late_milestones(job.organisation, today))
    end(job, late=late, sent=send(job.organisation, "digest"))


schedules.every(MORNING, "day", hour=7)


def tell_late_milestones(organisation: Any, today: Any) -> list[Any]:
    """Tells who steers the transformation, and who follows a milestone's project, once a milestone is overdue."""
    from tujing.conversation.services import followers
    from tujing.delivery.models import LevelProject, Milestone
    from tujing.enterprise.models import Role
    from tujing.enterprise.services import members
    from tujing.notices.about import About
    from tujing.notices.services import notify
    from tujing.web.things import look_up

    steering = [one.user for one in members(organisation) if one.role in (Role.OWNER, Role.MANAGER)]
    overdue = Milestone.objects.filter(organisation=organisation, passed=False, due__lt=today)
    projects = {
        (adoption, level): str(pk)
        for pk, adoption, level in LevelProject.objects.filter(organisation=organisation).values_list(
            "pk", "adoption", "level"
        )
    }
    told = []
    for milestone in overdue.order_by("due", "pk"):
        about = look_up(organisation, "milestone", str(milestone.pk))
        project = projects.get((milestone.adoption_id, milestone.level), "")
        name = about.name
        following = followers(organisation, About("project", project, name)) if project else []
        words = Text(zh=f"里程碑逾期（{milestone.due}）：{name.zh}", en=f"Milestone late ({milestone.due}): {name.en}")
        once = f"milestone:{milestone.pk}:{milestone.due}"
        told += notify(organisation, [*steering, *following], "late", words, about, once=once)
    return told


def send(organisation: Any, way: str) -> int:
    """Mails what waits, one mail a person; returns how many. Without a mail server nothing is ticked off."""
    from django.core.mail import get_connection

    from tujing.notices.services import mailed, to_mail

    if not settings.EMAIL_HOST:
        return 0
    count = 0
    with get_connection() as connection:
        for _person, rows in groupby(to_mail(organisation, way), key=lambda one: one.person_id):
            mine = list(rows)
            letter(organisation, mine, connection).send()
            mailed(mine)  # each on its own: a broken address must not send the others twice
            count += 1
    return count


def letter(organisation: Any, notices: Iterable[Any], connection: Any = None) -> Any:
    """One mail in Chinese with the English below: mail has no language switch."""
    from django.core.mail import EmailMessage
    from django.urls import reverse

    mine = list(notices)
    zh, en = [], []
    for one in mine:
        link = settings.SITE_URL + reverse("notices_open", args=[one.pk])
        zh.append(f"· {one.words['zh']}\n  {link}")
        en.append(f"· {one.words['en']}")
    choose = settings.SITE_URL + reverse("notices_preferences")
    first = mine[0].words["zh"].replace("\n", " ")
    subject = f"[图景] {first[:60]}" if len(mine) == 1 else f"[图景] {len(mine)} 条通知 / {len(mine)} notices"
    body = "\n".join(
        [
            organisation.name["zh"],
            "",
            *zh,
            "",
            "—",
            organisation.name.get("en", ""),
            "",
            *en,
            "",
            f"通知设置 / settings: {choose}",
        ]
    )
    return EmailMessage(subject, body, to=[mine[0].person.email], connection=connection)


_connect_mail()
