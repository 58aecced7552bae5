"""Documents: data elements, their tables, versions and imports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Words


class Facts(BaseModel):
    """What the data says of its readiness."""

    rows: int
    first: date | None
    last: date | None
    span_days: int
    freshness_days: int | None
    completeness: dict[str, float]
    uniqueness: float
    validity: float


class ElementRow(BaseModel):
    name: str
    label: Words
    grade: str
    rows: int = 0
    facts: Facts | None = None


class Element(ElementRow):
    """A data element: its definition and the facts of its current table."""

    definition: Json


class Rows(BaseModel):
    """One page of a table: values in the order of `columns`."""

    count: int
    next: str | None = None
    columns: list[str]
    items: list[list[Any]]


class Version(BaseModel):
    number: int
    rows: int
    mode: str
    source: str
    created: datetime
    created_by: str
    sha256: str
    active: bool


class RestoreWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: str = Field("", max_length=300)


class RowChange(BaseModel):
    """One row with other values: column → `[before, after]`."""

    key: list[Any]
    columns: dict[str, list[Any]]


class VersionDifference(BaseModel):
    """What changed from one version to another: counts over all rows, and the first of each kind by key."""

    added: int
    removed: int
    changed: int
    added_rows: list[Json]
    removed_rows: list[Json]
    changed_rows: list[RowChange]
    changed_columns: dict[str, int] = Field(description="Column → rows in which it differs.")


class ImportWishes(BaseModel):
    """How a file is to be taken in. `mapping`: column → heading; left out, it is guessed, or refused where unsure."""

    mapping: dict[str, str] | None = None
    mode: Literal["replace", "append"] = "replace"
    skip_bad: bool = Field(False, description="Keep the good rows and give the bad ones back as a file.")


class Undone(BaseModel):
    """The version that is current again; null when the table is empty now."""

    version: int | None
