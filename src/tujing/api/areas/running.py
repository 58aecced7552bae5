"""Operations: jobs, runs, results in use, runs by the clock."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query
from pydantic import Field

from tujing.api.area import Area
from tujing.api.areas.atlas import card_or_404
from tujing.api.paging import PageQuery, next_path, page_of
from tujing.documents import running as documents
from tujing.documents.common import Page, Problem
from tujing.problems import refuse
from tujing.runtime import comparing, use_services
from tujing.runtime import jobs as engine
from tujing.runtime import schedules as clock
from tujing.runtime.contract import Budget
from tujing.runtime.models import Job, JobStatus, Run, Schedule, Use
from tujing.runtime.services import RUN, run_payload, side_by_side, start_run
from tujing.runtime.services import runs as all_runs
from tujing.web.exports import XLSX, as_csv, as_xlsx
from tujing.web.outcomes import whole_table
from tujing.web.words import scenario_name

area = Area("running")
RunNumber = Annotated[int, Field(ge=1, le=2**63 - 1)]
Status = Literal["queued", "running", "done", "failed", "cancelled"]


@area.get("/jobs", Page[documents.Job])
def jobs(
    request: HttpRequest,
    paging: PageQuery,
    status: Status | None = None,
    kind: str = "",
    order: Literal["-created", "created"] = "-created",
) -> Page[documents.Job]:
    """Long work: what is queued, under way and over"""
    found = Job.objects.filter(organisation=request.organisation).select_related("run").order_by(order, "id")
    found = found.filter(status=status) if status else found
    return page_of(request, found.filter(kind=kind) if kind else found, paging, job_document)


@area.get("/jobs/{uuid:job}", documents.Job)
def job(request: HttpRequest, job: UUID) -> documents.Job:
    """One job: how far it is, and what it made"""
    return job_document(_job(request, job))


@area.post("/jobs/{uuid:job}/cancel", documents.Job, "run")
def cancel(request: HttpRequest, job: UUID) -> documents.Job:
    """Ask a job to stop"""
    found = _job(request, job)
    engine.cancel(request.organisation, found.pk)
    found.refresh_from_db()
    return job_document(found)


@area.post("/jobs/{uuid:job}/retry", documents.Job, "administer")
def retry(request: HttpRequest, job: UUID) -> documents.Job:
    """Queue a job that failed or was cancelled once more, from the beginning"""
    found = _job(request, job)
    if not engine.retry(request.organisation, found.pk):
        raise refuse(
            "not_over",
            "只有失败或已取消的任务可以重试。",
            "Only a job that failed or was cancelled can be tried again.",
            key="job",
        )
    found.refresh_from_db()
    return job_document(found)


@area.get("/runs", Page[documents.RunRow])
def runs(
    request: HttpRequest,
    paging: PageQuery,
    scenario: str = "",
    status: str = "",
    order: Literal["-created", "created"] = "-created",
) -> Page[documents.RunRow]:
    """Runs of scenarios on the company's data"""
    found = all_runs(request.organisation, scenario or None).defer("document").order_by(order, "id")
    return page_of(request, found.filter(status=status) if status else found, paging, _row)


@area.post("/runs", documents.Job, "run", 202)
def start(request: HttpRequest, wishes: documents.RunWishes) -> documents.Job:
    """Run a scenario on the company's data

    A job does it; its result names the run.
    """
    budget = Budget(seconds=wishes.seconds, seed=wishes.seed)
    return job_document(start_run(request.organisation, wishes.scenario, wishes.parameters, budget, request.user))


@area.get("/scenarios/{wing}/{name}/comparison", documents.RunComparison)
def comparison(
    request: HttpRequest, wing: str, name: str, run: Annotated[list[RunNumber], Query()]
) -> documents.RunComparison:
    """Two to four runs of a scenario side by side: what went in differently, and what came out differently"""
    scenario = card_or_404(f"{wing}/{name}").manifest.id
    chosen = side_by_side(request.organisation, scenario, set(run))
    if len(chosen) != len(set(run)):
        raise Http404
    told = [one.document for one in chosen]
    return documents.RunComparison(
        runs=[_row(one) for one in chosen],
        kpis=[documents.KpiAcross.model_validate(asdict(row)) for row in comparing.kpis(told)],
        parameters=[_across(row) for row in comparing.parameters(told)],
        inputs=[_across(row) for row in comparing.inputs([one.input_versions for one in chosen])],
        same_seed=len({one.seed for one in chosen}) == 1,
    )


@area.get("/runs/{int:run}", documents.Run)
def run(request: HttpRequest, run: int) -> documents.Run:
    """One run as the published contract `tujing-run/1`"""
    found = _run(request, run)
    document = {**found.document}
    for part in ("tables", "files"):
        entries = document.get(part, {})
        document[part] = {name: {k: v for k, v in one.items() if k != "path"} for name, one in entries.items()}
    return documents.Run(**_row(found).model_dump(), document=document)


@area.get("/runs/{int:run}/tables/{table}", documents.Table)
def table(request: HttpRequest, run: int, table: str, paging: PageQuery) -> documents.Table:
    """One result table, a page at a time"""
    columns, rows = _table(_run(request, run), table)
    items = [list(row) for row in rows[paging.start : paging.stop]]
    return documents.Table(count=len(rows), next=next_path(request, paging, len(rows)), columns=columns, items=items)


@area.file("/runs/{int:run}/tables/{table}/export.{ending}", "text/csv", XLSX)
def export(request: HttpRequest, run: int, table: str, ending: Literal["csv", "xlsx"]) -> HttpResponse:
    """One result table as CSV or XLSX"""
    found = _run(request, run)
    columns, rows = _table(found, table)
    name = f"{found.scenario.replace('/', '-')}-{found.pk}-{table}.{ending}"
    return as_csv(columns, rows, name) if ending == "csv" else as_xlsx({table: (columns, rows)}, name)


@area.file("/runs/{int:run}/files/{name}", "application/octet-stream")
def file(request: HttpRequest, run: int, name: str) -> FileResponse:
    """A file that the run made"""
    kept = _run(request, run).document.get("files", {}).get(name)
    if kept is None or not Path(kept["path"]).is_file():
        raise Http404
    return FileResponse(
        Path(kept["path"]).open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream"
    )


@area.post("/runs/{int:run}/use", documents.Use, "run", 201)
def put_in_use(request: HttpRequest, run: int, wishes: documents.UseWishes) -> documents.Use:
    """Put a run's result in use: its tables become the current ones; what was in force before ends"""
    return _use(use_services.put_in_use(_run(request, run), request.user, wishes.note))


@area.post("/scenarios/{wing}/{name}/take-back", documents.TakenBack, "run")
def take_back(request: HttpRequest, wing: str, name: str) -> documents.TakenBack:
    """End the use of the result in force; the one before it is in use again"""
    card = card_or_404(f"{wing}/{name}")
    before = use_services.take_back(request.organisation, card.manifest.id, request.user)
    return documents.TakenBack(in_force=_use(before) if before else None)


@area.get("/uses", Page[documents.Use])
def uses(
    request: HttpRequest, paging: PageQuery, scenario: str = "", in_force: bool | None = None
) -> Page[documents.Use]:
    """Results that are or were in use, newest first"""
    found = Use.objects.filter(organisation=request.organisation).select_related("by")
    found = found.filter(scenario=scenario) if scenario else found
    return page_of(request, found if in_force is None else found.filter(until__isnull=in_force), paging, _use)


@area.get("/schedules", Page[documents.Schedule])
def schedules(
    request: HttpRequest, paging: PageQuery, scenario: str = "", active: bool | None = None
) -> Page[documents.Schedule]:
    """Scenarios that run by the clock"""
    found = _schedules(request).filter(payload__scenario=scenario) if scenario else _schedules(request)
    return page_of(request, found if active is None else found.filter(active=active), paging, _schedule)


@area.post("/schedules", documents.Schedule, "run", 201)
def schedule(request: HttpRequest, wishes: documents.ScheduleWishes) -> documents.Schedule:
    """Have a scenario run by the clock

    What is due becomes a job like any other. A name that is there already is planned anew.
    """
    budget = Budget(seconds=wishes.seconds, seed=wishes.seed)
    first = timezone.make_aware(wishes.first) if timezone.is_naive(wishes.first) else wishes.first
    made = clock.plan(
        request.organisation,
        wishes.name.strip() or scenario_name(wishes.scenario),
        RUN,
        run_payload(wishes.scenario, wishes.parameters, budget),
        period=wishes.period,
        first=first,
        creator=request.user,
    )
    return _schedule(made)


@area.patch("/schedules/{int:schedule}", documents.Schedule, "run")
def rest(request: HttpRequest, schedule: int, wishes: documents.ScheduleSwitch) -> documents.Schedule:
    """Stop a schedule, or let it go on with its next time"""
    found = get_object_or_404(_schedules(request), pk=schedule)
    clock.rest(request.organisation, found.pk, active=wishes.active)
    found.refresh_from_db()
    return _schedule(found)


@area.delete("/schedules/{int:schedule}", "run")
def drop(request: HttpRequest, schedule: int) -> None:
    """Take a schedule away; its jobs so far stay"""
    clock.drop(request.organisation, get_object_or_404(_schedules(request), pk=schedule).pk)


def job_document(found: Job) -> documents.Job:
    # What was found for a group is told by the operation of group plans, to whom may see each of its companies.
    result = {name: value for name, value in found.payload.get("result", {}).items() if name != "group"}
    made = getattr(found, "run", None) if found.status == JobStatus.DONE else None
    if made is not None:
        result |= {"run": made.pk, "scenario": made.scenario}
    return documents.Job(
        id=found.pk,
        kind=found.kind,
        status=found.status,
        progress=found.progress,
        message=found.message or None,
        problems=[_problem(problem) for problem in found.error],
        result=result,
        created=found.created,
        started=found.started,
        finished=found.finished,
    )


def _problem(kept: dict[str, Any]) -> Problem:
    """A problem as it was kept; of the file with the bad rows only its name, not where the server keeps it."""
    detail = Path(kept["detail"]).name if kept["code"] == "bad_rows" and kept.get("detail") else kept.get("detail", "")
    return Problem.model_validate(kept | {"detail": detail})


def _schedules(request: HttpRequest) -> QuerySet[Schedule]:
    """Those that people asked for; what the site itself does by the clock is its administrator's."""
    return Schedule.objects.filter(organisation=request.organisation, kind=RUN).select_related("creator")


def _job(request: HttpRequest, job: UUID) -> Job:
    return get_object_or_404(Job.objects.select_related("run"), pk=job, organisation=request.organisation)


def _run(request: HttpRequest, run: int) -> Run:
    return get_object_or_404(Run, pk=run, organisation=request.organisation)


def _use(row: Use) -> documents.Use:
    return documents.Use(
        id=row.pk,
        run=row.run_id,
        scenario=row.scenario,
        note=row.note,
        by=row.by.get_username() if row.by else None,
        since=row.since,
        until=row.until,
    )


def _schedule(row: Schedule) -> documents.Schedule:
    return documents.Schedule(
        id=row.pk,
        name=row.name,
        scenario=row.payload["scenario"],
        parameters=row.payload["parameters"],
        seconds=row.payload["seconds"],
        seed=row.payload["seed"],
        period=row.period,
        first=row.anchor,
        next_due=row.next_due,
        last=row.last,
        active=row.active,
        creator=row.creator.get_username() if row.creator else None,
    )


def _table(run: Run, name: str) -> tuple[list[str], Any]:
    if name not in run.document["tables"]:
        raise Http404
    return whole_table(run.document["tables"][name])


def _across(row: comparing.Difference) -> documents.Across:
    return documents.Across(name=row.name, values=list(row.values), differs=row.differs)


def _row(found: Run) -> documents.RunRow:
    return documents.RunRow(
        id=found.pk,
        scenario=found.scenario,
        status=found.status,
        seconds=found.seconds,
        seed=found.seed,
        parameters=found.parameters,
        input_hash=found.input_hash,
        input_versions=found.input_versions,
        code_version=found.code_version,
        created=found.created,
    )
