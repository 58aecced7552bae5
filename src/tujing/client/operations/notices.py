"""Operations: notices. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from tujing.client.pages import Pages
from tujing.client.session import Session
from tujing.documents import common as documents_common
from tujing.documents import notices as documents_notices


class Notices:
    def __init__(self, session: Session) -> None:
        self._session = session

    def notices(
        self, *, page_size: int | None = None, unread: bool | None = None, kind: str | None = None
    ) -> Pages[documents_notices.Notice]:
        """What the caller was told here, newest first."""
        return self._session.pages(
            documents_common.Page[documents_notices.Notice],
            "/api/v1/notices",
            {"page_size": page_size, "unread": unread, "kind": kind},
        )

    def mark(self, notice: int, wishes: documents_notices.Marking) -> documents_notices.Notice:
        """Mark a notice read or unread."""
        answer: documents_notices.Notice = self._session.call(
            documents_notices.Notice, "PATCH", f"/api/v1/notices/{notice}", content=wishes
        )
        return answer

    def mark_all(self, *, key: str | None = None) -> documents_common.Done:
        """Mark all read."""
        answer: documents_common.Done = self._session.call(
            documents_common.Done, "POST", "/api/v1/notices/read", key=key
        )
        return answer

    def preferences(self, *, page_size: int | None = None) -> Pages[documents_notices.Preference]:
        """How the caller is told of each kind, in every company of theirs."""
        return self._session.pages(
            documents_common.Page[documents_notices.Preference], "/api/v1/notices/preferences", {"page_size": page_size}
        )

    def prefer(
        self, wishes: list[documents_notices.PreferenceWishes]
    ) -> documents_common.Page[documents_notices.Preference]:
        """Choose how to be told of some kinds; the others stay as they are."""
        answer: documents_common.Page[documents_notices.Preference] = self._session.call(
            documents_common.Page[documents_notices.Preference], "PUT", "/api/v1/notices/preferences", content=wishes
        )
        return answer
