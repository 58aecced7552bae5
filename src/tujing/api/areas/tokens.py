"""Operations: the caller's own API tokens; one is made on the page alone, where its secret is shown."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.refusing import Refused
from tujing.api.shapes import shaped
from tujing.documents import tokens as documents
from tujing.documents.common import Page
from tujing.tokens import services
from tujing.tokens.models import ApiToken

area = Area("tokens")


@area.get("/me/tokens", Page[documents.Token])
def tokens(request: HttpRequest, paging: PageQuery, valid: bool | None = None) -> Page[documents.Token]:
    """The caller's own tokens in this company, newest first"""
    found = services.mine(request.organisation, request.user)
    if valid is not None:
        now = timezone.now()
        working = services.valid(request.organisation, request.user, now)
        found = working if valid else found.exclude(pk__in=working.values("pk"))
    return page_of(request, found, paging, lambda one: _token(one, request.token))


@area.delete("/me/tokens/{int:api_token}", "view")
def revoke(request: HttpRequest, api_token: int) -> None:
    """Take a token of one's own back for good; a token takes back itself, or one that may no more than it"""
    working = services.mine(request.organisation, request.user).filter(revoked__isnull=True)
    held = get_object_or_404(working, pk=api_token)
    if request.token is not None and not set(held.actions) <= set(request.token.actions):
        raise Refused(
            403,
            "beyond_scope",
            "这个令牌不能撤销权限比它大的令牌，请在“我的令牌”页撤销。",
            "This token cannot revoke one that may more than itself; revoke it on the page of your tokens.",
        )
    services.revoke(request.organisation, request.user, held.pk)


def _token(one: ApiToken, calling: ApiToken | None) -> documents.Token:
    return shaped(documents.Token, one, calling=calling is not None and calling.pk == one.pk)
