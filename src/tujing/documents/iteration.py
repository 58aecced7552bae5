"""Documents: cycles, adoptions, the account of what is shared."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json


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


class Account(BaseModel):
    """What the organisation allowed to be shared, and what was spent of its privacy budget."""

    document: Json


class ConsentWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    budget: float = Field(gt=0, le=100, description="Most privacy loss ε that all releases together may cost.")
