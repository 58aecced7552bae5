"""Documents: what the one box over everything finds."""

from __future__ import annotations

from pydantic import BaseModel, Field

from tujing.documents.common import Words


class Hit(BaseModel):
    """Something that fits what was typed."""

    title: Words
    detail: Words | None = None
    code: str = Field(description="What experts type, such as `work_order`; empty without one.")
    url: str = Field(description="Path of its page.")
    score: float = Field(description="How well it fits; 100 at best.")


class HitGroup(BaseModel):
    """Hits of one kind, the best first."""

    name: str = Field(description="scenario, element, page, run, person …")
    hits: list[Hit]
    more: int = Field(description="Hits that were left out.")


class Found(BaseModel):
    groups: list[HitGroup] = Field(description="The one with the best hit first.")
