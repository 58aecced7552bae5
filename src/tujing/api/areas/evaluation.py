"""Operations: measured effects, what is believed of them, the nine indicators, ratings."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File
from ninja.files import UploadedFile

from tujing.adoption.models import EffectBelief
from tujing.adoption.services import beliefs as believed
from tujing.adoption.services import current_cycle
from tujing.api.area import Area
from tujing.api.areas.running import job_document
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.documents import evaluation as documents
from tujing.documents.common import Page
from tujing.documents.running import Job
from tujing.evaluation import services
from tujing.evaluation.appraisal.services import appraisal as appraised
from tujing.evaluation.appraisal.services import record_rating, record_ratings
from tujing.evaluation.models import AppraisalResult, Evaluation, Rating
from tujing.evaluation.words import sentence
from tujing.web import uploads
from tujing.web.tasks.evaluation import start_appraisal, start_evaluation

area = Area("evaluation")


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


@area.post("/evaluations/jobs", Job, "evaluate", 202)
def start_evaluating(request: HttpRequest) -> Job:
    """Evaluate everything in use by a job, which then judges what is to become of each"""
    return job_document(start_evaluation(request.organisation, request.user))


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


@area.get("/beliefs", Page[documents.Belief])
def beliefs(request: HttpRequest, paging: PageQuery, scenario: str = "") -> Page[documents.Belief]:
    """What is believed of each effect since it was measured"""
    rows = [one for one in believed(request.organisation).values() if not scenario or one.scenario == scenario]
    return page_of(request, sorted(rows, key=lambda one: (one.scenario, one.level, one.driver)), paging, _belief)


@area.get("/appraisal", documents.Appraisal)
def appraisal(request: HttpRequest) -> documents.Appraisal:
    """Performance and capability indicators with the ratings; what has no data is withheld with its reason"""
    return documents.Appraisal(document=appraised(request.organisation))


@area.get("/appraisal/kept", documents.KeptAppraisal)
def kept_appraisal(request: HttpRequest) -> documents.KeptAppraisal:
    """The nine indicators as they were worked out last, without computing them; nothing before the first time"""
    kept = AppraisalResult.objects.filter(organisation=request.organisation).first()
    newest = Rating.objects.filter(organisation=request.organisation).order_by("-id").first()
    is_old = kept is not None and newest is not None and newest.rated > kept.made.date()
    made, result = (kept.made, kept.result) if kept else (None, None)
    return documents.KeptAppraisal(made=made, rated_since=is_old, document=result)


@area.post("/appraisal/jobs", Job, "evaluate", 202)
def work_out(request: HttpRequest) -> Job:
    """Work out the nine indicators by a job, which keeps them"""
    return job_document(start_appraisal(request.organisation, request.user))


@area.get("/ratings", Page[documents.GivenRating])
def ratings(
    request: HttpRequest, paging: PageQuery, indicator: str = "", mine: bool = False
) -> Page[documents.GivenRating]:
    """What was rated in the open cycle, newest first; with `mine` by the caller alone"""
    found = Rating.objects.filter(organisation=request.organisation, cycle=current_cycle(request.organisation))
    found = found.filter(indicator=indicator) if indicator else found
    found = found.filter(rater=request.user.get_username()) if mine else found
    return page_of(request, found.order_by("-id"), paging, _rating)


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


def _all(request: HttpRequest) -> QuerySet[Evaluation]:
    return Evaluation.objects.filter(organisation=request.organisation).select_related("adoption")


def _row(row: Evaluation) -> documents.EvaluationRow:
    return shaped(
        documents.EvaluationRow,
        row,
        scenario=row.adoption.scenario,
        words=sentence(row.verdict, row.method, row.result).as_dict(),
    )


def _rating(row: Rating) -> documents.GivenRating:
    return shaped(documents.GivenRating, row, answers={key: str(value) for key, value in row.answers.items()})


def _belief(one: EffectBelief) -> documents.Belief:
    return shaped(documents.Belief, one)
