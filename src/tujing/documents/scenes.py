"""Documents: official scenes of industries, the four lists, industries side by side."""

from __future__ import annotations

from pydantic import BaseModel, Field

from tujing.documents.common import Json, Words


class ListRow(BaseModel):
    """A line of one of the four lists."""

    scenario: str
    entry: Json


class Industry(BaseModel):
    """The official map of one industry."""

    code: str
    title: Words
    links: dict[str, Words] = Field(description="Links of the chain.")
    scenes: int = Field(description="That are here.")
    official_scenes: int = Field(description="That the official map has.")


class Realisation(BaseModel):
    scenario: str
    reason: Words


class SceneRow(BaseModel):
    """One official scene. Its lists are the official terms, in Chinese only."""

    code: str
    industry: str
    link: str
    activity: str
    is_main: bool
    name: Words
    stars: int | None = Field(description="Readiness, 1 to 4; null where the card says nothing.")
    pain: str
    data: list[str]
    models: list[str]
    tools: list[str]
    skills: list[str]
    realised_by: list[Realisation]


class IndustryComparison(BaseModel):
    """Two industries side by side, by the scenarios that realise their scenes."""

    left: str
    right: str
    shared: list[str]
    only_left: list[str]
    only_right: list[str]
