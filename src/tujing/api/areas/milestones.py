"""Operations: milestones, their checks with the evidence, waivers."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.delivery import evidence, services
from tujing.delivery.judging import Verdict
from tujing.delivery.keeping_services import waive as grant
from tujing.delivery.models import Evidence, Milestone
from tujing.delivery.reading_services import projects
from tujing.delivery.record_services import keep_record
from tujing.documents import delivery as documents
from tujing.documents import delivery_records
from tujing.documents.common import Page

area = Area("delivery")


@area.get("/milestones", Page[documents.MilestoneRow])
def milestones(
    request: HttpRequest,
    paging: PageQuery,
    passed: bool | None = None,
    due_before: date | None = None,
    order: Literal["due", "-due"] = "due",
) -> Page[documents.MilestoneRow]:
    """Milestones of every project; each closes only when its check passes on the data"""
    found = Milestone.objects.filter(organisation=request.organisation).select_related("adoption")
    found = found if passed is None else found.filter(passed=passed)
    found = found if due_before is None else found.filter(due__lt=due_before)
    return page_of(request, found.order_by(order, "id"), paging, _milestone)


@area.post("/milestones/{int:milestone}/check", documents.Verdict, "deliver")
def check(request: HttpRequest, milestone: int) -> documents.Verdict:
    """Run a milestone's acceptance check and keep the evidence"""
    found = get_object_or_404(Milestone, pk=milestone, organisation=request.organisation)
    return _verdict(found.pk, services.accept(request.organisation, found.pk))


@area.post("/milestones/check", documents.Checked, "deliver")
def check_all(request: HttpRequest, project: int | None = None) -> documents.Checked:
    """Run every open check of the projects under way, or of one of them"""
    only = None if project is None else get_object_or_404(projects(request.organisation), pk=project).pk
    judged = services.accept_all(request.organisation, project=only)
    verdicts = [_verdict(milestone.pk, verdict) for milestone, verdict in judged]
    return documents.Checked(passed=sum(one.passed for one in verdicts), verdicts=verdicts)


@area.post("/milestones/{int:milestone}/waivers", documents.Waiver, "deliver", 201)
def waive(request: HttpRequest, milestone: int, wishes: documents.WaiverWishes) -> documents.Waiver:
    """Waive a check for a reason and a time; it stays visible, and does not make the check pass"""
    found = get_object_or_404(Milestone, pk=milestone, organisation=request.organisation)
    granted = grant(request.organisation, found.pk, request.user.get_username(), wishes.reason, wishes.until)
    return shaped(documents.Waiver, granted, milestone=found.pk)


@area.post("/projects/{int:project}/checks", delivery_records.Check, "deliver")
def set_check(request: HttpRequest, project: int, wishes: delivery_records.CheckWishes) -> delivery_records.Check:
    """Ask something else in place of a check, or something more of a gate; the project's log says who and why

    Takes an owner, a manager, or who holds a role that may, by name.
    """
    found = get_object_or_404(projects(request.organisation).select_related("adoption"), pk=project)
    told, person = wishes.model_dump(exclude_defaults=True), request.user.get_username()
    row, _changed = keep_record(person, request.organisation, found, "checks", told)
    return _check(row)


@area.get("/milestones/{int:milestone}/evidence", Page[delivery_records.CheckEvidence])
def check_evidence(request: HttpRequest, milestone: int, paging: PageQuery) -> Page[delivery_records.CheckEvidence]:
    """Every time a check ran: what on, what it showed, and whether that is as it was kept; newest first"""
    found = get_object_or_404(Milestone, pk=milestone, organisation=request.organisation)
    kept = Evidence.objects.filter(organisation=request.organisation, milestone=found)
    return page_of(request, kept, paging, _evidence)


def _milestone(row: Milestone) -> documents.MilestoneRow:
    return shaped(documents.MilestoneRow, row, scenario=row.adoption.scenario)


def _verdict(milestone: int, verdict: Verdict) -> documents.Verdict:
    told = verdict.as_dict()
    facts = told.get("facts")
    return documents.Verdict(milestone=milestone, passed=verdict.passed, zh=told["zh"], en=told["en"], facts=facts)


def _check(row: Milestone) -> delivery_records.Check:
    criterion = row.criterion or {"kind": row.kind}
    return delivery_records.Check(milestone=row.pk, gate=row.gate, name=row.name, due=row.due, check=criterion)


def _evidence(row: Evidence) -> delivery_records.CheckEvidence:
    intact = evidence.digest(row.content) == row.sha256
    return shaped(delivery_records.CheckEvidence, row, intact=intact)
