"""Operations: audit. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from tujing.client.pages import Stream
from tujing.client.session import Session, quoted
from tujing.documents import audit as documents_audit


class Audit:
    def __init__(self, session: Session) -> None:
        self._session = session

    def events(
        self,
        *,
        person: str | None = None,
        action: str | None = None,
        kind: str | None = None,
        object: str | None = None,
        since: date | None = None,
        until: date | None = None,
        page_size: int | None = None,
    ) -> Stream[documents_audit.Event]:
        """What was done in the company, newest first."""
        return self._session.stream(
            documents_audit.Trail,
            "/api/v1/audit/events",
            {
                "person": person,
                "action": action,
                "kind": kind,
                "object": object,
                "since": since,
                "until": until,
                "page_size": page_size,
            },
        )

    def export(
        self,
        ending: Literal["csv", "xlsx"],
        to: Path | str,
        *,
        person: str | None = None,
        action: str | None = None,
        kind: str | None = None,
        object: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> Path:
        """What was done as CSV or XLSX, in the caller's language; a hundred thousand events at most."""
        return self._session.download(
            f"/api/v1/audit/events.{quoted(ending)}",
            to,
            query={"person": person, "action": action, "kind": kind, "object": object, "since": since, "until": until},
        )

    def check(self, *, key: str | None = None) -> documents_audit.Chain:
        """Follow the chain and compute every hash anew."""
        answer: documents_audit.Chain = self._session.call(
            documents_audit.Chain, "POST", "/api/v1/audit/check", key=key
        )
        return answer

    def retention(self) -> documents_audit.Retention:
        """How long the trail is kept."""
        answer: documents_audit.Retention = self._session.call(
            documents_audit.Retention, "GET", "/api/v1/audit/retention"
        )
        return answer

    def set_retention(self, wishes: documents_audit.Retention) -> documents_audit.Retention:
        """Keep the trail for so many months, six at least."""
        answer: documents_audit.Retention = self._session.call(
            documents_audit.Retention, "PUT", "/api/v1/audit/retention", content=wishes
        )
        return answer
