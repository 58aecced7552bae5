"""Documents: the caller, the organisation, its profile and people."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Words


class Organisation(BaseModel):
    id: UUID
    slug: str
    name: Words
    created: datetime


class Me(BaseModel):
    """Who calls, for whom, and what the call may do."""

    account: str
    role: str
    organisation: Organisation
    actions: list[str] = Field(description="Actions of the role that the token, where there is one, lets through.")
    token: str | None = Field(None, description="Prefix of the token; null in a browser session.")
    expires: datetime | None = None


class Profile(BaseModel):
    """The facts that decide size class, rung and track. `revenue` in yuan a year."""

    industry: str = Field(description="GB/T 4754-2017 code with its section letter, e.g. `C3812`.")
    region: str = Field("", description="GB/T 2260 division code.")
    staff: int = Field(ge=0, le=10_000_000)
    revenue: float = Field(ge=0, lt=1e16)
    production_type: Literal["discrete", "process"]
    chain_role: Literal["leader", "member"] = "member"
    honours: list[str] = []
    facts: dict[str, float] = {}


class ProfileWishes(Profile):
    model_config = ConfigDict(extra="forbid")


class Classification(BaseModel):
    """Size class, ladder tier and track, with the clauses they rest on."""

    name: Words
    size: str
    size_label: Words
    above_scale: bool
    tier: str
    tier_label: Words
    track: str
    track_label: Words
    clause: str
    reasons: list[Words]


class Member(BaseModel):
    id: int
    account: str
    role: str
    department: str


class GroupLink(BaseModel):
    """A company that joined a group, and what it lets the group do there."""

    parent: Organisation
    child: Organisation
    actions: list[str] = Field(description="`view`: its steps, levels and effects. `plan`: plan within its budget.")
    joined: datetime


class Group(BaseModel):
    """The group that the company is in (`parent`), and the companies that joined its own."""

    parent: GroupLink | None
    children: list[GroupLink]


class OfferWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    actions: list[str] = Field(description="What the joining company is to grant: `view`, `plan`.")


class OfferCode(BaseModel):
    """What another company's owner joins with; valid for 14 days, kept nowhere."""

    model_config = ConfigDict(extra="forbid")

    code: str


class Offer(BaseModel):
    """Which group asks for what."""

    parent: Words
    actions: list[str]


class GroupCompany(BaseModel):
    """One company of the group: where it stands and what is late."""

    id: UUID
    slug: str
    name: Words
    cycle: int
    step: str
    share: float = Field(description="How far that step is, 0–1.")
    late: int = Field(description="Open milestones past their day.")
    active: datetime | None = Field(None, description="When anything was last made there.")


class NextStep(BaseModel):
    """What the caller does best next, and why now."""

    id: str
    words: Words
    reason: Words
    action: str = Field(description="What one must be allowed to do it.")
    scenario: str = Field("", description="`wing/name`, where it is about one.")


class Where(BaseModel):
    """Where the organisation stands in the five steps."""

    cycle: int
    current: str
    steps: list[Json]
