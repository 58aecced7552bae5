"""Documents: measured effects, KPIs, beliefs, ratings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Words


class EvaluationRow(BaseModel):
    id: int
    scenario: str
    measure: str
    method: str
    verdict: str
    created: datetime
    words: Words


class Evaluation(EvaluationRow):
    """One measured effect with its interval, placebos and weekly series."""

    result: Json


class Withheld(BaseModel):
    """What cannot be evaluated, and why."""

    scenario: str
    scope: Json
    measure: str = ""
    reason: str
    zh: str
    en: str


class Kpi(BaseModel):
    id: str
    name: Words
    unit: str
    better: str
    formula: str
    grain: str


class Series(BaseModel):
    """A KPI's series: part → [[period, value], …]; the whole plant is the part with the empty name."""

    kpi: str
    grain: str
    scope: str
    values: dict[str, list[Any]]
    lineage: Json


class KpiPart(BaseModel):
    """One aggregate of a KPI's formula, and the columns that it reads."""

    place: int = Field(description="From the left, the first is 0.")
    element: str
    columns: list[str]


class KpiRows(BaseModel):
    """One page of the rows that a figure rests on: values in the order of `columns`."""

    element: str
    count: int
    next: str | None = None
    columns: list[str]
    items: list[list[Any]]


class Belief(BaseModel):
    scenario: str
    level: int
    driver: str
    kpi: str
    mean: float
    standard_deviation: float
    measured: date
    source: str


class Appraisal(BaseModel):
    document: Json


class RatingWishes(BaseModel):
    """The caller's own rating of one indicator. Rated again, it replaces what they said before."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field("", description="What is rated: a scenario, a standard; empty where there is but one.")
    group: str = Field(description="As whom: `manager`, `department_head`, `line_worker` …")
    party: str = Field("self", description="`self` or `third_party`.")
    answers: dict[str, str] = Field(description="Statement, clause or `score` → the answer.")


class Rating(BaseModel):
    indicator: str
    subject: str
    group: str
    party: str
    rater: str
    answers: dict[str, str]


class Rated(BaseModel):
    ratings: int
