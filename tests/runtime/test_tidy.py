"""What a killed worker left on the disk is cleared up; what an open job needs stays."""

import os
import time
import uuid
from pathlib import Path

import pytest

from tujing.enterprise.models import Organisation
from tujing.runtime.models import Job, JobStatus, Run
from tujing.runtime.tidy_services import SAFE_AGE, new_run_folder, tidy, tidy_runs, work_folder

pytestmark = pytest.mark.django_db


def a_job(organisation, status):
    job = Job.objects.create(organisation=organisation, kind="run", payload={}, status=status)
    work_folder(job).mkdir(parents=True)
    (work_folder(job) / "half.bin").write_bytes(b"half")
    return job


def test_folders_of_ended_jobs_go_and_those_of_open_jobs_stay(organisation):
    assert tidy() == 0
    still_open = [a_job(organisation, status) for status in (JobStatus.QUEUED, JobStatus.RUNNING)]
    ended = [a_job(organisation, status) for status in (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED)]
    unknown = work_folder(ended[0]).with_name(str(uuid.uuid4()))
    unknown.mkdir()
    somebody_elses = unknown.with_name("notes")
    somebody_elses.mkdir()

    assert tidy() == 4
    assert all(work_folder(job).exists() for job in still_open) and somebody_elses.exists()
    assert not unknown.exists() and not any(work_folder(job).exists() for job in ended)


def files_of_a_run(organisation, days_old: float, has_row: bool) -> Path:
    """A run's folder; its row names it, as `document` does, when it has one."""
    folder = new_run_folder(organisation, "production/scheduling")
    folder.mkdir(parents=True)
    path = folder / "plan.parquet"
    path.write_bytes(b"rows")
    then = time.time() - days_old * 24 * 3600
    os.utime(folder, (then, then))
    if has_row:
        Run.objects.create(
            organisation=organisation,
            scenario="production/scheduling",
            status="optimal",
            parameters={},
            seed=0,
            seconds=1.0,
            input_hash="",
            input_versions={},
            code_version="",
            document={"tables": {"plan": {"columns": ["a"], "row_count": 30_000, "path": str(path)}}},
            kpis={},
        )
    return folder


def test_the_files_of_a_run_without_a_row_go_once_they_are_old(organisation):
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    kept, fresh = files_of_a_run(organisation, 3, has_row=True), files_of_a_run(organisation, 0.5, has_row=False)
    broken_off, elsewhere = files_of_a_run(organisation, 3, has_row=False), files_of_a_run(stranger, 3, has_row=False)
    somebody_elses = kept.with_name("notes")
    somebody_elses.mkdir()
    os.utime(somebody_elses, (0, 0))
    # A run of one company never vouches for a folder of another.
    Run.objects.filter(organisation=organisation).update(document={"files": {"a": {"path": f"{kept}{elsewhere}"}}})

    assert SAFE_AGE.days == 1 and tidy_runs() == 2
    assert kept.exists() and fresh.exists() and somebody_elses.exists()
    assert not broken_off.exists() and not elsewhere.exists()
    assert tidy_runs() == 0
