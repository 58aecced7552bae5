"""OpenID Connect, stricter than allauth's own: nonce and PKCE, and every token's signature, issuer, audience and times.

The code flow of OpenID Connect Core 1.0, section 3.1, with RFC 7636 (S256). Which providers there are: `providers`.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import jwt
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from tujing.web.outbound import Session

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a public key only: never `none`, never a shared secret."""
LEEWAY_SECONDS = 60
CLAIMS = ("sub", "email", "email_verified", "name", "given_name", "family_name", "preferred_username")
"""What is kept of a person; the rest of the token is forgotten."""


class Adapter(OpenIDConnectOAuth2Adapter):
    """Talks to the provider."""

    nonce = ""
    """What the sign-in that is coming back was begun with."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if config.get("issuer") != self.get_provider().app.settings["issuer"]:
            raise OAuth2Error("The provider says that it is another issuer")
        return config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **more: Any) -> Any:
        given = more["response"].get("id_token")
        if not given:
            raise OAuth2Error("The provider sent no ID token")
        claims = self._check(app, given)
        if not claims.get("email") and self.openid_config.get("userinfo_endpoint"):
            known = self._fetch_user_info(token.token)
            if known.get("sub") != claims["sub"]:
                raise OAuth2Error("User info of somebody else")
            claims = {**known, **claims}
        kept = {name: claims[name] for name in CLAIMS if name in claims}
        kept["issuer"] = claims["iss"]
        return self.get_provider().sociallogin_from_response(request, {"id_token": kept})

    def _check(self, app: SocialApp, given: str) -> dict[str, Any]:
        """Returns the claims of an ID token, or raises OAuth2Error; section 3.1.3.7 of the standard."""
        try:
            claims: dict[str, Any] = jwt.decode(
                given,
                self._key(given),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=app.settings["issuer"],
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise OAuth2Error("The ID token is not good") from error
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if len(audience) > 1 and claims.get("azp") != app.client_id:
            raise OAuth2Error("The ID token was made for another party")
        if not self.nonce or not constant_time_compare(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("The ID token belongs to another sign-in")
        return claims

    def _key(self, given: str) -> Any:
        with Session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        wanted = jwt.get_unverified_header(given).get("kid")
        fitting = [one for one in keys if wanted is None or one.key_id == wanted]
        if len(fitting) != 1:
            raise OAuth2Error("The ID token names no key of the provider")
        return fitting[0].key


class Provider(OpenIDConnectProvider):
    """One configured provider; people of it are known by issuer and subject together."""

    oauth2_adapter_class = Adapter
    pkce_enabled_default = True

    def redirect(self, request: HttpRequest, process: str, next_url: Any = None, data: Any = None, **more: Any) -> Any:
        """Sends the person to the provider. What the address asks beside the way back is not passed on."""
        nonce = secrets.token_urlsafe(24)
        wanted = {"scope": self.get_scope(), "auth_params": {"nonce": nonce}, "nonce": nonce}
        return super().redirect(request, process, next_url, data, **wanted)

    def extract_uid(self, data: dict[str, Any]) -> str:
        """A provider that is replaced by another at the same place does not inherit its people."""
        claims = data["id_token"]
        return hashlib.sha256(f"{claims['issuer']}\n{claims['sub']}".encode()).hexdigest()

    def serialize(self) -> dict[str, Any]:
        return {"id": self.app.provider_id, "app.client_id": self.app.client_id}


class Callback(OAuth2CallbackView):
    """Hands the nonce of the sign-in to the adapter."""

    adapter: Adapter

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        if state is not None:
            self.adapter.nonce = state.get("nonce", "")
        return state, response


def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    return OAuth2LoginView.adapter_view(Adapter(request, provider_id))(request)


def finish(request: HttpRequest, provider_id: str) -> HttpResponse:
    return Callback.adapter_view(Adapter(request, provider_id))(request)
