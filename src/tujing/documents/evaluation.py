"""Documents: measured effects, beliefs, ratings."""

from __future__ import annotations

from datetime import date, datetime

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


class KeptAppraisal(BaseModel):
    """The nine indicators as they were worked out on a day; empty before the first time."""

    made: datetime | None
    rated_since: bool = Field(description="Whether somebody has rated since.")
    document: Json | None


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


class GivenRating(Rating):
    """One person's rating, with the day."""

    rated: date


class Rated(BaseModel):
    ratings: int
