"""Operations: plans."""

from __future__ import annotations

from typing import Literal

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from tujing.api.area import Area
from tujing.api.areas.running import job_document
from tujing.api.paging import PageQuery, page_of
from tujing.blueprint.files import MEDIA, Format, default_name
from tujing.blueprint.files import render as render_file
from tujing.blueprint.services import blueprint as laid_out
from tujing.documents import planning as documents
from tujing.documents.common import Page
from tujing.documents.running import Job
from tujing.planning.document import plan_document
from tujing.planning.models import Plan, PlannedProject, Rejection
from tujing.planning.project_list import project_list
from tujing.planning.wishes import check_quarters, spread_budget
from tujing.web.exports import XLSX, attachment
from tujing.web.tasks.plan import start_plan
from tujing.web.words import language

area = Area("planning")


@area.get("/plans", Page[documents.PlanRow])
def plans(
    request: HttpRequest,
    paging: PageQuery,
    cycle: int | None = None,
    order: Literal["-created", "created"] = "-created",
) -> Page[documents.PlanRow]:
    """Every plan that was made"""
    found = _plans(request).order_by(order, "id")
    return page_of(request, found.filter(cycle__number=cycle) if cycle is not None else found, paging, _row)


@area.post("/plans", Job, "plan", 202)
def make(request: HttpRequest, wishes: documents.PlanWishes) -> Job:
    """Make a plan for the open cycle

    A job solves it; its result names the plan.
    """
    spread_budget(wishes.budget, check_quarters(wishes.quarters))
    return job_document(start_plan(request.organisation, wishes.model_dump(exclude_unset=True), request.user))


@area.get("/plans/{int:plan}", documents.Plan)
def plan(request: HttpRequest, plan: int) -> documents.Plan:
    """One plan: value, risk, money by quarter, projects and reasons"""
    found = _own(request, plan)
    return documents.Plan(**_row(found).model_dump(), document=plan_document(found))


@area.get("/plans/{int:plan}/projects", Page[documents.Project])
def projects(request: HttpRequest, plan: int, paging: PageQuery) -> Page[documents.Project]:
    """What a plan takes up, when, and why"""
    return page_of(request, _own(request, plan).projects.all(), paging, _project)


@area.get("/plans/{int:plan}/rejections", Page[documents.Rejection])
def rejections(request: HttpRequest, plan: int, paging: PageQuery, kind: str = "") -> Page[documents.Rejection]:
    """What a plan leaves out, and why not"""
    found = _own(request, plan).rejections.all()
    return page_of(request, found.filter(kind=kind) if kind else found, paging, _rejection)


@area.file("/plans/{int:plan}/projects.xlsx", XLSX)
def workbook(request: HttpRequest, plan: int) -> HttpResponse:
    """The project list as a workbook"""
    found = _own(request, plan)
    return attachment(project_list(plan_document(found)), f"tujing-plan-{found.pk}.xlsx", XLSX)


@area.file("/plans/{int:plan}/blueprint/{form}", *sorted(set(MEDIA.values())))
def blueprint(request: HttpRequest, plan: int, form: Format) -> HttpResponse:
    """The plan laid out as a document, a project list or a model for other tools, in the caller's language"""
    made = laid_out(request.organisation, _own(request, plan))
    return attachment(render_file(made, form, language()), default_name(form, language()), MEDIA[form])


def _plans(request: HttpRequest) -> QuerySet[Plan]:
    mine = Plan.objects.filter(organisation=request.organisation).select_related("cycle")
    return mine.annotate(taken=Count("projects"))


def _own(request: HttpRequest, plan: int) -> Plan:
    return get_object_or_404(_plans(request), pk=plan)


def _row(found: Plan) -> documents.PlanRow:
    return documents.PlanRow(
        id=found.pk,
        cycle=found.cycle.number,
        created=found.created,
        start=found.start,
        quarters=found.quarters,
        status=found.status,
        budget=sum(found.budget),
        investment=found.result["investment"],
        npv=found.result["npv"]["expected"],
        projects=found.taken,
    )


def _project(row: PlannedProject) -> documents.Project:
    return documents.Project(
        scenario=row.scenario,
        level=row.level,
        option=row.option,
        department=row.department,
        start=row.start,
        end=row.end,
        cost=row.cost,
        yearly_cost=row.yearly_cost,
        person_days=row.person_days,
        npv=row.npv,
        why=row.reason,
    )


def _rejection(row: Rejection) -> documents.Rejection:
    return documents.Rejection(
        scenario=row.scenario,
        level=row.level,
        kind=row.kind,
        why_not=row.reason,
        loss=row.loss,
        exact=row.exact,
        details=row.details,
    )
