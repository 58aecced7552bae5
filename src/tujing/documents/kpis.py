"""Documents: KPIs, their series, and the rows behind a figure."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Words

Grain = Literal["", "day", "week", "month"]
Scope = Literal["", "family", "line", "workshop"]


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


class Point(BaseModel):
    period: date = Field(description="Its first day.")
    value: float


class KpiBranch(Kpi):
    """A KPI of the tree: the money drivers that it acts on, the tables that it reads, its newest figure."""

    drivers: list[Json]
    reads: list[str]
    is_own: bool
    newest: Point | None


class Trend(BaseModel):
    """A KPI's latest figures, a period each, the oldest first; `now` and `before` are means of four periods each."""

    kpi: str
    name: Words
    unit: str
    grain: str
    until: date = Field(description="First day of the last period.")
    values: list[float]
    now: float
    before: float
    better: bool | None = Field(description="Null when nothing moved.")


class SeriesWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    grain: Grain = ""
    scope: Scope = ""


class SeriesCondition(BaseModel):
    """Whether a series is one series: how many periods are missing, where a unit seems to have changed."""

    part: str
    missing: int
    of: int
    breaks: list[Json]


class KeptSeries(BaseModel):
    """A series as it was computed last; null before the first time."""

    series: Series | None
    is_fresh: bool = Field(description="Whether it is that of the present tables.")
    conditions: list[SeriesCondition]


class KpiWishes(BaseModel):
    """A KPI of the company's own: a formula over columns of data elements."""

    model_config = ConfigDict(extra="forbid")

    name: Words
    unit: str = Field(max_length=40, description="`1` for a share or a plain number.")
    better: Literal["lower", "higher"]
    formula: str = Field(min_length=1, max_length=2000)
    grain: Literal["day", "week", "month"] = "week"
    time: dict[str, str] = Field({}, description="Data element → the column that says when a row counts.")
    standard: str = Field("", max_length=200)


class KpiCheckWishes(KpiWishes):
    id: str = Field(max_length=60)


class KpiRead(BaseModel):
    kpi: Kpi
    reads: list[str] = Field(description="Data elements.")
