"""Operations: plans, their variants, what more is asked of them, and plans of a group."""

from __future__ import annotations

from typing import Any, Literal, get_args
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from tujing.api.area import Allowed, Area
from tujing.api.areas.running import job_document
from tujing.api.paging import PageQuery, page_of
from tujing.blueprint.files import MEDIA, Format, default_name
from tujing.blueprint.files import render as render_file
from tujing.blueprint.services import blueprint as laid_out
from tujing.documents import planning as documents
from tujing.documents.common import Page
from tujing.documents.running import Job
from tujing.iteration import group_services, plan_services
from tujing.planning.asked import Asked
from tujing.planning.changes import changes
from tujing.planning.document import plan_document
from tujing.planning.models import Plan, PlannedProject, PlanPart, Rejection
from tujing.planning.project_list import project_list
from tujing.planning.services import latest_plan
from tujing.planning.wishes import check_quarters, spread_budget
from tujing.problems import BadInput
from tujing.runtime.models import Job as AnyJob
from tujing.web.exports import XLSX, attachment
from tujing.web.tasks.plan import GROUP, start_group, start_plan, start_question
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
    held = latest_plan(request.organisation)
    rows = found.filter(cycle__number=cycle) if cycle is not None else found
    return page_of(request, rows, paging, lambda row: _row(row, held))


@area.post("/plans", Job, "plan", 202)
def make(request: HttpRequest, wishes: documents.PlanWishes) -> Job:
    """Make a plan for the open cycle

    A job solves it; its result names the plan.
    """
    spread_budget(wishes.budget, check_quarters(wishes.quarters))
    given = wishes.model_dump(exclude_unset=True, exclude={"name", "variant"})
    _check(request, Asked(**given))
    return job_document(start_plan(request.organisation, given, request.user, name=wishes.name, variant=wishes.variant))


@area.get("/plans/{int:plan}", documents.Plan)
def plan(request: HttpRequest, plan: int) -> documents.Plan:
    """One plan: value, risk, money by quarter, projects and reasons"""
    found = _own(request, plan)
    row = _row(found, latest_plan(request.organisation))
    return documents.Plan(**row.model_dump(), document=plan_document(found))


@area.patch("/plans/{int:plan}", documents.PlanRow, "plan")
def rename(request: HttpRequest, plan: int, wishes: documents.PlanName) -> documents.PlanRow:
    """Give a plan a name of its own"""
    plan_services.rename(request.organisation, _own(request, plan), wishes.name)
    return _row(_own(request, plan), latest_plan(request.organisation))


@area.post("/plans/{int:plan}/choose", documents.PlanRow, "plan")
def choose(request: HttpRequest, plan: int) -> documents.PlanRow:
    """Take a plan as the one that holds; the former stays and can be taken back"""
    plan_services.choose(request.organisation, _own(request, plan))
    return _row(_own(request, plan), latest_plan(request.organisation))


@area.post("/plans/{int:plan}/variants", Job, "plan", 202)
def vary(request: HttpRequest, plan: int, wishes: documents.PlanChanges) -> Job:
    """Plan again with a change, beside the plan

    A job solves it; its result names the variant.
    """
    found = _own(request, plan)
    asked = plan_services.changed(found, wishes.pin, wishes.forbid, wishes.free, wishes.starts)
    _check(request, asked)
    given = asked.wishes() | {"figures": asked.figures}
    return job_document(
        start_plan(request.organisation, given, request.user, before=found.pk, name=wishes.name, variant=True)
    )


@area.get("/plans/{int:plan}/difference/{int:other}", documents.Difference)
def difference(request: HttpRequest, plan: int, other: int) -> documents.Difference:
    """What another plan changes against this one"""
    before, after = _own(request, plan), _own(request, other)
    found = changes(plan_document(before), plan_document(after))
    return documents.Difference(
        plan=before.pk,
        other=after.pk,
        added=found["added"],
        dropped=found["dropped"],
        moved=[_change(one) for one in found["moved"]],
        another_way=[_change(one) for one in found["another_way"]],
        investment=found["investment"],
        objective=found["objective"],
        npv=after.result["npv"]["expected"] - before.result["npv"]["expected"],
    )


@area.post("/plans/{int:plan}/questions", Job, "plan", 202)
def ask(request: HttpRequest, plan: int, wishes: documents.PlanQuestion) -> Job:
    """Ask more of a plan

    A job works it out again from its wishes; the answer is then among the plan's answers.
    """
    found = _own(request, plan)
    given = {"about": wishes.about, "draws": wishes.draws, "page": "plan_one", "at": [found.pk]}
    return job_document(start_question(request.organisation, found.pk, wishes.question, request.user, **given))


@area.get("/plans/{int:plan}/answers", Page[documents.PlanAnswer])
def answers(
    request: HttpRequest,
    plan: int,
    paging: PageQuery,
    question: Literal["", "pareto", "robustness", "limits", "why"] = "",
) -> Page[documents.PlanAnswer]:
    """What more was asked of a plan, newest first"""
    asked = [question] if question else list(get_args(plan_services.Question))
    found = _own(request, plan).parts.filter(kind__in=asked).order_by("-created", "id")
    return page_of(request, found, paging, _answer)


@area.post("/group-plans", Job, "plan", 202)
def make_for_group(request: HttpRequest, wishes: documents.GroupPlanWishes) -> Job:
    """Plan companies of the group together under one budget

    A job solves it; the answer is then the group plan of that job. Nothing is kept in the companies.
    """
    Allowed("oversee")(request)  # beside planning: what is found tells of the other companies
    quarters = check_quarters(wishes.quarters)
    spread_budget(wishes.budget, quarters)
    members = group_services.chosen(request.organisation, request.user, wishes.members)
    return job_document(start_group(request.organisation, members, wishes.budget, quarters, request.user))


@area.get("/group-plans/{uuid:job}", documents.GroupPlan, "oversee")
def group_plan(request: HttpRequest, job: UUID) -> documents.GroupPlan:
    """What a group's companies would do under one budget, for whom each of them lets plan for it"""
    found = get_object_or_404(AnyJob, pk=job, organisation=request.organisation, kind=GROUP)
    document = group_services.plan_found(found, request.user)
    if document is None:
        raise Http404
    return documents.GroupPlan(job=found.pk, created=found.created, document=document)


@area.get("/plans/{int:plan}/projects", Page[documents.Project])
def projects(request: HttpRequest, plan: int, paging: PageQuery) -> Page[documents.Project]:
    """What a plan takes up, when, and why"""
    return page_of(request, _own(request, plan).projects.all(), paging, _project)


@area.get("/plans/{int:plan}/candidates", Page[documents.Candidate])
def candidates(
    request: HttpRequest,
    plan: int,
    paging: PageQuery,
    scenario: str = "",
    option: str = "",
    in_plan: bool | None = None,
) -> Page[documents.Candidate]:
    """Every step in every way that a plan weighed, with what each is worth alone"""
    found = _own(request, plan)
    part = found.parts.filter(kind="candidates").first()
    taken = {(one.scenario, one.level, one.option) for one in found.projects.all()}
    rows = [_candidate(one, taken) for one in (part.content if part else ())]
    wanted = [
        one
        for one in rows
        if scenario in ("", one.scenario) and option in ("", one.option) and in_plan in (None, one.in_plan)
    ]
    return page_of(request, wanted, paging, lambda row: row)


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


def _check(request: HttpRequest, asked: Asked) -> None:
    """Refuses at once what would be refused by the job."""
    problems = plan_services.check_wishes(request.organisation, asked)
    if problems:
        raise BadInput(problems)


def _plans(request: HttpRequest) -> QuerySet[Plan]:
    mine = Plan.objects.filter(organisation=request.organisation).select_related("cycle")
    return mine.annotate(taken=Count("projects"))


def _own(request: HttpRequest, plan: int) -> Plan:
    return get_object_or_404(_plans(request), pk=plan)


def _row(found: Plan, held: Plan | None) -> documents.PlanRow:
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
        name=found.name,
        chosen=found.chosen,
        holds=held is not None and held.pk == found.pk,
    )


def _candidate(one: dict[str, Any], taken: set[tuple[str, int, str]]) -> documents.Candidate:
    return documents.Candidate(
        scenario=one["scenario"],
        level=one["level"],
        option=one["option"],
        department=one["department"],
        npv=one["npv"],
        loss_probability=one["loss_probability"],
        in_plan=(one["scenario"], one["level"], one["option"]) in taken,
        document=one,
    )


def _change(one: dict[str, Any]) -> documents.StepChange:
    return documents.StepChange(step=one["step"], before=one["from"], after=one["to"])


def _answer(row: PlanPart) -> documents.PlanAnswer:
    return documents.PlanAnswer(question=row.kind, about=row.about, created=row.created, content=row.content)


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
