"""Documents: chains and regions."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from tujing.documents.common import Words

Tie = Literal["chain", "region"]


class Followed(BaseModel):
    """A company that agreed to be seen by name."""

    name: Words
    level: int | None = Field(None, description="Of the newest submitted assessment; null without one.")
    level_name: Words | None = None
    score: float | None = Field(None, description="Points.")
    cycle: int
    step: Words
    late: int = Field(description="Checks past their day.")
    under_way: int = Field(description="Scenarios planned or being built.")
    in_use: int = Field(description="Scenarios in use or evaluated.")
    active: datetime | None = Field(description="When anything was last made there.")


class Figures(BaseModel):
    """A group of members, those who count nameless included; small groups are held back and figures are rounded."""

    group: list[str] = Field(description="Nothing for all; size; size and section; size, section and division.")
    words: Words
    companies_at_least: int
    score: dict[str, float] = Field(description="p10, p25, p50, p75, p90 → points.")
    levels: dict[str, float] = Field(description="Level → share.")


class Spread(BaseModel):
    """In how many members by name a scenario is being built and in use."""

    scenario: str
    name: Words
    under_way: int
    in_use: int


class Overview(BaseModel):
    members: int
    by_name: int
    least: int = Field(description="Nameless companies in a group that is shown.")
    figures: list[Figures]
    scenarios: list[Spread]


class Follower(BaseModel):
    """Who follows the company, and as what."""

    id: int
    name: Words
    tie: Tie
    by_name: bool
    agreed: datetime


class CodeWishes(BaseModel):
    tie: Tie
    by_name: bool = False


class Code(BaseModel):
    code: str = Field(max_length=2000)


class Asked(BaseModel):
    """What a code asks of whoever holds it."""

    leader: Words
    tie: Tie
    by_name: bool


class Agreement(BaseModel):
    code: str = Field(max_length=2000)
    by_name: bool = Field(False, description="To be seen by name, where the code asks it; otherwise only counted.")
