"""Operations: jobs, runs with what came out of them and why."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from tujing.api.area import Area
from tujing.api.areas.atlas import card_or_404
from tujing.api.paging import PageQuery, next_path, page_of
from tujing.api.shapes import shaped
from tujing.documents import running as documents
from tujing.documents.common import Page, Problem
from tujing.problems import refuse
from tujing.runtime import comparing
from tujing.runtime import jobs as engine
from tujing.runtime.contract import Budget
from tujing.runtime.models import Job, JobStatus, Run
from tujing.runtime.services import runs as all_runs
from tujing.runtime.services import side_by_side, start_run
from tujing.runtime.tidy_services import run_file
from tujing.web.exports import XLSX, as_csv, as_xlsx
from tujing.web.outcomes import reason_rows, whole_table

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
    found = run_or_404(request, run)
    document = {**found.document}
    for part in ("tables", "files"):
        entries = document.get(part, {})
        document[part] = {name: {k: v for k, v in one.items() if k != "path"} for name, one in entries.items()}
    return documents.Run(**_row(found).model_dump(), document=document)


@area.get("/runs/{int:run}/reasons", Page[documents.Reason])
def reasons(request: HttpRequest, run: int, paging: PageQuery, order: str = "") -> Page[documents.Reason]:
    """Why orders are late: each one's chain, link by link, the costliest order first; of one order with `order`"""
    found = [row for row in reason_rows(run_or_404(request, run).document) if order in ("", str(row["job"]))]
    return page_of(request, found, paging, _reason)


@area.get("/runs/{int:run}/tables/{table}", documents.Table)
def table(request: HttpRequest, run: int, table: str, paging: PageQuery) -> documents.Table:
    """One result table, a page at a time"""
    columns, rows = _table(run_or_404(request, run), table)
    items = [list(row) for row in rows[paging.start : paging.stop]]
    return documents.Table(count=len(rows), next=next_path(request, paging, len(rows)), columns=columns, items=items)


@area.file("/runs/{int:run}/tables/{table}/export.{ending}", "text/csv", XLSX)
def export(request: HttpRequest, run: int, table: str, ending: Literal["csv", "xlsx"]) -> HttpResponse:
    """One result table as CSV or XLSX"""
    found = run_or_404(request, run)
    columns, rows = _table(found, table)
    name = f"{found.scenario.replace('/', '-')}-{found.pk}-{table}.{ending}"
    return as_csv(columns, rows, name) if ending == "csv" else as_xlsx({table: (columns, rows)}, name)


@area.file("/runs/{int:run}/files/{name}", "application/octet-stream")
def file(request: HttpRequest, run: int, name: str) -> FileResponse:
    """A file that the run made"""
    kept = run_or_404(request, run).document.get("files", {}).get(name)
    if kept is None or not (path := run_file(kept["path"])).is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")


def job_document(found: Job) -> documents.Job:
    # What was found for a group is told by the operation of group plans, to whom may see each of its companies.
    result = {name: value for name, value in found.payload.get("result", {}).items() if name != "group"}
    made = getattr(found, "run", None) if found.status == JobStatus.DONE else None
    if made is not None:
        result |= {"run": made.pk, "scenario": made.scenario}
    return shaped(
        documents.Job,
        found,
        message=found.message or None,
        problems=[_problem(problem) for problem in found.error],
        result=result,
    )


def _problem(kept: dict[str, Any]) -> Problem:
    """A problem as it was kept; of the file with the bad rows only its name, not where the server keeps it."""
    detail = Path(kept["detail"]).name if kept["code"] == "bad_rows" and kept.get("detail") else kept.get("detail", "")
    return Problem.model_validate(kept | {"detail": detail})


def _job(request: HttpRequest, job: UUID) -> Job:
    return get_object_or_404(Job.objects.select_related("run"), pk=job, organisation=request.organisation)


def run_or_404(request: HttpRequest, run: int) -> Run:
    return get_object_or_404(Run, pk=run, organisation=request.organisation)


def _reason(row: dict[str, Any]) -> documents.Reason:
    told = {name: row.get(name) for name in ("late", "kind", "start", "end")}
    return documents.Reason(order=str(row["job"]), **told, words={"zh": row["zh"], "en": row["en"]})


def _table(run: Run, name: str) -> tuple[list[str], Any]:
    if name not in run.document["tables"]:
        raise Http404
    return whole_table(run.document["tables"][name])


def _across(row: comparing.Difference) -> documents.Across:
    return documents.Across(name=row.name, values=list(row.values), differs=row.differs)


def _row(found: Run) -> documents.RunRow:
    return shaped(documents.RunRow, found)
