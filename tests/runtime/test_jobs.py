"""Covered: one worker takes a job, a lost worker's job is done again, and a late worker cannot write."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tujing.runtime import jobs
from tujing.runtime.models import Job, JobStatus

pytestmark = pytest.mark.django_db


def queue(organisation, **changes) -> Job:
    job = jobs.enqueue(organisation, "run", {})
    Job.objects.filter(pk=job.pk).update(**changes)
    return job


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_expires=timezone.now() - timedelta(seconds=1))


def test_a_job_is_taken_once(organisation):
    job = queue(organisation)
    assert jobs.claim().pk == job.pk
    assert jobs.claim() is None


def test_the_oldest_comes_first(organisation):
    first, second = queue(organisation), queue(organisation)
    assert [jobs.claim().pk, jobs.claim().pk] == [first.pk, second.pk]


def test_a_vanished_workers_job_is_queued_again_and_then_failed(organisation):
    queue(organisation)
    for _ in range(2):
        taken = jobs.claim()
        assert jobs.reap() == 0
        expire(taken)
        assert jobs.reap() == 1
    job = Job.objects.get()
    assert job.status == JobStatus.FAILED
    assert job.error[0]["code"] == "worker_lost"


def test_an_orderly_stop_of_the_worker_costs_a_job_no_attempt(organisation):
    queue(organisation)
    for _ in range(5):
        assert jobs.give_back(jobs.claim(), counts=False) == 1
    taken = jobs.claim()
    assert (taken.status, taken.attempts) == (JobStatus.RUNNING, 1)


def test_a_worker_that_lost_its_lease_can_no_longer_write(organisation):
    queue(organisation)
    late = jobs.claim()
    expire(late)
    jobs.reap()
    second = jobs.claim()
    assert not jobs.renew(late)
    assert not jobs.report(late, progress=0.5)
    assert not jobs.finish(late, JobStatus.DONE)
    assert jobs.finish(second, JobStatus.DONE)
    assert Job.objects.get().status == JobStatus.DONE


def test_a_queued_job_is_cancelled_at_once_and_a_running_one_is_asked(organisation):
    waiting = queue(organisation)
    assert jobs.cancel(organisation, waiting.pk)
    assert Job.objects.get().status == JobStatus.CANCELLED
    running = queue(organisation)
    jobs.claim()
    assert jobs.cancel(organisation, running.pk)
    assert Job.objects.get(pk=running.pk).cancel_requested


def test_another_organisation_cannot_cancel(organisation):
    from tujing.enterprise.models import Organisation

    stranger = Organisation.objects.create(slug="stranger", name={"zh": "外人", "en": "Stranger"})
    job = queue(organisation)
    assert not jobs.cancel(stranger, job.pk)
    assert Job.objects.get().status == JobStatus.QUEUED


def test_a_cancelled_job_whose_worker_vanished_stays_cancelled(organisation):
    queue(organisation)
    job = jobs.claim()
    jobs.cancel(organisation, job.pk)
    jobs.give_back(job)
    assert Job.objects.get().status == JobStatus.CANCELLED
