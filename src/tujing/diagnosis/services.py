"""Use-cases of the diagnosis room: fill in an assessment, back it with evidence, submit it, read what it says.

Assigning, reviewing and comparing are in `review/services.py`, frozen copies in `frozen/services.py`, facts for every
instrument in `crosswalk/services.py`, pain points in `pain/services.py`, peers in `peers/services.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tujing.diagnosis import answers as grammar
from tujing.diagnosis import evidence as engine
from tujing.diagnosis import questionnaire
from tujing.diagnosis.answers import AnswerFile
from tujing.diagnosis.backing.services import bind
from tujing.diagnosis.catalogue import Either, find, item_ids
from tujing.diagnosis.evidence import Backing, Confidence, Judged
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.grading.next_level import next_level as form_next_level
from tujing.diagnosis.instrument import Instrument
from tujing.diagnosis.instrument import instrument as instrument_named
from tujing.diagnosis.instrument import instruments as all_instruments
from tujing.diagnosis.models import AnswerChange, Assessment, AssessmentStatus, Assessor, EvidenceItem
from tujing.diagnosis.next_level import NextLevel
from tujing.diagnosis.next_level import next_level as next_level_of
from tujing.diagnosis.scoring import Result, score
from tujing.enterprise import files
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput, refuse

if TYPE_CHECKING:
    from tujing.adoption.readiness import Readiness
    from tujing.diagnosis.measured import MeasuredFact

SME = "sme_2024"
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
    organisation: Organisation, instrument: str = SME, by: Any = None, kind: str = "self", enterprise_kind: str = ""
) -> Assessment:
    """Opens a draft, of any instrument; several may be open side by side.

    Parameters
    ----------
    kind
        Of assessor: self | third_party.
    enterprise_kind
        Of a form that weighs kinds of enterprise differently; default: the profile's type of production.

    Raises
    ------
    BadInput
        When the instrument, the kind of assessor or the kind of enterprise is not known.
    """
    known = find(instrument)
    if kind not in Assessor.values:
        raise refuse(
            "unknown_assessor",
            "评估方只能是 self（企业自评）或 third_party（第三方）。",
            "The assessor is self or third_party.",
            key="assessor",
            value=kind,
        )
    return Assessment.objects.create(
        organisation=organisation,
        instrument=known.id,
        instrument_version=known.version,
        assessor=kind,
        by=by,
        enterprise_kind=_enterprise_kind(organisation, known, enterprise_kind),
    )


def _enterprise_kind(organisation: Organisation, known: Either, asked: str) -> str:
    if not isinstance(known, Form):
        return ""
    if asked:
        questionnaire.outcome(known, {}, asked)  # refuses an unknown kind
        return asked
    profile = getattr(organisation, "profile", None)
    return profile.production_type if profile and profile.production_type in known.kinds else ""


def assessments(organisation: Organisation) -> QuerySet[Assessment]:
    """Returns the organisation's assessments, newest first."""
    return Assessment.objects.filter(organisation=organisation)


def latest(organisation: Organisation, instrument: str = SME, assessor: str = "") -> Assessment | None:
    """Returns the assessment with an instrument that was submitted last (by one kind of assessor), or None."""
    found = assessments(organisation).filter(status=AssessmentStatus.SUBMITTED, instrument=instrument)
    return (found.filter(assessor=assessor) if assessor else found).order_by("-submitted", "-id").first()


def draft(organisation: Organisation, instrument: str = SME) -> Assessment | None:
    """Returns the newest draft with an instrument, or None."""
    return drafts(organisation).filter(instrument=instrument).first()


def drafts(organisation: Organisation) -> QuerySet[Assessment]:
    """Returns all open drafts, newest first."""
    return assessments(organisation).filter(status=AssessmentStatus.DRAFT)


def answer(
    organisation: Organisation,
    assessment: Assessment,
    question: str,
    value: Any,
    seen: Any = ANY_ANSWER,
    by: Any = None,
) -> Assessment:
    """Stores one answer (None takes it back), leaving everybody else's answers as they are.

    Parameters
    ----------
    seen
        The answer that the caller had before their eyes. When somebody has changed it since, nothing is stored.
    by
        Who answers; kept with the change.

    Raises
    ------
    BadInput
        When the answer does not fit its question, the question is somebody else's, the assessment is submitted, or
        `seen` is out of date.
    """
    one = find(assessment.instrument)
    taken_back = value is None and question in item_ids(one)
    checked = {} if taken_back else questionnaire.check(one, {question: value})
    with transaction.atomic():
        current = own_draft(organisation, assessment)
        _may_answer(current, question, by)
        before = current.answers.get(question)
        if seen is not ANY_ANSWER and before != seen:
            label = questionnaire.label(one, question)
            raise refuse(
                "changed_meanwhile",
                f"“{label.zh}”刚被他人改过，请刷新后再答。",
                f"Somebody has just changed {label.en}; reload and answer again.",
                key=question,
            )
        store(current, {question: checked.get(question)}, by)
    return current


@transaction.atomic
def accept_measured(organisation: Organisation, assessment: Assessment, question: str, by: Any = None) -> Assessment:
    """Answers a question as the enterprise's own data do, with the measured fact as its evidence.

    Raises
    ------
    BadInput
        When the data do not tell it, the question is somebody else's, or the assessment is submitted.
    """
    item: grammar.Evidence = {"kind": "measured", "reference": f"fact:{question}", "note": {}}
    fields = bind(organisation, assessment.instrument, question, item)
    current = answer(organisation, assessment, question, {"option": fields["recorded"]["option"]}, by=by)
    if not current.evidence.filter(indicator=question, kind="measured", sha256=fields["sha256"]).exists():
        EvidenceItem.objects.create(assessment=current, indicator=question, by=by, **fields)
    return current


@transaction.atomic
def fill(
    organisation: Organisation, assessment: Assessment, file: AnswerFile, by: Any = None, batch: str = ""
) -> Assessment:
    """Stores an answer file, whole or in part, into a draft: its answers replace those given before, others stay.

    What comes with one `batch` can be undone together, see `spreadsheet/services.py`.

    Raises
    ------
    BadInput
        When a question is somebody else's, evidence names what is not there, or the assessment is submitted.
    """
    current = own_draft(organisation, assessment)
    checked = questionnaire.check(find(current.instrument), file.answers)
    for question in checked:
        _may_answer(current, question, by)
    store(current, checked, by, batch)
    for question, items in file.evidence.items():
        for item in items:
            fields = bind(organisation, current.instrument, question, item)
            EvidenceItem.objects.create(assessment=current, indicator=question, by=by, batch=batch, **fields)
    return current


def store(current: Assessment, answers: Mapping[str, Any], by: Any, batch: str = "") -> None:
    """Writes checked answers into a locked draft (None takes one back) and, for each that differs, who changed it from
    what to what."""
    changes = []
    for question, after in answers.items():
        before = current.answers.get(question)
        if before != after:
            change = AnswerChange(assessment=current, question=question, before=before, after=after, batch=batch, by=by)
            changes.append(change)
        current.answers.pop(question, None)
        if after is not None:
            current.answers[question] = after
    current.save(update_fields=["answers"])
    AnswerChange.objects.bulk_create(changes)


def _may_answer(current: Assessment, question: str, by: Any) -> None:
    """Refuses a person whose question it is not. A command on the own machine names nobody and may answer all."""
    if by is None:
        return
    people = [one.person_id for one in current.assignments.filter(question=question)]
    if people and by.pk not in people:
        raise refuse(
            "assigned_to_another",
            f"{question} 已分派给他人填写，请联系评测负责人调整分工。",
            f"{question} is assigned to somebody else; ask whoever runs the assessment.",
            key=question,
        )


def add_evidence(
    organisation: Organisation,
    assessment: Assessment,
    question: str,
    kind: str,
    note: str | Mapping[str, str] = "",
    reference: str = "",
    by: Any = None,
) -> EvidenceItem:
    """Backs an answer: a file's name, a link, `run:<id>`, a measured fact, `table:<element>`, or a statement.

    Raises
    ------
    BadInput
        When the question or kind is not known, nothing is said, the run or fact is not this organisation's, or the
        assessment is submitted.
    """
    given = {"kind": kind, "note": note, "reference": reference}
    [item] = grammar.check_evidence(find(assessment.instrument), {question: [given]})[question]
    with transaction.atomic():
        current = own_draft(organisation, assessment)
        fields = bind(organisation, current.instrument, question, item)
        return EvidenceItem.objects.create(assessment=current, indicator=question, by=by, **fields)


def attach_file(
    organisation: Organisation,
    assessment: Assessment,
    question: str,
    content: bytes,
    name: str,
    note: str | Mapping[str, str] = "",
    by: Any = None,
) -> EvidenceItem:
    """Keeps a file as evidence, by its hash.

    Raises
    ------
    BadInput
        When the file is not taken (see `enterprise/files.py`), the question is not known, or it is submitted already.
    """
    given = {"kind": "file", "note": note, "reference": files.plain_name(name)}
    [item] = grammar.check_evidence(find(assessment.instrument), {question: [given]})[question]
    with transaction.atomic():
        current = own_draft(organisation, assessment)
        kept = files.keep(evidence_folder(organisation), content, name)
        recorded = {"size": kept.size, "media_type": kept.media_type}
        return EvidenceItem.objects.create(
            assessment=current, indicator=question, by=by, sha256=kept.sha256, recorded=recorded, **item
        )


def evidence_folder(organisation: Organisation) -> Path:
    """Returns where the organisation's evidence files lie."""
    return Path(settings.HOME) / "evidence" / str(organisation.pk)


def remove_evidence(organisation: Organisation, assessment: Assessment, item: int) -> None:
    """Takes a piece of evidence away; one that is not there is no matter."""
    with transaction.atomic():
        current = own_draft(organisation, assessment)
        EvidenceItem.objects.filter(assessment=current, pk=item).update(removed=timezone.now())


def put_back_evidence(organisation: Organisation, assessment: Assessment, item: int) -> None:
    """Puts back a piece of evidence that was taken away; one that is there is no matter."""
    with transaction.atomic():
        EvidenceItem.everything.filter(assessment=own_draft(organisation, assessment), pk=item).update(removed=None)


def submit(assessment: Assessment, by: Any = None) -> Assessment:
    """Freezes the assessment, signs it and keeps a frozen copy: from here on nothing of it changes.

    Raises
    ------
    BadInput
        When questions are unanswered (names each), or it is submitted already.
    """
    from tujing.diagnosis.frozen.services import take

    with transaction.atomic():
        current = own_draft(assessment.organisation, assessment)
        unanswered = questionnaire.missing(find(current.instrument), current.answers)
        if unanswered:
            raise BadInput(unanswered)
        current.status = AssessmentStatus.SUBMITTED
        current.submitted = timezone.now()
        current.signature = signature(current)
        current.save(update_fields=["status", "submitted", "signature"])
        take(current.organisation, current, by)
    return current


def signature(assessment: Assessment) -> str:
    """Returns the SHA-256 over what was assessed; a stored one that differs says that somebody changed the record."""
    from tujing.diagnosis.frozen.canonical import digest
    from tujing.diagnosis.frozen.services import assessed

    return digest(assessed(assessment))


@transaction.atomic
def record(
    organisation: Organisation, file: AnswerFile, instrument: str = SME, by: Any = None, enterprise_kind: str = ""
) -> Assessment:
    """Stores a whole answer file as a submitted assessment, or nothing.

    Raises
    ------
    BadInput
        When questions are unanswered, or evidence names what is not there.
    """
    assessment = open_assessment(organisation, instrument, by, file.assessor, enterprise_kind)
    return submit(fill(organisation, assessment, file, by), by)


def result(assessment: Assessment) -> Result:
    """Returns score and level by the SME form; for a draft, of what is answered so far."""
    return score(instrument_named(assessment.instrument), assessment.answers)


def outcome(assessment: Assessment) -> questionnaire.Outcome:
    """Returns what the answers come to, by whatever instrument."""
    return questionnaire.outcome(find(assessment.instrument), assessment.answers, assessment.enterprise_kind)


def next_level(assessment: Assessment) -> NextLevel | None:
    """Returns the cheapest way to the next level; None at the highest, and for a form whose rule is no set of sums."""
    one = find(assessment.instrument)
    if isinstance(one, Form):
        return form_next_level(one, assessment.answers, assessment.enterprise_kind)
    return next_level_of(one, assessment.answers)


def confidence(assessment: Assessment, until: datetime | None = None) -> Confidence:
    """Returns the level claimed beside the level evidenced and the level accepted, by the verdicts up to a moment."""
    one = find(assessment.instrument)
    return engine.confidence(one, assessment.answers, backing(assessment, until), assessment.enterprise_kind)


def backing(assessment: Assessment, until: datetime | None = None) -> Backing:
    """Returns all that stands behind an assessment's answers: evidence, verdicts that apply, measured options."""
    kinds: dict[str, list[str]] = {}
    measured: dict[str, str] = {}
    for item in assessment.evidence.all():
        kinds.setdefault(item.indicator, []).append(item.kind)
        if item.kind == "measured" and "option" in item.recorded:
            measured[item.indicator] = item.recorded["option"]
    verdicts = {
        one.question: Judged(cast(Any, one.verdict), one.instead)
        for one in assessment.verdicts.filter(at__lte=until or timezone.now()).order_by("id")
        if one.judged == assessment.answers.get(one.question)
    }
    return Backing(kinds, verdicts, measured)


def measured_facts(organisation: Organisation, instrument: str = SME) -> dict[str, MeasuredFact]:
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
    from tujing.diagnosis.document import document

    return document(assessment)


def own_draft(organisation: Organisation, assessment: Assessment) -> Assessment:
    """Returns the organisation's own draft, locked until the transaction ends.

    Raises
    ------
    BadInput
        When it is not the organisation's, or is submitted.
    """
    current = own(organisation, assessment)
    if current.status == AssessmentStatus.SUBMITTED:
        raise refuse(
            "already_submitted",
            "这份评测已经提交，不能再改；如有变化，请新建一份。",
            "This assessment is submitted and cannot change; open a new one.",
        )
    return current


def own(organisation: Organisation, assessment: Assessment) -> Assessment:
    """Returns the organisation's own assessment, locked until the transaction ends.

    Raises
    ------
    BadInput
        When it is not the organisation's.
    """
    current = Assessment.objects.select_for_update().filter(organisation=organisation, pk=assessment.pk).first()
    if current is None:
        raise refuse(
            "no_assessment",
            "找不到这份评测，请从评测列表重新打开。",
            "There is no such assessment; open it again from the list.",
        )
    return current
