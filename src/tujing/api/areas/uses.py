"""Operations: results in use, runs by the clock."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tujing.api.area import Area
from tujing.api.areas.atlas import card_or_404
from tujing.api.areas.running import run_or_404
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.documents import running as documents
from tujing.documents.common import Page
from tujing.runtime import schedules as clock
from tujing.runtime import use_services
from tujing.runtime.contract import Budget
from tujing.runtime.models import Schedule, Use
from tujing.runtime.services import RUN, run_payload
from tujing.web.words import scenario_name

area = Area("running")


@area.post("/runs/{int:run}/use", documents.Use, "run", 201)
def put_in_use(request: HttpRequest, run: int, wishes: documents.UseWishes) -> documents.Use:
    """Put a run's result in use: its tables become the current ones; what was in force before ends"""
    return _use(use_services.put_in_use(run_or_404(request, run), request.user, wishes.note))


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


def _schedules(request: HttpRequest) -> QuerySet[Schedule]:
    """Those that people asked for; what the site itself does by the clock is its administrator's."""
    return Schedule.objects.filter(organisation=request.organisation, kind=RUN).select_related("creator")


def _use(row: Use) -> documents.Use:
    return shaped(documents.Use, row, run=row.run_id, by=row.by.get_username() if row.by else None)


def _schedule(row: Schedule) -> documents.Schedule:
    return shaped(
        documents.Schedule,
        row,
        scenario=row.payload["scenario"],
        parameters=row.payload["parameters"],
        seconds=row.payload["seconds"],
        seed=row.payload["seed"],
        first=row.anchor,
        creator=row.creator.get_username() if row.creator else None,
    )
