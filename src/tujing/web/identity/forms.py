"""allauth's forms for codes and passwords, with our limits: counted in the database, and a code works once."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from tujing.web import ratelimit

TOO_MANY = _("Too many failed attempts. Wait a quarter of an hour, then try again.")
USED = _("This code was used already. Wait for the next one.")


class _Counted:
    """Counts failures of a check by the account; too many refuse even what is right."""

    kind: ratelimit.Kind = "code"
    user: Any

    def _counted(self, check: Any) -> Any:
        account, where = self.user.get_username(), ratelimit.address(context.request)
        if ratelimit.blocked(account, where, self.kind):
            raise ValidationError(TOO_MANY, code="too_many")
        try:
            good = check()
        except ValidationError:
            ratelimit.failed(account, where, self.kind)
            raise
        ratelimit.succeeded(account, self.kind)
        return good


class _CodeOnce(_Counted):
    """allauth remembers used codes in the cache, which each server process has for itself; this is for all of them."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        return self._counted(self._once)

    @transaction.atomic
    def _once(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            stored = Authenticator.objects.select_for_update().get(pk=self.authenticator.pk)
            mark = salted_hmac("tujing.code", f"{stored.pk}.{normalize_user_code(code)}").hexdigest()
            if any(constant_time_compare(mark, one) for one in stored.data.get("used", [])):
                raise ValidationError(USED, code="used")
            # A code is valid for three steps of thirty seconds; the last ten used outlast that.
            stored.data["used"] = [mark, *stored.data.get("used", [])][:10]
            stored.save(update_fields=["data"])
        return code


class SignInCode(_CodeOnce, AuthenticateForm):
    """The second step of signing in."""


class ConfirmCode(_CodeOnce, ReauthenticateByCodeForm):
    """A code before something is done that matters."""


class ActivateCode(_Counted, ActivateTOTPForm):
    """The first code of a new authenticator."""

    def clean_code(self) -> str:
        return self._counted(super().clean_code)


class ConfirmPassword(_Counted, ReauthenticateForm):
    """The password before something is done that matters."""

    kind = "password"

    def clean_password(self) -> str:
        return self._counted(super().clean_password)
