"""Use-cases: assign questions, see who did what, give verdicts, set the enterprise's and a third party's version side
by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction

from tujing.diagnosis import questionnaire
from tujing.diagnosis.catalogue import find, item_ids
from tujing.diagnosis.evidence import COUNTS
from tujing.diagnosis.models import AnswerChange, Assessment, Assessor, Assignment, Verdict, VerdictKind
from tujing.diagnosis.review.agreement import reading
from tujing.diagnosis.review.compare import compare
from tujing.diagnosis.services import SME, latest, own, own_draft
from tujing.enterprise.models import Membership, Organisation
from tujing.problems import refuse

LONGEST = 500


@transaction.atomic
def assign(
    organisation: Organisation,
    assessment: Assessment,
    section: str,
    person: Any,
    by: Any = None,
    due: date | None = None,
) -> tuple[str, ...]:
    """Gives a section, a question or `all` to a person; several people may share one. Returns the questions.

    One that the person has already gets the new day that it is due.

    Raises
    ------
    BadInput
        When the section is not known, the person is no member of the organisation, or the assessment is submitted.
    """
    current = own_draft(organisation, assessment)
    questions = questionnaire.questions_of(find(current.instrument), section)
    if not Membership.objects.filter(organisation=organisation, user=person).exists():
        raise refuse(
            "no_member",
            f"{person} 不是本企业成员，请先在“人员”里添加。",
            f"{person} is no member of this enterprise; add them under People first.",
            key=section,
        )
    for question in questions:
        Assignment.objects.update_or_create(
            assessment=current,
            question=question,
            person=person,
            defaults={"due": due},
            create_defaults={"by": by, "due": due},
        )
    return questions


@transaction.atomic
def unassign(organisation: Organisation, assessment: Assessment, section: str, person: Any) -> None:
    """Takes a section, a question or `all` back from a person.

    Raises
    ------
    BadInput
        When the section is not known, or the assessment is submitted.
    """
    current = own_draft(organisation, assessment)
    questions = questionnaire.questions_of(find(current.instrument), section)
    Assignment.objects.filter(assessment=current, question__in=questions, person=person).delete()


def progress(organisation: Organisation, assessment: Assessment) -> list[dict[str, Any]]:
    """Returns each person with the questions assigned, how many are answered, and which are still open.

    The last line, person None, is of the questions assigned to nobody.
    """
    asked = item_ids(find(assessment.instrument))
    owned: dict[str, list[str]] = {}
    rows = Assignment.objects.filter(assessment=assessment, assessment__organisation=organisation)
    for row in rows.select_related("person"):
        owned.setdefault(row.person.get_username(), []).append(row.question)
    taken = {question for questions in owned.values() for question in questions}
    people: list[tuple[str | None, list[str]]] = [*sorted(owned.items())]
    people.append((None, [question for question in asked if question not in taken]))
    found = []
    for person, questions in people:
        ordered = [question for question in asked if question in questions]
        left = [question for question in ordered if question not in assessment.answers]
        found.append({"person": person, "questions": ordered, "answered": len(ordered) - len(left), "open": left})
    return found


def history(organisation: Organisation, assessment: Assessment, question: str = "") -> list[dict[str, Any]]:
    """Returns every change of the answers (or of one), oldest first: who, when, from what, to what."""
    changes = AnswerChange.objects.filter(assessment=assessment, assessment__organisation=organisation)
    if question:
        changes = changes.filter(question=question)
    return [
        {
            "question": one.question,
            "before": one.before,
            "after": one.after,
            "by": one.by.get_username() if one.by else None,
            "at": one.at,
        }
        for one in changes.select_related("by")
    ]


@transaction.atomic
def give_verdict(
    organisation: Organisation,
    assessment: Assessment,
    question: str,
    verdict: str,
    words: str | Mapping[str, str] = "",
    instead: Any = None,
    by: Any = None,
) -> Verdict:
    """Gives a reviewer's verdict on one answer, of a draft or a submitted assessment; the answer itself stays.

    Parameters
    ----------
    verdict
        accepted | rejected | more. The last two need words.
    instead
        With a rejection: the answer that may count in its place, claiming no more.

    Raises
    ------
    BadInput
        When the question has no answer, nothing backs an answer to be accepted, words are missing, the person judges
        their own answer, or `instead` claims more than the answer.
    """
    current = own(organisation, assessment)
    one = find(current.instrument)
    said = {"zh": words} if isinstance(words, str) and words else dict(words or {})
    _check_verdict(current, question, verdict, said)
    last = AnswerChange.objects.filter(assessment=current, question=question).last()
    if by is not None and last is not None and last.by_id == by.pk:
        raise refuse(
            "own_answer",
            "自己填的答案要由他人审核。",
            "Somebody else must review one's own answer.",
            key=question,
        )
    if instead is not None:
        instead = questionnaire.check(one, {question: instead})[question]
        judged = current.answers[question]
        if verdict != VerdictKind.REJECTED or questionnaire.worth(one, question, instead) > questionnaire.worth(
            one, question, judged
        ):
            raise refuse(
                "bad_instead",
                "只有驳回时可另给答案，且不能高于原答案。",
                "Another answer goes with a rejection only, and claims no more than the one given.",
                key=question,
            )
    return Verdict.objects.create(
        assessment=current,
        question=question,
        verdict=verdict,
        words=said,
        judged=current.answers[question],
        instead=instead,
        by=by,
    )


def _check_verdict(current: Assessment, question: str, verdict: str, words: Mapping[str, str]) -> None:
    if verdict not in VerdictKind.values:
        raise refuse(
            "unknown_verdict",
            "审核结论只能是 accepted（通过）、rejected（驳回）、more（补充）。",
            "A verdict is accepted, rejected or more.",
            key="verdict",
            value=verdict,
        )
    if question not in current.answers:
        raise refuse(
            "unanswered",
            f"{question} 还没有作答，无从审核。",
            f"{question} has no answer yet; there is nothing to review.",
            key=question,
        )
    if set(words) - {"zh", "en"} or any(not isinstance(text, str) or len(text) > LONGEST for text in words.values()):
        raise refuse(
            "bad_words", f"审核意见限 {LONGEST} 字。", f"A verdict's words are {LONGEST} letters at most.", key=question
        )
    if verdict == VerdictKind.ACCEPTED:
        if not current.evidence.filter(indicator=question, kind__in=COUNTS).exists():
            raise refuse(
                "nothing_to_accept",
                f"{question} 没有证据，不能通过；请先补充证据，或用 more 要求补充。",
                f"Nothing backs {question}; add evidence first, or ask for more.",
                key=question,
            )
    elif not words:
        raise refuse(
            "say_why", "驳回或要求补充时要写明理由。", "A rejection, or asking for more, needs words.", key=question
        )


def disagreement(organisation: Organisation, instrument: str = SME) -> dict[str, Any] | None:
    """Returns the enterprise's own newest version beside the newest third-party one, or None when one is absent.

    Raises
    ------
    BadInput
        When the two are of different editions of the instrument.
    """
    mine = latest(organisation, instrument, Assessor.SELF)
    theirs = latest(organisation, instrument, Assessor.THIRD_PARTY)
    return None if mine is None or theirs is None else side_by_side(organisation, mine, theirs)


def side_by_side(organisation: Organisation, mine: Assessment, theirs: Assessment) -> dict[str, Any]:
    """Returns two versions side by side: differences by question and scenario, what each does to the level, agreement.

    Raises
    ------
    BadInput
        When they are not both the organisation's, or not of one instrument and edition.
    """
    if {mine.organisation_id, theirs.organisation_id} != {organisation.pk}:
        raise refuse("no_assessment", "找不到这份评测。", "There is no such assessment.")
    if (mine.instrument, mine.instrument_version) != (theirs.instrument, theirs.instrument_version):
        raise refuse(
            "other_instrument",
            "两份评测用的不是同一套（同一版）指标，不能对比。",
            "The two assessments are not of one instrument and edition; they cannot be compared.",
        )
    one = find(mine.instrument)
    found = compare(one, mine.answers, theirs.answers, mine.enterprise_kind)
    scenarios = set(getattr(one, "scenario_by_id", {}))
    differences = [asdict(each) | {"label": each.label.as_dict()} for each in found.differences]
    return {
        "one": {"id": mine.pk, "assessor": mine.assessor, "level": found.level_one, "submitted": mine.submitted},
        "other": {
            "id": theirs.pk,
            "assessor": theirs.assessor,
            "level": found.level_other,
            "submitted": theirs.submitted,
        },
        "level_differs_by": found.level_other - found.level_one,
        "compared": found.compared,
        "questions": [each for each in differences if each["question"] not in scenarios],
        "scenarios": [each for each in differences if each["question"] in scenarios],
        "decisive": list(found.decisive),
        "agreement": {
            "gower": found.gower,
            "krippendorff_alpha": found.alpha,
            "weighted_kappa": found.kappa,
            "units": found.units,
            "reading": reading(found.alpha).as_dict(),
            "source": "Krippendorff (2011), ordinal alpha; Cohen (1968), quadratic weights; Gower (1971)",
        },
    }
