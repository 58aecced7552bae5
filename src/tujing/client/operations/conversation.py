"""Operations: conversation. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from tujing.client.pages import Pages
from tujing.client.session import Session, quoted
from tujing.documents import audit as documents_audit
from tujing.documents import common as documents_common
from tujing.documents import conversation as documents_conversation


class Conversation:
    def __init__(self, session: Session) -> None:
        self._session = session

    def comments(
        self, kind: str, object_key: str, *, page_size: int | None = None
    ) -> Pages[documents_conversation.Comment]:
        """What was said of an object, oldest first.

        An object is named by kind and key: `plan` 3, `scenario` production/scheduling, `element` work_order, `project`,
        `milestone`, `run`, `evaluation`, `assessment`, `cycle`, `job`, `company`.
        """
        return self._session.pages(
            documents_common.Page[documents_conversation.Comment],
            f"/api/v1/about/{quoted(kind)}/{quoted(object_key)}/comments",
            {"page_size": page_size},
        )

    def say(
        self, kind: str, object_key: str, wishes: documents_conversation.CommentWishes, *, key: str | None = None
    ) -> documents_conversation.Comment:
        """Say something of an object; whom it mentions and who follows the object are told."""
        answer: documents_conversation.Comment = self._session.call(
            documents_conversation.Comment,
            "POST",
            f"/api/v1/about/{quoted(kind)}/{quoted(object_key)}/comments",
            content=wishes,
            key=key,
        )
        return answer

    def edit(self, comment: int, wishes: documents_conversation.CommentWishes) -> documents_conversation.Comment:
        """Change one's own comment."""
        answer: documents_conversation.Comment = self._session.call(
            documents_conversation.Comment, "PATCH", f"/api/v1/comments/{comment}", content=wishes
        )
        return answer

    def remove(self, comment: int) -> None:
        """Take one's own comment away; it can be brought back."""
        self._session.call(None, "DELETE", f"/api/v1/comments/{comment}")

    def restore(self, comment: int, *, key: str | None = None) -> documents_conversation.Comment:
        """Bring one's own comment back."""
        answer: documents_conversation.Comment = self._session.call(
            documents_conversation.Comment, "POST", f"/api/v1/comments/{comment}/restore", key=key
        )
        return answer

    def following(self, kind: str, object_key: str) -> documents_conversation.Following:
        """Whether the caller is told of what others say of an object."""
        answer: documents_conversation.Following = self._session.call(
            documents_conversation.Following, "GET", f"/api/v1/about/{quoted(kind)}/{quoted(object_key)}/following"
        )
        return answer

    def follow(
        self, kind: str, object_key: str, wishes: documents_conversation.Following
    ) -> documents_conversation.Following:
        """Follow an object, or follow it no longer."""
        answer: documents_conversation.Following = self._session.call(
            documents_conversation.Following,
            "PUT",
            f"/api/v1/about/{quoted(kind)}/{quoted(object_key)}/following",
            content=wishes,
        )
        return answer

    def assignments(
        self, kind: str, object_key: str, *, page_size: int | None = None, done: bool | None = None
    ) -> Pages[documents_conversation.Assignment]:
        """What is to be done about an object: open ones first, then by the day they are due."""
        return self._session.pages(
            documents_common.Page[documents_conversation.Assignment],
            f"/api/v1/about/{quoted(kind)}/{quoted(object_key)}/assignments",
            {"page_size": page_size, "done": done},
        )

    def assign(
        self, kind: str, object_key: str, wishes: documents_conversation.AssignmentWishes, *, key: str | None = None
    ) -> documents_conversation.Assignment:
        """Give a member something to do about an object; the member is told."""
        answer: documents_conversation.Assignment = self._session.call(
            documents_conversation.Assignment,
            "POST",
            f"/api/v1/about/{quoted(kind)}/{quoted(object_key)}/assignments",
            content=wishes,
            key=key,
        )
        return answer

    def mine(self, *, page_size: int | None = None) -> Pages[documents_conversation.Assignment]:
        """What the caller is still to do, the earliest due first."""
        return self._session.pages(
            documents_common.Page[documents_conversation.Assignment], "/api/v1/assignments", {"page_size": page_size}
        )

    def settle(self, assignment: int, wishes: documents_conversation.Settling) -> documents_conversation.Assignment:
        """Say that something is done, or not yet; its assignee and who gave it may."""
        answer: documents_conversation.Assignment = self._session.call(
            documents_conversation.Assignment, "PATCH", f"/api/v1/assignments/{assignment}", content=wishes
        )
        return answer

    def withdraw(self, assignment: int) -> None:
        """Take back what one gave."""
        self._session.call(None, "DELETE", f"/api/v1/assignments/{assignment}")

    def history(self, kind: str, object_key: str, *, page_size: int | None = None) -> Pages[documents_audit.Event]:
        """Who changed what of an object, newest first; the last thousand changes."""
        return self._session.pages(
            documents_common.Page[documents_audit.Event],
            f"/api/v1/about/{quoted(kind)}/{quoted(object_key)}/history",
            {"page_size": page_size},
        )
