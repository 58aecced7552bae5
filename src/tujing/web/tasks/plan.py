"""Making a plan."""

from __future__ import annotations

from typing import Any

from tujing.enterprise.models import Organisation
from tujing.runtime import jobs
from tujing.runtime.models import Job
from tujing.runtime.services import JobProgress
from tujing.web.tasks.ending import end
from tujing.words import Text

PLAN = "plan"


def start_plan(organisation: Organisation, wishes: dict[str, Any], by: Any) -> Job:
    return jobs.enqueue(organisation, PLAN, wishes, by)


@jobs.handles(PLAN)
def _plan(job: Job) -> None:
    from tujing.iteration.services import make_plan

    JobProgress(job).report(0.1, Text(zh="正在求解最优组合与先后顺序", en="Solving for the best choice and order"))
    plan = make_plan(job.organisation, **job.payload)
    end(job, plan=plan.pk)
