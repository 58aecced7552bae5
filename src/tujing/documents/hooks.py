"""Documents: webhooks and their deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Words

Event = Literal["run_finished", "plan_made", "milestone_passed", "milestone_late", "evaluation_made", "notice"]
Form = Literal["json", "wecom", "dingtalk", "feishu"]


class Hook(BaseModel):
    """Where the company wants to be told of what. The address is sealed; only its host is shown."""

    id: int
    name: str
    host: str
    format: str
    events: list[str]
    active: bool
    created: datetime


class NewHook(Hook):
    secret: str = Field(description="What deliveries are signed with; told this once. Empty for a bot without one.")


class HookWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=80)
    url: str = Field(max_length=2000)
    events: list[Event]
    format: Form = "json"
    secret: str = Field("", max_length=200)


class HookChanges(HookWishes):
    url: str = Field("", max_length=2000)


class HookSwitch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    active: bool


class Delivery(BaseModel):
    id: UUID
    hook: int
    event: str
    words: Words
    status: str = Field(description="waiting, done or failed.")
    attempts: int
    answer: int | None = Field(description="HTTP status of the last answer.")
    error: Words | None
    created: datetime
    finished: datetime | None
