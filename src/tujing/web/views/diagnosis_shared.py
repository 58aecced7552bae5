"""What the pages of the diagnosis share: whose assessment it is, answers as JSON, the tabs above the pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tujing.diagnosis.catalogue import Either, find, item_ids
from tujing.diagnosis.crosswalk.facts import facts
from tujing.diagnosis.crosswalk.wording import choice_words
from tujing.diagnosis.models import Assessment, AssessmentStatus
from tujing.diagnosis.questionnaire import missing
from tujing.problems import BadInput
from tujing.web.refusals import UNPROCESSABLE, shown
from tujing.web.words import figure, say


@dataclass(frozen=True)
class Tab:
    name: str
    words: Any

    @property
    def url(self) -> str:
        return reverse(self.name)


TABS = (
    Tab("diagnosis", _("Questionnaires")),
    Tab("diagnosis_instruments", _("All instruments at a glance")),
    Tab("diagnosis_facts", _("Answer once")),
    Tab("diagnosis_pains", _("What hurts")),
    Tab("diagnosis_compare", _("Compare")),
    Tab("diagnosis_peers", _("Peers")),
    Tab("diagnosis_verify", _("Verify a frozen copy")),
)


def own(request: HttpRequest, assessment: int) -> Assessment:
    """Returns the current organisation's assessment, or answers 404."""
    return get_object_or_404(Assessment, pk=assessment, organisation=request.organisation)


def is_draft(assessment: Assessment) -> bool:
    return assessment.status == AssessmentStatus.DRAFT


def as_text(answer: Any) -> str:
    """An answer as a form carries it: what the person had before their eyes."""
    return json.dumps(answer, ensure_ascii=False, sort_keys=True)


def progress(one: Either, assessment: Assessment) -> dict[str, Any]:
    """How many questions are answered, and whether it may be submitted."""
    asked = item_ids(one)
    return {
        "answered": sum(id in assessment.answers for id in asked),
        "asked": len(asked),
        "complete": not missing(one, assessment.answers),
    }


def progress_of(assessment: Assessment) -> dict[str, Any]:
    return progress(find(assessment.instrument), assessment)


def told(refusal: BadInput) -> JsonResponse:
    """A refusal for a page's script: its sentences, status 422."""
    return JsonResponse({"problems": [one.words for one in shown(refusal.problems)]}, status=UNPROCESSABLE)


def fact_value(id: str, value: Any) -> str:
    """A capability fact's value as people write it."""
    fact = facts()[id]
    if fact.kind == "held":
        return gettext("yes") if value else gettext("no")
    if fact.kind == "choice":
        return say(choice_words().get(id, {}).get(value, value))
    return f"{value:.0%}" if fact.kind == "share" else figure(value)


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("accept", "")
