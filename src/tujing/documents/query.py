"""Documents: statements over the company's own tables."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Problem, Words


class Queryable(BaseModel):
    """A table that has data and can be asked."""

    name: str
    label: Words
    rows: int
    columns: list[str]


class QueryWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sql: str = Field(description="One SELECT over the tables of `/query/tables`.", max_length=100_000)
    rows: int = Field(10_000, ge=1, le=10_000, description="Most rows to keep of the result.")


class Query(BaseModel):
    """A statement that was run; its rows are kept for a day. `rows` is null when it failed."""

    id: UUID
    sql: str
    reads: dict[str, int] = Field(description="Table → version that was read.")
    rows: int | None
    truncated: bool = Field(description="Whether there were more rows than were asked for.")
    seconds: float
    problems: list[Problem] = []
    created: datetime


class SavedQueryWishes(BaseModel):
    """A statement worth keeping; the name of one's own that is there replaces it."""

    model_config = ConfigDict(extra="forbid")

    name: str
    sql: str = Field(max_length=100_000)
    shared: bool = Field(False, description="Others of the company who may query see it too.")


class SavedQuery(BaseModel):
    id: int
    name: str
    sql: str
    shared: bool
    owner: str
