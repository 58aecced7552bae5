"""One's own account: name and mail, password, second factor, sign-on, sessions."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tujing.enterprise.invitation_services import set_password
from tujing.enterprise.services import memberships_of
from tujing.problems import refuse
from tujing.web import ratelimit
from tujing.web.access import signed_in
from tujing.web.identity import sessions
from tujing.web.identity.providers import doors
from tujing.web.middleware import ONLY


@require_GET
@never_cache
@signed_in
def page(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    linked = {one.provider: one for one in SocialAccount.objects.filter(user=user)}
    companies = [str(one.organisation_id) for one in memberships_of(user)]
    context = {
        "sessions": sessions.listed(request),
        "this_session": request.session.session_key,
        "second_factor": Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first(),
        "codes_left": _codes_left(user),
        "doors": [(door, linked.get(door.id)) for door in doors(False, companies)],
        "has_password": user.has_usable_password(),
        "only": ONLY in request.session,
    }
    return render(request, "account/page.html", context)


def _codes_left(user: Any) -> int | None:
    codes = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return None if codes is None else len(codes.wrap().get_unused_codes())


@require_POST
@signed_in
def person(request: HttpRequest) -> HttpResponse:
    """Keeps name and mail address. Another address needs the password: links to a new password go there."""
    user: Any = request.user
    name, mail = request.POST.get("name", "").strip()[:150], request.POST.get("mail", "").strip()
    if mail.lower() != user.email.lower():
        _confirm(request, request.POST.get("password", ""))
    if mail:
        try:
            validate_email(mail)
        except ValidationError:
            raise refuse("bad_mail", "邮箱地址不完整，请检查。", "The mail address is not whole; check it.") from None
    user.first_name, user.last_name, user.email = name, "", mail[:254]
    user.save(update_fields=["first_name", "last_name", "email"])
    messages.success(request, _("Saved."))
    return redirect("account")


@require_POST
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Changes the password; all other sessions end."""
    user: Any = request.user
    if not user.has_usable_password() and ONLY in request.session:
        raise refuse(
            "came_by_sign_on",
            "您通过企业单点登录进入，密码由企业登录系统管理。",
            "You came in by your company's single sign-on; passwords are kept there.",
        )
    if user.has_usable_password():
        _confirm(request, request.POST.get("current", ""))
    set_password(user, request.POST.get("password", ""))
    user.save(update_fields=["password"])
    update_session_auth_hash(request, user)
    sessions.rotate(request)
    sessions.end(user, keep=request.session.session_key)
    messages.success(request, _("The password is changed; all other sessions are signed out."))
    return redirect("account")


def _confirm(request: HttpRequest, given: str) -> None:
    """Asks for the password again, counted as at the door."""
    user: Any = request.user
    account, where = user.get_username(), ratelimit.address(request)
    if ratelimit.blocked(account, where):
        raise refuse(
            "too_many",
            "失败次数过多，请一刻钟后再试。",
            "Too many failed attempts. Wait a quarter of an hour, then try again.",
        )
    if not user.check_password(given):
        ratelimit.failed(account, where)
        raise refuse("wrong_password", "当前密码不正确，请重新输入。", "This is not your password; enter it again.")
    ratelimit.succeeded(account)


@require_POST
@signed_in
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Ends one session, or all but this."""
    which = request.POST.get("session", "")
    ended = sessions.end(request.user, request.session.session_key, int(which) if which.isdecimal() else None)
    messages.success(request, _("Signed out elsewhere: %(count)s.") % {"count": ended})
    return redirect("account")


@require_POST
@signed_in
def unlink(request: HttpRequest) -> HttpResponse:
    """Takes a sign-on off the account, where another way in remains."""
    user: Any = request.user
    others = SocialAccount.objects.filter(user=user).exclude(provider=request.POST.get("provider", ""))
    if not user.has_usable_password() and not others.exists():
        raise refuse(
            "last_way_in",
            "这是您唯一的登录方式；请先设置密码。",
            "This is your only way to sign in; set a password first.",
        )
    SocialAccount.objects.filter(user=user, provider=request.POST.get("provider", "")).delete()
    messages.success(request, _("Unlinked."))
    return redirect("account")
