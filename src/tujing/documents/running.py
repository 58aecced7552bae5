"""Documents: jobs and runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Problem, Words


class Job(BaseModel):
    """Long work: ask again until `status` is done, failed or cancelled."""

    id: UUID
    kind: str
    status: str = Field(description="queued, running, done, failed or cancelled.")
    progress: float = Field(description="0–1.")
    message: Words | None = None
    problems: list[Problem] = []
    result: Json = Field({}, description="What it made: `run`, `plan`, `report` …, once it is done.")
    created: datetime
    started: datetime | None = None
    finished: datetime | None = None


class RunWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scenario: str = Field(description="`wing/name`.")
    parameters: Json = {}
    seconds: float = Field(15, gt=0, le=86_400)
    seed: int = Field(0, ge=0, le=2**31 - 1)


class RunRow(BaseModel):
    id: int
    scenario: str
    status: str
    seconds: float
    seed: int
    parameters: Json
    input_hash: str
    input_versions: dict[str, int]
    code_version: str
    created: datetime


class Run(RunRow):
    """A run; `document` is the published contract `tujing-run/1`, without where the server keeps its files."""

    document: Json


class Across(BaseModel):
    """One parameter or data element and what each run had of it; null where a run had none."""

    name: str
    values: list[Any]
    differs: bool


class KpiAcross(BaseModel):
    kpi: str
    unit: str = Field(description="Empty where versions of the solution tell it in different units.")
    values: list[float | None]
    changes: list[float | None] = Field(description="Relative to the first run, 0.1 is a tenth more; null if unknown.")


class RunComparison(BaseModel):
    """Runs of one scenario side by side; every list follows the order of `runs`."""

    runs: list[RunRow] = Field(description="The oldest first.")
    kpis: list[KpiAcross]
    parameters: list[Across]
    inputs: list[Across] = Field(description="Data element → the version that each run read.")
    same_seed: bool


class UseWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: str = Field("", max_length=300, description="Why, for who works by it.")


class Use(BaseModel):
    """A run's result that was put in use; it is in force while `until` is null."""

    id: int
    run: int
    scenario: str
    note: str
    by: str | None
    since: datetime
    until: datetime | None


class TakenBack(BaseModel):
    """What is in force now that a result was taken back; null when nothing is."""

    in_force: Use | None


class ScheduleWishes(BaseModel):
    """A run by the clock. The name of one that is there replaces it."""

    model_config = ConfigDict(extra="forbid")

    scenario: str = Field(description="`wing/name`.")
    name: str = Field("", description="Left out: the scenario's own.")
    parameters: Json = {}
    seconds: float = Field(15, gt=0, le=86_400)
    seed: int = Field(0, ge=0, le=2**31 - 1)
    period: Literal["hour", "day", "week", "month"]
    first: datetime = Field(description="The first time; without an offset it is on the wall clock of the works.")


class ScheduleSwitch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    active: bool


class Schedule(BaseModel):
    """A scenario that runs by the clock."""

    id: int
    name: str
    scenario: str
    parameters: Json
    seconds: float
    seed: int
    period: str
    first: datetime
    next_due: datetime
    last: datetime | None
    active: bool
    creator: str | None


class Reason(BaseModel):
    """One link of the chain that makes an order late; times are in the run's unit after its origin."""

    order: str
    late: float = Field(description="How late the order is.")
    kind: str | None
    start: float | None
    end: float | None
    words: Words


class Table(BaseModel):
    """One page of a result table."""

    count: int
    next: str | None = None
    columns: list[str]
    items: list[list[Any]]
