"""Documents: plans."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Words


class PlanWishes(BaseModel):
    """What a plan is asked for; whoever leaves something out gets the usual."""

    model_config = ConfigDict(extra="forbid")

    budget: float | list[float] = Field(description="Yuan: a total, spread evenly, or one amount a quarter.")
    quarters: int = 12
    seed: int = Field(0, ge=0, le=2**31 - 1)
    capacity: float | None = Field(None, description="Own people's days at hand in each quarter.")
    parallel: int | None = Field(None, description="Most projects under way at once.")
    pinned: list[str] = Field([], description="`scenario@level` to take.")
    forbidden: list[str] = []
    mandatory: list[str] = []
    loan: float | None = None
    loan_rate: float | None = None
    loan_quarters: int | None = None
    subsidies: list[str] = []
    most_loss: float | None = None
    target_level: int | None = None
    by: str | None = Field(None, description="Quarter by which the target level is to be reached, `2028Q4`.")


class PlanRow(BaseModel):
    id: int
    cycle: int
    created: datetime
    start: date
    quarters: int
    status: str
    budget: float
    investment: float
    npv: float = Field(description="Expected net present value, yuan.")
    projects: int


class Project(BaseModel):
    scenario: str
    level: int
    option: str
    department: str
    start: date
    end: date
    cost: float
    yearly_cost: float
    person_days: float
    npv: float
    why: Words


class Rejection(BaseModel):
    scenario: str
    level: int
    kind: str
    why_not: Words
    loss: float | None
    exact: bool
    details: Json


class Plan(PlanRow):
    """A plan; `document` holds value, risk, budget by quarter, tornado and reasons, as `tujing plan --json` does."""

    document: Json
