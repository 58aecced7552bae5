"""Documents: projects, their tasks, milestones, warnings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Words


class ProjectRow(BaseModel):
    id: int
    version: int
    scenario: str
    level: int
    option: str
    department: str
    start: date
    end: date
    baseline_start: date
    baseline_end: date
    budget: float
    closed: date | None
    withdrawn: date | None = Field(None, description="The day it was given up; null while it goes on.")
    withdrawn_by: str = ""
    withdrawn_reason: str = ""


class Moving(BaseModel):
    """What a person decides of a project, with the reason that its log keeps."""

    model_config = ConfigDict(extra="forbid")

    to: Literal["begin", "wait", "withdraw", "reinstate"] = Field(
        description="Begin work, put it back to not begun, give it up, take it up again."
    )
    reason: str = Field(max_length=2000)


class BulkWishes(BaseModel):
    """One thing done with several projects: `withdraw` (a reason), `shift` (days), `department`, `role` (a holder)."""

    model_config = ConfigDict(extra="forbid")

    projects: list[Annotated[int, Field(ge=1, le=2**63 - 1)]] = Field(
        min_length=1, max_length=500, description="Of the open cycle."
    )
    what: Literal["withdraw", "shift", "department", "role"]
    reason: str = Field("", max_length=2000)
    days: int = Field(0, ge=-3650, le=3650)
    department: str = Field("", max_length=60)
    role: str = Field("", max_length=20)
    holder: str = Field("", max_length=80, description="Who is named for the role.")


class ProjectDocument(BaseModel):
    """One project: tasks, earned value, gates with evidence, contracts, records. Its ETag is its version."""

    id: int
    version: int
    document: Json


class TaskEdit(BaseModel):
    """A task as somebody wants it; what is left out stays. A number that is new adds a task."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(pattern=r"^\d+(\.\d+)*$", max_length=12)
    name: Words | None = None
    phase: str | None = None
    role: str | None = None
    start: date | None = None
    end: date | None = None
    needs: list[tuple[str, int]] | None = Field(None, description="`[[number, lag in days], …]`, finish to start.")
    cost: float | None = Field(None, ge=0, le=1e12)
    person_days: float | None = Field(None, ge=0, le=1e7)
    raci: dict[str, str] | None = None


class Edited(BaseModel):
    version: int
    changed: list[str]
    moved: dict[str, date]


class ProjectEdit(BaseModel):
    """A whole project moved; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(0, ge=-3650, le=3650, description="To move tasks, gates and end by.")
    end: date | None = None
    department: str | None = None


class Report(BaseModel):
    """How far a task is on a day, and money spent on it."""

    model_config = ConfigDict(extra="forbid")

    task: str = Field(max_length=12, description="Its number, `1.2`.")
    on: date | None = Field(None, description="Left out: today.")
    share: float | None = Field(None, ge=0, le=1)
    amount: float | None = Field(None, ge=0, le=1e12, description="Yuan.")
    reference: str = Field("", max_length=80, description="Of the voucher.")


class Attachment(BaseModel):
    """A document of a project."""

    id: int
    project: int
    name: str
    note: str
    size: int = Field(description="Bytes.")
    media_type: str
    sha256: str
    by: str
    attached: datetime
    removed: datetime | None


class MilestoneRow(BaseModel):
    id: int
    scenario: str
    level: int
    gate: str
    kind: str
    name: Words
    due: date
    passed: bool
    checked: datetime | None


class Verdict(BaseModel):
    """What a check found, with the facts that it looked at."""

    milestone: int
    passed: bool
    zh: str
    en: str
    facts: Any = None


class Checked(BaseModel):
    passed: int
    verdicts: list[Verdict]


class WaiverWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=2000)
    until: date


class Waiver(BaseModel):
    id: int
    milestone: int
    person: str
    reason: str
    granted: date
    until: date


class TakenUp(BaseModel):
    scenarios: list[str]


class Imported(BaseModel):
    sheets: int
    rows: int
    changed: int


class Warning(BaseModel):
    """What threatens a project, with what to do about it."""

    project: int
    scenario: str
    level: int
    severity: str
    document: Json
