"""Evaluating what is in use, working out the nine indicators, and computing a KPI's series."""

from __future__ import annotations

import json
from typing import Any

from tujing.enterprise.models import Organisation
from tujing.runtime import jobs
from tujing.runtime.models import Job
from tujing.runtime.services import JobProgress
from tujing.web.tasks.ending import end
from tujing.words import Text

EVALUATION = "evaluation"
APPRAISAL = "appraisal"
SERIES = "kpi_series"


def start_evaluation(organisation: Organisation, by: Any) -> Job:
    return jobs.enqueue(organisation, EVALUATION, {}, by)


def start_appraisal(organisation: Organisation, by: Any) -> Job:
    return jobs.enqueue(organisation, APPRAISAL, {}, by)


def start_series(organisation: Organisation, kpi: str, grain: str, scope: str, by: Any) -> Job:
    return jobs.enqueue(organisation, SERIES, {"kpi": kpi, "grain": grain, "scope": scope}, by)


@jobs.handles(EVALUATION)
def _evaluation(job: Job) -> None:
    from django.utils import timezone

    from tujing.evaluation.services import evaluate
    from tujing.iteration.review import learn

    progress = JobProgress(job)
    progress.report(0.05, Text(zh="正在测量每个在用场景的效果", en="Measuring what each scenario in use brought"))
    found = evaluate(job.organisation)
    progress.report(0.8, Text(zh="正在判断：推广、整改、保持还是停用", en="Judging: scale up, fix, keep or stop"))
    learn(job.organisation, timezone.localdate())
    end(job, measures=len(found), page="evaluation")


@jobs.handles(APPRAISAL)
def _appraisal(job: Job) -> None:
    from tujing.adoption.services import current_cycle
    from tujing.evaluation.appraisal.services import appraisal
    from tujing.evaluation.models import AppraisalResult

    JobProgress(job).report(0.1, Text(zh="正在计算九项指标", en="Working out the nine indicators"))
    result = json.loads(json.dumps(appraisal(job.organisation), default=str))
    AppraisalResult.objects.create(organisation=job.organisation, cycle=current_cycle(job.organisation), result=result)
    end(job, page="evaluation_indicators")


@jobs.handles(SERIES)
def _series(job: Job) -> None:
    from tujing.evaluation.store import series

    asked = job.payload
    JobProgress(job).report(0.1, Text(zh="正在逐期计算", en="Computing period by period"))
    series(job.organisation, asked["kpi"], asked["grain"], asked["scope"])
    end(job, page="evaluation_kpi", at=[asked["kpi"]], query={"grain": asked["grain"], "scope": asked["scope"]})
