"""Documents: instruments, assessments, answers, reviews, pain points."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Words


class InstrumentRow(BaseModel):
    id: str
    version: str
    title: Words


class Question(BaseModel):
    """A question as the instrument declares it; `document` tells its options or levels."""

    id: str
    label: Words
    section: str
    document: Json


class Instrument(InstrumentRow):
    questions: list[Question]


class AssessmentRow(BaseModel):
    id: int
    instrument: str
    instrument_version: str
    assessor: str
    status: str
    by: str | None
    created: datetime
    submitted: datetime | None


class Assessment(AssessmentRow):
    answers: dict[str, Any]
    asked: int
    signature: str = ""


class AssessmentWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    instrument: str = "sme_2024"
    assessor: str = "self"
    enterprise_kind: str = ""


class Answer(BaseModel):
    """One answer; null takes it back. `{"option": …}`, `{"options": […]}` or `{"level": 0–4}`."""

    model_config = ConfigDict(extra="forbid")

    value: dict[str, Any] | None


class Answered(BaseModel):
    question: str
    value: Any
    answered: int
    asked: int


class Result(BaseModel):
    """What an assessment comes to: the document of `tujing diagnose --json`."""

    level: int | None
    score: float | None
    document: Json


class Change(BaseModel):
    question: str
    before: Any
    after: Any
    by: str | None
    at: datetime


class Assigning(BaseModel):
    model_config = ConfigDict(extra="forbid")

    section: str = Field(description="A section, a question or `all`.")
    account: str


class Assigned(BaseModel):
    questions: list[str]


class Reviewing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    verdict: Literal["accepted", "rejected", "more"]
    words: str = Field("", max_length=2000)
    instead: dict[str, Any] | None = None


class Reviewed(BaseModel):
    id: int
    question: str
    verdict: str


class PainPoint(BaseModel):
    id: int
    department: str
    words: Words
    severity: int
    frequency: str
    yuan_per_year: float | None
    document: Json


class PainPointWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    department: str
    words: str | dict[str, str]
    severity: int = Field(ge=1, le=5)
    frequency: str
    yuan_per_year: float | None = None
    scenarios: list[str] = []


class Evidence(BaseModel):
    id: int
    question: str
    kind: str
    reference: str
    note: Words | None = None
    by: str | None = None
    added: datetime | None = None
    removed: datetime | None = Field(None, description="When it was taken away; null while it counts.")


class PainTies(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scenarios: list[str] = Field(description="All of them, `wing/name` each.", max_length=50)


class EvidenceWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str
    note: str = Field("", max_length=2000)
    reference: str = Field("", max_length=500)
