"""Documents: measured effects, KPIs, beliefs, ratings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

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


class Rated(BaseModel):
    ratings: int
