"""The workbench: any runnable scenario on the organisation's own data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tujing.adoption.readiness import readiness
from tujing.atlas.loader import Card, atlas
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import may
from tujing.runtime.contract import Budget
from tujing.runtime.models import Job, JobStatus, Run, Schedule, Use
from tujing.runtime.registry import runnable
from tujing.runtime.services import RUN, newest_runs, runs, start_run
from tujing.runtime.slots import PERIODS
from tujing.runtime.tidy_services import run_file
from tujing.runtime.use_services import USABLE, in_use, overtaken
from tujing.web import parameters
from tujing.web.access import member, requires
from tujing.web.exports import as_csv, as_xlsx, attachment
from tujing.web.outcomes import chart_for_page, kpis, late_orders, reasons, shown_files, shown_tables, whole_table
from tujing.web.plan_form import number, whole
from tujing.web.views.jobs import job_context
from tujing.web.words import scenario_name

DEFAULT_SECONDS = 15
EARLIER_RUNS = 20


@require_GET
@member
def listing(request: HttpRequest) -> HttpResponse:
    """Every scenario, the runnable ones first, with the newest run of each; searched by `?q=`, `?wing=`, `?only=`."""
    facts = dataspace.facts(request.organisation)
    newest = newest_runs(request.organisation)
    using = {use.scenario: use for use in Use.objects.filter(organisation=request.organisation, until__isnull=True)}
    wish, wing, only = (request.GET.get(name, "").strip() for name in ("q", "wing", "only"))
    rows = [
        {"card": card, "readiness": readiness(card.manifest, facts), "run": newest.get(name), "use": using.get(name)}
        for name, card in atlas().cards.items()
        if wing in ("", card.manifest.wing) and wish.lower() in _searched(card)
    ]
    rows = [row for row in rows if only == "" or (row["card"].runnable and (only != "ready" or row["readiness"].ready))]
    rows.sort(key=lambda row: (not row["card"].runnable, not row["readiness"].ready))
    wings = list(dict.fromkeys(card.manifest.wing for card in atlas().cards.values()))
    context = {"rows": rows, "q": wish, "wing": wing, "wings": wings, "only": only}
    return render(request, "workbench/rows.html" if request.htmx else "workbench/listing.html", context)


def _searched(card: Card) -> str:
    return f"{card.manifest.id} {card.manifest.name.zh} {card.manifest.name.en}".lower()


@require_http_methods(["GET", "POST"])
@member
def bench(request: HttpRequest, scenario: str) -> HttpResponse:
    """Readiness, parameters and earlier runs; a POST starts a run."""
    card = runnable_card(scenario)
    if request.method == "POST":
        return _start(request, card)
    organisation = request.organisation
    earlier = list(runs(organisation, scenario).defer("document")[:EARLIER_RUNS])
    last = runs(organisation, scenario).first()
    under_way = _under_way(organisation, scenario)
    context: dict[str, Any] = {
        "scenario": card.manifest,
        "readiness": readiness(card.manifest, dataspace.facts(organisation)),
        "fields": parameters.fields(runnable(scenario).Parameters, last.parameters if last else None, scenario),
        "seconds": DEFAULT_SECONDS,
        "runs": earlier,
        "may_run": may(request.user, organisation, "run"),
        **_use_context(organisation, scenario),
        "schedules": Schedule.objects.filter(organisation=organisation, kind=RUN, payload__scenario=scenario),
        "periods": PERIODS,
        "first": _tomorrow_morning(),
    }
    if under_way:
        context |= job_context(under_way)
    elif last:
        context |= _outcome_context(last)
    return render(request, "workbench/bench.html", context)


@requires("run")
def _start(request: HttpRequest, card: Card) -> HttpResponse:
    scenario = card.manifest.id
    given = parameters.given(runnable(scenario).Parameters, request.POST)
    job = start_run(request.organisation, scenario, given, budget_of(request), request.user)
    if request.htmx:
        return render(request, "workbench/job.html", job_context(job))
    return redirect("jobs_progress", job.pk)


@require_GET
@member
def outcome(request: HttpRequest, scenario: str, run: int) -> HttpResponse:
    found = _run(request.organisation, scenario, run)
    context = _outcome_context(found) | {
        "scenario": card_of(scenario).manifest,
        "may_run": may(request.user, request.organisation, "run"),
        **_use_context(request.organisation, scenario),
    }
    return render(request, "workbench/outcome.html" if request.htmx else "workbench/outcome_page.html", context)


@require_GET
@member
def why(request: HttpRequest, scenario: str, run: int) -> HttpResponse:
    """The chain that makes one order late, `?order=`."""
    key = request.GET.get("order", "")
    found = _run(request.organisation, scenario, run)
    chain = reasons(found.document, key)
    return render(request, "workbench/why.html", {"key": key, "chain": chain, "run": found})


@require_GET
@member
def download(request: HttpRequest, scenario: str, run: int, table: str, ending: str) -> HttpResponse:
    found = _run(request.organisation, scenario, run)
    if table not in found.document["tables"] or ending not in ("csv", "xlsx"):
        raise Http404
    columns, rows = whole_table(found.document["tables"][table])
    name = f"{scenario.replace('/', '-')}-{found.pk}-{table}.{ending}"
    if ending == "csv":
        return as_csv(columns, rows, name)
    return as_xlsx({table: (columns, rows)}, name)


@require_GET
@member
def file(request: HttpRequest, scenario: str, run: int, artifact: str) -> HttpResponse:
    """A file that the run made; a picture is shown, anything else is downloaded."""
    found = _run(request.organisation, scenario, run)
    kept = found.document.get("files", {}).get(artifact)
    if kept is None or not (path := run_file(kept["path"])).is_file():
        raise Http404
    content = path.read_bytes()
    if kept["media_type"] == "image/png":
        return HttpResponse(content, content_type="image/png")
    return attachment(content, artifact, "application/octet-stream")


def _outcome_context(run: Run) -> dict[str, Any]:
    document = run.document
    late = late_orders(document)
    charts = document.get("charts", {})
    return {
        "run": run,
        "usable": run.status in USABLE,
        "document": document,
        "kpis": kpis(document),
        "charts": [chart_for_page(name, charts[name], run.pk) for name in charts],
        "tables": shown_tables(document),
        "files": shown_files(document),
        "late": late,
    }


def card_of(scenario: str) -> Card:
    found = atlas().cards.get(scenario)
    if found is None:
        raise Http404
    return found


def runnable_card(scenario: str) -> Card:
    card = card_of(scenario)
    if not card.runnable:
        raise Http404(_("%(scenario)s is not runnable yet.") % {"scenario": scenario_name(scenario)})
    return card


def _run(organisation: Organisation, scenario: str, run: int) -> Run:
    return get_object_or_404(Run, pk=run, organisation=organisation, scenario=scenario)


def _use_context(organisation: Organisation, scenario: str) -> dict[str, Any]:
    """What is in use, and which of its tables something else has written since."""
    use = in_use(organisation, scenario)
    return {"use": use, "overtaken": overtaken(use) if use else {}}


def budget_of(request: HttpRequest) -> Budget:
    """The time limit and the seed of the form."""
    seconds, seed = (request.POST.get(name, "").strip() for name in ("seconds", "seed"))
    return Budget(
        seconds=number(seconds, "seconds") if seconds else DEFAULT_SECONDS, seed=whole(seed, "seed") if seed else 0
    )


def _tomorrow_morning() -> str:
    """Six o'clock, before the early shift, as the form's field takes it."""
    tomorrow = timezone.localtime() + timedelta(days=1)
    return tomorrow.replace(hour=6, minute=0).strftime("%Y-%m-%dT%H:%M")


def _under_way(organisation: Organisation, scenario: str) -> Job | None:
    open_jobs = Job.objects.filter(organisation=organisation, status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
    return open_jobs.filter(payload__scenario=scenario).first()
