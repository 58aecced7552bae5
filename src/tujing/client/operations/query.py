"""Operations: query. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from tujing.client.pages import Pages
from tujing.client.session import Session, quoted
from tujing.documents import common as documents_common
from tujing.documents import query as documents_query
from tujing.documents import running as documents_running


class Query:
    def __init__(self, session: Session) -> None:
        self._session = session

    def tables(self, *, page_size: int | None = None) -> Pages[documents_query.Queryable]:
        """The tables that have data, with their columns."""
        return self._session.pages(
            documents_common.Page[documents_query.Queryable], "/api/v1/query/tables", {"page_size": page_size}
        )

    def ask(self, wishes: documents_query.QueryWishes, *, key: str | None = None) -> documents_query.Query:
        """Run one SELECT over the company's current tables.

        It runs apart from the server, reads nothing but these tables, and is stopped after ten seconds or 512 MB.
        One that is refused or fails stands in the caller's history all the same.
        """
        answer: documents_query.Query = self._session.call(
            documents_query.Query, "POST", "/api/v1/queries", content=wishes, key=key
        )
        return answer

    def history(self, *, page_size: int | None = None) -> Pages[documents_query.Query]:
        """What the caller has asked, newest first."""
        return self._session.pages(
            documents_common.Page[documents_query.Query], "/api/v1/queries", {"page_size": page_size}
        )

    def query(self, query: UUID) -> documents_query.Query:
        """One statement that the caller ran."""
        answer: documents_query.Query = self._session.call(documents_query.Query, "GET", f"/api/v1/queries/{query}")
        return answer

    def rows(self, query: UUID, *, page_size: int | None = None) -> Pages[list[Any]]:
        """The rows of a result, a page at a time."""
        return self._session.pages(documents_running.Table, f"/api/v1/queries/{query}/rows", {"page_size": page_size})

    def export(self, query: UUID, ending: Literal["csv", "xlsx"], to: Path | str) -> Path:
        """All rows of a result as CSV or XLSX."""
        return self._session.download(f"/api/v1/queries/{query}/export.{quoted(ending)}", to)

    def saved_queries(self, *, page_size: int | None = None, q: str | None = None) -> Pages[documents_query.SavedQuery]:
        """The caller's own statements and those that others share."""
        return self._session.pages(
            documents_common.Page[documents_query.SavedQuery], "/api/v1/saved-queries", {"page_size": page_size, "q": q}
        )

    def save(self, wishes: documents_query.SavedQueryWishes, *, key: str | None = None) -> documents_query.SavedQuery:
        """Keep a statement under a name."""
        answer: documents_query.SavedQuery = self._session.call(
            documents_query.SavedQuery, "POST", "/api/v1/saved-queries", content=wishes, key=key
        )
        return answer

    def remove(self, saved: int) -> None:
        """Remove one of the caller's own statements."""
        self._session.call(None, "DELETE", f"/api/v1/saved-queries/{saved}")
