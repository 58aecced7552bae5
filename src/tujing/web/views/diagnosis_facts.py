"""Answer once: the facts that fill several questionnaires, with what is known of each and from where."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tujing.diagnosis.catalogue import every_instrument
from tujing.diagnosis.crosswalk import services as crosswalk
from tujing.diagnosis.crosswalk.facts import ASKED, Fact, facts, readers
from tujing.diagnosis.crosswalk.wording import choice_words
from tujing.diagnosis.models import FactSheet
from tujing.enterprise.services import may
from tujing.problems import refuse
from tujing.web.access import member, requires
from tujing.web.views.diagnosis_shared import TABS, fact_value
from tujing.web.words import label, say

SHOW = {
    "open": gettext_lazy("Not known yet"),
    "known": gettext_lazy("Known"),
    "conflict": gettext_lazy("Sources contradict"),
}


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    known = crosswalk.known_facts(request.organisation)
    sheet = FactSheet.objects.filter(organisation=request.organisation).first()
    answered = sheet.answers if sheet else {}
    read_by = readers()
    wish, show = request.GET.get("q", "").strip().lower(), request.GET.get("show", "")
    rows = []
    for id, fact in facts().items():
        found = known.get(id)
        mark = "open" if found is None else "conflict" if found.others else "known"
        if (show in SHOW and mark != show) or wish not in f"{id} {fact.label.zh} {fact.label.en}".lower():
            continue
        rows.append(
            {
                "id": id,
                "fact": fact,
                "asked": ASKED[fact.kind],
                "choices": [(one, say(choice_words().get(id, {}).get(one, one))) for one in fact.choices],
                "own": _as_text(fact, answered.get(id)),
                "known": found,
                "shown": fact_value(id, found.value) if found else "",
                "others": {label(origin): fact_value(id, value) for origin, value in found.others.items()}
                if found
                else {},
                "readers": [every_instrument()[name].title for name in read_by.get(id, [])],
                "mark": mark,
            }
        )
    marks = [("conflict" if known[id].others else "known") if id in known else "open" for id in facts()]
    context = {
        "tabs": TABS,
        "tab": "diagnosis_facts",
        "rows": sorted(rows, key=lambda row: -len(row["readers"])),
        "wish": wish,
        "show": show,
        "filters": [{"id": id, "name": name, "count": marks.count(id)} for id, name in SHOW.items()],
        "every": len(facts()),
        "may_answer": may(request.user, request.organisation, "answer"),
    }
    return render(request, "diagnosis/facts.html", context)


@require_POST
@requires("answer")
def answer(request: HttpRequest) -> HttpResponse:
    """Stores the facts that were changed on the page; one that is emptied is taken back."""
    sheet = FactSheet.objects.filter(organisation=request.organisation).first()
    before = sheet.answers if sheet else {}
    given = {id: _value(id, fact, request.POST[id]) for id, fact in facts().items() if id in request.POST}
    changed = {id: value for id, value in given.items() if not _same(value, before.get(id))}
    crosswalk.answer_facts(request.organisation, changed)
    messages.success(request, _("Stored: %(count)s facts.") % {"count": len(changed)})
    return redirect("diagnosis_facts")


def _value(id: str, fact: Fact, text: str) -> Any:
    text = text.strip()
    if not text:
        return None
    if fact.kind == "held":
        return {"true": True, "false": False}.get(text, text)
    if fact.kind == "choice":
        return text
    try:
        value = float(text.removesuffix("%").replace(",", ""))
    except ValueError:
        asked = ASKED[fact.kind]
        zh, en = f"“{fact.label.zh}”：{asked.zh}。", f"{fact.label.en}: {asked.en}."
        raise refuse("bad_fact", zh, en, key=id, value=text[:40]) from None
    if fact.kind == "share":
        return value / 100
    return int(value) if value.is_integer() else value


def _same(one: Any, other: Any) -> bool:
    """Whether two values are one; a share comes back from its percentage not to the last bit."""
    if isinstance(one, float) and isinstance(other, int | float) and not isinstance(other, bool):
        return abs(one - other) < 1e-9
    return type(one) is type(other) and bool(one == other)


def _as_text(fact: Fact, value: Any) -> str:
    """What stands in the form's field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return value
    return f"{value * 100 if fact.kind == 'share' else value:.12g}"
