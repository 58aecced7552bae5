"""What allauth asks: nobody signs up, secrets are sealed, a company's own provider opens that company only."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tujing.enterprise import invitation_services, people_services, sealing_services
from tujing.enterprise.models import Invitation
from tujing.enterprise.services import add_member
from tujing.problems import BadInput
from tujing.web import ratelimit
from tujing.web.identity import providers
from tujing.web.middleware import ONLY
from tujing.web.outbound import Session

INVITED = "invitation"
"""Session key: the invitation link that somebody opened, to be taken up after single sign-on."""
SECOND_FACTOR = "second_factor"


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return ratelimit.address(request) or "::"

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Who has neither password nor code, as they come by single sign-on, has nothing to confirm with."""
        return bool(self.get_reauthentication_methods(context.request.user))

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        login = (more.get("signal_kwargs") or {}).get("sociallogin")
        only = providers.organisation_of(login.account.provider) if login else ""
        request.session.pop(ONLY, None)
        if only:
            request.session[ONLY] = only
        return super().post_login(request, user, **more)


class SecondFactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return sealing_services.seal(text, SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing_services.unseal(encrypted_text, SECOND_FACTOR)

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())


class SignOnAdapter(DefaultSocialAccountAdapter):
    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        return [one for one in providers.apps(provider) if client_id in (None, one.client_id)]

    def get_requests_session(self) -> Session:
        return Session()

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("account")

    def on_authentication_error(self, request: HttpRequest, provider: Any, **more: Any) -> None:
        raise ImmediateHttpResponse(render(request, "account/sign_on_failed.html", status=401))

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing and not sociallogin.user.is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return self._invitation(request, sociallogin) is not None or self._joining(sociallogin) is not None

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """Makes the account and gives it its place: the invitation's, or that of newcomers.

        Only at the first time: who was taken out later does not come in again by signing in.
        """
        user = super().save_user(request, sociallogin, form)
        invitation, joining = self._invitation(request, sociallogin), self._joining(sociallogin)
        if invitation is not None:
            invitation_services.accept(request.session.pop(INVITED), user)
        elif joining is not None:
            add_member(joining.organisation, user, joining.role)
            people_services.keep_move(joining.organisation, user, None, user)
        return user

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        for field in ("first_name", "last_name", "email"):
            setattr(user, field, getattr(user, field)[: user._meta.get_field(field).max_length])
        try:
            user._meta.get_field("username").clean(user.username, user)
        except ValidationError:
            user.username = ""
        return user

    def _invitation(self, request: HttpRequest, sociallogin: Any) -> Invitation | None:
        """The invitation that the person opened before, if it is of the company whose provider this is."""
        try:
            found = invitation_services.find(request.session.get(INVITED, ""))
        except BadInput:
            return None
        company = providers.organisation_of(sociallogin.account.provider)
        return found if company in ("", str(found.organisation_id)) else None

    def _joining(self, sociallogin: Any) -> providers.Joining | None:
        found = providers.joining(sociallogin.account.provider)
        claims = sociallogin.account.extra_data["id_token"]
        verified = claims.get("email_verified") in (True, "true")
        return found if found and found.takes(claims.get("email") or "", verified) else None
