"""Running acceptance checks."""

from __future__ import annotations

from typing import Any

from tujing.enterprise.models import Organisation
from tujing.runtime import jobs
from tujing.runtime.models import Job
from tujing.runtime.services import JobProgress
from tujing.web.tasks.ending import end
from tujing.words import Text

CHECKS = "delivery_checks"


def start_checks(organisation: Organisation, wishes: dict[str, Any], by: Any) -> Job:
    """Queues one check (`{"milestone"}`), those of a project (`{"project"}`), or all that wait (`{}`)."""
    return jobs.enqueue(organisation, CHECKS, wishes, by)


@jobs.handles(CHECKS)
def _checks(job: Job) -> None:
    from tujing.delivery.models import LevelProject, Milestone
    from tujing.delivery.services import accept, waiting_checks
    from tujing.delivery.situation_services import Reader

    organisation, wishes = job.organisation, job.payload
    if "milestone" in wishes:
        mine = Milestone.objects.filter(organisation=organisation, pk=wishes["milestone"])
        waiting = list(mine.select_related("adoption"))
    else:
        waiting = waiting_checks(organisation, wishes.get("project"))
    reader, progress, passed = Reader(organisation), JobProgress(job), 0
    for place, milestone in enumerate(waiting):
        words = Text(zh=f"正在检查：{milestone.name['zh']}", en=f"Checking: {milestone.name['en']}")
        progress.report(place / len(waiting), words)
        passed += accept(organisation, milestone.pk, reader).passed
    project = wishes.get("project")
    if project is None and "milestone" in wishes and waiting:
        [one] = waiting
        of = LevelProject.objects.filter(organisation=organisation, adoption=one.adoption_id, level=one.level).first()
        project = of.pk if of else None
    place_to_go = {"page": "delivery"} if project is None else {"page": "delivery_gates", "at": [project]}
    end(job, checks=len(waiting), passed=passed, **place_to_go)
