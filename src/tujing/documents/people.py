"""Documents: members and invitations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Placing(BaseModel):
    """What a member is to be here."""

    model_config = ConfigDict(extra="forbid")

    role: str = Field(description="A built-in role, or `own:` and the code of an own role.")
    department: str = ""


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
