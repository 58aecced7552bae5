"""The page of a person's own API tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tujing.enterprise import rules
from tujing.problems import BadInput, refuse
from tujing.tokens import services
from tujing.web.access import member
from tujing.web.words import say

USUAL_DAYS = 90
TOKENS_SHOWN = 100


@never_cache
@require_http_methods(["GET", "POST"])
@member
def page(request: HttpRequest) -> HttpResponse:
    """One's tokens here; a POST makes one and shows its secret this once."""
    if request.method == "GET":
        return render(request, "account/tokens.html", _context(request))
    given = {
        "name": request.POST.get("name", ""),
        "days": request.POST.get("days", ""),
        "actions": request.POST.getlist("actions"),
    }
    _made, secret = services.make(
        request.organisation, request.user, given["name"], given["actions"], _whole(given["days"])
    )
    return render(request, "account/tokens.html", _context(request) | {"secret": secret})


@require_POST
@member
def revoke(request: HttpRequest, api_token: int) -> HttpResponse:
    if not services.revoke(request.organisation, request.user, api_token):
        raise Http404
    messages.success(request, _("The token is revoked; whoever uses it is refused from now on."))
    return redirect("account_tokens")


def _context(request: HttpRequest) -> dict[str, Any]:
    now, words = timezone.now(), {action: say(told) for action, told in rules.action_words().items()}
    held = services.mine(request.organisation, request.user)[:TOKENS_SHOWN]
    return {
        "given": {"name": "", "days": USUAL_DAYS, "actions": ["view"]},
        "grantable": [(one, words[one]) for one in services.grantable(request.organisation, request.user)],
        "tokens": [
            {"token": one, "expired": one.expires <= now, "may": [words[action] for action in one.actions]}
            for one in held
        ],
    }


def _whole(raw: str) -> int:
    try:
        return int(raw)
    except ValueError:
        raise _no_days(raw) from None


def _no_days(raw: str) -> BadInput:
    return refuse(
        "bad_expiry",
        "有效期要填整数天，例如 90。",
        "Give the days as a whole number, such as 90.",
        key="days",
        value=raw,
    )
