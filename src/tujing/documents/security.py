"""Documents: what the company asks of accounts, its single sign-on, changes with their way back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Json


class PolicyWishes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    second_factor: bool = Field(description="Whether every member must have one; it counts from the next call on.")


class Policy(BaseModel):
    """What the company asks, and how many of its people have it."""

    second_factor: bool
    people: int
    with_factor: int


class SignOnWishes(BaseModel):
    """An OpenID Connect provider; a secret left out keeps the former one."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=40, description="On the button of the sign-in page.")
    issuer: str = Field(min_length=1, max_length=300)
    client_id: str = Field(min_length=1, max_length=191)
    secret: str = Field("", max_length=500)
    join_role: Literal["", "manager", "department_head", "line_worker", "consultant", "viewer"] = Field(
        "", description="The role of who signs in for the first time; empty: nobody joins by it."
    )
    join_domains: list[str] = Field([], max_length=50, description="Of their verified mail; empty: any.")
    listed: bool = Field(True, description="Whether the sign-in page shows the button to everybody.")


class SignOn(BaseModel):
    """The company's provider; its secret is never told."""

    name: str
    issuer: str
    client_id: str
    join_role: str
    join_domains: list[str]
    listed: bool
    back: str = Field(description="The address to enter at the provider, where people come back to.")


class CompanyChange(BaseModel):
    """A change to the company's profile, members, roles or security, with what was before it."""

    id: int
    kind: str
    subject: str
    before: Json | None
    after: Json | None
    by: str | None
    at: datetime
    undone: datetime | None
