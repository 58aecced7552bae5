"""Operations: diagnosis. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tujing.client.pages import Pages
from tujing.client.session import Session, quoted
from tujing.documents import common as documents_common
from tujing.documents import diagnosis as documents_diagnosis
from tujing.documents import facts as documents_facts
from tujing.documents import peers as documents_peers
from tujing.documents import uploads as documents_uploads


class Diagnosis:
    def __init__(self, session: Session) -> None:
        self._session = session

    def instruments(self, *, page_size: int | None = None) -> Pages[documents_diagnosis.InstrumentRow]:
        """The questionnaires there are."""
        return self._session.pages(
            documents_common.Page[documents_diagnosis.InstrumentRow], "/api/v1/instruments", {"page_size": page_size}
        )

    def instrument(self, instrument: str) -> documents_diagnosis.Instrument:
        """One questionnaire with its questions."""
        answer: documents_diagnosis.Instrument = self._session.call(
            documents_diagnosis.Instrument, "GET", f"/api/v1/instruments/{quoted(instrument)}"
        )
        return answer

    def template(self, instrument: str, to: Path | str) -> Path:
        """The spreadsheet to fill in."""
        return self._session.download(f"/api/v1/instruments/{quoted(instrument)}/template.xlsx", to)

    def assessments(
        self,
        *,
        page_size: int | None = None,
        instrument: str | None = None,
        status: Literal["draft", "submitted"] | None = None,
        order: Literal["-created", "created"] | None = None,
    ) -> Pages[documents_diagnosis.AssessmentRow]:
        """The company's assessments."""
        return self._session.pages(
            documents_common.Page[documents_diagnosis.AssessmentRow],
            "/api/v1/assessments",
            {"page_size": page_size, "instrument": instrument, "status": status, "order": order},
        )

    def start(
        self, wishes: documents_diagnosis.AssessmentWishes, *, key: str | None = None
    ) -> documents_diagnosis.Assessment:
        """Open a draft."""
        answer: documents_diagnosis.Assessment = self._session.call(
            documents_diagnosis.Assessment, "POST", "/api/v1/assessments", content=wishes, key=key
        )
        return answer

    def upload(
        self, file: Path | str, *, instrument: str | None = None, key: str | None = None
    ) -> documents_diagnosis.Assessment:
        """Take a filled-in template or answer file as a submitted assessment, or refuse all of it."""
        answer: documents_diagnosis.Assessment = self._session.call(
            documents_diagnosis.Assessment,
            "POST",
            "/api/v1/assessments/upload",
            file=file,
            form={"instrument": instrument},
            key=key,
        )
        return answer

    def assessment(self, assessment: int) -> documents_diagnosis.Assessment:
        """One assessment with its answers."""
        answer: documents_diagnosis.Assessment = self._session.call(
            documents_diagnosis.Assessment, "GET", f"/api/v1/assessments/{assessment}"
        )
        return answer

    def one_answer(self, assessment: int, question: str) -> documents_diagnosis.Answered:
        """One answer; its ETag goes into `If-Match` when you change it."""
        answer: documents_diagnosis.Answered = self._session.call(
            documents_diagnosis.Answered, "GET", f"/api/v1/assessments/{assessment}/answers/{quoted(question)}"
        )
        return answer

    def answer(
        self, assessment: int, question: str, wishes: documents_diagnosis.Answer, *, if_match: str | None = None
    ) -> documents_diagnosis.Answered:
        """Give, change or take back one answer.

        With `If-Match` it is refused when somebody has changed the answer since it was read.
        """
        answer: documents_diagnosis.Answered = self._session.call(
            documents_diagnosis.Answered,
            "PUT",
            f"/api/v1/assessments/{assessment}/answers/{quoted(question)}",
            content=wishes,
            if_match=if_match,
        )
        return answer

    def submit(self, assessment: int, *, key: str | None = None) -> documents_diagnosis.Assessment:
        """Submit and sign an assessment; from here on nothing of it changes."""
        answer: documents_diagnosis.Assessment = self._session.call(
            documents_diagnosis.Assessment, "POST", f"/api/v1/assessments/{assessment}/submit", key=key
        )
        return answer

    def result(self, assessment: int) -> documents_diagnosis.Result:
        """What an assessment comes to, what of it rests on evidence, and the way to the next level."""
        answer: documents_diagnosis.Result = self._session.call(
            documents_diagnosis.Result, "GET", f"/api/v1/assessments/{assessment}/result"
        )
        return answer

    def history(
        self, assessment: int, *, page_size: int | None = None, question: str | None = None
    ) -> Pages[documents_diagnosis.Change]:
        """Every change of the answers, oldest first."""
        return self._session.pages(
            documents_common.Page[documents_diagnosis.Change],
            f"/api/v1/assessments/{assessment}/history",
            {"page_size": page_size, "question": question},
        )

    def assign(
        self, assessment: int, wishes: documents_diagnosis.Assigning, *, key: str | None = None
    ) -> documents_diagnosis.Assigned:
        """Give a section, a question or all to a member."""
        answer: documents_diagnosis.Assigned = self._session.call(
            documents_diagnosis.Assigned,
            "POST",
            f"/api/v1/assessments/{assessment}/assignments",
            content=wishes,
            key=key,
        )
        return answer

    def judge(
        self, assessment: int, question: str, wishes: documents_diagnosis.Reviewing, *, key: str | None = None
    ) -> documents_diagnosis.Reviewed:
        """Give a reviewer's verdict on one answer; the answer itself stays."""
        answer: documents_diagnosis.Reviewed = self._session.call(
            documents_diagnosis.Reviewed,
            "POST",
            f"/api/v1/assessments/{assessment}/answers/{quoted(question)}/verdicts",
            content=wishes,
            key=key,
        )
        return answer

    def evidence(
        self, assessment: int, *, page_size: int | None = None, question: str | None = None, removed: bool | None = None
    ) -> Pages[documents_diagnosis.Evidence]:
        """What backs the answers, by question; with `removed` what was taken away."""
        return self._session.pages(
            documents_common.Page[documents_diagnosis.Evidence],
            f"/api/v1/assessments/{assessment}/evidence",
            {"page_size": page_size, "question": question, "removed": removed},
        )

    def back(
        self, assessment: int, question: str, wishes: documents_diagnosis.EvidenceWishes, *, key: str | None = None
    ) -> documents_diagnosis.Evidence:
        """Back an answer by a link, a run, a measured fact, a table or a statement."""
        answer: documents_diagnosis.Evidence = self._session.call(
            documents_diagnosis.Evidence,
            "POST",
            f"/api/v1/assessments/{assessment}/answers/{quoted(question)}/evidence",
            content=wishes,
            key=key,
        )
        return answer

    def attach(
        self, assessment: int, question: str, file: Path | str, *, note: str | None = None, key: str | None = None
    ) -> documents_diagnosis.Evidence:
        """Back an answer by a file."""
        answer: documents_diagnosis.Evidence = self._session.call(
            documents_diagnosis.Evidence,
            "POST",
            f"/api/v1/assessments/{assessment}/answers/{quoted(question)}/files",
            file=file,
            form={"note": note},
            key=key,
        )
        return answer

    def remove_evidence(self, assessment: int, item: int) -> None:
        """Take a piece of evidence away; until the assessment is submitted it can be put back."""
        self._session.call(None, "DELETE", f"/api/v1/assessments/{assessment}/evidence/{item}")

    def restore_evidence(self, assessment: int, item: int, *, key: str | None = None) -> documents_diagnosis.Evidence:
        """Put a piece of evidence back."""
        answer: documents_diagnosis.Evidence = self._session.call(
            documents_diagnosis.Evidence, "POST", f"/api/v1/assessments/{assessment}/evidence/{item}/restore", key=key
        )
        return answer

    def evidence_file(self, assessment: int, item: int, to: Path | str) -> Path:
        """A file that backs an answer."""
        return self._session.download(f"/api/v1/assessments/{assessment}/evidence/{item}/file", to)

    def report(self, assessment: int, form: Literal["docx", "pdf", "xlsx"], to: Path | str) -> Path:
        """An assessment as a report in Word, PDF or Excel, in the caller's language."""
        return self._session.download(f"/api/v1/assessments/{assessment}/report.{quoted(form)}", to)

    def answer_workbook(self, assessment: int, to: Path | str) -> Path:
        """The spreadsheet with the answers so far; it knows when it was made."""
        return self._session.download(f"/api/v1/assessments/{assessment}/workbook.xlsx", to)

    def preview_answers(
        self, assessment: int, file: Path | str, *, key: str | None = None
    ) -> documents_uploads.AnswersPreview:
        """See what a filled-in spreadsheet would change; nothing is stored."""
        answer: documents_uploads.AnswersPreview = self._session.call(
            documents_uploads.AnswersPreview,
            "POST",
            f"/api/v1/assessments/{assessment}/workbook/preview",
            file=file,
            key=key,
        )
        return answer

    def take_in_answers(
        self, assessment: int, file: Path | str, *, overwrite: str | None = None, key: str | None = None
    ) -> documents_uploads.AnswersTaken:
        """Take a filled-in spreadsheet into a draft, all of it or nothing.

        Where somebody answered otherwise since the download their answer stays, unless the question is in
        `overwrite`, a JSON list.
        """
        answer: documents_uploads.AnswersTaken = self._session.call(
            documents_uploads.AnswersTaken,
            "POST",
            f"/api/v1/assessments/{assessment}/workbook",
            file=file,
            form={"overwrite": overwrite},
            key=key,
        )
        return answer

    def undo_answers(self, assessment: int, batch: str, *, key: str | None = None) -> documents_uploads.AnswersUndone:
        """Undo a spreadsheet that was taken in; what somebody has changed since stays."""
        answer: documents_uploads.AnswersUndone = self._session.call(
            documents_uploads.AnswersUndone,
            "POST",
            f"/api/v1/assessments/{assessment}/workbook/{quoted(batch)}/undo",
            key=key,
        )
        return answer

    def facts(
        self,
        *,
        page_size: int | None = None,
        q: str | None = None,
        show: Literal["", "open", "known", "conflict"] | None = None,
        origin: Literal["", "measured", "answered", "profile", "assessment"] | None = None,
    ) -> Pages[documents_facts.Fact]:
        """Every fact with what is known of it and by which source: measured, answered, or told elsewhere."""
        return self._session.pages(
            documents_common.Page[documents_facts.Fact],
            "/api/v1/facts",
            {"page_size": page_size, "q": q, "show": show, "origin": origin},
        )

    def answer_facts(self, wishes: documents_facts.FactAnswers) -> documents_common.Done:
        """Answer facts, or take answers back; all of it or nothing."""
        answer: documents_common.Done = self._session.call(
            documents_common.Done, "PUT", "/api/v1/facts", content=wishes
        )
        return answer

    def prefill(self, assessment: int, *, key: str | None = None) -> documents_facts.Prefilled:
        """Answer a draft's open questions from what is known; each says from which facts."""
        answer: documents_facts.Prefilled = self._session.call(
            documents_facts.Prefilled, "POST", f"/api/v1/assessments/{assessment}/prefill", key=key
        )
        return answer

    def pain_points(self, *, page_size: int | None = None) -> Pages[documents_diagnosis.PainPoint]:
        """What hurts, gravest first, with the scenarios chosen and proposed."""
        return self._session.pages(
            documents_common.Page[documents_diagnosis.PainPoint], "/api/v1/pain-points", {"page_size": page_size}
        )

    def add_pain_point(
        self, wishes: documents_diagnosis.PainPointWishes, *, key: str | None = None
    ) -> documents_diagnosis.PainPoint:
        """Add a pain point."""
        answer: documents_diagnosis.PainPoint = self._session.call(
            documents_diagnosis.PainPoint, "POST", "/api/v1/pain-points", content=wishes, key=key
        )
        return answer

    def remove_pain_point(self, pain_point: int) -> None:
        """Take a pain point away."""
        self._session.call(None, "DELETE", f"/api/v1/pain-points/{pain_point}")

    def tie(self, pain_point: int, wishes: documents_diagnosis.PainTies) -> documents_diagnosis.PainPoint:
        """Tie a pain point to the scenarios that are to help; none unties it."""
        answer: documents_diagnosis.PainPoint = self._session.call(
            documents_diagnosis.PainPoint, "PUT", f"/api/v1/pain-points/{pain_point}/scenarios", content=wishes
        )
        return answer

    def pain_workbook(self, to: Path | str) -> Path:
        """The pain points as a spreadsheet that can be filled in and taken in again."""
        return self._session.download("/api/v1/pain-points.xlsx", to)

    def read_pain_points(self, file: Path | str, *, key: str | None = None) -> documents_common.Done:
        """Take in a filled-in spreadsheet of pain points, or, with reasons by row, nothing of it."""
        answer: documents_common.Done = self._session.call(
            documents_common.Done, "POST", "/api/v1/pain-points/upload", file=file, key=key
        )
        return answer

    def peers(self) -> documents_peers.Peers:
        """Where the company stands among enterprises of its industry and size, or why nobody can tell."""
        answer: documents_peers.Peers = self._session.call(documents_peers.Peers, "GET", "/api/v1/peers")
        return answer

    def give_peer_consent(self) -> documents_peers.Peers:
        """Let the company's newest result count, nameless, among the peers of others."""
        answer: documents_peers.Peers = self._session.call(documents_peers.Peers, "PUT", "/api/v1/peers/consent")
        return answer

    def take_back_peer_consent(self) -> None:
        """The company's result counts no longer, at once."""
        self._session.call(None, "DELETE", "/api/v1/peers/consent")

    def freeze(self, assessment: int, *, key: str | None = None) -> documents_peers.FrozenChecks:
        """Keep a new frozen copy of a submitted assessment, with the verdicts so far."""
        answer: documents_peers.FrozenChecks = self._session.call(
            documents_peers.FrozenChecks, "POST", f"/api/v1/assessments/{assessment}/freeze", key=key
        )
        return answer

    def frozen(self, assessment: int, to: Path | str) -> Path:
        """The newest frozen copy of an assessment, to the byte."""
        return self._session.download(f"/api/v1/assessments/{assessment}/frozen.json", to)

    def check_frozen(self, assessment: int) -> documents_peers.FrozenChecks:
        """Check the frozen copy that is kept here against the record, the files and the instrument."""
        answer: documents_peers.FrozenChecks = self._session.call(
            documents_peers.FrozenChecks, "GET", f"/api/v1/assessments/{assessment}/frozen/checks"
        )
        return answer

    def verify(self, file: Path | str, *, key: str | None = None) -> documents_peers.FrozenChecks:
        """Check a frozen copy that somebody hands in; nothing is stored."""
        answer: documents_peers.FrozenChecks = self._session.call(
            documents_peers.FrozenChecks, "POST", "/api/v1/frozen/checks", file=file, key=key
        )
        return answer
