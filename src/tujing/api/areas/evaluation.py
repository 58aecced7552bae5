"""Operations: measured effects, KPIs, beliefs, ratings."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Query
from ninja.files import UploadedFile

from tujing.adoption.models import EffectBelief
from tujing.adoption.services import beliefs as believed
from tujing.api.area import Area
from tujing.api.paging import PageQuery, next_path, page_of
from tujing.documents import evaluation as documents
from tujing.documents.common import Page
from tujing.evaluation import drill_services, services, store
from tujing.evaluation.appraisal.services import appraisal as appraised
from tujing.evaluation.appraisal.services import record_rating, record_ratings
from tujing.evaluation.formula import Aggregate
from tujing.evaluation.formula import columns as columns_of
from tujing.evaluation.measures import Measure
from tujing.evaluation.models import Evaluation
from tujing.evaluation.words import sentence
from tujing.runtime.document import plain
from tujing.web import uploads

area = Area("evaluation")
Grain = Literal["", "day", "week", "month"]
Scope = Literal["", "family", "line", "workshop"]


@area.get("/evaluations", Page[documents.EvaluationRow])
def evaluations(
    request: HttpRequest, paging: PageQuery, scenario: str = "", verdict: str = "", newest: bool = True
) -> Page[documents.EvaluationRow]:
    """Measured effects; by default the newest of each adoption and measure"""
    rows = services.latest(request.organisation) if newest else list(_all(request).order_by("-created", "id"))
    wanted = [
        row
        for row in rows
        if (not scenario or row.adoption.scenario == scenario) and (not verdict or row.verdict == verdict)
    ]
    return page_of(request, wanted, paging, _row)


@area.post("/evaluations", Page[documents.EvaluationRow], "evaluate")
def evaluate(request: HttpRequest) -> Page[documents.EvaluationRow]:
    """Evaluate every adoption in use on every KPI that its effects can show in"""
    rows = [_row(row) for row in services.evaluate(request.organisation)]
    return Page(count=len(rows), items=rows)


@area.get("/evaluations/{int:evaluation}", documents.Evaluation)
def evaluation(request: HttpRequest, evaluation: int) -> documents.Evaluation:
    """One measured effect with its interval, placebos and weekly series"""
    found = get_object_or_404(_all(request), pk=evaluation)
    return documents.Evaluation(**_row(found).model_dump(), result=found.result)


@area.get("/evaluations/withheld", Page[documents.Withheld])
def withheld(request: HttpRequest, paging: PageQuery) -> Page[documents.Withheld]:
    """What cannot be evaluated, why, and what to do about it"""
    found = services.withheld(request.organisation)
    return page_of(request, found, paging, documents.Withheld.model_validate)


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
    return documents.Series(kpi=row.kpi, grain=row.grain, scope=row.scope, values=row.values, lineage=row.lineage)


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


@area.get("/beliefs", Page[documents.Belief])
def beliefs(request: HttpRequest, paging: PageQuery, scenario: str = "") -> Page[documents.Belief]:
    """What is believed of each effect since it was measured"""
    rows = [one for one in believed(request.organisation).values() if not scenario or one.scenario == scenario]
    return page_of(request, sorted(rows, key=lambda one: (one.scenario, one.level, one.driver)), paging, _belief)


@area.get("/appraisal", documents.Appraisal)
def appraisal(request: HttpRequest) -> documents.Appraisal:
    """Performance and capability indicators with the ratings; what has no data is withheld with its reason"""
    return documents.Appraisal(document=appraised(request.organisation))


@area.post("/ratings", documents.Rated, "evaluate", 201)
def rate(request: HttpRequest, file: UploadedFile = File(...)) -> documents.Rated:
    """Keep the ratings of a filled-in file; all of it or nothing"""
    token, path = uploads.keep(request.organisation, file)
    try:
        return documents.Rated(ratings=len(record_ratings(request.organisation, path)))
    finally:
        uploads.forget(request.organisation, token)


@area.put("/ratings/{indicator}", documents.Rating, "evaluate")
def say_rating(request: HttpRequest, indicator: str, wishes: documents.RatingWishes) -> documents.Rating:
    """Keep the caller's own rating of one indicator, in the open cycle"""
    rater = request.user.get_username()
    record_rating(request.organisation, rater, wishes.group, wishes.party, indicator, wishes.subject, wishes.answers)
    return documents.Rating(indicator=indicator, rater=rater, **wishes.model_dump())


@area.delete("/kpis/{kpi}", "evaluate")
def forget(request: HttpRequest, kpi: str) -> None:
    """Take away a KPI of the company's own"""
    store.forget(request.organisation, kpi)


def _check_known(request: HttpRequest, kpi: str) -> None:
    if kpi not in store.known(request.organisation):
        raise Http404


def _all(request: HttpRequest) -> QuerySet[Evaluation]:
    return Evaluation.objects.filter(organisation=request.organisation).select_related("adoption")


def _row(row: Evaluation) -> documents.EvaluationRow:
    return documents.EvaluationRow(
        id=row.pk,
        scenario=row.adoption.scenario,
        measure=row.measure,
        method=row.method,
        verdict=row.verdict,
        created=row.created,
        words=sentence(row.verdict, row.method, row.result).as_dict(),
    )


def _kpi(one: Measure) -> documents.Kpi:
    return documents.Kpi(
        id=one.id, name=one.name.as_dict(), unit=one.unit, better=one.better, formula=one.formula, grain=one.grain
    )


def _part(place: int, one: Aggregate) -> documents.KpiPart:
    read = dict.fromkeys(each.column for each in columns_of(one.body))
    return documents.KpiPart(place=place, element=one.element, columns=list(read))


def _belief(one: EffectBelief) -> documents.Belief:
    return documents.Belief(
        scenario=one.scenario,
        level=one.level,
        driver=one.driver,
        kpi=one.kpi,
        mean=one.mean,
        standard_deviation=one.standard_deviation,
        measured=one.measured,
        source=one.source,
    )
