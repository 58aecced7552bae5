"""Documents: scenarios with their four lists, the map, readiness."""

from __future__ import annotations

from pydantic import BaseModel, Field

from tujing.documents.common import Json, Words


class Missing(BaseModel):
    """What stands between a scenario and its data."""

    element: str
    column: str
    required: bool
    zh: str
    en: str


class Readiness(BaseModel):
    scenario: str
    share: float = Field(description="0–1: mean over the data elements read, required ones counting double.")
    ready: bool
    missing: list[Missing]


class ScenarioRow(BaseModel):
    """A line of the list of scenarios."""

    id: str
    name: Words
    summary: Words
    wing: str
    runnable: bool
    readiness: float
    ready: bool
    stage: str = Field("", description="Stage of the organisation's adoption; empty without one.")
    level_today: int | None = None


class Scenario(BaseModel):
    """One scenario's card: its manifest with the four lists, and how ready the organisation is for it."""

    id: str
    runnable: bool
    manifest: Json
    readiness: Readiness
    stage: str = ""
    level_today: int | None = None
    level_target: int | None = None
    parameters: Json | None = Field(None, description="JSON Schema of a run's parameters; null when it cannot run.")


class Edge(BaseModel):
    source: str
    target: str
    kind: str
    element: str = ""


class Graph(BaseModel):
    """Who feeds whom through which data element."""

    nodes: list[str]
    edges: list[Edge]
