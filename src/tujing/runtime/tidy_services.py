"""Takes away what broken-off runs leave on the disk: a worker may be killed between its last write and clearing up."""

from __future__ import annotations

import re
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast

from tujing.enterprise.models import Organisation
from tujing.runtime.models import Job, JobStatus, Run

SAFE_AGE = timedelta(days=1)
"""A folder that was written to since may belong to a run that has yet to store its row: a matter of minutes."""
RUN_FOLDER = re.compile(r".+-(?P<nanoseconds>\d{19})")


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


def new_run_folder(organisation: Organisation, scenario: str) -> Path:
    """Returns where a run that ends now keeps the files it made: named by scenario and moment."""
    return Path(settings.HOME) / "runs" / str(organisation.pk) / f"{scenario.replace('/', '-')}-{time.time_ns()}"


def run_file(told: str) -> Path:
    """Returns where the file that a kept run's document tells of lies today: a workspace may have been moved since."""
    return Path(settings.HOME).joinpath("runs", *Path(told).parts[-3:])


def tidy_runs() -> int:
    """Removes the files of runs that were broken off before their row was stored. Returns of how many.

    Asks the database once a folder, so it is for once a day.
    """
    unknown = [one for one in Path(settings.HOME).glob("runs/*/*") if _is_old(one) and not _is_known(one)]
    for folder in unknown:
        shutil.rmtree(folder, ignore_errors=True)
    return len(unknown)


def _is_old(folder: Path) -> bool:
    """Whether it is a run's folder at all, and long untouched."""
    if not (RUN_FOLDER.fullmatch(folder.name) and _is_a_key(folder.parent.name)):
        return False
    try:
        return time.time() - folder.stat().st_mtime > SAFE_AGE.total_seconds()
    except FileNotFoundError:  # another worker was quicker
        return False


def _is_known(folder: Path) -> bool:
    """Whether a run of the company names the folder in its document; looked for about the moment of its name."""
    named = RUN_FOLDER.fullmatch(folder.name)
    assert named is not None
    begun = datetime.fromtimestamp(int(named["nanoseconds"]) // 10**9, UTC)
    near = Run.objects.filter(
        organisation_id=folder.parent.name, created__range=(begun - SAFE_AGE, begun + SAFE_AGE)
    ).annotate(text=Cast("document", TextField()))
    return near.filter(text__contains=folder.name).exists()


def _is_a_key(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
