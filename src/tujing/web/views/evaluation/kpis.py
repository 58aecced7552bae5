"""KPIs: the tree from money down to the tables, one over time with its lineage, the rows behind a point, own ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.delivery.cells import read_day
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import may
from tujing.evaluation import store
from tujing.evaluation.compute import SCOPES
from tujing.evaluation.drill_services import MOST_ROWS, Behind, behind, parts_of
from tujing.evaluation.formula import columns as columns_of
from tujing.evaluation.measures import measures
from tujing.evaluation.models import DeclaredKpi, KpiSeries
from tujing.planning.value import DRIVERS
from tujing.problems import BadInput
from tujing.web.access import member, requires
from tujing.web.exports import as_csv, as_xlsx
from tujing.web.paging import asked_page, counted
from tujing.web.refusals import shown as in_words
from tujing.web.tasks.evaluation import start_series
from tujing.web.views.jobs import job_context
from tujing.web.words import column_name, element_name, label, listed, say, unit

ROWS_SHOWN = 50
NAMES = ("id", "name_zh", "name_en", "unit", "better", "formula", "grain", "standard")


@require_GET
@member
def tree(request: HttpRequest) -> HttpResponse:
    """Money drivers → KPIs → formula → data elements; the newest figure of each KPI stands beside it."""
    known = store.known(request.organisation)
    kept = {row.kpi: row for row in KpiSeries.objects.filter(organisation=request.organisation, scope="")}
    own = set(DeclaredKpi.objects.filter(organisation=request.organisation).values_list("kpi", flat=True))
    leaves = {
        name: {"measure": one, "reads": one.reads, "last": _last(kept.get(name)), "is_own": name in own}
        for name, one in known.items()
    }
    moved = {link.driver for one in known.values() for link in one.drivers}
    branches = [
        (
            label(driver),
            [
                {**leaves[name], "link": next(link for link in one.drivers if link.driver == driver)}
                for name, one in known.items()
                if any(link.driver == driver for link in one.drivers)
            ],
        )
        for driver in DRIVERS
        if driver in moved
    ]
    loose = [leaves[name] for name, one in known.items() if not one.drivers]
    if request.GET.get("as") == "xlsx":
        columns = ["KPI", _("Name"), _("Unit"), _("Formula"), _("Standard"), _("Acts on")]
        lines = [
            (
                one.id,
                say(one.name),
                one.unit,
                one.formula,
                one.standard,
                listed(label(link.driver) for link in one.drivers),
            )
            for one in known.values()
        ]
        return as_xlsx({"KPI": (columns, lines)}, "tujing-kpis.xlsx")
    context = {
        "tab": "kpis",
        "branches": branches,
        "without": [label(driver) for driver in DRIVERS if driver not in moved],
        "loose": loose,
        "may_evaluate": may(request.user, request.organisation, "evaluate"),
    }
    return render(request, "evaluation/tree.html", context)


def _parts(organisation: Organisation, kpi: str) -> list[tuple[int, str]]:
    """The aggregates of a formula by place, named by their table and the columns that they read."""
    found = []
    for place, one in enumerate(parts_of(organisation, kpi)):
        read = dict.fromkeys(column_name(each.column, each.element) for each in columns_of(one.body))
        found.append((place, element_name(one.element) + (f" ({listed(read)})" if read else "")))
    return found


def _last(row: KpiSeries | None) -> tuple[str, float] | None:
    pairs = row.values.get("", []) if row else []
    return (pairs[-1][0], pairs[-1][1]) if pairs else None


@require_GET
@member
def kpi(request: HttpRequest, kpi: str) -> HttpResponse:
    """One KPI: formula, lineage, its series as it was computed last, gaps and unit breaks."""
    grain, scope = request.GET.get("grain", ""), request.GET.get("scope", "")
    measure, chosen = store.checked(request.organisation, kpi, grain, scope)
    row, is_fresh, problems = None, False, []
    try:
        row, is_fresh = store.kept_series(request.organisation, kpi, grain, scope)
    except BadInput as error:
        problems = in_words(error.problems)
    if row and request.GET.get("as") == "xlsx":
        lines = [(part, *pair) for part, pairs in row.values.items() for pair in pairs]
        return as_xlsx({kpi: ([_("Part"), _("Period"), _("Value")], lines)}, f"tujing-{kpi}.xlsx")
    own = DeclaredKpi.objects.filter(organisation=request.organisation, kpi=kpi).first()
    context = {
        "tab": "kpis",
        "measure": measure,
        "is_own": own is not None,
        "own": own,
        "grain": chosen,
        "grains": store.GRAINS[store.GRAINS.index(measure.grain) :],
        "scope": scope,
        "scopes": ["", *SCOPES],
        "row": row,
        "is_fresh": is_fresh,
        "problems": problems,
        "chart": _chart(row, measure.unit) if row else None,
        "points": _points(row) if row else [],
        "condition": store.condition(row) if row else [],
        "parts": _parts(request.organisation, kpi),
        "may_evaluate": may(request.user, request.organisation, "evaluate"),
    }
    return render(request, "evaluation/kpi.html", context)


def _chart(row: KpiSeries, code: str) -> dict[str, Any]:
    is_share = code == "1"
    periods = sorted({day for pairs in row.values.values() for day, _ in pairs})
    series = []
    for part, pairs in list(row.values.items())[:12]:
        found = {day: round(value * 100, 3) if is_share else value for day, value in pairs}
        series.append({"name": part or _("Whole plant"), "values": [found.get(day) for day in periods]})
    return {"kind": "line", "x": periods, "series": series, "unit": "%" if is_share else unit(code)}


def _points(row: KpiSeries) -> list[tuple[str, str, float]]:
    """Period, part and value, the newest first, as many as a page bears."""
    points = [(day, part, value) for part, pairs in row.values.items() for day, value in pairs]
    return sorted(points, key=lambda one: (one[0], one[1]), reverse=True)[:60]


@require_POST
@requires("evaluate")
def compute(request: HttpRequest, kpi: str) -> HttpResponse:
    """Queues the series of a KPI."""
    grain, scope = request.POST.get("grain", ""), request.POST.get("scope", "")
    store.checked(request.organisation, kpi, grain, scope)
    job = start_series(request.organisation, kpi, grain, scope, request.user)
    if request.htmx:
        return render(request, "workbench/job.html", job_context(job))
    return redirect("jobs_progress", job.pk)


@require_GET
@member
def rows(request: HttpRequest, kpi: str) -> HttpResponse:
    """The rows of a table that a figure rests on."""
    asked = {key: request.GET.get(key, "") for key in ("period", "grain", "scope", "part", "place")}
    place = int(asked["place"]) if asked["place"].isdecimal() and len(asked["place"]) < 4 else 0
    period = read_day(asked["period"], "period")
    cut = {name: asked[name] for name in ("grain", "scope", "part")}
    if request.GET.get("as") == "csv":
        found = behind(request.organisation, kpi, place, period, **cut, begin=0, count=MOST_ROWS)
        return as_csv(found.columns, found.rows, f"tujing-{kpi}-{found.element}-{period}.csv")

    def rows_of(number: int) -> Behind:
        begin = (number - 1) * ROWS_SHOWN
        return behind(request.organisation, kpi, place, period, **cut, begin=begin, count=ROWS_SHOWN)

    found = rows_of(asked_page(request))
    page = counted(asked_page(request), found.count, ROWS_SHOWN)
    if page.number < asked_page(request):
        found = rows_of(page.number)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "tab": "kpis",
        "measure": store.checked(request.organisation, kpi, "", "")[0],
        "found": found,
        "headings": [column_name(name, found.element) for name in found.columns],
        "period": period,
        "asked": asked,
        "place": place,
        "parts": _parts(request.organisation, kpi),
        "page": page,
        "query": query.urlencode(),
    }
    return render(request, "evaluation/rows.html", context)


@require_GET
@member
def editor(request: HttpRequest) -> HttpResponse:
    """Declaring or changing a KPI of one's own."""
    known = DeclaredKpi.objects.filter(organisation=request.organisation)
    row = known.filter(kpi=request.GET.get("kpi", "")).first()
    context = {
        "tab": "kpis",
        "entry": row.definition if row else {},
        "examples": list(measures().values()),
        "own": known,
        "may_evaluate": may(request.user, request.organisation, "evaluate"),
    }
    return render(request, "evaluation/editor.html", context)


@require_POST
@requires("evaluate")
def declare(request: HttpRequest) -> HttpResponse:
    """Keeps a KPI; with `only=check` says what it would read and keeps nothing."""
    entry = _entry(request)
    if request.POST.get("only") == "check":
        measure = store.read_kpi(entry)
        return render(request, "evaluation/checked.html", {"measure": measure})
    measure = store.declare_one(request.organisation, entry, request.user.get_username())
    messages.success(request, _("%(name)s is kept.") % {"name": say(measure.name)})
    return _to(request, reverse("evaluation_kpi", args=[measure.id]))


@require_POST
@requires("evaluate")
def forget(request: HttpRequest, kpi: str) -> HttpResponse:
    """Takes away a KPI of one's own."""
    definition = store.forget(request.organisation, kpi)
    name, formula = say(definition["name"]), definition["formula"]
    words = _("%(name)s is taken away. Its formula was: %(formula)s")
    messages.success(request, words % {"name": name, "formula": formula})
    return _to(request, reverse("evaluation_kpis"))


def _to(request: HttpRequest, target: str) -> HttpResponse:
    from django_htmx.http import HttpResponseClientRedirect

    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)


def _entry(request: HttpRequest) -> dict[str, Any]:
    told = {name: request.POST.get(name, "").strip() for name in NAMES}
    zh, en = told.pop("name_zh"), told.pop("name_en")
    times = {}
    for line in request.POST.get("time", "").replace("，", ",").split(","):
        element, _dot, column = line.strip().partition(".")
        if element and column:
            times[element] = column
    return {**told, "name": {"zh": zh or en, "en": en or zh}, "grain": told["grain"] or "week", "time": times}
