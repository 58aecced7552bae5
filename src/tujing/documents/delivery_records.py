"""Documents: the records beside a project's tasks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Words


class HolderWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: str = Field(max_length=20, description="`sponsor`, `owner`, `cio` …")
    person: str = Field(min_length=1, max_length=80, description="An account, or any name.")


class RoleHolding(BaseModel):
    """Who holds a role: in one project, or in every one where none is named."""

    id: int
    project: int | None
    role: str
    person: str
    is_member: bool = Field(description="Whether the name is that of somebody in the company.")


class DeliverableWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=120)
    gate: str = Field(max_length=12, description="The gate that accepts it.")
    due: date
    payment: float = Field(0.0, ge=0, le=1e12, description="Yuan.")
    paid: date | None = Field(None, description="Only when its gate is passed, or its checks are waived.")


class ContractWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=1, max_length=60)
    provider: str = Field(min_length=1, max_length=120)
    amount: float = Field(ge=0, le=1e12, description="Yuan.")
    signed: date
    deliverables: list[DeliverableWishes] = Field([], max_length=200, description="In the contract's order.")


class Deliverable(BaseModel):
    name: str
    gate: str
    due: date
    payment: float
    paid: date | None


class Contract(BaseModel):
    """A contract with a provider, and what it owes."""

    project: int
    number: str
    provider: str
    amount: float
    signed: date
    deliverables: list[Deliverable]


class LogWishes(BaseModel):
    """Day and finding tell one entry from another: with those of an entry that is there, it is changed or closed."""

    model_config = ConfigDict(extra="forbid")

    day: date | None = Field(None, description="When it was found; left out: today.")
    kind: Literal["supervision", "quality", "rights", "risk"]
    severity: Literal["note", "minor", "major"]
    finding: str = Field(min_length=1, max_length=4000)
    action: str = Field("", max_length=4000)
    due: date | None = None
    closed: date | None = None


class LogEntry(BaseModel):
    """What was found of a project, and what is done about it."""

    id: int
    project: int
    on: date
    kind: str
    severity: str
    finding: str
    action: str
    person: str = Field(description="Who found it.")
    due: date | None
    closed: date | None


class RightsWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: str = Field(max_length=14, description="`met`, `open` or `not_applicable`.")
    note: str = Field("", max_length=4000)


class RightsItem(BaseModel):
    """One item of the checklist of intellectual property and data rights, with where the project stands."""

    project: int
    item: str
    name: Words
    why: Words
    state: str
    note: str
    person: str
    on: date | None


class ChangeWishes(BaseModel):
    """With the title of an open request it is changed."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=120)
    task: str = Field(max_length=12, description="Its number, `1.2`.")
    scope: str = Field("", max_length=4000, description="What is done more, less or otherwise.")
    cost: float = Field(0.0, ge=-1e12, le=1e12, description="Yuan more, or less.")
    days: int = Field(0, ge=-3650, le=3650, description="Days longer, or shorter.")
    reason: str = Field(min_length=1, max_length=4000)


class DecisionWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    decision: Literal["approved", "rejected"]
    reason: str = Field("", max_length=4000)


class ChangeRequest(BaseModel):
    """A wish to change a project's scope, money or dates, and what was decided."""

    id: int
    project: int
    title: str
    scope: str
    task: str
    cost: float
    days: int
    reason: str
    requested: date
    requested_by: str
    decision: str = Field(description="`open`, `approved` or `rejected`.")
    decided: date | None
    decided_by: str
    decision_reason: str


class CheckWishes(BaseModel):
    """Either `replaces` or `gate`."""

    model_config = ConfigDict(extra="forbid")

    replaces: str = Field("", max_length=20, description="Kind of the project's check that is replaced.")
    gate: str = Field("", max_length=12, description="The gate to which a check is added.")
    check: Json = Field(description='`{"kind": "run_green", "runs": 2}`: a kind with its parameters.')
    reason: str = Field(min_length=5, max_length=4000)


class Check(BaseModel):
    """A milestone with what it asks of the data."""

    milestone: int
    gate: str
    name: Words
    due: date
    check: Json


class CheckEvidence(BaseModel):
    """One time that a check ran."""

    checked: datetime
    passed: bool
    content: Json
    sha256: str
    intact: bool = Field(description="Whether the hash over the content is still the one that was kept.")
