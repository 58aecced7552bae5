"""Use-cases of the diagnosis room: fill in an assessment, back it with evidence, submit it, read what it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tujing.diagnosis import answers as grammar
from tujing.diagnosis.answers import AnswerFile
from tujing.diagnosis.evidence import Confidence
from tujing.diagnosis.evidence import confidence as confidence_of
from tujing.diagnosis.instrument import Instrument
from tujing.diagnosis.instrument import instrument as instrument_named
from tujing.diagnosis.instrument import instruments as all_instruments
from tujing.diagnosis.models import Assessment, AssessmentStatus, Assessor, EvidenceItem
from tujing.diagnosis.next_level import NextLevel
from tujing.diagnosis.next_level import next_level as next_level_of
from tujing.diagnosis.scoring import Result, score
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput, refuse

if TYPE_CHECKING:
    from tujing.adoption.readiness import Readiness
    from tujing.diagnosis.measured import MeasuredFact

ANY_ANSWER = object()
"""`seen` of a caller that did not look at the present answer, such as an import."""


def instruments(on: date | None = None) -> list[Instrument]:
    """Returns the instruments in force on a day (default today)."""
    day = on or timezone.localdate()
    return [
        one
        for one in all_instruments().values()
        if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
    ]


def open_assessment(
    organisation: Organisation, instrument: str = "sme_2024", by: Any = None, kind: str = "self"
) -> Assessment:
    """Opens a draft.

    Raises
    ------
    BadInput
        When the instrument or the kind of assessor (self | third_party) is not known.
    """
    known = instrument_named(instrument)
    if kind not in Assessor.values:
        raise refuse(
            "unknown_assessor",
            "评估方只能是 self（企业自评）或 third_party（第三方）。",
            "The assessor is self or third_party.",
            key="assessor",
            value=kind,
        )
    return Assessment.objects.create(
        organisation=organisation, instrument=known.id, instrument_version=known.version, assessor=kind, by=by
    )


def assessments(organisation: Organisation) -> QuerySet[Assessment]:
    """Returns the organisation's assessments, newest first."""
    return Assessment.objects.filter(organisation=organisation)


def latest(organisation: Organisation) -> Assessment | None:
    """Returns the assessment submitted last, or None."""
    return assessments(organisation).filter(status=AssessmentStatus.SUBMITTED).order_by("-submitted", "-id").first()


def draft(organisation: Organisation, instrument: str = "sme_2024") -> Assessment | None:
    """Returns the newest draft with an instrument, or None."""
    return assessments(organisation).filter(status=AssessmentStatus.DRAFT, instrument=instrument).first()


def answer(
    organisation: Organisation,
    assessment: Assessment,
    question: str,
    value: Mapping[str, Any] | None,
    seen: Any = ANY_ANSWER,
) -> Assessment:
    """Stores one answer (None takes it back), leaving everybody else's answers as they are.

    Parameters
    ----------
    seen
        The answer that the caller had before their eyes. When somebody has changed it since, nothing is stored.

    Raises
    ------
    BadInput
        When the answer does not fit its question, the assessment is submitted, or `seen` is out of date.
    """
    instrument = instrument_named(assessment.instrument)
    taken_back = value is None and question in instrument.question_ids()
    checked = {} if taken_back else grammar.check(instrument, {question: value})
    with transaction.atomic():
        current = _open(organisation, assessment)
        if seen is not ANY_ANSWER and current.answers.get(question) != seen:
            raise refuse(
                "changed_meanwhile",
                f"“{instrument.label(question).zh}”刚被他人改过，请刷新后再答。",
                f"Somebody has just changed {instrument.label(question).en}; reload and answer again.",
                key=question,
            )
        current.answers.pop(question, None)
        current.answers.update(checked)
        current.save(update_fields=["answers"])
    return current


def add_evidence(
    organisation: Organisation,
    assessment: Assessment,
    question: str,
    kind: str,
    note: str | Mapping[str, str] = "",
    reference: str = "",
) -> EvidenceItem:
    """Backs an answer.

    Raises
    ------
    BadInput
        When the question or kind is not known, nothing is said, or the assessment is submitted.
    """
    instrument = instrument_named(assessment.instrument)
    given = {"kind": kind, "note": note, "reference": reference}
    [item] = grammar.check_evidence(instrument, {question: [given]})[question]
    with transaction.atomic():
        current = _open(organisation, assessment)
        return EvidenceItem.objects.create(assessment=current, indicator=question, **item)


def remove_evidence(organisation: Organisation, assessment: Assessment, item: int) -> None:
    """Takes a piece of evidence away; one that is not there is no matter."""
    with transaction.atomic():
        EvidenceItem.objects.filter(assessment=_open(organisation, assessment), pk=item).delete()


def submit(assessment: Assessment) -> Assessment:
    """Freezes the assessment and signs it: from here on nothing of it changes.

    Raises
    ------
    BadInput
        When questions are unanswered (names each), or it is submitted already.
    """
    with transaction.atomic():
        current = _open(assessment.organisation, assessment)
        unanswered = grammar.missing(instrument_named(current.instrument), current.answers)
        if unanswered:
            raise BadInput(unanswered)
        current.status = AssessmentStatus.SUBMITTED
        current.submitted = timezone.now()
        current.signature = signature(current)
        current.save(update_fields=["status", "submitted", "signature"])
    return current


def signature(assessment: Assessment) -> str:
    """Returns the SHA-256 over what was assessed; a stored one that differs says that somebody changed the record."""
    evidence = list(assessment.evidence.order_by("id").values_list("indicator", "kind", "note", "reference"))
    content = [assessment.instrument, assessment.instrument_version, assessment.assessor, assessment.answers, evidence]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def record(organisation: Organisation, file: AnswerFile, instrument: str = "sme_2024", by: Any = None) -> Assessment:
    """Stores a whole answer file as a submitted assessment, or nothing.

    Raises
    ------
    BadInput
        When questions are unanswered.
    """
    assessment = open_assessment(organisation, instrument, by, file.assessor)
    assessment.answers = file.answers
    assessment.save(update_fields=["answers"])
    EvidenceItem.objects.bulk_create(
        EvidenceItem(assessment=assessment, indicator=question, **item)
        for question, items in file.evidence.items()
        for item in items
    )
    return submit(assessment)


def result(assessment: Assessment) -> Result:
    """Returns score and level; for a draft, of what is answered so far."""
    return score(instrument_named(assessment.instrument), assessment.answers)


def next_level(assessment: Assessment) -> NextLevel | None:
    """Returns the cheapest way to the next level; None at the highest."""
    return next_level_of(instrument_named(assessment.instrument), assessment.answers)


def confidence(assessment: Assessment) -> Confidence:
    """Returns the level claimed beside the level evidenced."""
    kinds: dict[str, list[str]] = {}
    for item in assessment.evidence.all():
        kinds.setdefault(item.indicator, []).append(item.kind)
    return confidence_of(instrument_named(assessment.instrument), assessment.answers, kinds)


def measured_facts(organisation: Organisation, instrument: str = "sme_2024") -> dict[str, MeasuredFact]:
    """Returns the answers that the enterprise's own data give, by indicator; shown beside those claimed."""
    from tujing.dataspace import services as dataspace
    from tujing.diagnosis import measured

    known = instrument_named(instrument)
    found = {name: dataspace.arrow(organisation, name, columns) for name, columns in measured.COLUMNS.items()}
    return measured.measured_facts(known, {name: table for name, table in found.items() if table is not None})


def readiness_by_scenario(organisation: Organisation) -> dict[str, Readiness]:
    """Returns the readiness of every scenario on the map, measured from the enterprise's data."""
    from tujing.adoption.readiness import readiness
    from tujing.atlas.loader import atlas
    from tujing.dataspace import services as dataspace

    facts = dataspace.facts(organisation)
    return {id: readiness(manifest, facts) for id, manifest in atlas().manifests.items()}


def pain_points(organisation: Organisation) -> list[dict[str, Any]]:
    """Returns what hurts, gravest first, with the scenarios chosen and proposed; see `pain/services.py`."""
    from tujing.diagnosis.pain.services import pain_points as kept

    return kept(organisation)


def summary(assessment: Assessment) -> dict[str, Any]:
    """Returns one assessment as a document: what `tujing diagnose --json` prints and the loop reports."""
    instrument = instrument_named(assessment.instrument)
    found, way, trust = result(assessment), next_level(assessment), confidence(assessment)
    return {
        "instrument": {"id": instrument.id, "version": instrument.version, "title": instrument.title.as_dict()},
        "assessor": assessment.assessor,
        "submitted": assessment.submitted,
        "signature": assessment.signature,
        "score": found.score,
        "level": found.level,
        "level_name": found.level_name.as_dict(),
        "parts": {
            part.id: {"label": part.label.as_dict(), "score": found.parts[part.id], "points": part.points}
            for part in instrument.parts
        },
        "indicators": {
            one.id: {"label": one.label.as_dict(), "score": found.points[one.id], "points": one.points}
            for one in instrument.indicators
        },
        "scenarios": {
            one.id: {
                "label": one.label.as_dict(),
                "level": found.scenario_levels[one.id],
                "mandatory": one.mandatory,
            }
            for one in instrument.scenarios
        },
        "tests": [{**asdict(check), "met": check.met} for check in found.met],
        "next_level": asdict(way) if way else None,
        "claimed_vs_evidenced": {
            "claimed": {"score": trust.claimed.score, "level": trust.claimed.level},
            "evidenced": {"score": trust.evidenced.score, "level": trust.evidenced.level},
            "unevidenced": list(trust.unevidenced),
            "pivotal": list(trust.pivotal),
        },
        "measured": {
            id: {**asdict(fact), "claimed": assessment.answers.get(id, {}).get("option")}
            for id, fact in measured_facts(assessment.organisation, assessment.instrument).items()
        },
    }


def _open(organisation: Organisation, assessment: Assessment) -> Assessment:
    """Returns the organisation's own draft, locked until the transaction ends.

    Raises
    ------
    BadInput
        When it is not the organisation's, or is submitted.
    """
    current = Assessment.objects.select_for_update().filter(organisation=organisation, pk=assessment.pk).first()
    if current is None:
        raise refuse(
            "no_assessment",
            "找不到这份评测，请从评测列表重新打开。",
            "There is no such assessment; open it again from the list.",
        )
    if current.status == AssessmentStatus.SUBMITTED:
        raise refuse(
            "already_submitted",
            "这份评测已经提交，不能再改；如有变化，请新建一份。",
            "This assessment is submitted and cannot change; open a new one.",
        )
    return current
