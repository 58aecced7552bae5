"""Operations: plans, their variants, what more is asked of them, and plans of a group."""

from __future__ import annotations

from typing import Any, Literal, get_args
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tujing.api.area import Allowed, Area
from tujing.api.areas.running import job_document
from tujing.api.paging import PageQuery, page_of
from tujing.api.refusing import told
from tujing.api.shapes import shaped
from tujing.documents import planning as documents
from tujing.documents.common import Page
from tujing.documents.running import Job
from tujing.iteration import group_services, plan_services
from tujing.planning.asked import Asked
from tujing.planning.changes import changes
from tujing.planning.document import plan_document
from tujing.planning.models import Plan, PlanPart
from tujing.planning.services import latest_plan
from tujing.planning.wishes import check_quarters, spread_budget
from tujing.problems import BadInput
from tujing.runtime.models import Job as AnyJob
from tujing.web.tasks.plan import GROUP, start_group, start_plan, start_question

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


@area.post("/plan-checks", documents.PlanCheck, "plan")
def check(request: HttpRequest, wishes: documents.PlanWishes) -> documents.PlanCheck:
    """See what is wrong with wishes, all of it, and what they come to; nothing is queued"""
    amounts = spread_budget(wishes.budget, check_quarters(wishes.quarters))
    given = wishes.model_dump(exclude_unset=True, exclude={"name", "variant"})
    problems = plan_services.check_wishes(request.organisation, Asked(**given))
    return documents.PlanCheck(budget=sum(amounts), problems=[told(one) for one in problems])


@area.get("/plans/{int:plan}", documents.Plan)
def plan(request: HttpRequest, plan: int) -> documents.Plan:
    """One plan: value, risk, money by quarter, projects and reasons"""
    found = plan_or_404(request, plan)
    row = _row(found, latest_plan(request.organisation))
    return documents.Plan(**row.model_dump(), document=plan_document(found))


@area.patch("/plans/{int:plan}", documents.PlanRow, "plan")
def rename(request: HttpRequest, plan: int, wishes: documents.PlanName) -> documents.PlanRow:
    """Give a plan a name of its own"""
    plan_services.rename(request.organisation, plan_or_404(request, plan), wishes.name)
    return _row(plan_or_404(request, plan), latest_plan(request.organisation))


@area.post("/plans/{int:plan}/choose", documents.PlanRow, "plan")
def choose(request: HttpRequest, plan: int) -> documents.PlanRow:
    """Take a plan as the one that holds; the former stays and can be taken back"""
    plan_services.choose(request.organisation, plan_or_404(request, plan))
    return _row(plan_or_404(request, plan), latest_plan(request.organisation))


@area.post("/plans/{int:plan}/variants", Job, "plan", 202)
def vary(request: HttpRequest, plan: int, wishes: documents.PlanChanges) -> Job:
    """Plan again with a change, beside the plan

    A job solves it; its result names the variant.
    """
    found = plan_or_404(request, plan)
    asked = plan_services.changed(found, wishes.pin, wishes.forbid, wishes.free, wishes.starts)
    _check(request, asked)
    given = asked.wishes() | {"figures": asked.figures}
    return job_document(
        start_plan(request.organisation, given, request.user, before=found.pk, name=wishes.name, variant=True)
    )


@area.get("/plans/{int:plan}/difference/{int:other}", documents.Difference)
def difference(request: HttpRequest, plan: int, other: int) -> documents.Difference:
    """What another plan changes against this one"""
    before, after = plan_or_404(request, plan), plan_or_404(request, other)
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
    found = plan_or_404(request, plan)
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
    found = plan_or_404(request, plan).parts.filter(kind__in=asked).order_by("-created", "id")
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


def _check(request: HttpRequest, asked: Asked) -> None:
    """Refuses at once what would be refused by the job."""
    problems = plan_services.check_wishes(request.organisation, asked)
    if problems:
        raise BadInput(problems)


def _plans(request: HttpRequest) -> QuerySet[Plan]:
    mine = Plan.objects.filter(organisation=request.organisation).select_related("cycle")
    return mine.annotate(taken=Count("projects"))


def plan_or_404(request: HttpRequest, plan: int) -> Plan:
    return get_object_or_404(_plans(request), pk=plan)


def _row(found: Plan, held: Plan | None) -> documents.PlanRow:
    return shaped(
        documents.PlanRow,
        found,
        cycle=found.cycle.number,
        budget=sum(found.budget),
        investment=found.result["investment"],
        npv=found.result["npv"]["expected"],
        projects=found.taken,
        holds=held is not None and held.pk == found.pk,
    )


def _change(one: dict[str, Any]) -> documents.StepChange:
    return documents.StepChange(step=one["step"], before=one["from"], after=one["to"])


def _answer(row: PlanPart) -> documents.PlanAnswer:
    return documents.PlanAnswer(question=row.kind, about=row.about, created=row.created, content=row.content)
