"""Operations: security. Written by scripts/api.py from the OpenAPI document; do not edit."""

from __future__ import annotations

from tujing.client.pages import Pages
from tujing.client.session import Session
from tujing.documents import common as documents_common
from tujing.documents import security as documents_security


class Security:
    def __init__(self, session: Session) -> None:
        self._session = session

    def policy(self) -> documents_security.Policy:
        """What the company asks of its members' accounts, and how many have it."""
        answer: documents_security.Policy = self._session.call(
            documents_security.Policy, "GET", "/api/v1/organisation/security"
        )
        return answer

    def set_policy(self, wishes: documents_security.PolicyWishes) -> documents_security.Policy:
        """Ask every member for a second factor, or stop asking; it can be taken back under the changes.

        A token of an account without the factor is refused from the next call on.
        """
        answer: documents_security.Policy = self._session.call(
            documents_security.Policy, "PUT", "/api/v1/organisation/security", content=wishes
        )
        return answer

    def sign_on(self) -> documents_security.SignOn:
        """The company's single sign-on."""
        answer: documents_security.SignOn = self._session.call(
            documents_security.SignOn, "GET", "/api/v1/organisation/sign-on"
        )
        return answer

    def set_sign_on(self, wishes: documents_security.SignOnWishes) -> documents_security.SignOn:
        """Set the company's single sign-on.

        As it decides who comes in, it takes a token that may all that its person may.
        """
        answer: documents_security.SignOn = self._session.call(
            documents_security.SignOn, "PUT", "/api/v1/organisation/sign-on", content=wishes
        )
        return answer

    def remove_sign_on(self) -> None:
        """Switch the single sign-on off; accounts and roles stay."""
        self._session.call(None, "DELETE", "/api/v1/organisation/sign-on")

    def changes(self, *, page_size: int | None = None) -> Pages[documents_security.CompanyChange]:
        """What changed of the company's profile, members, roles and security, newest first."""
        return self._session.pages(
            documents_common.Page[documents_security.CompanyChange],
            "/api/v1/organisation/changes",
            {"page_size": page_size},
        )

    def undo(self, change: int, *, key: str | None = None) -> documents_security.CompanyChange:
        """Take a change back, under the rules of the change itself; refused when something changed since."""
        answer: documents_security.CompanyChange = self._session.call(
            documents_security.CompanyChange, "POST", f"/api/v1/organisation/changes/{change}/undo", key=key
        )
        return answer
