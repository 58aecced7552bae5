"""Operations: cycles, adoptions, lessons, and what the company lets flow into the map."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from tujing.adoption import lesson_services
from tujing.adoption.learning_services import give_consent, revoke_consent
from tujing.adoption.models import Adoption, Cycle, Forecast, Lesson
from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.api.versions import IfMatch, check_unchanged, content_tag
from tujing.documents import iteration as documents
from tujing.documents.common import Page
from tujing.iteration import review
from tujing.iteration.contributing import account_document
from tujing.iteration.services import iterate
from tujing.planning.wishes import check_quarters, spread_budget

area = Area("iteration")


@area.get("/cycles", Page[documents.CycleRow])
def cycles(request: HttpRequest, paging: PageQuery) -> Page[documents.CycleRow]:
    """The turns of the spiral, newest first"""
    found = Cycle.objects.filter(organisation=request.organisation).order_by("-number")
    return page_of(request, found, paging, _cycle)


@area.get("/cycles/{int:number}", documents.Cycle)
def cycle(request: HttpRequest, number: int) -> documents.Cycle:
    """One turn with what it brought: level, plan, measurements, forecast errors, lessons"""
    found = get_object_or_404(Cycle, organisation=request.organisation, number=number)
    turns = {one["number"]: one for one in review.spiral_of_cycles(request.organisation) if "number" in one}
    return documents.Cycle(**_cycle(found).model_dump(), document=turns.get(number, found.review))


@area.post("/cycles", documents.Opened, "plan", 201)
def open_next(request: HttpRequest, wishes: documents.NextCycle) -> documents.Opened:
    """Evaluate, close the open cycle, open the next and plan it with what was measured"""
    quarters = check_quarters(wishes.quarters)
    if wishes.budget is not None:
        spread_budget(wishes.budget, quarters)
    opened, plan = iterate(request.organisation, wishes.budget, quarters, wishes.seed)
    return documents.Opened(cycle=opened.number, plan=plan.pk)


@area.get("/adoptions", Page[documents.AdoptionRow])
def adoptions(
    request: HttpRequest,
    paging: PageQuery,
    cycle: int | None = None,
    stage: Literal["candidate", "planned", "implementing", "in_use", "evaluated", "stopped"] | None = None,
) -> Page[documents.AdoptionRow]:
    """The company's instances of scenarios, the hub of the loop"""
    found = Adoption.objects.filter(organisation=request.organisation).select_related("cycle")
    found = found if cycle is None else found.filter(cycle__number=cycle)
    found = found if stage is None else found.filter(stage=stage)
    return page_of(request, found.order_by("-cycle__number", "scenario", "id"), paging, _adoption)


@area.get("/learned", Page[documents.LearnedEffect])
def learned(request: HttpRequest, paging: PageQuery, scenario: str = "") -> Page[documents.LearnedEffect]:
    """Each measured effect: forecast, measurement and what is believed since"""
    found = [one for one in review.learned(request.organisation) if scenario in ("", one["scenario"])]
    return page_of(request, found, paging, _learned)


@area.get("/forecasts", Page[documents.Forecast])
def forecasts(
    request: HttpRequest,
    paging: PageQuery,
    scenario: str = "",
    cycle: int | None = None,
    kind: Literal["effect", "cost", "duration"] | None = None,
    measured: bool | None = None,
) -> Page[documents.Forecast]:
    """What was forecast when plans were made, beside what was measured; the newest cycle first"""
    found = Forecast.objects.filter(organisation=request.organisation).select_related("cycle")
    wanted = {"scenario": scenario or None, "cycle__number": cycle, "kind": kind}
    found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
    found = found if measured is None else found.filter(measured__isnull=not measured)
    return page_of(request, found.order_by("-cycle__number", "scenario", "id"), paging, _forecast)


@area.get("/solution-versions", Page[documents.ComparedVersions])
def compared_versions(request: HttpRequest, paging: PageQuery, scenario: str = "") -> Page[documents.ComparedVersions]:
    """Versions of solutions on the same data, KPI by KPI"""
    found = [one for one in review.versions(request.organisation) if scenario in ("", one["scenario"])]
    return page_of(request, found, paging, documents.ComparedVersions.model_validate)


@area.get("/lessons", Page[documents.Lesson])
def lessons(
    request: HttpRequest,
    paging: PageQuery,
    q: str = "",
    tag: str = "",
    action: Literal["", "stop", "scale", "fix", "keep", "wait", "note"] = "",
    cycle: int | None = None,
) -> Page[documents.Lesson]:
    """What the turns taught, the newest cycle first; `q` looks in reason, note and scenario"""
    found = lesson_services.lessons(request.organisation, words=q, tag=tag, action=action, cycle=cycle)
    return page_of(request, found, paging, _lesson)


@area.post("/lessons", documents.Lesson, "evaluate", 201)
def write(request: HttpRequest, wishes: documents.LessonWishes) -> documents.Lesson:
    """Write a lesson down, in the open cycle"""
    by, tags = request.user.get_username(), " ".join(wishes.tags)
    return _lesson(lesson_services.write_down(request.organisation, wishes.note, tags, by, wishes.scenario))


@area.get("/lessons/{int:lesson}", documents.Lesson)
def lesson(request: HttpRequest, response: HttpResponse, lesson: int) -> documents.Lesson:
    """One lesson, also one that is off the list; its ETag goes into `If-Match` when you annotate it"""
    document = _lesson(_own_lesson(request, lesson))
    response["ETag"] = content_tag(document.model_dump(mode="json"))
    return document


@area.put("/lessons/{int:lesson}", documents.Lesson, "evaluate")
def annotate(
    request: HttpRequest,
    response: HttpResponse,
    lesson: int,
    wishes: documents.Annotation,
    if_match: IfMatch = None,
) -> documents.Lesson:
    """Change a lesson's note and tags; the rules' own reason stays

    With `If-Match` it is refused when somebody has changed the lesson since it was read.
    """
    found = _own_lesson(request, lesson)
    check_unchanged(if_match, _lesson(found).model_dump(mode="json"))
    by, tags = request.user.get_username(), " ".join(wishes.tags)
    document = _lesson(lesson_services.annotate(request.organisation, found.pk, wishes.note, tags, by))
    response["ETag"] = content_tag(document.model_dump(mode="json"))
    return document


@area.delete("/lessons/{int:lesson}", "evaluate")
def remove_lesson(request: HttpRequest, lesson: int) -> None:
    """Take a lesson off the list; it can be put back"""
    _set_removed(request, lesson, True)


@area.post("/lessons/{int:lesson}/restore", documents.Lesson, "evaluate")
def restore_lesson(request: HttpRequest, lesson: int) -> documents.Lesson:
    """Put a lesson back on the list"""
    return _lesson(_set_removed(request, lesson, False))


@area.get("/consent", documents.Account)
def consent(request: HttpRequest) -> documents.Account:
    """What the company allowed to be shared, and what was spent of its privacy budget"""
    return documents.Account(document=account_document(request.organisation))


@area.put("/consent", documents.Account, "administer")
def give(request: HttpRequest, wishes: documents.ConsentWishes) -> documents.Account:
    """Let measured effects flow into the map, up to a privacy budget"""
    give_consent(request.organisation, wishes.budget)
    return documents.Account(document=account_document(request.organisation))


@area.delete("/consent", "administer")
def revoke(request: HttpRequest) -> None:
    """Stop all further contributions; what was released stays released"""
    revoke_consent(request.organisation)


def _own_lesson(request: HttpRequest, lesson: int) -> Lesson:
    return get_object_or_404(Lesson.objects.select_related("cycle"), pk=lesson, organisation=request.organisation)


def _set_removed(request: HttpRequest, lesson: int, removed: bool) -> Lesson:
    found = _own_lesson(request, lesson)
    return lesson_services.set_removed(request.organisation, found.pk, removed, request.user.get_username())


def _lesson(row: Lesson) -> documents.Lesson:
    return shaped(documents.Lesson, row, cycle=row.cycle.number, why=row.why or None)


def _learned(one: dict[str, Any]) -> documents.LearnedEffect:
    return documents.LearnedEffect.model_validate({**one, "evaluation": one["row"].pk})


def _forecast(row: Forecast) -> documents.Forecast:
    return shaped(documents.Forecast, row, cycle=row.cycle.number)


def _cycle(row: Cycle) -> documents.CycleRow:
    return documents.CycleRow(number=row.number, opened=row.opened, closed=row.closed)


def _adoption(row: Adoption) -> documents.AdoptionRow:
    return shaped(documents.AdoptionRow, row, cycle=row.cycle.number)
