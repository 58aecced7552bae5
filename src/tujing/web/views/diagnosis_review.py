"""A reviewer walks the answers, with the evidence and the other side's answer beside each."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tujing.diagnosis import services
from tujing.diagnosis.asking.questions import questions, value_of
from tujing.diagnosis.catalogue import Either, find
from tujing.diagnosis.evidence import COUNTS
from tujing.diagnosis.frozen.services import take
from tujing.diagnosis.models import Assessment, Verdict, VerdictKind
from tujing.diagnosis.questionnaire import worth
from tujing.diagnosis.review import services as review
from tujing.diagnosis.review.lines_services import Line, lines
from tujing.enterprise.services import may
from tujing.problems import BadInput, refuse
from tujing.web.access import member, requires
from tujing.web.views.diagnosis_evidence import SHOWN_INLINE
from tujing.web.views.diagnosis_shared import own, told, wants_json
from tujing.web.words import label

OPEN = "open"
"""An answer that nobody has judged as it stands."""

SHOW = {
    OPEN: gettext_lazy("To review"),
    VerdictKind.ACCEPTED: gettext_lazy("Accepted"),
    VerdictKind.REJECTED: gettext_lazy("Lowered"),
    VerdictKind.MORE: gettext_lazy("Asked for more"),
    "disagreed": gettext_lazy("Sides disagree"),
}


@require_GET
@member
def page(request: HttpRequest, assessment: int) -> HttpResponse:
    found = own(request, assessment)
    form = find(found.instrument)
    answered = [line for line in lines(request.organisation, found) if line.answered]
    wish = request.GET.get("show", "")
    kept = [line for line in answered if wish not in SHOW or wish in _marks(line)]
    trust = services.confidence(found)
    context: dict[str, Any] = {
        "assessment": found,
        "instrument": form,
        "wish": wish,
        "filters": [
            {"id": id, "name": name, "count": sum(id in _marks(one) for one in answered)} for id, name in SHOW.items()
        ],
        "cards": [_card(form, line, request.user) for line in kept],
        "start": next((line.question.id for line in kept if OPEN in _marks(line)), ""),
        "trust": trust,
        "counted": COUNTS,
        "inline": SHOWN_INLINE,
        "may_review": may(request.user, request.organisation, "submit"),
        "answered": len(answered),
    }
    return render(request, "diagnosis/review.html", context)


@require_POST
@requires("submit")
def verdict(request: HttpRequest, assessment: int, question: str) -> HttpResponse:
    """Keeps a verdict; the answer itself stays."""
    found = own(request, assessment)
    try:
        given = _give(request, found, question)
    except BadInput as refusal:
        if not wants_json(request):
            raise
        return told(refusal)
    if not wants_json(request):
        return redirect("diagnosis_review", found.pk)
    counts = Counter(mark for line in lines(request.organisation, found) if line.answered for mark in _marks(line))
    shown = {id: counts[id] for id in SHOW}
    return JsonResponse({"verdict": given.verdict, "name": label(given.verdict), "counts": shown})


def _give(request: HttpRequest, found: Assessment, id: str) -> Verdict:
    form = find(found.instrument)
    asked = next((one for one in questions(form) if one.id == id), None)
    if asked is None:
        raise refuse("unknown_indicator", f"没有 {id} 这一题。", f"There is no question {id}.", key=id)
    kind = request.POST.get("verdict", "")
    instead = None
    if kind == VerdictKind.REJECTED:
        instead = value_of(form, asked, request.POST.getlist("instead"), request.POST.get("number", ""))
    words = request.POST.get("words", "").strip()
    return review.give_verdict(request.organisation, found, id, kind, words, instead, request.user)


@require_POST
@requires("submit")
def freeze(request: HttpRequest, assessment: int) -> HttpResponse:
    """Keeps a new frozen copy, with the verdicts so far."""
    found = own(request, assessment)
    take(request.organisation, found, request.user)
    messages.success(request, _("A frozen copy with the verdicts so far is kept."))
    return redirect("diagnosis_result", found.pk)


def _current(line: Line) -> Verdict | None:
    """The verdict that holds: the newest, while the answer is the one it judged."""
    last = line.verdicts[-1] if line.verdicts else None
    return last if last is not None and last.judged == line.answer else None


def _marks(line: Line) -> set[str]:
    """The filters that a line belongs to."""
    holds = _current(line)
    return {holds.verdict if holds else OPEN, *(["disagreed"] if line.disagreed else [])}


def _card(form: Either, line: Line, person: Any) -> dict[str, Any]:
    """One answer for the reviewer. To lower it only what claims less may be given instead."""
    question = line.question
    claimed = worth(form, question.id, line.answer)
    lower = []
    if question.kind in ("single", "share"):
        for choice in question.choices:
            value = value_of(form, question, [choice.value])
            if value != line.answer and worth(form, question.id, value) <= claimed:
                lower.append(choice)
    return {
        "line": line,
        "question": question,
        "holds": _current(line),
        "choices": [{"label": one.label, "picked": one.value in line.picked} for one in question.choices],
        "lower": lower,
        "backed": any(one.kind in COUNTS for one in line.evidence),
        "own": line.changed is not None and line.changed.by == person.get_username(),
    }
