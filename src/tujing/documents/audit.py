"""Documents: the audit trail."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json, Words


class Event(BaseModel):
    """One thing that was done, by whom, from where. `changes`: field → `[before, after]`, secrets never."""

    id: int
    at: datetime
    account: str = Field(description="Empty for the site itself.")
    via: str = Field(description="page, api, worker or command.")
    address: str | None
    request: str = Field(description="Everything done in one go has the same.")
    action: str = Field(description="created, changed, deleted, signed_in, downloaded …")
    kind: str = Field(description="The model, such as `planning.plan`; empty when no object is meant.")
    object: str
    words: Words | None = Field(None, description="What the object was called.")
    changes: Json
    link: int | None = Field(None, description="Link of the chain that holds it; null until it is linked.")


class Trail(BaseModel):
    """A part of the trail, newest first; each as quick to find as the first. `next`: the following part."""

    next: str | None = None
    items: list[Event]


class Break(BaseModel):
    link: int
    code: str = Field(description="missing, altered, events_missing, events_altered or pruned_early.")


class Chain(BaseModel):
    """What following the chain came to. `head` noted elsewhere proves later that nothing was cut off the end."""

    is_whole: bool
    links: int
    events: int
    waiting: int = Field(description="Events not linked yet.")
    pruned: int
    head: str
    broken: list[Break]


class Retention(BaseModel):
    """How many months the trail is kept."""

    model_config = ConfigDict(extra="forbid")

    months: int
