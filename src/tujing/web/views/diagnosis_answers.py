"""Answering: one question at a time, or all in a table; every answer is stored by itself, and nobody's is lost."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tujing.diagnosis import services
from tujing.diagnosis.asking.about import about
from tujing.diagnosis.asking.questions import (
    Question,
    claims_nothing,
    number_of,
    picked_of,
    questions,
    spoken,
    value_of,
)
from tujing.diagnosis.catalogue import Either, find
from tujing.diagnosis.models import AnswerChange, Assessment
from tujing.diagnosis.questionnaire import sections
from tujing.diagnosis.review import services as review
from tujing.diagnosis.review.lines_services import FILTERS, Line, filtered, lines
from tujing.enterprise.services import may, members
from tujing.problems import BadInput, refuse
from tujing.web.access import member, requires
from tujing.web.templatetags.tujing import minute
from tujing.web.views.diagnosis_shared import as_text, is_draft, own, progress, progress_of, told, wants_json
from tujing.web.words import say

CONFLICT = 409
FILTER_NAMES = {
    "open": gettext_lazy("Unanswered"),
    "mine": gettext_lazy("Mine"),
    "overdue": gettext_lazy("Overdue"),
    "unevidenced": gettext_lazy("Without evidence"),
    "disagreed": gettext_lazy("Disagreed"),
    "low": gettext_lazy("Low confidence"),
}


@require_GET
@member
def flash(request: HttpRequest, assessment: int) -> HttpResponse:
    """One question at a time, with the keyboard."""
    found = own(request, assessment)
    if not is_draft(found):
        return redirect("diagnosis_result", found.pk)
    form = find(found.instrument)
    cards = lines(request.organisation, found)
    context = _common(request, form, found) | {
        "cards": [_card(form, line, request.user) for line in cards],
        "sections": sections(form),
        "start": _resume(found, cards, request.user),
        "seconds": about().seconds_per_question.value,
    }
    return render(request, "diagnosis/flash.html", context)


@require_GET
@member
def table(request: HttpRequest, assessment: int) -> HttpResponse:
    """All questions by section, with filters and assignment."""
    found = own(request, assessment)
    if not is_draft(found):
        return redirect("diagnosis_result", found.pk)
    form = find(found.instrument)
    every = lines(request.organisation, found)
    wish, today = request.GET.get("show", ""), timezone.localdate()
    kept = {line.question.id: line for line in filtered(every, wish, request.user, today)}
    context = _common(request, form, found) | {
        "sections": [
            {
                "id": id,
                "label": label,
                "cards": [_card(form, kept[one], request.user) for one in ids if one in kept],
            }
            for id, (label, ids) in sections(form).items()
        ],
        "filters": [
            {"id": name, "name": FILTER_NAMES[name], "count": len(filtered(every, name, request.user, today))}
            for name in FILTERS
        ],
        "wish": wish,
        "shown": len(kept),
        "today": today,
        "people": [one.user for one in members(request.organisation)],
        "workload": review.progress(request.organisation, found),
        "batch": request.session.get(f"batch-{found.pk}", ""),
    }
    return render(request, "diagnosis/table.html", context)


@require_POST
@requires("answer")
def answer(request: HttpRequest, assessment: int, question: str) -> HttpResponse:
    """Stores one answer. When somebody answered meanwhile nothing is stored and theirs is told (409)."""
    found = own(request, assessment)
    form = find(found.instrument)
    asked = next((one for one in questions(form) if one.id == question), None)
    try:
        found = _store(request, form, found, asked, question)
    except BadInput as refusal:
        if not wants_json(request):
            raise
        if refusal.problems[0].code != "changed_meanwhile" or asked is None:
            return told(refusal)
        found.refresh_from_db()
        return JsonResponse(_stored(form, found, asked), status=CONFLICT)
    assert asked is not None  # an unknown question was refused
    if not wants_json(request):
        return redirect("diagnosis_questions", found.pk)
    return JsonResponse(_stored(form, found, asked) | progress(form, found))


def _store(request: HttpRequest, form: Either, found: Assessment, asked: Question | None, id: str) -> Assessment:
    if asked is None:
        raise refuse(
            "unknown_indicator",
            f"没有 {id} 这一题，请刷新页面。",
            f"There is no question {id}; reload the page.",
            key=id,
        )
    if request.POST.get("measured"):
        return services.accept_measured(request.organisation, found, id, request.user)
    if "value" in request.POST:  # taking an answer back, or putting back the one before
        value = _parsed(request.POST["value"])
    else:
        value = value_of(form, asked, request.POST.getlist("choice"), request.POST.get("number", ""))
    seen = _parsed(request.POST["seen"]) if "seen" in request.POST else services.ANY_ANSWER
    return services.answer(request.organisation, found, id, value, seen, request.user)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise refuse("bad_answer", "页面内容已过期，请刷新后再答。", "The page is out of date; reload it.") from None


@never_cache
@require_GET
@member
def state(request: HttpRequest, assessment: int) -> HttpResponse:
    """What others answered since a change that the page knows (`?after=`): asked again every few seconds."""
    found = own(request, assessment)
    after = request.GET.get("after", "")
    known = int(after) if after.isdecimal() and len(after) < 18 else 0
    newer = AnswerChange.objects.filter(assessment=found, pk__gt=known)
    changed = {one.question for one in newer}
    form = find(found.instrument)
    shown = [_stored(form, found, one) for one in questions(form) if one.id in changed]
    last = newer.aggregate(last=Max("pk"))["last"]
    return JsonResponse({"last": last, "changes": shown, **progress(form, found)})


@require_POST
@requires("submit")
def assign(request: HttpRequest, assessment: int) -> HttpResponse:
    """Gives the chosen questions to a person, with a day; or takes them back."""
    found = own(request, assessment)
    chosen = request.POST.getlist("question")
    person = get_user_model().objects.filter(username=request.POST.get("person", "")).first()
    if not chosen or person is None:
        raise refuse("nothing_chosen", "请先勾选题目并选好人员。", "Tick questions and choose a person first.")
    back = request.POST.get("back") == "on"
    due = _day(request.POST.get("due", ""))
    for question in chosen:
        if back:
            review.unassign(request.organisation, found, question, person)
        else:
            review.assign(request.organisation, found, question, person, request.user, due)
    words = (
        _("Taken back from %(person)s: %(count)s questions.")
        if back
        else _("Given to %(person)s: %(count)s questions.")
    )
    messages.success(request, words % {"person": person.get_username(), "count": len(chosen)})
    return redirect("diagnosis_questions", found.pk)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise refuse(
            "bad_day", "日期写成 2026-11-30 这样。", "Write the day as 2026-11-30.", key="due", value=text[:20]
        ) from None


def _common(request: HttpRequest, form: Either, found: Assessment) -> dict[str, Any]:
    return {
        "assessment": found,
        "instrument": form,
        "may_answer": may(request.user, request.organisation, "answer"),
        "may_submit": may(request.user, request.organisation, "submit"),
        "last_change": AnswerChange.objects.filter(assessment=found).aggregate(last=Max("pk"))["last"] or 0,
        **progress_of(found),
    }


def _card(form: Either, line: Line, person: Any) -> dict[str, Any]:
    """One question for the templates."""
    question = line.question
    return {
        "line": line,
        "question": question,
        "seen": as_text(line.answer),
        "choices": [
            {
                "key": place if place < 10 else "0" if place == 10 else "",
                "value": choice.value,
                "label": choice.label,
                "points": choice.points,
                "alone": choice.alone,
                "picked": choice.value in line.picked,
                "measured": line.fact is not None and line.fact.option == choice.value,
            }
            for place, choice in enumerate(question.choices, start=1)
        ],
        "nothing": " ".join(claims_nothing(question)),
        "open": line.open_to(person),
    }


def _stored(form: Either, found: Assessment, question: Question) -> dict[str, Any]:
    """One answer as it stands, for a page's script."""
    answer_ = found.answers.get(question.id)
    last = AnswerChange.objects.filter(assessment=found, question=question.id).select_related("by").last()
    return {
        "question": question.id,
        "seen": as_text(answer_),
        "picked": list(picked_of(form, question, answer_)),
        "number": number_of(question, answer_),
        "spoken": say(spoken(form, question, answer_)),
        "by": last.by.get_username() if last and last.by else "",
        "at": minute(last.at) if last else "",
        "last": last.pk if last else 0,
    }


def _resume(found: Assessment, cards: list[Line], person: Any) -> str:
    """Where the person goes on: the first open question after their last answer, else the first open one."""
    ids = [line.question.id for line in cards]
    last = AnswerChange.objects.filter(assessment=found, by=person).last()
    place = ids.index(last.question) + 1 if last and last.question in ids else 0
    mine = [line.question.id for line in cards[place:] + cards[:place] if not line.answered and line.open_to(person)]
    return mine[0] if mine else ids[0]
