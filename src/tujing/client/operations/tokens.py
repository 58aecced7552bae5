"""Operations: tokens. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from tujing.client.pages import Pages
from tujing.client.session import Session
from tujing.documents import common as documents_common
from tujing.documents import tokens as documents_tokens


class Tokens:
    def __init__(self, session: Session) -> None:
        self._session = session

    def tokens(self, *, page_size: int | None = None, valid: bool | None = None) -> Pages[documents_tokens.Token]:
        """The caller's own tokens in this company, newest first."""
        return self._session.pages(
            documents_common.Page[documents_tokens.Token], "/api/v1/me/tokens", {"page_size": page_size, "valid": valid}
        )

    def revoke(self, api_token: int) -> None:
        """Take a token of one's own back for good; a token takes back itself, or one that may no more than it."""
        self._session.call(None, "DELETE", f"/api/v1/me/tokens/{api_token}")
