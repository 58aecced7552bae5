"""Documents: the caller's own API tokens."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class Token(BaseModel):
    """A token of the caller's own; its secret was told when it was made, and never again."""

    id: int
    name: str
    prefix: str = Field(description="First characters of the secret.")
    actions: list[str]
    created: datetime
    expires: datetime
    last_used: datetime | None
    revoked: datetime | None
    calling: bool = Field(description="Whether this call is made with it.")
