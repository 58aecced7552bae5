"""A real worker that also knows three kinds of job made for tests; started as a process by test_worker.py."""

import os
import sys
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tujing.web.settings"

import django

django.setup()

from tujing.runtime import jobs, worker  # noqa: E402 (Django must be set up first)
from tujing.runtime.models import Job, JobStatus  # noqa: E402


@jobs.handles("slow")
def slow(job: Job) -> None:
    """Leaves a line when it starts and, after a while, one when it ends."""
    log = Path(job.payload["log"])
    with log.open("a") as file:
        file.write(f"start {os.getpid()}\n")
    time.sleep(job.payload["seconds"])
    if jobs.finish(job, JobStatus.DONE):
        with log.open("a") as file:
            file.write("end\n")


@jobs.handles("crash")
def crash(job: Job) -> None:
    os.abort()


@jobs.handles("raise")
def fail(job: Job) -> None:
    raise RuntimeError("a bug in a solution")


if __name__ == "__main__":
    sys.exit(worker.main())
