"""What an assessment comes to: level, heat map, gap, how sure it is, the cheapest way on, what stands beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tujing.atlas.loader import atlas
from tujing.diagnosis import services
from tujing.diagnosis.asking.questions import questions, spoken
from tujing.diagnosis.catalogue import Either, find
from tujing.diagnosis.evidence import Confidence
from tujing.diagnosis.frozen.services import newest
from tujing.diagnosis.instrument import Instrument
from tujing.diagnosis.models import Assessment
from tujing.diagnosis.profile import cells, covering, group_scores, points_after
from tujing.diagnosis.questionnaire import label as question_label
from tujing.enterprise.services import may
from tujing.web.access import member
from tujing.web.views.diagnosis_shared import own
from tujing.web.words import say

STATES = {"": "line", "asked": "part", "claimed": "blue-line", "evidenced": "chart-1", "accepted": "green"}
"""A level's state → its colour of `tokens.css`, from nothing to most."""


@require_GET
@member
def result(request: HttpRequest, assessment: int) -> HttpResponse:
    found = own(request, assessment)
    context = result_context(found) | {
        "may_submit": may(request.user, request.organisation, "submit"),
        "snapshot": newest(request.organisation, found),
    }
    return render(request, "diagnosis/result.html", context)


def result_context(found: Assessment) -> dict[str, Any]:
    """Everything the result page shows, of any instrument."""
    form, trust, document = find(found.instrument), services.confidence(found), services.summary(found)
    way = document["next_level"]
    return {
        "assessment": found,
        "instrument": form,
        "is_sme": isinstance(form, Instrument),
        "document": document,
        "trust": trust,
        "claimed": trust.claimed,
        "way": way,
        "changes": _changes(form, way),
        "tests": document["tests"],
        "heat": _heat(form, found, trust, way),
        "radar": _radar(form, found, trust, way),
        "sure": document["confidence"],
        "peers": document["peers"],
        "flips": _flips(form, found, trust),
        **_beside(form, found, document),
    }


def _changes(form: Either, way: Any) -> dict[str, Any]:
    """The cheapest changes, each with the scenarios of the map that bring it about; few of these cover all changes."""
    if not way:
        return {"rows": [], "scenarios": ""}
    manifests = atlas().manifests
    realise: dict[str, list[str]] = {}
    for id, manifest in manifests.items():
        for question in manifest.maps.sme_2024 if form.id == services.SME else ():
            realise.setdefault(question, []).append(id)
    few = covering({change["question"]: realise.get(change["question"], []) for change in way["changes"]})
    rows = []
    for change in way["changes"]:
        able = [{"id": id, "name": manifests[id].name} for id in realise.get(change["question"], [])]
        chosen = [one for one in able if one["id"] in few]
        rows.append({"change": change, "chosen": chosen, "others": [one for one in able if one not in chosen]})
    return {"rows": rows, "scenarios": ",".join(few)}


def _heat(form: Either, found: Assessment, trust: Confidence, way: Any) -> dict[str, Any] | None:
    """Questions by levels: what is accepted, evidenced, claimed, and what the next level asks."""
    rows = cells(form, found.answers, trust, way["changes"] if way else ())
    if not rows:
        return None
    levels = sorted({cell.level for row in rows.values() for cell in row})
    told = (_("not reached"), _("to reach"), _("claimed only"), _("evidenced"), _("accepted"))
    names = dict(zip(STATES, told, strict=True))
    worth = {state: place for place, state in enumerate(STATES)}
    marks = {one.id: "★ " for one in form.scenarios if one.mandatory} if isinstance(form, Instrument) else {}
    labels = {id: marks.get(id, "") + say(question_label(form, id)) for id in rows}
    values = [[levels.index(cell.level), y, worth[cell.state]] for y, row in enumerate(rows.values()) for cell in row]
    chart = {
        "kind": "heatmap",
        "x": [_("Level %(level)s") % {"level": level} for level in levels],
        "y": list(labels.values()),
        "values": values,
        "pieces": [{"value": worth[state], "label": names[state], "tone": tone} for state, tone in STATES.items()],
    }
    table = [{"label": labels[id], "cells": [names[cell.state] for cell in row]} for id, row in rows.items()]
    return {"chart": chart, "levels": chart["x"], "rows": table, "size": "chart-xl" if len(rows) > 14 else "chart-l"}


def _radar(form: Either, found: Assessment, trust: Confidence, way: Any) -> dict[str, Any] | None:
    """Today, what evidence backs, and after the cheapest changes: by indicator, or a form's groups."""
    today = group_scores(form, found.answers, found.enterprise_kind)
    if len(today) < 3:
        return None
    backed = group_scores(form, trust.counted, found.enterprise_kind)
    series = [(_("Today, as claimed"), {id: one.score for id, one in today.items()})]
    series.append((_("Backed by evidence"), {id: one.score for id, one in backed.items()}))
    if way and isinstance(form, Instrument):
        series.append((_("At the next level"), points_after(form, found.answers, way["changes"])))
    chart = {
        "kind": "radar",
        "indicators": [{"name": say(one.label), "max": one.most} for one in today.values()],
        "series": [{"name": name, "values": [values.get(id, 0) for id in today]} for name, values in series],
    }
    rows = [
        {"label": one.label, "most": one.most, "values": [values.get(id, 0) for _, values in series]}
        for id, one in today.items()
    ]
    return {"chart": chart, "names": [name for name, _ in series], "rows": rows}


def _flips(form: Either, found: Assessment, trust: Confidence) -> list[dict[str, Any]]:
    """The answers that nothing backs, those first of which one alone would lower the level."""
    asked = {one.id: one for one in questions(form)}
    order = sorted(trust.unevidenced, key=lambda id: id not in trust.pivotal)
    return [
        {
            "question": id,
            "label": question_label(form, id),
            "spoken": spoken(form, asked[id], found.answers[id]),
            "state": trust.states[id],
            "pivotal": id in trust.pivotal,
        }
        for id in order
    ]


def _beside(form: Either, found: Assessment, document: dict[str, Any]) -> dict[str, Any]:
    """Disagreement, pain points and measured facts, in words."""
    names = {id: manifest.name for id, manifest in atlas().manifests.items()}
    apart = document["disagreement"]
    asked = {one.id: one for one in questions(form)}
    pains = document["pain_points"]
    return {
        "disagreement": apart,
        "disagreements": [
            {
                **one,
                "own": spoken(form, asked[one["question"]], one["one"]),
                "theirs": spoken(form, asked[one["question"]], one["other"]),
            }
            for one in (*apart["questions"], *apart["scenarios"])
        ]
        if apart
        else [],
        "pain_points": [
            {**one, "tied": [names[id] for id in one["scenarios"] if id in names], "proposed": len(one["proposals"])}
            for one in pains[:5]
        ],
        "more_pains": max(len(pains) - 5, 0),
        "measured": [
            {
                "label": question_label(form, id),
                "claimed": spoken(form, asked[id], found.answers.get(id)),
                "fact": fact,
                "differs": fact["claimed"] is not None and fact["claimed"] != fact["option"],
            }
            for id, fact in document["measured"].items()
        ],
    }
