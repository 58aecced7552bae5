"""Operations: facts that are answered once, or measured, and fill several questionnaires."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.diagnosis import services
from tujing.diagnosis.crosswalk import services as crosswalk
from tujing.diagnosis.crosswalk.facts import facts as every_fact
from tujing.diagnosis.crosswalk.facts import readers
from tujing.diagnosis.models import FactSheet
from tujing.documents import facts as documents
from tujing.documents.common import Done, Page

area = Area("diagnosis")


@area.get("/facts", Page[documents.Fact])
def facts(
    request: HttpRequest,
    paging: PageQuery,
    q: str = "",
    show: Literal["", "open", "known", "conflict"] = "",
    origin: Literal["", "measured", "answered", "profile", "assessment"] = "",
) -> Page[documents.Fact]:
    """Every fact with what is known of it and by which source: measured, answered, or told elsewhere"""
    wish = q.strip().lower()
    kept = [
        one
        for one in _every(request)
        if show in ("", _mark(one))
        and origin in ("", one.origin)
        and wish in f"{one.id} {one.label.zh} {one.label.en}".lower()
    ]
    return page_of(request, kept, paging, lambda one: one)


@area.put("/facts", Done, "answer")
def answer_facts(request: HttpRequest, wishes: documents.FactAnswers) -> Done:
    """Answer facts, or take answers back; all of it or nothing"""
    before = _answered(request)
    changed = {id: value for id, value in wishes.answers.items() if value != before.get(id)}
    crosswalk.answer_facts(request.organisation, changed)
    return Done(changed=len(changed))


@area.post("/assessments/{int:assessment}/prefill", documents.Prefilled, "answer")
def prefill(request: HttpRequest, assessment: int) -> documents.Prefilled:
    """Answer a draft's open questions from what is known; each says from which facts"""
    found = get_object_or_404(services.assessments(request.organisation), pk=assessment)
    return documents.Prefilled(questions=list(crosswalk.prefill(request.organisation, found, request.user)))


def _every(request: HttpRequest) -> list[documents.Fact]:
    known, answered, read = crosswalk.known_facts(request.organisation), _answered(request), readers()
    return [
        documents.Fact(
            id=id,
            label=fact.label.as_dict(),
            kind=fact.kind,
            choices=list(fact.choices),
            value=known[id].value if id in known else None,
            origin=known[id].origin if id in known else None,
            others=dict(known[id].others) if id in known else {},
            answered=answered.get(id),
            instruments=read.get(id, []),
        )
        for id, fact in every_fact().items()
    ]


def _mark(one: documents.Fact) -> str:
    return "open" if one.origin is None else "conflict" if one.others else "known"


def _answered(request: HttpRequest) -> dict[str, Any]:
    sheet = FactSheet.objects.filter(organisation=request.organisation).first()
    return sheet.answers if sheet else {}
