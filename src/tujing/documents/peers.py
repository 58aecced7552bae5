"""Documents: where an assessment stands among peers, and whether a frozen copy is what was frozen."""

from __future__ import annotations

from pydantic import BaseModel, Field

from tujing.documents.common import Json, Words


class PeerGroup(BaseModel):
    """A group of enterprises that may be shown."""

    cell: list[str] = Field(description="Nothing for all; size; size and section; size, section and division.")
    words: Words


class Peers(BaseModel):
    """Where the company stands, or why nobody can tell. Small groups are held back and figures are rounded."""

    consented: bool = Field(description="Whether the company's own result counts, nameless, among the peers of others.")
    least: int = Field(description="Enterprises in a group that is shown.")
    source: Json
    group: PeerGroup | None = Field(description="Null when there is none; `why_not` then tells the reason.")
    why_not: Words | None = None
    widened: list[Words] = Field([], description="Narrower groups that may not be shown.")
    why_widened: Words | None = None
    enterprises_at_least: int | None = None
    score: dict[str, float] = Field({}, description="p10, p25, p50, p75, p90 → points.")
    levels: dict[str, float] = Field({}, description="Level → share.")
    percentile: float | None = Field(None, description="Share below the company; null without a submitted assessment.")


class FrozenCheck(BaseModel):
    """One thing that must hold of a frozen copy."""

    id: str
    held: bool | None = Field(description="Null where it could not be checked here.")
    words: Words


class FrozenChecks(BaseModel):
    checks: list[FrozenCheck]
