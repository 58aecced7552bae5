"""Diagnosing: the questionnaire with measured facts beside it, and what an assessment comes to."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.atlas.loader import atlas
from tujing.diagnosis import services
from tujing.diagnosis.answer_file import read as read_answers
from tujing.diagnosis.instrument import Instrument, instrument
from tujing.diagnosis.models import Assessment, AssessmentStatus
from tujing.diagnosis.workbook import template as write_template
from tujing.enterprise.services import may
from tujing.problems import refuse
from tujing.web import uploads
from tujing.web.access import member, requires
from tujing.web.exports import XLSX, attachment
from tujing.web.words import say

INSTRUMENT = "sme_2024"


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    """The newest result, the draft under way, and earlier assessments."""
    organisation = request.organisation
    latest = services.latest(organisation)
    context: dict[str, Any] = {
        "draft": services.draft(organisation, INSTRUMENT),
        "assessments": services.assessments(organisation).filter(instrument=INSTRUMENT),
        "instrument": instrument(INSTRUMENT),
        "may_answer": may(request.user, organisation, "answer"),
        "may_submit": may(request.user, organisation, "submit"),
    }
    if latest:
        context |= _result_context(latest)
    return render(request, "diagnosis/page.html", context)


@require_POST
@requires("answer")
def start(request: HttpRequest) -> HttpResponse:
    """Opens a draft, or goes on with the one under way."""
    draft = services.draft(request.organisation, INSTRUMENT) or services.open_assessment(
        request.organisation, INSTRUMENT, request.user
    )
    return redirect("diagnosis_questions", draft.pk)


@require_GET
@member
def questions(request: HttpRequest, assessment: int) -> HttpResponse:
    found = _own(request, assessment)
    if found.status == AssessmentStatus.SUBMITTED:
        return redirect("diagnosis_result", found.pk)
    form = instrument(found.instrument)
    facts = services.measured_facts(request.organisation, found.instrument)
    context = {
        "assessment": found,
        "instrument": form,
        "sections": _sections(form, found, facts),
        "may_answer": may(request.user, request.organisation, "answer"),
        "may_submit": may(request.user, request.organisation, "submit"),
        **_progress(form, found),
    }
    return render(request, "diagnosis/questions.html", context)


@require_POST
@requires("answer")
def answer(request: HttpRequest, assessment: int, question: str) -> HttpResponse:
    """Stores one answer as soon as it is given; tells how far the questionnaire is."""
    found = _own(request, assessment)
    form = instrument(found.instrument)
    chosen = request.POST.getlist("choice")
    value: dict[str, Any] | None
    if question in form.scenario_by_id:
        value = {"level": _level(chosen)} if chosen else None
    elif question in form.indicator_by_id and form.indicator_by_id[question].kind == "single":
        value = {"option": chosen[0]} if chosen else None
    else:
        value = {"options": chosen}
    found = services.answer(request.organisation, found, question, value, by=request.user)
    may_submit = may(request.user, request.organisation, "submit")
    context = {"assessment": found, "may_submit": may_submit, **_progress(form, found)}
    return render(request, "diagnosis/saved.html", context)


@require_POST
@requires("submit")
def submit(request: HttpRequest, assessment: int) -> HttpResponse:
    found = services.submit(_own(request, assessment), request.user)
    messages.success(request, _("Submitted and signed. From here on nothing of it changes."))
    return redirect("diagnosis_result", found.pk)


@require_GET
@member
def result(request: HttpRequest, assessment: int) -> HttpResponse:
    found = _own(request, assessment)
    return render(request, "diagnosis/result.html", _result_context(found))


@require_GET
@member
def template(request: HttpRequest) -> HttpResponse:
    """The spreadsheet to fill in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(instrument(INSTRUMENT), path)
        return attachment(path.read_bytes(), f"{INSTRUMENT}.xlsx", XLSX)


@require_POST
@requires("submit")
def upload(request: HttpRequest) -> HttpResponse:
    """Takes a filled-in template as a submitted assessment, or refuses all of it."""
    token, path = uploads.keep(request.organisation, request.FILES.get("file"))
    try:
        answers = read_answers(path, instrument(INSTRUMENT))
        found = services.record(request.organisation, answers, INSTRUMENT, request.user)
    finally:
        uploads.forget(request.organisation, token)
    messages.success(request, _("The file is taken as a submitted assessment."))
    return redirect("diagnosis_result", found.pk)


def _own(request: HttpRequest, assessment: int) -> Assessment:
    # Other instruments are filled in by file and command so far; this page asks the SME form.
    return get_object_or_404(Assessment, pk=assessment, organisation=request.organisation, instrument=INSTRUMENT)


def _level(chosen: list[str]) -> int:
    try:
        return int(chosen[0])
    except ValueError:
        raise refuse("bad_level", "等级要填整数。", "The level is a whole number.", value=chosen[0]) from None


def _progress(form: Instrument, assessment: Assessment) -> dict[str, Any]:
    asked = len(form.question_ids())
    return {"answered": len(assessment.answers), "asked": asked, "complete": len(assessment.answers) == asked}


def _sections(form: Instrument, assessment: Assessment, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The questions by part, then the scenarios by group; options are numbered as the keys that pick them."""
    sections = []
    for part in form.parts:
        asked = [_indicator(one, assessment, facts) for one in form.indicators if one.part == part.id]
        sections.append({"id": part.id, "label": part.label, "questions": asked})
    for group in form.scenario_groups:
        asked = [_scenario(one, form, assessment) for one in form.scenarios if one.group == group.id]
        sections.append({"id": group.id, "label": group.label, "questions": asked})
    for section in sections:
        section["answered"] = sum(one["given"] is not None for one in section["questions"])
    return sections


def _indicator(one: Any, assessment: Assessment, facts: dict[str, Any]) -> dict[str, Any]:
    given = assessment.answers.get(one.id)
    picked = [] if given is None else given.get("options", [given.get("option")])
    return {
        "id": one.id,
        "label": one.label,
        "question": one.question,
        "note": one.note,
        "points": one.points,
        "mandatory": False,
        "multi": one.kind == "multi",
        "given": given,
        "fact": facts.get(one.id),
        "options": [
            {
                "key": place,
                "value": option.id,
                "label": option.label,
                "points": option.points,
                "picked": option.id in picked,
            }
            for place, option in enumerate(one.options, start=1)
        ],
    }


def _scenario(one: Any, form: Instrument, assessment: Assessment) -> dict[str, Any]:
    given = assessment.answers.get(one.id)
    levels = [(0, form.no_level), *sorted(one.levels.items())]
    return {
        "id": one.id,
        "label": one.label,
        "question": None,
        "note": None,
        "points": None,
        "mandatory": one.mandatory,
        "multi": False,
        "given": given,
        "fact": None,
        "options": [
            {"key": place, "value": level, "label": words, "points": None, "picked": given == {"level": level}}
            for place, (level, words) in enumerate(levels, start=1)
        ],
    }


def _result_context(assessment: Assessment) -> dict[str, Any]:
    form = instrument(assessment.instrument)
    found, trust, document = services.result(assessment), services.confidence(assessment), services.summary(assessment)
    facts = document["measured"]
    return {
        **_stands_on(form, document),
        "assessment": assessment,
        "instrument": form,
        "result": found,
        "trust": trust,
        "way": document["next_level"],
        "parts": [{"part": part, "score": found.parts[part.id]} for part in form.parts],
        "radar": {
            "kind": "radar",
            "indicators": [{"name": say(one.label), "max": one.points} for one in form.indicators if one.points],
            "series": [
                {
                    "name": _("This assessment"),
                    "values": [found.points[one.id] for one in form.indicators if one.points],
                }
            ],
        },
        "scenario_rows": [
            {
                "scenario": one,
                "level": found.scenario_levels[one.id],
                "evidenced": getattr(trust.evidenced, "scenario_levels", {}).get(one.id, 0),
                "words": one.levels.get(found.scenario_levels[one.id]),
            }
            for one in form.scenarios
        ],
        "measured": [
            {
                "indicator": form.indicator_by_id[name],
                "fact": fact,
                "claimed": _claimed(form, assessment, name),
                "differs": assessment.answers.get(name, {}).get("option") != fact["option"],
            }
            for name, fact in facts.items()
        ],
    }


def _stands_on(form: Instrument, document: dict[str, Any]) -> dict[str, Any]:
    """How sure the level is, disagreement, pain points with the names of their scenarios, and peers."""
    names = {id: manifest.name for id, manifest in atlas().manifests.items()}
    found = document["disagreement"]
    return {
        "sure": document["confidence"],
        "peers": document["peers"],
        "disagreement": found,
        "disagreements": [
            {
                **one,
                "own": _answered(form, one["question"], one["one"]),
                "theirs": _answered(form, one["question"], one["other"]),
            }
            for one in (*found["questions"], *found["scenarios"])
        ]
        if found
        else [],
        "pain_points": [
            {
                **one,
                "tied": [names[id] for id in one["scenarios"] if id in names],
                "proposed": [{**each, "name": names[each["scenario"]]} for each in one["proposals"]],
            }
            for one in document["pain_points"]
        ],
    }


def _answered(form: Instrument, question: str, answer: dict[str, Any] | None) -> str:
    """An answer in words."""
    if question in form.scenario_by_id:
        return str((answer or {}).get("level", 0))
    options = form.indicator_by_id[question].option_by_id
    held = (answer or {}).get("options", [(answer or {}).get("option")])
    return "; ".join(say(options[id].label) for id in held if id in options) or "–"


def _claimed(form: Instrument, assessment: Assessment, indicator: str) -> str:
    option = assessment.answers.get(indicator, {}).get("option")
    return say(form.indicator_by_id[indicator].option_by_id[option].label) if option else ""
