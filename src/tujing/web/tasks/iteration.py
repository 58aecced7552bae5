"""Opening the next turn: evaluate, review, plan."""

from __future__ import annotations

from typing import Any

from tujing.enterprise.models import Organisation
from tujing.runtime import jobs
from tujing.runtime.models import Job
from tujing.runtime.services import JobProgress
from tujing.web.tasks.ending import end

ITERATION = "iteration"


def start_iteration(organisation: Organisation, budget: float | None, by: Any) -> Job:
    """Queues it for the cycle that is open now; done again after a lost worker, it opens no second one."""
    from tujing.adoption.services import current_cycle

    number = current_cycle(organisation).number
    return jobs.enqueue(organisation, ITERATION, {"budget": budget, "cycle": number}, by)


@jobs.handles(ITERATION)
def _iteration(job: Job) -> None:
    from tujing.adoption.services import current_cycle
    from tujing.iteration.services import iterate

    if current_cycle(job.organisation).number == job.payload["cycle"]:
        iterate(job.organisation, budget=job.payload["budget"], told=JobProgress(job).report)
    end(job, page="iteration")
