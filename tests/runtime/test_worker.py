"""Covered, with real processes on the real database: a killed worker's job is done again and finished once, a crashing
job fails in the end and leaves the worker alive, a running job is cancelled, two workers never do one job twice."""

import os
import signal

import pytest

pytestmark = pytest.mark.real_database


def test_a_killed_workers_job_is_done_again_and_finished_once(installation):
    installation.enqueue("slow", seconds=3)
    first = installation.start_worker()
    installation.wait(lambda: len(installation.lines()) == 1)
    child = int(installation.lines()[0].split()[1])
    first.send_signal(signal.SIGKILL)
    first.wait()
    installation.start_worker()
    installation.wait(lambda: "end" in installation.lines())
    assert installation.lines().count("end") == 1
    assert len([line for line in installation.lines() if line.startswith("start")]) == 2
    assert [(job["status"], job["attempts"]) for job in installation.jobs()] == [("done", 2)]
    with pytest.raises(ProcessLookupError):  # the child died with its parent
        os.kill(child, 0)


def test_an_orderly_stop_gives_the_job_back_and_costs_it_no_attempt(installation):
    installation.enqueue("slow", seconds=60)
    worker = installation.start_worker()
    installation.wait(lambda: len(installation.lines()) == 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert [(job["status"], job["attempts"]) for job in installation.jobs()] == [("queued", 0)]
    assert "end" not in installation.lines()


def test_a_crashing_job_fails_in_the_end_and_the_worker_lives_on(installation):
    installation.enqueue("crash")
    installation.enqueue("raise")
    installation.enqueue("slow", seconds=0)
    worker = installation.start_worker()
    installation.wait(lambda: "end" in installation.lines())
    installation.wait(lambda: all(job["status"] in ("done", "failed") for job in installation.jobs()))
    crashed, raised, slow = installation.jobs()
    assert (crashed["status"], crashed["attempts"], crashed["error"][0]["code"]) == ("failed", 2, "worker_lost")
    assert raised["error"][0]["code"] == "unexpected" and "a bug in a solution" in raised["error"][0]["detail"]
    assert slow["status"] == "done"
    assert worker.poll() is None


def test_a_running_job_is_cancelled_although_it_never_listens(installation):
    installation.enqueue("slow", seconds=60)
    installation.start_worker()
    installation.wait(lambda: len(installation.lines()) == 1)
    installation.script("jobs.cancel(Organisation.objects.get(), Job.objects.get().pk)")
    installation.wait(lambda: installation.jobs()[0]["status"] == "cancelled", seconds=20)
    assert "end" not in installation.lines()


def test_two_workers_do_every_job_once(installation):
    installation.enqueue("slow", count=12, seconds=0)
    installation.start_worker()
    installation.start_worker()
    installation.wait(lambda: installation.lines().count("end") == 12)
    assert len([line for line in installation.lines() if line.startswith("start")]) == 12
    assert {(job["status"], job["attempts"]) for job in installation.jobs()} == {("done", 1)}


def test_a_worker_enqueues_what_the_clock_brings_round_and_takes_its_mark_away_when_it_stops(installation):
    installation.script(
        "from django.utils import timezone\nfrom datetime import timedelta\n"
        "from tujing.runtime.models import Schedule\nnow = timezone.now()\n"
        f"Schedule.objects.create(organisation=Organisation.objects.get(), name='round', kind='slow', period='day', "
        f"payload={{'log': {str(installation.log)!r}, 'seconds': 0}}, anchor=now - timedelta(days=1), next_due=now)"
    )
    first, second = installation.start_worker(), installation.start_worker()
    installation.wait(lambda: "end" in installation.lines())
    count = "from tujing.runtime.models import WorkerBeat; print(WorkerBeat.objects.count())"
    installation.wait(lambda: installation.script(count).strip() == "2")
    for worker in (first, second):
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    assert installation.script(count).strip() == "0"
    assert len(installation.jobs()) == 1
