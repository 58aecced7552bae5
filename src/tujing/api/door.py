"""What every call of the API passes: who calls, how often, with which words, and whether this was asked before."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from ninja.utils import check_csrf

from tujing.api import idempotency, limits
from tujing.api.refusing import Refused, not_possible, refused
from tujing.enterprise.services import membership_of, remember
from tujing.tokens import services as tokens
from tujing.tokens.models import ApiToken
from tujing.web.middleware import API, has_null, locked
from tujing.web.ratelimit import address

PREFIX = API
OPEN = {f"{PREFIX}openapi.json"}
"""Addresses that tell nothing of anybody and need no credentials."""
SAFE = {"GET", "HEAD", "OPTIONS"}

Handler = Callable[[HttpRequest], HttpResponse]


class Door:
    """Lets a call in as its caller, or answers with a problem document."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX) or request.path_info in OPEN:
            return self.get_response(request)
        try:
            if has_null(request):
                raise _null_character()
            response = self._let_in(request)
        except Refused as error:
            response = refused(request, error)
        if response.status_code == 405:
            response = not_possible(request, response["Allow"])
        patch_vary_headers(response, ("Authorization", "Cookie", "Accept-Language"))
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def _let_in(self, request: HttpRequest) -> HttpResponse:
        try:
            caller = identify(request)
        except Refused:
            _check_often(f"address:{address(request)}", limits.PER_ADDRESS)
            raise
        left = _check_often(caller, limits.PER_CALLER)
        if request.method == "POST":
            response = idempotency.once(request, self.get_response)
        else:
            response = self.get_response(request)
        response["RateLimit-Limit"], response["RateLimit-Remaining"] = str(limits.PER_CALLER), str(left)
        return _conditional(request, response)


def identify(request: HttpRequest) -> str:
    """Sets user, organisation and token of the request; returns the name under which its calls are counted.

    A browser's session counts only with its CSRF token where something may change.
    """
    request.token = None
    header = request.headers.get("Authorization", "")
    if header:
        kind, _, secret = header.partition(" ")
        token = tokens.find(secret.strip()) if kind.lower() == "bearer" else None
        if token is None:
            raise Refused(
                401,
                "bad_token",
                "令牌无效、已撤销或已过期，请在“我的令牌”页另建一个。",
                "The token is not valid, was revoked or has expired; make another on the page of your tokens.",
                WWW_Authenticate='Bearer error="invalid_token"',
            )
        _speak_for(request, token)
        if locked(token.user, [request.membership]):
            raise _second_factor_missing()
        return f"token:{token.pk}"
    if not request.user.is_authenticated:
        raise Refused(
            401,
            "no_credentials",
            "请带上令牌：Authorization: Bearer tj_…",
            "Bring a token: Authorization: Bearer tj_…",
            WWW_Authenticate="Bearer",
        )
    if request.organisation is None:
        if request.locked:
            raise _second_factor_missing()
        raise Refused(403, "no_organisation", "您还没有加入任何企业。", "You do not belong to any company yet.")
    if request.method not in SAFE and check_csrf(request) is not None:
        raise Refused(
            403,
            "no_csrf",
            "页面已过期：请带上 X-CSRFToken，或改用令牌。",
            "The page has expired: send X-CSRFToken, or use a token.",
        )
    return f"user:{request.user.pk}"


def _speak_for(request: HttpRequest, token: ApiToken) -> None:
    """Whatever else the person belongs to, the call sees the token's organisation only."""
    request.token, request.user, request.organisation = token, token.user, token.organisation
    request.membership = membership_of(token.user, token.organisation)
    request.memberships = [request.membership]
    remember(token.user, request.memberships)


def _null_character() -> Refused:
    return Refused(
        400,
        "null_character",
        "地址中有空字符，请去掉后再试。",
        "There is a null character in the address; leave it out.",
    )


def _second_factor_missing() -> Refused:
    """Of a token too, though it was made before the company asked: it works again once the account has the factor."""
    return Refused(
        403,
        "second_factor_missing",
        "您的企业要求双重验证：请先在“我的账号”启用，之后令牌和会话照常可用。",
        "Your company asks for a second factor: set it up on the page of your account, then this works again.",
    )


def _check_often(caller: str, most: int) -> int:
    """Counts the call; returns how many are left this minute."""
    calls = limits.count(caller)
    if calls > most:
        wait = limits.seconds_left()
        raise Refused(
            429,
            "too_many_calls",
            f"调用过于频繁（每分钟 {most} 次），请在 {wait} 秒后再试。",
            f"Too many calls ({most} a minute); try again in {wait} seconds.",
            Retry_After=str(wait),
        )
    return most - calls


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Answers 304 where the caller has this very answer already."""
    if request.method != "GET" or response.status_code != 200 or not response.has_header("ETag"):
        return response
    return get_conditional_response(request, etag=response["ETag"], response=response)
