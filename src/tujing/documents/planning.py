"""Documents: plans."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Problem, Words


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
    maturity: int | None = Field(None, description="Levels to be raised in all, at least.")
    department_parallel: int | None = Field(None, description="Most projects under way at once in one department.")
    skills: dict[str, float] = Field({}, description="Role → its days at hand in a quarter.")
    starts: dict[str, int] = Field(
        {}, description="`scenario@level` → the only quarter, from 0, in which it may start."
    )
    name: str = Field("", max_length=80)
    variant: bool = Field(False, description="Stands beside the plan that holds until it is chosen.")


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
    name: str = ""
    chosen: datetime | None = Field(None, description="When it was last taken as the plan; null: a variant so far.")
    holds: bool = Field(False, description="It is the company's plan: the one chosen last.")


class PlanName(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=80, description="Empty takes it away.")


class PlanChanges(BaseModel):
    """What is to be different from a plan. Steps are `scenario@level`, with `:option` where one is meant."""

    model_config = ConfigDict(extra="forbid")

    pin: list[str] = Field([], description="To take.")
    forbid: list[str] = Field([], description="To leave out.")
    free: list[str] = Field([], description="No longer taken or left out by wish.")
    starts: dict[str, int] = Field({}, description="Step → the only quarter, from 0, in which it may start.")
    name: str = Field("", max_length=80)


class StepChange(BaseModel):
    """A step that has another quarter or another way; the values are those of either plan."""

    step: str
    before: Any
    after: Any


class Difference(BaseModel):
    """What one plan changes against another. Money in yuan: the second less the first."""

    plan: int
    other: int
    added: list[str]
    dropped: list[str]
    moved: list[StepChange]
    another_way: list[StepChange]
    investment: float
    objective: float
    npv: float = Field(description="Of the expected net present value.")


class PlanQuestion(BaseModel):
    """What more is asked of a plan; the answer is kept beside it."""

    model_config = ConfigDict(extra="forbid")

    question: Literal["pareto", "robustness", "limits", "why"] = Field(
        description="The front of value, maturity and risk; its robustness; what each limit costs; why a step is out."
    )
    about: str = Field("", pattern=r"^([a-z_]+/[a-z_]+@[1-4])?$", description="Of `why`: the step, `scenario@level`.")
    draws: int = Field(0, ge=0, le=1000, description="Of `robustness`: how often the plan is made anew; 0: the usual.")


class PlanAnswer(BaseModel):
    """What a plan was asked more, and the answer."""

    question: str
    about: str
    created: datetime
    content: Any


class GroupPlanWishes(BaseModel):
    """Companies of the group to plan together under one budget."""

    model_config = ConfigDict(extra="forbid")

    members: list[str] = Field(description="Slugs of companies that let the group plan for them; two at least.")
    budget: float = Field(description="Yuan.")
    quarters: int = 12


class GroupPlan(BaseModel):
    """The companies' plans under one budget, as the job found them; nothing of it is kept in the companies."""

    job: UUID
    created: datetime
    document: Json


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


class Candidate(BaseModel):
    """A step in one of its ways, as the plan weighed it; `document` holds every figure. Money in yuan, alone."""

    scenario: str
    level: int
    option: str
    department: str
    npv: float | None
    loss_probability: float | None
    in_plan: bool
    document: Json


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


class PlanCheck(BaseModel):
    """What is wrong with wishes; empty when a plan may be asked for."""

    budget: float = Field(description="Yuan in all.")
    problems: list[Problem]


class RiskWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scenario: str
    level: int
    risk: str = Field(max_length=60, description="Its id among the plan's risks.")
    owner: str = Field("", max_length=60)
    response: str = Field("", max_length=300)
    state: Literal["open", "under_way", "accepted", "closed"] = "open"


class Risk(BaseModel):
    """A risk of one of the plan's steps, what the rule proposes, and what people said."""

    scenario: str
    level: int
    risk: str
    name: Words
    why: Words
    probability: float
    expected_loss: float = Field(description="Yuan.")
    proposed_owner: Words
    proposed_action: Words
    owner: str
    response: str
    state: str
    changed_by: str | None
