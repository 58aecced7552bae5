"""Operations: people. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from uuid import UUID

from tujing.client.pages import Pages
from tujing.client.session import Session, quoted
from tujing.documents import common as documents_common
from tujing.documents import enterprise as documents_enterprise
from tujing.documents import people as documents_people


class People:
    def __init__(self, session: Session) -> None:
        self._session = session

    def assign(self, membership: int, wishes: documents_people.Placing) -> documents_enterprise.Member:
        """Give a member another role or department; it counts from the next call on."""
        answer: documents_enterprise.Member = self._session.call(
            documents_enterprise.Member, "PUT", f"/api/v1/organisation/members/{membership}", content=wishes
        )
        return answer

    def remove(self, membership: int) -> None:
        """Take a member out; their account and what they wrote stay, and it can be taken back on the page."""
        self._session.call(None, "DELETE", f"/api/v1/organisation/members/{membership}")

    def member_list(self, ending: Literal["csv", "xlsx"], to: Path | str) -> Path:
        """The members as a list that can be edited and read in again."""
        return self._session.download(f"/api/v1/organisation/members.{quoted(ending)}", to)

    def read_members(self, file: Path | str, *, key: str | None = None) -> documents_common.Done:
        """Give several members other roles and departments by a list: all rows or none.

        A row that is refused is named by its number.
        """
        answer: documents_common.Done = self._session.call(
            documents_common.Done, "POST", "/api/v1/organisation/members/import", file=file, key=key
        )
        return answer

    def invitations(
        self, *, page_size: int | None = None, mail: str | None = None
    ) -> Pages[documents_people.Invitation]:
        """Who was invited, newest first."""
        return self._session.pages(
            documents_common.Page[documents_people.Invitation],
            "/api/v1/organisation/invitations",
            {"page_size": page_size, "mail": mail},
        )

    def invite(
        self, wishes: documents_people.InvitationWishes, *, key: str | None = None
    ) -> documents_people.InvitationLink:
        """Invite somebody to a place; the answer tells the link this once."""
        answer: documents_people.InvitationLink = self._session.call(
            documents_people.InvitationLink, "POST", "/api/v1/organisation/invitations", content=wishes, key=key
        )
        return answer

    def resend(self, invitation: UUID, *, key: str | None = None) -> documents_people.InvitationLink:
        """Make a new link with a new term; the former link ends."""
        answer: documents_people.InvitationLink = self._session.call(
            documents_people.InvitationLink, "POST", f"/api/v1/organisation/invitations/{invitation}/resend", key=key
        )
        return answer

    def revoke(self, invitation: UUID) -> None:
        """Withdraw an invitation that nobody used."""
        self._session.call(None, "DELETE", f"/api/v1/organisation/invitations/{invitation}")

    def roles(self, *, page_size: int | None = None) -> Pages[documents_people.RoleRow]:
        """Who may do what: the built-in roles and the company's own."""
        return self._session.pages(
            documents_common.Page[documents_people.RoleRow], "/api/v1/organisation/roles", {"page_size": page_size}
        )

    def save_role(self, own_role: str, wishes: documents_people.RoleWishes) -> documents_people.RoleRow:
        """Make an own role, or change it for all who have it, at once; `own_role` is its code without `own:`."""
        answer: documents_people.RoleRow = self._session.call(
            documents_people.RoleRow, "PUT", f"/api/v1/organisation/roles/{quoted(own_role)}", content=wishes
        )
        return answer

    def delete_role(self, own_role: str) -> None:
        """Take away an own role that nobody has; open invitations with it are void."""
        self._session.call(None, "DELETE", f"/api/v1/organisation/roles/{quoted(own_role)}")
