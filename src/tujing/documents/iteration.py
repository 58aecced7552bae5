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


class Estimate(BaseModel):
    """A relative change of a money driver."""

    mean: float | None
    standard_deviation: float | None


class LearnedEffect(BaseModel):
    """What was forecast of an effect, what was measured, and what is believed since."""

    evaluation: int
    scenario: str
    is_pilot: bool
    level: int
    driver: str
    forecast: Estimate
    measured: Estimate
    posterior: Estimate


class Forecast(BaseModel):
    """What was forecast of one step when a plan was made, kept as it was, and what came of it."""

    cycle: int
    scenario: str
    level: int
    kind: str = Field(description="effect, cost or duration.")
    driver: str = Field(description="Of an effect; empty otherwise.")
    mean: float = Field(description="Relative change of the driver; yuan one-off; days from start to go-live.")
    standard_deviation: float
    basis: str = Field(description="manifest, pooled (other firms) or measured (this firm).")
    made: date
    measured: date | None = Field(description="Null while it has not met its measurement.")
    measured_mean: float | None
    measured_deviation: float | None


class ComparedVersions(BaseModel):
    """How a newer version of a solution did on the data of an older one's runs."""

    scenario: str
    kpi: str
    older: str
    newer: str
    pairs: int = Field(description="Runs of both on the same data with the same parameters.")
    difference: float = Field(description="Newer less older, mean over the pairs, in the KPI's unit.")
    half_width: float | None = Field(description="Of the 95 % interval; null with fewer than three pairs.")
    is_better: bool | None = Field(description="Null when it cannot be told.")


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
