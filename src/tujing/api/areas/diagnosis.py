"""Operations: instruments, assessments with their answers, evidence, review, pain points."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Form
from ninja.files import UploadedFile

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.api.versions import IfMatch, check_unchanged, content_tag
from tujing.diagnosis import questionnaire, services
from tujing.diagnosis.answer_file import read as read_answers
from tujing.diagnosis.catalogue import Either, every_instrument, item_ids
from tujing.diagnosis.grading.form import Form as OfficialForm
from tujing.diagnosis.instrument import Instrument
from tujing.diagnosis.models import Assessment
from tujing.diagnosis.review import services as review
from tujing.diagnosis.spreadsheet.workbook import template as write_template
from tujing.documents import diagnosis as documents
from tujing.documents.common import Page
from tujing.problems import refuse
from tujing.web import uploads
from tujing.web.exports import XLSX, attachment

area = Area("diagnosis")


@area.get("/instruments", Page[documents.InstrumentRow])
def instruments(request: HttpRequest, paging: PageQuery) -> Page[documents.InstrumentRow]:
    """The questionnaires there are"""
    return page_of(request, list(every_instrument().values()), paging, _instrument)


@area.get("/instruments/{instrument}", documents.Instrument)
def instrument(request: HttpRequest, instrument: str) -> documents.Instrument:
    """One questionnaire with its questions"""
    one = _known(instrument)
    sections = {question: id for id, (_, inside) in questionnaire.sections(one).items() for question in inside}
    questions = [
        documents.Question(
            id=id,
            label=questionnaire.label(one, id).as_dict(),
            section=sections.get(id, ""),
            document=_question(one, id),
        )
        for id in item_ids(one)
    ]
    return documents.Instrument(**_instrument(one).model_dump(), questions=questions)


@area.file("/instruments/{instrument}/template.xlsx", XLSX)
def template(request: HttpRequest, instrument: str) -> HttpResponse:
    """The spreadsheet to fill in"""
    one = _by_points(_known(instrument))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(one, path)
        return attachment(path.read_bytes(), f"{one.id}.xlsx", XLSX)


@area.get("/assessments", Page[documents.AssessmentRow])
def assessments(
    request: HttpRequest,
    paging: PageQuery,
    instrument: str = "",
    status: Literal["draft", "submitted"] | None = None,
    order: Literal["-created", "created"] = "-created",
) -> Page[documents.AssessmentRow]:
    """The company's assessments"""
    found = services.assessments(request.organisation).select_related("by").order_by(order, "id")
    found = found.filter(instrument=instrument) if instrument else found
    return page_of(request, found.filter(status=status) if status else found, paging, _row)


@area.post("/assessments", documents.Assessment, "answer", 201)
def start(request: HttpRequest, wishes: documents.AssessmentWishes) -> documents.Assessment:
    """Open a draft"""
    opened = services.open_assessment(
        request.organisation, wishes.instrument, request.user, wishes.assessor, wishes.enterprise_kind
    )
    return _assessment(opened)


@area.post("/assessments/upload", documents.Assessment, "submit", 201)
def upload(
    request: HttpRequest, file: UploadedFile = File(...), instrument: Annotated[str, Form()] = services.SME
) -> documents.Assessment:
    """Take a filled-in template or answer file as a submitted assessment, or refuse all of it"""
    one = _by_points(_known(instrument))
    token, path = uploads.keep(request.organisation, file)
    try:
        answers = read_answers(path, one)
        return _assessment(services.record(request.organisation, answers, one.id, request.user))
    finally:
        uploads.forget(request.organisation, token)


@area.get("/assessments/{int:assessment}", documents.Assessment)
def assessment(request: HttpRequest, assessment: int) -> documents.Assessment:
    """One assessment with its answers"""
    return _assessment(_own(request, assessment))


@area.get("/assessments/{int:assessment}/answers/{question}", documents.Answered)
def one_answer(request: HttpRequest, response: HttpResponse, assessment: int, question: str) -> documents.Answered:
    """One answer; its ETag goes into `If-Match` when you change it"""
    found = _own(request, assessment)
    if question not in item_ids(_known(found.instrument)):
        raise Http404
    response["ETag"] = content_tag(found.answers.get(question))
    return _answered(found, question)


@area.put("/assessments/{int:assessment}/answers/{question}", documents.Answered, "answer")
def answer(
    request: HttpRequest,
    response: HttpResponse,
    assessment: int,
    question: str,
    wishes: documents.Answer,
    if_match: IfMatch = None,
) -> documents.Answered:
    """Give, change or take back one answer

    With `If-Match` it is refused when somebody has changed the answer since it was read.
    """
    found = _own(request, assessment)
    if question not in item_ids(_known(found.instrument)):
        raise Http404
    before = found.answers.get(question)
    check_unchanged(if_match, before)
    seen = services.ANY_ANSWER if if_match is None else before
    found = services.answer(request.organisation, found, question, wishes.value, seen, request.user)
    response["ETag"] = content_tag(found.answers.get(question))
    return _answered(found, question)


@area.post("/assessments/{int:assessment}/submit", documents.Assessment, "submit")
def submit(request: HttpRequest, assessment: int) -> documents.Assessment:
    """Submit and sign an assessment; from here on nothing of it changes"""
    return _assessment(services.submit(_own(request, assessment), request.user))


@area.get("/assessments/{int:assessment}/result", documents.Result)
def result(request: HttpRequest, assessment: int) -> documents.Result:
    """What an assessment comes to, what of it rests on evidence, and the way to the next level"""
    document = services.summary(_own(request, assessment))
    return documents.Result(level=document["level"], score=document["score"], document=document)


@area.get("/assessments/{int:assessment}/history", Page[documents.Change])
def history(request: HttpRequest, assessment: int, paging: PageQuery, question: str = "") -> Page[documents.Change]:
    """Every change of the answers, oldest first"""
    rows = review.history(request.organisation, _own(request, assessment), question)
    return page_of(request, rows, paging, documents.Change.model_validate)


@area.post("/assessments/{int:assessment}/assignments", documents.Assigned, "submit", 201)
def assign(request: HttpRequest, assessment: int, wishes: documents.Assigning) -> documents.Assigned:
    """Give a section, a question or all to a member"""
    person = _member(request, wishes.account)
    questions = review.assign(request.organisation, _own(request, assessment), wishes.section, person, by=request.user)
    return documents.Assigned(questions=list(questions))


@area.post("/assessments/{int:assessment}/answers/{question}/verdicts", documents.Reviewed, "submit", 201)
def judge(request: HttpRequest, assessment: int, question: str, wishes: documents.Reviewing) -> documents.Reviewed:
    """Give a reviewer's verdict on one answer; the answer itself stays"""
    found = _own(request, assessment)
    if question not in item_ids(_known(found.instrument)):
        raise Http404
    given = review.give_verdict(
        request.organisation, found, question, wishes.verdict, wishes.words, wishes.instead, request.user
    )
    return documents.Reviewed(id=given.pk, question=given.question, verdict=given.verdict)


def _known(instrument: str) -> Either:
    if instrument not in every_instrument():
        raise Http404
    return every_instrument()[instrument]


def _by_points(one: Either) -> Instrument:
    if isinstance(one, OfficialForm):
        raise refuse(
            "no_template",
            "这套指标没有可填的表格，请逐题作答。",
            "This instrument has no spreadsheet; answer question by question.",
            key="instrument",
        )
    return one


def _question(one: Either, id: str) -> dict[str, Any]:
    if isinstance(one, OfficialForm):
        return one.items[one.places[id]].model_dump(mode="json")
    item = one.indicator_by_id[id] if id in one.indicator_by_id else one.scenario_by_id[id]
    return item.model_dump(mode="json")


def _own(request: HttpRequest, assessment: int) -> Assessment:
    mine = services.assessments(request.organisation).select_related("by", "organisation")
    return get_object_or_404(mine, pk=assessment)


def _member(request: HttpRequest, account: str) -> Any:
    person = get_user_model().objects.filter(username=account, memberships__organisation=request.organisation).first()
    if person is None:
        raise refuse(
            "no_member",
            f"{account} 不是本企业成员，请先在“人员”里添加。",
            f"{account} is no member of this enterprise; add them under People first.",
            key="account",
            value=account,
        )
    return person


def _instrument(one: Either) -> documents.InstrumentRow:
    return documents.InstrumentRow(id=one.id, version=one.version, title=one.title.as_dict())


def _row(one: Assessment) -> documents.AssessmentRow:
    return shaped(documents.AssessmentRow, one, by=one.by.get_username() if one.by else None)


def _assessment(one: Assessment) -> documents.Assessment:
    asked = len(item_ids(_known(one.instrument)))
    return documents.Assessment(**_row(one).model_dump(), answers=one.answers, asked=asked, signature=one.signature)


def _answered(one: Assessment, question: str) -> documents.Answered:
    asked = len(item_ids(_known(one.instrument)))
    value = one.answers.get(question)
    return documents.Answered(question=question, value=value, answered=len(one.answers), asked=asked)
