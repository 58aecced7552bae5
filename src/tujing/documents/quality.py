"""Documents: how ready, how good and where from the company's data are."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from tujing.documents.atlas import Missing
from tujing.documents.common import Words
from tujing.documents.data import Facts

State = Literal["ready", "partly", "missing"]


class Need(BaseModel):
    """One data element as one scenario needs it."""

    scenario: str
    element: str
    state: State
    share: float = Field(description="0–1.")
    required: bool
    purpose: Words
    missing: list[Missing]


class Characteristic(BaseModel):
    """One of the six of GB/T 36344."""

    id: str
    name: Words
    share: float | None = Field(description="0–1; null where tables cannot show it.")
    basis: Words


class GradedTable(BaseModel):
    element: str
    label: Words
    grade: str
    rows: int


class Ledger(BaseModel):
    """The tables with their grades, and the duties of the highest grade held."""

    tables: list[GradedTable]
    highest_grade: str
    label: Words
    duties: list[Words]
    source: str
    status: str


class DataQuality(BaseModel):
    characteristics: list[Characteristic]
    ledger: Ledger


class VersionQuality(BaseModel):
    """How good a version was while it stood."""

    version: int
    created: datetime
    facts: Facts


class TableQuality(BaseModel):
    """The measurable characteristics of one table."""

    facts: Facts | None = Field(description="Today; null while the table is empty.")
    history: list[VersionQuality] = Field(description="The newest 40 versions that were measured, oldest first.")


class Origin(BaseModel):
    """What made one version."""

    kind: Literal["import", "run", "restore"]
    version: int
    rows: int
    source: str = Field(description="File name; the number of the version restored; the scenario of a run.")
    run: int | None
    by: str
    when: datetime
    active: bool


class Reading(BaseModel):
    """A run that read the table."""

    run: int
    scenario: str
    version: int
    status: str
    when: datetime


class ReckonedKpi(BaseModel):
    scenario: str
    kpi: str


class Impact(BaseModel):
    """What depends on a data element, by the map."""

    writers: list[str]
    readers: list[str]
    required_by: list[str]
    kpis: list[ReckonedKpi]
    then_elements: list[str] = Field(description="What the readers write, what the readers of these write, and so on.")
    then_scenarios: list[str] = Field(description="Scenarios reached only through those.")


class Lineage(BaseModel):
    element: str
    origins: list[Origin] = Field(description="Of the newest 20 versions.")
    readings: list[Reading] = Field(description="Among the newest 200 runs.")
    impact: Impact
