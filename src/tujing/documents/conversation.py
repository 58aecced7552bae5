"""Documents: what people say of an object and give each other to do about it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Words


class CommentWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="1–4000 characters; `@account` mentions a member, who is told.")


class Comment(BaseModel):
    """What somebody said of an object."""

    id: int
    about_kind: str
    about_key: str
    author: str | None
    text: str
    created: datetime
    edited: datetime | None
    removed: datetime | None


class AssignmentWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    assignee: str = Field(description="A member's account.")
    task: str = Field(description="What to do, in 1–200 characters.")
    due: date | None = None


class Settling(BaseModel):
    model_config = ConfigDict(extra="forbid")

    done: bool


class Assignment(BaseModel):
    """What somebody is to do about an object; it is open while `done` is null."""

    id: int
    about_kind: str
    about_key: str
    about: Words = Field(description="What the object is called.")
    assignee: str
    by: str | None
    task: str
    due: date | None
    created: datetime
    done: datetime | None


class Following(BaseModel):
    """Whether the caller is told of what others say of an object."""

    model_config = ConfigDict(extra="forbid")

    following: bool
