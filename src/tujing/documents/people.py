"""Documents: members and invitations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tujing.documents.common import Words


class Placing(BaseModel):
    """What a member is to be here."""

    model_config = ConfigDict(extra="forbid")

    role: str = Field(description="A built-in role, or `own:` and the code of an own role.")
    department: str = ""


class RoleRow(BaseModel):
    """A built-in role, or one that the company made itself."""

    code: str = Field(description="As a member is placed in it; an own one begins with `own:`.")
    name: Words
    base: str = Field(description="The built-in role that it is like.")
    actions: list[str]
    people: int = Field(description="Members who have it.")


class RoleWishes(BaseModel):
    """What an own role is to be, for all who have it, at once."""

    model_config = ConfigDict(extra="forbid")

    name: Words
    base: str = Field(description="department_head, line_worker, consultant or viewer.")
    actions: list[str] = Field(max_length=100)


class InvitationWishes(Placing):
    mail: str = Field(description="Who is invited; the link is mailed there where the site has a mail server.")


class Invitation(BaseModel):
    id: UUID
    mail: str
    role: str
    department: str
    by: str | None
    made: datetime
    expires: datetime
    status: str = Field(description="open, used, revoked or expired.")


class InvitationLink(BaseModel):
    """An invitation with its link, which is told this once and kept nowhere."""

    invitation: Invitation
    link: str
    mailed: bool
