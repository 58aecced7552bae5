"""Coming in: the first administrator, an invitation, a lost password."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tujing.enterprise import setup_services
from tujing.enterprise.invitation_services import (
    NewAccount,
    accept,
    accept_as_newcomer,
    find,
    set_password,
)
from tujing.problems import BadInput
from tujing.web import ratelimit
from tujing.web.identity import sessions
from tujing.web.identity.adapters import INVITED
from tujing.web.identity.mail import mail_is_set_up, send
from tujing.web.identity.providers import SITE, doors
from tujing.web.profile_form import profile_from, profile_page
from tujing.web.refusals import UNPROCESSABLE, shown

BACKEND = "django.contrib.auth.backends.ModelBackend"


def setup_is_open() -> bool:
    """Whether the workspace waits for its first owner."""
    return setup_services.is_open(Path(settings.HOME))


@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, code: str) -> HttpResponse:
    """The first administrator and the enterprise, by the code that only the console and the workspace folder show."""
    home = Path(settings.HOME)
    if not setup_services.opens(home, code):
        raise Http404
    context: dict[str, Any] = profile_page(request.POST)
    if request.method == "GET":
        return render(request, "account/setup.html", context)
    try:
        _, user = setup_services.first_owner(
            home, *profile_from(request.POST), _account(request.POST), request.POST.get("mail", "").strip()
        )
    except BadInput as error:
        return render(
            request, "account/setup.html", context | {"problems": shown(error.problems)}, status=UNPROCESSABLE
        )
    login(request, user, BACKEND)
    sessions.note(request)
    return redirect("home")


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Takes up an invitation: with the account one is signed in with, with a new one, or by single sign-on."""
    try:
        found = find(token)
    except BadInput as error:
        return render(
            request, "account/invitation_void.html", {"problems": shown(error.problems)}, status=UNPROCESSABLE
        )
    request.session[INVITED] = token
    company = str(found.organisation_id)
    context: dict[str, Any] = {
        "invitation": found,
        "form": request.POST,
        "here": reverse("invitation", args=[token]),
        "doors": [one for one in doors(False, [company]) if one.id == SITE or one.organisation_id == company],
    }
    if request.method == "GET":
        return render(request, "account/invitation.html", context)
    try:
        if request.user.is_authenticated:
            membership = accept(token, request.user)
        else:
            membership = accept_as_newcomer(token, _account(request.POST))
            login(request, membership.user, BACKEND)
    except BadInput as error:
        return render(
            request, "account/invitation.html", context | {"problems": shown(error.problems)}, status=UNPROCESSABLE
        )
    request.session.pop(INVITED, None)
    request.session["organisation"] = company
    sessions.rotate(request)
    return redirect("home")


@never_cache
@require_http_methods(["GET", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    """Sends a reset link to the address of an account; the answer is the same whether there is one."""
    if request.method == "GET" or not mail_is_set_up():
        return render(request, "account/forgot.html", {"mail": mail_is_set_up()})
    asked, where = request.POST.get("mail", "").strip()[:254], ratelimit.address(request)
    if not asked:
        return render(request, "account/forgot.html", {"mail": True})
    if not ratelimit.blocked(f"mail {asked}", where):
        # Counted, so that nobody is flooded with mail from here.
        ratelimit.failed(f"mail {asked}", where)
        for user in get_user_model().objects.filter(email__iexact=asked, is_active=True)[:5]:
            if user.has_usable_password():
                link = request.build_absolute_uri(reset_link(user))
                send("reset", user.email, _("Set a new password for Tujing"), user=user, link=link)
    return render(request, "account/forgot.html", {"mail": True, "sent": asked})


def reset_link(user: Any) -> str:
    """Returns the address at which the account's password is set anew; once, within a day."""
    account = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("account_reset", args=[account, default_token_generator.make_token(user)])


@never_cache
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, account: str, token: str) -> HttpResponse:
    """Sets a new password by a link; every session of the account ends."""
    user = _user_of(account)
    if user is None or not default_token_generator.check_token(user, token):
        return render(request, "account/reset.html", {"void": True}, status=UNPROCESSABLE)
    if request.method == "GET":
        return render(request, "account/reset.html", {"account": user.get_username()})
    try:
        set_password(user, request.POST.get("password", ""))
    except BadInput as error:
        context = {"account": user.get_username(), "problems": shown(error.problems)}
        return render(request, "account/reset.html", context, status=UNPROCESSABLE)
    user.save(update_fields=["password"])
    sessions.end(user)
    ratelimit.succeeded(user.get_username())
    if request.user.is_authenticated:
        logout(request)
    return render(request, "account/reset.html", {"done": True})


def _account(form: Any) -> NewAccount:
    return NewAccount(form.get("username", ""), form.get("password", ""), form.get("name", "")[:150])


def _user_of(account: str) -> Any:
    try:
        return get_user_model().objects.filter(pk=int(urlsafe_base64_decode(account)), is_active=True).first()
    except (ValueError, OverflowError, ValidationError):
        return None
