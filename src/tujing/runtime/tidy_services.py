"""Takes away what broken-off runs leave on the disk: a worker may be killed between its last write and clearing up."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import UUID

from django.conf import settings

from tujing.runtime.models import Job, JobStatus


def work_folder(job: Job) -> Path:
    """Returns where a run keeps what it has so far: named after the job, for the worker that takes over to find."""
    return Path(settings.HOME) / "work" / str(job.organisation_id) / str(job.pk)


def tidy() -> int:
    """Removes the working folders of jobs that have ended. Returns how many."""
    folders = {path.name: path for path in Path(settings.HOME).glob("work/*/*") if _is_a_key(path.name)}
    if not folders:
        return 0
    still_open = Job.objects.filter(pk__in=folders, status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
    over = folders.keys() - {str(key) for key in still_open.values_list("pk", flat=True)}
    for name in over:
        shutil.rmtree(folders[name], ignore_errors=True)
    return len(over)


def _is_a_key(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
