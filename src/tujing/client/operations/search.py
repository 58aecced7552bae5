"""Operations: search. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from tujing.client.session import Session
from tujing.documents import search as documents_search


class Search:
    def __init__(self, session: Session) -> None:
        self._session = session

    def everything(self, *, q: str | None = None, per_group: int | None = None) -> documents_search.Found:
        """Scenarios, data elements, pages, projects, runs, people … by words, code, pinyin or initials.

        Of a query the first 60 characters count.
        """
        answer: documents_search.Found = self._session.call(
            documents_search.Found, "GET", "/api/v1/search", query={"q": q, "per_group": per_group}
        )
        return answer
