"""Signing in and out, and choosing the organisation one works for."""

from __future__ import annotations

from django.contrib.auth import authenticate, login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tujing.web import ratelimit
from tujing.web.access import signed_in


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    wish = request.POST.get("next") or request.GET.get("next", "")
    target = wish if url_has_allowed_host_and_scheme(wish, {request.get_host()}, request.is_secure()) else "home"
    if request.user.is_authenticated:
        return redirect(target)
    context = {"next": wish, "username": "", "error": ""}
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
    login(request, user)
    return redirect(target)


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
    """For somebody who has an account and no organisation yet."""
    if request.organisation:
        return redirect("home")
    return render(request, "account/welcome.html")
