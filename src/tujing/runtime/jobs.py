"""The job engine: claim, lease, heartbeat, fencing. The same code on SQLite and PostgreSQL.

A worker claims a job for a short lease and renews it while it works. When a worker is killed the lease runs out and any
other worker requeues the job, at most `max_attempts` times. Every write carries the lease token, so a worker that was
paused past its lease can no longer touch the job. Jobs are therefore done at least once; their last write is one
transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from tujing.enterprise.models import Organisation
from tujing.runtime.models import Job, JobStatus, Schedule

LEASE = timedelta(seconds=30)

Handler = Callable[["Job"], None]
_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Registers the function that does jobs of one kind."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def handler(kind: str) -> Handler:
    return _handlers[kind]


def known(kind: str) -> bool:
    return kind in _handlers


def enqueue(
    organisation: Organisation,
    kind: str,
    payload: dict[str, Any],
    creator: Any = None,
    schedule: Schedule | None = None,
) -> Job:
    """Queues a job inside the caller's transaction."""
    return Job.objects.create(organisation=organisation, kind=kind, payload=payload, creator=creator, schedule=schedule)


def claim(lease: timedelta = LEASE) -> Job | None:
    """Takes the oldest queued job, or returns None."""
    # The unlocked peek keeps an idle worker from taking SQLite's write lock.
    if not Job.objects.filter(status=JobStatus.QUEUED).exists():
        return None
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True).filter(status=JobStatus.QUEUED).order_by("created").first()
        )
        if job is None:
            return None
        now = timezone.now()
        taken = Job.objects.filter(pk=job.pk, status=JobStatus.QUEUED, lease_token=job.lease_token).update(
            status=JobStatus.RUNNING,
            attempts=job.attempts + 1,
            lease_token=job.lease_token + 1,
            lease_expires=now + lease,
            started=now,
            progress=0.0,
            incumbents=[],
        )
        if not taken:
            return None
    job.refresh_from_db()
    return job


def renew(job: Job, lease: timedelta = LEASE) -> bool:
    """Prolongs the lease; False when it was lost."""
    return bool(_held(job).update(lease_expires=timezone.now() + lease))


def report(job: Job, **changes: Any) -> bool:
    """Writes progress; False when the lease was lost."""
    return bool(_held(job).update(**changes))


ended = Signal()
"""Sent when a job has ended, with `job` (as it was claimed) and `status`. What listens must not take long."""


def finish(job: Job, status: JobStatus, error: list[dict[str, Any]] | None = None) -> bool:
    """Ends the job; False when the lease was lost, and then nothing may be written."""
    progress = {"progress": 1.0} if status == JobStatus.DONE else {}
    held = _held(job)
    done = held.update(status=status, finished=timezone.now(), lease_expires=None, error=error or [], **progress)
    if done:
        ended.send(sender=Job, job=job, status=status)
    return bool(done)


def cancel(organisation: Organisation, job_id: Any) -> bool:
    """Asks a job to stop; a queued one stops at once."""
    mine = Job.objects.filter(organisation=organisation, pk=job_id)
    if mine.filter(status=JobStatus.QUEUED).update(status=JobStatus.CANCELLED, finished=timezone.now()):
        return True
    return bool(mine.filter(status=JobStatus.RUNNING).update(cancel_requested=True))


def retry(organisation: Organisation, job_id: Any) -> bool:
    """Queues a job that failed or was cancelled once more, from the beginning."""
    mine = Job.objects.filter(organisation=organisation, pk=job_id, status__in=[JobStatus.FAILED, JobStatus.CANCELLED])
    again = {"attempts": 0, "cancel_requested": False, "progress": 0.0, "error": [], "finished": None}
    return bool(mine.update(status=JobStatus.QUEUED, **again))


def reap() -> int:
    """Gives back the jobs whose worker vanished. Returns how many."""
    lost = Job.objects.filter(status=JobStatus.RUNNING, lease_expires__lt=timezone.now())
    if not lost.exists():
        return 0
    return sum(give_back(job, _held(job).filter(lease_expires__lt=timezone.now())) for job in lost)


def give_back(job: Job, held: Any = None, *, counts: bool = True) -> int:
    """Requeues a job that nobody does any more, or ends it when it was cancelled or its attempts are spent.

    An attempt that an orderly stop of the worker broke off does not count against the job.
    """
    attempts = job.attempts if counts else job.attempts - 1
    held = _held(job) if held is None else held
    now = timezone.now()
    if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
        return int(held.update(status=JobStatus.CANCELLED, finished=now, lease_expires=None))
    if attempts < job.max_attempts:
        return int(held.update(status=JobStatus.QUEUED, lease_expires=None, attempts=attempts))
    words = {
        "code": "worker_lost",
        "zh": "计算进程多次意外退出，任务已停止；请缩小问题规模或联系管理员。",
        "en": "The worker died repeatedly, so the job was stopped; try a smaller problem or ask the administrator.",
    }
    failed = int(held.update(status=JobStatus.FAILED, finished=now, lease_expires=None, error=[words]))
    if failed:
        ended.send(sender=Job, job=job, status=JobStatus.FAILED)
    return failed


def _held(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, status=JobStatus.RUNNING, lease_token=job.lease_token)
