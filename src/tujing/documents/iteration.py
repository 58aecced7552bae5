"""Documents: cycles, adoptions, the account of what is shared."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Words


class CycleRow(BaseModel):
    number: int
    opened: date
    closed: date | None


class Cycle(CycleRow):
    """One turn of the spiral with what it brought."""

    document: Json


class NextCycle(BaseModel):
    """Evaluate, close the cycle, open the next and plan it. Without a budget the last plan's is taken again."""

    model_config = ConfigDict(extra="forbid")

    budget: float | None = Field(None, description="Yuan.")
    quarters: int = 12
    seed: int = Field(0, ge=0, le=2**31 - 1)


class Opened(BaseModel):
    cycle: int
    plan: int


class AdoptionRow(BaseModel):
    id: int
    cycle: int
    scenario: str
    stage: str
    level_today: int
    level_target: int
    start: date | None
    go_live: date | None
    is_pilot: bool
    scope: dict[str, Any]


class Lesson(BaseModel):
    """What a turn taught: worked out by rules (`why`), or written down by a person; both may be annotated."""

    id: int
    cycle: int
    scenario: str = Field(description="Empty: of the transformation as a whole.")
    is_pilot: bool
    action: str = Field(description="stop, scale, fix, keep or wait; `note` where a person wrote it down.")
    why: Words | None = Field(None, description="The rules' reason; null where a person wrote it down.")
    note: str
    tags: list[str]
    by: str = Field(description="Who wrote it down, or annotated it last.")
    changed: datetime
    removed: bool


class Annotation(BaseModel):
    """What people say of a lesson, and its tags; both replace what was there."""

    model_config = ConfigDict(extra="forbid")

    note: str = Field("", max_length=20_000)
    tags: list[str] = Field([], description="Words without blanks or commas, ten at most.")


class LessonWishes(Annotation):
    """A lesson that a person writes down in the open cycle."""

    scenario: str = Field("", max_length=80)


class Account(BaseModel):
    """What the organisation allowed to be shared, and what was spent of its privacy budget."""

    document: Json


class ConsentWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    budget: float = Field(gt=0, le=100, description="Most privacy loss ε that all releases together may cost.")
