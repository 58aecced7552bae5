"""One assessment's questions as lines: answer, who gave it and when, evidence, assignment, verdict. What the table, the
flash cards and the reviewer's page show; a handful of queries, however many questions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tujing.diagnosis import services
from tujing.diagnosis.asking.questions import Question, number_of, picked_of, questions, spoken
from tujing.diagnosis.catalogue import find
from tujing.diagnosis.measured import MeasuredFact
from tujing.diagnosis.models import AnswerChange, Assessment, Assessor, Assignment, EvidenceItem, Verdict
from tujing.enterprise.models import Organisation
from tujing.words import Text

FILTERS = ("open", "unevidenced", "disagreed", "mine", "low", "overdue")


@dataclass(frozen=True)
class Change:
    """The last change of an answer."""

    by: str
    at: datetime


@dataclass
class Line:
    """One question with all that is known of it."""

    question: Question
    answer: Any = None
    picked: tuple[str, ...] = ()
    number: str = ""
    spoken: Text | None = None
    state: str = ""
    """See `evidence.State`; empty while unanswered."""
    changed: Change | None = None
    fact: MeasuredFact | None = None
    fact_value: Any = None
    """The answer that the fact gives."""
    evidence: list[EvidenceItem] = field(default_factory=list)
    assigned: list[Assignment] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    """Oldest first; the newest counts while the answer is the one it judged."""
    other: Any = None
    """The other side's answer (third party's or own), where that version says something else."""
    other_spoken: Text | None = None

    @property
    def answered(self) -> bool:
        return self.answer is not None

    @property
    def low(self) -> bool:
        """Whether little speaks for the answer: nothing backs it, or data, a reviewer or the other side contradict."""
        doubted = self.state in ("unevidenced", "contradicted", "rejected", "more")
        return doubted or self.differs_from_fact or self.disagreed

    @property
    def disagreed(self) -> bool:
        return self.other_spoken is not None

    @property
    def differs_from_fact(self) -> bool:
        return self.fact_value is not None and self.answered and self.answer.get("option") != self.fact_value["option"]

    @property
    def due(self) -> date | None:
        return min((one.due for one in self.assigned if one.due), default=None)

    def whose(self, person: Any) -> bool:
        return any(one.person_id == person.pk for one in self.assigned)

    def open_to(self, person: Any) -> bool:
        """Whether a person may answer it: it is theirs, or nobody's."""
        return not self.assigned or self.whose(person)


def lines(organisation: Organisation, assessment: Assessment) -> list[Line]:
    """Returns an assessment's questions in the instrument's order."""
    one = find(assessment.instrument)
    states = services.confidence(assessment).states
    found = {question.id: Line(question) for question in questions(one)}
    other = _other(organisation, assessment)
    facts = services.measured_facts(organisation) if assessment.instrument == services.SME else {}
    for id, line in found.items():
        answer = assessment.answers.get(id)
        line.answer, line.spoken = answer, spoken(one, line.question, answer)
        line.picked, line.number = picked_of(one, line.question, answer), number_of(line.question, answer)
        line.state = states.get(id, "")
        if id in facts:
            line.fact, line.fact_value = facts[id], {"option": facts[id].option}
        if other and answer is not None and other.get(id) not in (None, answer):
            line.other, line.other_spoken = other[id], spoken(one, line.question, other[id])
    for change in AnswerChange.objects.filter(assessment=assessment).select_related("by"):
        found[change.question].changed = Change(change.by.get_username() if change.by else "", change.at)
    for item in assessment.evidence.select_related("by"):
        found[item.indicator].evidence.append(item)
    for assignment in assessment.assignments.select_related("person"):
        found[assignment.question].assigned.append(assignment)
    for verdict in assessment.verdicts.select_related("by"):
        found[verdict.question].verdicts.append(verdict)
    return list(found.values())


def filtered(found: Iterable[Line], wish: str, person: Any, today: date) -> list[Line]:
    """Returns the lines that a filter of `FILTERS` leaves; all of them for any other word."""
    tests = {
        "open": lambda line: not line.answered,
        "unevidenced": lambda line: line.state == "unevidenced",
        "disagreed": lambda line: line.disagreed,
        "mine": lambda line: line.whose(person),
        "low": lambda line: line.low,
        "overdue": lambda line: not line.answered and line.due is not None and line.due < today,
    }
    test = tests.get(wish, lambda line: True)
    return [line for line in found if test(line)]


def _other(organisation: Organisation, assessment: Assessment) -> dict[str, Any]:
    """The newest submitted answers of the other side, by the same edition of the instrument."""
    side = Assessor.THIRD_PARTY if assessment.assessor == Assessor.SELF else Assessor.SELF
    found = services.latest(organisation, assessment.instrument, side)
    same = found is not None and found.instrument_version == assessment.instrument_version
    return found.answers if found is not None and same else {}
