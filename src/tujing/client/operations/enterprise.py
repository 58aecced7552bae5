"""Operations: enterprise. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from uuid import UUID

from tujing.client.pages import Pages
from tujing.client.session import Session
from tujing.documents import common as documents_common
from tujing.documents import enterprise as documents_enterprise


class Enterprise:
    def __init__(self, session: Session) -> None:
        self._session = session

    def me(self) -> documents_enterprise.Me:
        """Who calls, for which company, and what the call may do."""
        answer: documents_enterprise.Me = self._session.call(documents_enterprise.Me, "GET", "/api/v1/me")
        return answer

    def profile(self) -> documents_enterprise.Profile:
        """The facts that decide size class, rung and track."""
        answer: documents_enterprise.Profile = self._session.call(
            documents_enterprise.Profile, "GET", "/api/v1/organisation/profile"
        )
        return answer

    def set_profile(
        self, wishes: documents_enterprise.ProfileWishes, *, if_match: str | None = None
    ) -> documents_enterprise.Profile:
        """Replace the profile.

        With `If-Match` it is refused when somebody has changed the profile since it was read.
        """
        answer: documents_enterprise.Profile = self._session.call(
            documents_enterprise.Profile, "PUT", "/api/v1/organisation/profile", content=wishes, if_match=if_match
        )
        return answer

    def classification(self) -> documents_enterprise.Classification:
        """Size class, ladder tier and track, with the clauses they rest on."""
        answer: documents_enterprise.Classification = self._session.call(
            documents_enterprise.Classification, "GET", "/api/v1/organisation/class"
        )
        return answer

    def members(self, *, page_size: int | None = None) -> Pages[documents_enterprise.Member]:
        """Who works here in which role."""
        return self._session.pages(
            documents_common.Page[documents_enterprise.Member], "/api/v1/organisation/members", {"page_size": page_size}
        )

    def group(self) -> documents_enterprise.Group:
        """The group that the company is in, and the companies that joined its own."""
        answer: documents_enterprise.Group = self._session.call(
            documents_enterprise.Group, "GET", "/api/v1/organisation/group"
        )
        return answer

    def companies(self, *, page_size: int | None = None) -> Pages[documents_enterprise.GroupCompany]:
        """The group's companies that let it see them, those with the most late first."""
        return self._session.pages(
            documents_common.Page[documents_enterprise.GroupCompany],
            "/api/v1/organisation/group/companies",
            {"page_size": page_size},
        )

    def offer(
        self, wishes: documents_enterprise.OfferWishes, *, key: str | None = None
    ) -> documents_enterprise.OfferCode:
        """Make a code with which another company's owner joins the group."""
        answer: documents_enterprise.OfferCode = self._session.call(
            documents_enterprise.OfferCode, "POST", "/api/v1/organisation/group/offers", content=wishes, key=key
        )
        return answer

    def read_offer(
        self, wishes: documents_enterprise.OfferCode, *, key: str | None = None
    ) -> documents_enterprise.Offer:
        """What a group asks by its code, before one joins; nothing changes."""
        answer: documents_enterprise.Offer = self._session.call(
            documents_enterprise.Offer, "POST", "/api/v1/organisation/group/offers/read", content=wishes, key=key
        )
        return answer

    def join(self, wishes: documents_enterprise.OfferCode, *, key: str | None = None) -> documents_enterprise.GroupLink:
        """Join a group, and grant what its code asks."""
        answer: documents_enterprise.GroupLink = self._session.call(
            documents_enterprise.GroupLink, "POST", "/api/v1/organisation/group/join", content=wishes, key=key
        )
        return answer

    def leave(self, child: UUID) -> None:
        """End a link from either side: leave the group, or let a company go."""
        self._session.call(None, "DELETE", f"/api/v1/organisation/group/{child}")

    def next_steps(self, *, page_size: int | None = None) -> Pages[documents_enterprise.NextStep]:
        """What the caller does best next, with the reason; only what the call itself may do."""
        return self._session.pages(
            documents_common.Page[documents_enterprise.NextStep], "/api/v1/next-steps", {"page_size": page_size}
        )

    def where(self) -> documents_enterprise.Where:
        """Where the company stands in the five steps, and what comes next."""
        answer: documents_enterprise.Where = self._session.call(documents_enterprise.Where, "GET", "/api/v1/where")
        return answer
