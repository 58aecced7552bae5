"""Operations: chain. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from typing import Literal

from tujing.client.pages import Pages
from tujing.client.session import Session
from tujing.documents import chain as documents_chain
from tujing.documents import common as documents_common


class Chain:
    def __init__(self, session: Session) -> None:
        self._session = session

    def members(
        self, *, page_size: int | None = None, tie: Literal["chain", "region"] | None = None
    ) -> Pages[documents_chain.Followed]:
        """The members that agreed to be seen by name, those with the most late first."""
        return self._session.pages(
            documents_common.Page[documents_chain.Followed],
            "/api/v1/chain/members",
            {"page_size": page_size, "tie": tie},
        )

    def figures(self, *, tie: Literal["chain", "region"] | None = None) -> documents_chain.Overview:
        """All members in figures, and the scenarios of those by name."""
        answer: documents_chain.Overview = self._session.call(
            documents_chain.Overview, "GET", "/api/v1/chain/overview", query={"tie": tie}
        )
        return answer

    def followers(self, *, page_size: int | None = None) -> Pages[documents_chain.Follower]:
        """Who follows the company."""
        return self._session.pages(
            documents_common.Page[documents_chain.Follower], "/api/v1/chain/followers", {"page_size": page_size}
        )

    def agree(self, wishes: documents_chain.Agreement, *, key: str | None = None) -> documents_chain.Follower:
        """Let the code's leader follow the company; agreed once more, the newer word holds."""
        answer: documents_chain.Follower = self._session.call(
            documents_chain.Follower, "POST", "/api/v1/chain/followers", content=wishes, key=key
        )
        return answer

    def make_code(self, wishes: documents_chain.CodeWishes, *, key: str | None = None) -> documents_chain.Code:
        """Make a code with which any number of companies let this one follow them."""
        answer: documents_chain.Code = self._session.call(
            documents_chain.Code, "POST", "/api/v1/chain/codes", content=wishes, key=key
        )
        return answer

    def read_code(self, wishes: documents_chain.Code, *, key: str | None = None) -> documents_chain.Asked:
        """What a code asks, before one agrees; nothing changes."""
        answer: documents_chain.Asked = self._session.call(
            documents_chain.Asked, "POST", "/api/v1/chain/codes/read", content=wishes, key=key
        )
        return answer

    def end(self, follow: int) -> None:
        """End it from either side."""
        self._session.call(None, "DELETE", f"/api/v1/chain/follows/{follow}")
