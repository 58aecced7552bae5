"""Operations: what a plan holds and leaves out, its risks and who answers for them, the plan as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse

from tujing.api.area import Area
from tujing.api.areas.planning import plan_or_404
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.blueprint.files import MEDIA, Format, default_name
from tujing.blueprint.files import render as render_file
from tujing.blueprint.services import blueprint as laid_out
from tujing.documents import planning as documents
from tujing.documents.common import Page
from tujing.planning.document import plan_document
from tujing.planning.models import PlannedProject, Rejection, RiskResponse
from tujing.planning.project_list import project_list
from tujing.planning.risk_services import Key, answer_risk, answers_to_risks
from tujing.web.exports import XLSX, attachment
from tujing.web.views.plan_appraisal import risks_file
from tujing.web.words import language

area = Area("planning")


@area.get("/plans/{int:plan}/projects", Page[documents.Project])
def projects(request: HttpRequest, plan: int, paging: PageQuery) -> Page[documents.Project]:
    """What a plan takes up, when, and why"""
    return page_of(request, plan_or_404(request, plan).projects.all(), paging, _project)


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
    found = plan_or_404(request, plan)
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
    found = plan_or_404(request, plan).rejections.all()
    return page_of(request, found.filter(kind=kind) if kind else found, paging, _rejection)


@area.file("/plans/{int:plan}/projects.xlsx", XLSX)
def workbook(request: HttpRequest, plan: int) -> HttpResponse:
    """The project list as a workbook"""
    found = plan_or_404(request, plan)
    return attachment(project_list(plan_document(found)), f"tujing-plan-{found.pk}.xlsx", XLSX)


@area.file("/plans/{int:plan}/blueprint/{form}", *sorted(set(MEDIA.values())))
def blueprint(request: HttpRequest, plan: int, form: Format) -> HttpResponse:
    """The plan laid out as a document, a project list or a model for other tools, in the caller's language"""
    made = laid_out(request.organisation, plan_or_404(request, plan))
    return attachment(render_file(made, form, language()), default_name(form, language()), MEDIA[form])


@area.get("/plans/{int:plan}/risks", Page[documents.Risk])
def risks(
    request: HttpRequest,
    plan: int,
    paging: PageQuery,
    state: Literal["", "open", "under_way", "accepted", "closed"] = "",
) -> Page[documents.Risk]:
    """The risks of a plan's steps, with who answers for them and what is done"""
    known = answers_to_risks(request.organisation)
    found = [_risk(one, known) for one in plan_or_404(request, plan).result.get("risks", ())]
    return page_of(request, [one for one in found if state in ("", one.state)], paging, lambda one: one)


@area.put("/plans/{int:plan}/risks", documents.Risk, "plan")
def answer(request: HttpRequest, plan: int, wishes: documents.RiskWishes) -> documents.Risk:
    """Say who answers for a risk of the plan, what is done, and how it stands; it counts in every plan"""
    key = (wishes.scenario, wishes.level, wishes.risk)
    every = plan_or_404(request, plan).result.get("risks", ())
    row = next((one for one in every if (one["scenario"], one["level"], one["id"]) == key), None)
    if row is None:
        raise Http404
    said = {"owner": wishes.owner, "response": wishes.response, "state": wishes.state}
    answer_risk(request.organisation, *key, **said, by=request.user)
    return _risk(row, answers_to_risks(request.organisation))


@area.file("/plans/{int:plan}/risks.{ending}", "text/csv", XLSX)
def risk_register(request: HttpRequest, plan: int, ending: Literal["csv", "xlsx"]) -> HttpResponse:
    """The risk register as CSV or XLSX, in the caller's language"""
    return risks_file(request.organisation, plan_or_404(request, plan), ending)


def _risk(row: Mapping[str, Any], known: Mapping[Key, RiskResponse]) -> documents.Risk:
    said = known.get((row["scenario"], row["level"], row["id"]))
    return documents.Risk(
        scenario=row["scenario"],
        level=row["level"],
        risk=row["id"],
        name=row["name"],
        why=row["why"],
        probability=row["probability"],
        expected_loss=row["expected_loss"],
        proposed_owner=row["owner"],
        proposed_action=row["mitigation"]["action"],
        owner=said.owner if said else "",
        response=said.response if said else "",
        state=said.state if said else RiskResponse.State.OPEN.value,
        changed_by=said.changed_by.get_username() if said and said.changed_by else None,
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


def _project(row: PlannedProject) -> documents.Project:
    return shaped(documents.Project, row, why=row.reason)


def _rejection(row: Rejection) -> documents.Rejection:
    return shaped(documents.Rejection, row, why_not=row.reason)
