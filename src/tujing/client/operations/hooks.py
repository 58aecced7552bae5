"""Operations: hooks. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from tujing.client.pages import Pages
from tujing.client.session import Session
from tujing.documents import common as documents_common
from tujing.documents import hooks as documents_hooks


class Hooks:
    def __init__(self, session: Session) -> None:
        self._session = session

    def hooks(self, *, page_size: int | None = None) -> Pages[documents_hooks.Hook]:
        """Where the company wants to be told of what."""
        return self._session.pages(
            documents_common.Page[documents_hooks.Hook], "/api/v1/hooks", {"page_size": page_size}
        )

    def add(self, wishes: documents_hooks.HookWishes, *, key: str | None = None) -> documents_hooks.NewHook:
        """Add a webhook; the answer tells the secret this once."""
        answer: documents_hooks.NewHook = self._session.call(
            documents_hooks.NewHook, "POST", "/api/v1/hooks", content=wishes, key=key
        )
        return answer

    def change(self, hook: int, wishes: documents_hooks.HookChanges) -> documents_hooks.Hook:
        """Change a webhook; an address or a secret left out stays as it is."""
        answer: documents_hooks.Hook = self._session.call(
            documents_hooks.Hook, "PUT", f"/api/v1/hooks/{hook}", content=wishes
        )
        return answer

    def switch(self, hook: int, wishes: documents_hooks.HookSwitch) -> documents_hooks.Hook:
        """Pause a webhook, or let it go on."""
        answer: documents_hooks.Hook = self._session.call(
            documents_hooks.Hook, "PATCH", f"/api/v1/hooks/{hook}", content=wishes
        )
        return answer

    def remove(self, hook: int) -> None:
        """Remove a webhook with its deliveries."""
        self._session.call(None, "DELETE", f"/api/v1/hooks/{hook}")

    def test(self, hook: int, *, key: str | None = None) -> documents_hooks.Delivery:
        """Send a test."""
        answer: documents_hooks.Delivery = self._session.call(
            documents_hooks.Delivery, "POST", f"/api/v1/hooks/{hook}/test", key=key
        )
        return answer

    def deliveries(
        self, hook: int, *, page_size: int | None = None, status: Literal["waiting", "done", "failed"] | None = None
    ) -> Pages[documents_hooks.Delivery]:
        """What was sent or is to be, newest first."""
        return self._session.pages(
            documents_common.Page[documents_hooks.Delivery],
            f"/api/v1/hooks/{hook}/deliveries",
            {"page_size": page_size, "status": status},
        )

    def send_again(self, delivery: UUID, *, key: str | None = None) -> documents_hooks.Delivery:
        """Send a failed delivery once more."""
        answer: documents_hooks.Delivery = self._session.call(
            documents_hooks.Delivery, "POST", f"/api/v1/deliveries/{delivery}/again", key=key
        )
        return answer
