"""Operations: people. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from uuid import UUID

from tujing.client.pages import Pages
from tujing.client.session import Session
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
