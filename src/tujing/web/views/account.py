"""Signing in, and choosing the organisation one works for."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth import authenticate
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tujing.web import ratelimit
from tujing.web.access import signed_in
from tujing.web.identity.mail import mail_is_set_up
from tujing.web.identity.providers import doors
from tujing.web.views.joining import setup_is_open


def way_back(request: HttpRequest) -> tuple[str, str]:
    """Returns the wished address as given, and where to go in fact: never to another site."""
    wish = request.POST.get("next") or request.GET.get("next", "")
    good = url_has_allowed_host_and_scheme(wish, {request.get_host()}, request.is_secure())
    return wish, wish if good else reverse("home")


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    wish, target = way_back(request)
    if request.user.is_authenticated:
        return redirect(target)
    context = {
        "next": wish,
        "username": "",
        "error": "",
        "doors": doors(),
        "mail": mail_is_set_up(),
        "setup": setup_is_open(),
    }
    if request.method == "GET":
        return render(request, "account/login.html", context)

    account, where = request.POST.get("username", ""), ratelimit.address(request)
    if ratelimit.blocked(account, where):
        context["error"] = _("Too many failed attempts. Wait a quarter of an hour, then try again.")
        return render(request, "account/login.html", context | {"username": account}, status=429)
    user = authenticate(request, username=account.strip(), password=request.POST.get("password", ""))
    if user is None:
        ratelimit.failed(account, where)
        context["error"] = _("Account and password do not match. Check both and try again.")
        return render(request, "account/login.html", context | {"username": account}, status=401)
    ratelimit.succeeded(account)
    # Whoever has a second factor is asked for its code before the session is theirs.
    return perform_password_login(request, {"username": account}, Login(user=user, redirect_url=target))


@require_POST
@signed_in
def choose_organisation(request: HttpRequest) -> HttpResponse:
    wish = request.POST.get("organisation", "")
    if not any(str(one.organisation_id) == wish for one in request.memberships):
        raise Http404
    request.session["organisation"] = wish
    return redirect("home")


@signed_in
def welcome(request: HttpRequest) -> HttpResponse:
    """For somebody who has an account and no organisation open to them yet."""
    if request.organisation:
        return redirect("home")
    return render(request, "account/welcome.html", {"locked": request.locked})


@require_GET
def inactive(request: HttpRequest) -> HttpResponse:
    return render(request, "account/inactive.html", status=403)
