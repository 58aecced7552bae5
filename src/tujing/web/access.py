"""Who may open a page: signed in, a member of the organisation, with a role that allows the action."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tujing.enterprise.services import may

View = Callable[..., HttpResponse]

signed_in = login_required


def member(view: View) -> View:
    """Lets in who has a role in the current organisation; `request.organisation` is then set."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.organisation is None:
            return redirect("account_welcome")
        return view(request, *args, **kwargs)

    return signed_in(guarded)


def requires(action: str) -> Callable[[View], View]:
    """Lets in members whose role allows an action of `enterprise/rules/permissions.yaml`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(request.user, request.organisation, action):
                raise PermissionDenied(_("Your role does not allow this; ask the owner of your company."))
            return view(request, *args, **kwargs)

        return member(guarded)

    return decorate
