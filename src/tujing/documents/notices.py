"""Documents: what one was told, and how one wants to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Words

Mail = Literal["never", "at_once", "digest"]


class Notice(BaseModel):
    """What the caller was told of; it is unread while `read` is null."""

    id: int
    kind: str
    words: Words
    about_kind: str
    about_key: str
    actor: str | None
    created: datetime
    read: datetime | None


class Marking(BaseModel):
    model_config = ConfigDict(extra="forbid")

    read: bool


class PreferenceWishes(BaseModel):
    """How the caller wants to be told of a kind."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    on_site: bool
    mail: Mail


class Preference(BaseModel):
    kind: str
    name: Words
    on_site: bool
    mail: Mail = Field(description="At once, once a day in a digest, or never.")
