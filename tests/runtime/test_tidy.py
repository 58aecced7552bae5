"""What a killed worker left on the disk is cleared up; what an open job needs stays."""

import uuid

import pytest

from tujing.runtime.models import Job, JobStatus
from tujing.runtime.tidy_services import tidy, work_folder

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
