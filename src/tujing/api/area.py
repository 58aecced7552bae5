"""How an operation is declared: its path, the action it needs, the document it answers with.

The operation itself stays thin: take what was sent, call the service that the page calls, return the document.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc
from typing import Any

from django.http import HttpRequest
from ninja import Router

from tujing.api.refusing import Refused
from tujing.enterprise import rules
from tujing.enterprise.services import may

Operation = Callable[..., Any]
BINARY = {"type": "string", "format": "binary"}


class Allowed:
    """Lets in who may do an action today, and whose token, where there is one, has it in its scope."""

    def __init__(self, action: str) -> None:
        if action not in rules.permissions():
            raise KeyError(action)
        self.action = action

    def __call__(self, request: HttpRequest) -> bool:
        if not may(request.user, request.organisation, self.action):
            raise Refused(
                403,
                "not_allowed",
                "您的角色无权这样做，请联系企业所有者。",
                "Your role does not allow this; ask the owner of your company.",
            )
        if request.token is not None and self.action not in request.token.actions:
            raise Refused(
                403,
                "beyond_scope",
                f"这个令牌没有“{self.action}”权限，请另建一个。",
                f"This token is not made for “{self.action}”; make another.",
            )
        return True


class Area:
    """The operations of one area; each function's name is the operation's."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.router = Router(tags=[tag])

    def get(self, path: str, answer: Any, action: str = "view", **more: Any) -> Callable[[Operation], Operation]:
        return self._declare("GET", path, {200: answer}, action, more)

    def post(self, path: str, answer: Any, action: str, code: int = 200) -> Callable[[Operation], Operation]:
        return self._declare("POST", path, {code: answer}, action, {})

    def put(self, path: str, answer: Any, action: str) -> Callable[[Operation], Operation]:
        return self._declare("PUT", path, {200: answer}, action, {})

    def patch(self, path: str, answer: Any, action: str) -> Callable[[Operation], Operation]:
        return self._declare("PATCH", path, {200: answer}, action, {})

    def delete(self, path: str, action: str) -> Callable[[Operation], Operation]:
        return self._declare("DELETE", path, {204: None}, action, {})

    def file(self, path: str, *kinds: str, action: str = "view") -> Callable[[Operation], Operation]:
        """An operation that answers with a file of one of the media types."""
        content = {kind: {"schema": {} if kind == "application/json" else BINARY} for kind in kinds}
        extra = {"x-file": True, "responses": {200: {"content": content}}}
        return self._declare("GET", path, {200: None}, action, extra)

    def _declare(
        self, method: str, path: str, answers: dict[int, Any], action: str, extra: dict[str, Any]
    ) -> Callable[[Operation], Operation]:
        def declare(operation: Operation) -> Operation:
            summary, _, rest = cleandoc(operation.__doc__ or "").partition("\n")
            self.router.add_api_operation(
                path,
                [method],
                operation,
                auth=Allowed(action),
                response=answers,
                operation_id=f"{self.tag}.{operation.__name__}",
                summary=summary,
                description=rest.strip() or None,
                openapi_extra={"x-action": action, **extra},
            )
            return operation

        return declare
