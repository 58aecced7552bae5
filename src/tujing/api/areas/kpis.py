"""Operations: KPIs: the tree from money down, trends, series with the rows behind a figure, one's own."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import File, Query
from ninja.files import UploadedFile

from tujing.api.area import Area
from tujing.api.areas.running import job_document
from tujing.api.paging import PageQuery, next_path, page_of
from tujing.api.shapes import shaped
from tujing.documents import kpis as documents
from tujing.documents.common import Page
from tujing.documents.kpis import Grain, Scope
from tujing.documents.running import Job
from tujing.evaluation import drill_services, store
from tujing.evaluation.formula import Aggregate
from tujing.evaluation.formula import columns as columns_of
from tujing.evaluation.measures import Measure
from tujing.evaluation.models import DeclaredKpi, KpiSeries
from tujing.iteration import overview_services
from tujing.runtime.document import plain
from tujing.web import uploads
from tujing.web.tasks.evaluation import start_series

area = Area("evaluation")
MOST_TRENDS = 100


@area.get("/trends", Page[documents.Trend])
def trends(request: HttpRequest, paging: PageQuery) -> Page[documents.Trend]:
    """The KPIs whose tables have data: their latest figures, and how they are now against just before

    Computed the first time, and again after their tables have changed.
    """
    found = overview_services.trends(request.organisation, MOST_TRENDS)
    return page_of(request, found, paging, _trend)


@area.get("/kpi-tree", Page[documents.KpiBranch])
def kpi_tree(request: HttpRequest, paging: PageQuery) -> Page[documents.KpiBranch]:
    """From money down: each KPI with the drivers it acts on, its formula, its tables and its newest figure"""
    kept = {row.kpi: row for row in KpiSeries.objects.filter(organisation=request.organisation, scope="")}
    own = set(DeclaredKpi.objects.filter(organisation=request.organisation).values_list("kpi", flat=True))
    known = list(store.known(request.organisation).values())
    return page_of(request, known, paging, lambda one: _branch(one, kept.get(one.id), one.id in own))


@area.get("/kpis", Page[documents.Kpi])
def kpis(request: HttpRequest, paging: PageQuery) -> Page[documents.Kpi]:
    """The KPIs that come with Tujing and those that the company declared"""
    return page_of(request, list(store.known(request.organisation).values()), paging, _kpi)


@area.get("/kpis/{kpi}/series", documents.Series)
def series(
    request: HttpRequest,
    kpi: str,
    grain: Grain = "",
    scope: Scope = "",
) -> documents.Series:
    """A KPI's series from the present tables, with the versions it stands on"""
    _check_known(request, kpi)
    row = store.series(request.organisation, kpi, grain, scope)
    return _series(row)


@area.get("/kpis/{kpi}/series/kept", documents.KeptSeries)
def kept_series(request: HttpRequest, kpi: str, grain: Grain = "", scope: Scope = "") -> documents.KeptSeries:
    """A KPI's series as it was computed last, with its gaps and where a unit seems to have changed"""
    _check_known(request, kpi)
    row, is_fresh = store.kept_series(request.organisation, kpi, grain, scope)
    conditions = [] if row is None else [asdict(one) for one in store.condition(row)]
    return documents.KeptSeries(
        series=None if row is None else _series(row),
        is_fresh=is_fresh,
        conditions=[documents.SeriesCondition.model_validate(one) for one in conditions],
    )


@area.post("/kpis/{kpi}/series", Job, "evaluate", 202)
def compute(request: HttpRequest, kpi: str, wishes: documents.SeriesWishes) -> Job:
    """Compute a KPI's series by a job, where the tables are large"""
    _check_known(request, kpi)
    store.checked(request.organisation, kpi, wishes.grain, wishes.scope)
    return job_document(start_series(request.organisation, kpi, wishes.grain, wishes.scope, request.user))


@area.get("/kpis/{kpi}/parts", Page[documents.KpiPart])
def parts(request: HttpRequest, kpi: str, paging: PageQuery) -> Page[documents.KpiPart]:
    """The aggregates of a KPI's formula, from left to right"""
    _check_known(request, kpi)
    found = list(enumerate(drill_services.parts_of(request.organisation, kpi)))
    return page_of(request, found, paging, lambda one: _part(*one))


@area.get("/kpis/{kpi}/rows", documents.KpiRows)
def kpi_rows(
    request: HttpRequest,
    kpi: str,
    paging: PageQuery,
    period: date,
    place: Annotated[int, Query(ge=0)] = 0,
    part: str = "",
    grain: Grain = "",
    scope: Scope = "",
) -> documents.KpiRows:
    """The rows behind a KPI's figure: those that one aggregate of its formula rests on in one period

    `period` and, with a `scope`, `part` are as the series tells them; `place` as `/kpis/{kpi}/parts` does.
    """
    _check_known(request, kpi)
    found = drill_services.behind(
        request.organisation,
        kpi,
        place,
        period,
        grain=grain,
        scope=scope,
        part=part,
        begin=paging.start,
        count=paging.page_size,
    )
    return documents.KpiRows(
        element=found.element,
        count=found.count,
        next=next_path(request, paging, found.count),
        columns=list(found.columns),
        items=plain([list(row) for row in found.rows]),
    )


@area.post("/kpis", Page[documents.Kpi], "evaluate", 201)
def declare(request: HttpRequest, file: UploadedFile = File(...)) -> Page[documents.Kpi]:
    """Declare KPIs of the company's own by a YAML file; all of it or nothing"""
    token, path = uploads.keep(request.organisation, file)
    try:
        rows = [_kpi(one) for one in store.declare(request.organisation, path)]
    finally:
        uploads.forget(request.organisation, token)
    return Page(count=len(rows), items=rows)


@area.post("/kpi-checks", documents.KpiRead, "evaluate")
def check_kpi(request: HttpRequest, wishes: documents.KpiCheckWishes) -> documents.KpiRead:
    """See what a KPI of one's own would read; nothing is kept"""
    measure = store.read_kpi(_entry(wishes.id, wishes))
    return documents.KpiRead(kpi=_kpi(measure), reads=list(measure.reads))


@area.put("/kpis/{kpi}", documents.Kpi, "evaluate")
def declare_one(request: HttpRequest, kpi: str, wishes: documents.KpiWishes) -> documents.Kpi:
    """Declare a KPI of the company's own, or change it"""
    return _kpi(store.declare_one(request.organisation, _entry(kpi, wishes), request.user.get_username()))


@area.delete("/kpis/{kpi}", "evaluate")
def forget(request: HttpRequest, kpi: str) -> None:
    """Take away a KPI of the company's own"""
    store.forget(request.organisation, kpi)


def _check_known(request: HttpRequest, kpi: str) -> None:
    if kpi not in store.known(request.organisation):
        raise Http404


def _entry(kpi: str, wishes: documents.KpiWishes) -> dict[str, Any]:
    entry = wishes.model_dump(exclude={"id"})
    return {**entry, "id": kpi, "name": {"zh": wishes.name.zh, "en": wishes.name.en or wishes.name.zh}}


def _series(row: KpiSeries) -> documents.Series:
    return shaped(documents.Series, row)


def _trend(one: overview_services.Trend) -> documents.Trend:
    return shaped(
        documents.Trend, one, name=one.name.as_dict(), values=list(one.values), until=date.fromisoformat(one.until)
    )


def _branch(one: Measure, row: KpiSeries | None, is_own: bool) -> documents.KpiBranch:
    points = row.values.get("", []) if row else []
    newest = documents.Point(period=date.fromisoformat(points[-1][0]), value=points[-1][1]) if points else None
    drivers = [link.model_dump(mode="json") for link in one.drivers]
    return documents.KpiBranch(
        **_kpi(one).model_dump(), drivers=drivers, reads=list(one.reads), is_own=is_own, newest=newest
    )


def _kpi(one: Measure) -> documents.Kpi:
    return shaped(documents.Kpi, one, name=one.name.as_dict())


def _part(place: int, one: Aggregate) -> documents.KpiPart:
    read = dict.fromkeys(each.column for each in columns_of(one.body))
    return documents.KpiPart(place=place, element=one.element, columns=list(read))
