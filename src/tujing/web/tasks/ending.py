"""How a job of the pages ends: its result goes into the payload in the same breath."""

from __future__ import annotations

from typing import Any

from tujing.runtime import jobs
from tujing.runtime.contract import Cancelled
from tujing.runtime.models import Job, JobStatus


def end(job: Job, **result: Any) -> None:
    """Keeps the result and finishes the job.

    Raises
    ------
    Cancelled
        When another worker has the job by now.
    """
    if not jobs.report(job, payload={**job.payload, "result": result}) or not jobs.finish(job, JobStatus.DONE):
        raise Cancelled  # another worker has the job
