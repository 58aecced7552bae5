"""Running a scenario on the organisation's own data: read tables → solve → keep the run, its tables and its KPIs."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from tujing.adoption.models import Adoption, Cycle
from tujing.adoption.services import record_kpi
from tujing.atlas.loader import manifest
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Organisation
from tujing.problems import check_model, refuse
from tujing.runtime import jobs
from tujing.runtime.comparing import MOST_RUNS
from tujing.runtime.contract import Budget, Cancelled, Progress, RunResult
from tujing.runtime.document import document
from tujing.runtime.limits import check_seconds, check_seed
from tujing.runtime.load import from_space
from tujing.runtime.models import Job, JobStatus, Run
from tujing.runtime.registry import runnable
from tujing.runtime.tidy_services import new_run_folder, work_folder
from tujing.words import Text

RUN = "run"
REPORT_EVERY_SECONDS = 0.5
MAX_INCUMBENTS = 200


def start_run(
    organisation: Organisation,
    scenario: str,
    parameters: Mapping[str, Any] | None = None,
    budget: Budget = Budget(),
    by: Any = None,
) -> Job:
    """Queues a run for a worker. The parameters are checked now, the data when it starts.

    Raises
    ------
    BadInput
        When the scenario is not runnable, a parameter does not fit, or the time limit is out of range.
    """
    return jobs.enqueue(organisation, RUN, run_payload(scenario, parameters, budget), by)


def run_payload(
    scenario: str, parameters: Mapping[str, Any] | None = None, budget: Budget = Budget()
) -> dict[str, Any]:
    """Returns what a job of kind `RUN` is given, for one run now or for runs by the clock.

    Raises
    ------
    BadInput
        When the scenario is not runnable, a parameter does not fit, or the time limit is out of range.
    """
    check_model(runnable(scenario).Parameters, dict(parameters or {}), "parameters")
    check_seconds(budget.seconds)
    check_seed(budget.seed)
    return {
        "scenario": scenario,
        "parameters": dict(parameters or {}),
        "seconds": budget.seconds,
        "seed": budget.seed,
        "workers": budget.workers,
    }


def run_now(
    organisation: Organisation,
    scenario: str,
    parameters: Mapping[str, Any] | None = None,
    budget: Budget = Budget(),
    progress: Progress | None = None,
    job: Job | None = None,
) -> Run:
    """Runs the scenario on the organisation's tables and keeps what came out, all of it or nothing.

    Raises
    ------
    BadInput
        When the scenario is not runnable or its data cannot be used.
    Cancelled
        When somebody asked the run to stop, or the job's lease was lost.
    """
    kind = runnable(scenario)
    data, versions = from_space(organisation, manifest(scenario))
    result = kind.run(data, parameters, budget, progress)
    out = new_run_folder(organisation, scenario)
    try:
        return _keep(organisation, result, versions, document(result, out, Path(settings.HOME)), job)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)  # no file without its run
        raise


@transaction.atomic
def _keep(
    organisation: Organisation, result: RunResult, versions: dict[str, int], content: dict[str, Any], job: Job | None
) -> Run:
    """Stores a run, the tables it writes and its KPIs; ends its job."""
    if job is not None and not jobs.finish(job, JobStatus.DONE):
        raise Cancelled  # another worker has the job: keep nothing
    adoption = _open_adoption(organisation, result.scenario)
    run = Run.objects.create(
        organisation=organisation,
        adoption=adoption,
        job=job,
        scenario=result.scenario,
        status=result.outcome.status,
        parameters=content["run"]["parameters"],
        seed=result.seed,
        seconds=result.seconds,
        input_hash=result.input_hash,
        input_versions=versions,
        code_version=result.code_version,
        document=content,
        kpis=content["kpis"],
    )
    for name, table in result.outcome.writes.items():
        dataspace.write_table(organisation, name, table, source=f"run:{run.pk}")
    if adoption is not None:
        for name, kpi in result.outcome.kpis.items():
            if kpi.value is not None and math.isfinite(kpi.value):
                record_kpi(adoption, name, kpi.value, kpi.unit, f"run:{run.pk}", kpi.baseline)
    return run


def runs(organisation: Organisation, scenario: str | None = None) -> Any:
    """Returns the organisation's runs, newest first."""
    mine = Run.objects.filter(organisation=organisation)
    return mine.filter(scenario=scenario) if scenario else mine


def side_by_side(organisation: Organisation, scenario: str, wanted: Collection[int]) -> list[Run]:
    """Returns the wanted runs as far as they are there, the oldest first: what came later is told against it.

    Raises
    ------
    BadInput
        When fewer than two or too many are wanted.
    """
    if not 2 <= len(wanted) <= MOST_RUNS:
        raise refuse(
            "choose_runs",
            f"请选择 2 到 {MOST_RUNS} 次运行进行对比。",
            f"Choose two to {MOST_RUNS} runs to compare.",
            key="run",
        )
    return sorted(runs(organisation, scenario).filter(pk__in=wanted), key=lambda run: run.pk)


def newest_runs(organisation: Organisation) -> dict[str, Run]:
    """Returns the last run of each scenario, without its document."""
    last = Run.objects.filter(organisation=organisation).values("scenario").annotate(last=Max("pk")).values("last")
    return {run.scenario: run for run in Run.objects.filter(pk__in=last).defer("document")}


class JobProgress:
    """Writes a job's progress at most twice a second and notices a cancel request."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.started = time.monotonic()
        self.last = 0.0
        self.incumbents: list[list[float]] = []

    def report(self, share: float, message: Text | None = None, incumbent: float | None = None) -> None:
        now = time.monotonic()
        if incumbent is not None and math.isfinite(incumbent) and self._is_new(incumbent):
            self.incumbents.append([round(now - self.started, 2), incumbent])
            del self.incumbents[:-MAX_INCUMBENTS]
        if now - self.last < REPORT_EVERY_SECONDS:
            return
        self.last = now
        changes: dict[str, Any] = {"progress": share, "incumbents": self.incumbents}
        if message is not None:
            changes["message"] = message.as_dict()
        if not jobs.report(self.job, **changes):
            raise Cancelled
        if Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise Cancelled

    def _is_new(self, incumbent: float) -> bool:
        return not self.incumbents or self.incumbents[-1][1] != incumbent


@jobs.handles(RUN)
def _run_job(job: Job) -> None:
    payload = job.payload
    folder = work_folder(job)
    folder.mkdir(parents=True, exist_ok=True)
    budget = Budget(payload["seconds"], payload["seed"], payload["workers"], folder)
    run_now(job.organisation, payload["scenario"], payload["parameters"], budget, JobProgress(job), job)
    shutil.rmtree(folder, ignore_errors=True)


def _open_adoption(organisation: Organisation, scenario: str) -> Adoption | None:
    cycle = Cycle.objects.filter(organisation=organisation, closed__isnull=True).order_by("-number").first()
    # The ordering puts the whole factory before a pilot.
    return Adoption.objects.filter(organisation=organisation, cycle=cycle, scenario=scenario).first()
