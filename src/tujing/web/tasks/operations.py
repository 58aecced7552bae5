"""Backing up, restoring, pruning the trail, and making the example anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tujing.enterprise.models import Organisation
from tujing.runtime import jobs, schedules
from tujing.runtime.models import Job, JobStatus
from tujing.runtime.services import JobProgress
from tujing.web import uploads
from tujing.web.tasks.ending import end
from tujing.words import Text

BACKUP = "backup"
RESTORE = "restore_all"
RESET = "example_reset"
PRUNE = "audit_prune"
KINDS = (BACKUP, RESTORE, RESET)


def start_backup(organisation: Organisation, by: Any) -> Job:
    return jobs.enqueue(organisation, BACKUP, {}, by)


def start_restore(organisation: Organisation, token: str, by: Any) -> Job:
    return jobs.enqueue(organisation, RESTORE, {"token": token}, by)


def start_reset(organisation: Organisation, by: Any) -> Job:
    return jobs.enqueue(organisation, RESET, {}, by)


@jobs.handles(BACKUP)
def _backup(job: Job) -> None:
    from tujing.audit.recording import record
    from tujing.backup import services

    file = services.new_name()
    words = Text(zh="正在写入备份并计算校验值", en="Writing the backup and its hashes")
    manifest = services.backup(file, progress=_telling(job, words))
    record(
        job.organisation,
        f"生成备份 {file.name}",
        f"Made the backup {file.name}",
        changes={"rows": [None, manifest.rows], "files": [None, len(manifest.files)]},
    )
    end(job, backup=file.name, rows=manifest.rows)


@jobs.handles(RESTORE)
def _restore(job: Job) -> None:
    """The job's own row goes into the restored database as done: what replaces everything must say that it did."""
    from tujing.backup import services

    words = Text(
        zh="正在校验并恢复，恢复前的数据已先备份", en="Checking and restoring; what is there is backed up first"
    )
    given = uploads.find(job.organisation, job.payload["token"])
    services.restore(given, replace=True, progress=_telling(job, words), beside=lambda alias: _settle(job, alias))


def _settle(job: Job, alias: str) -> None:
    """Jobs that ran when the backup was made run no more; this one is done, if its organisation is there."""
    rows = Job.objects.using(alias)
    rows.filter(status=JobStatus.RUNNING).update(status=JobStatus.CANCELLED, lease_expires=None)
    if Organisation.objects.using(alias).filter(pk=job.organisation_id).exists():
        done = Job(pk=job.pk, organisation_id=job.organisation_id, kind=RESTORE, status=JobStatus.DONE, progress=1.0)
        done.save(using=alias)


@jobs.handles(RESET)
def _reset(job: Job) -> None:
    from tujing.examples.motor_works.installing_services import make_anew

    words = Text(zh="正在重新生成示例数据", en="Making the example's data anew")
    JobProgress(job).report(0.1, words)
    make_anew(job.organisation)
    end(job, reset=True)


@jobs.handles(PRUNE)
def _prune(job: Job) -> None:
    from tujing.audit.services import prune

    end(job, removed=prune(job.organisation))


schedules.every(PRUNE, "day", hour=3, minute=20)


def _telling(job: Job, words: Text) -> Callable[[float], None]:
    watch = JobProgress(job)
    return lambda share: watch.report(share, words)


def find_backup(name: str) -> Path | None:
    """Returns a backup of the workspace by its name; a name that is none of theirs is no path."""
    from tujing.backup.services import backups

    return next((path for path in backups() if path.name == name), None)
