"""Addresses: signing in and out, the language, the organisation, coming in, one's own account.

The names that do not begin with their area are those that django-allauth goes by.
"""

from __future__ import annotations

from allauth.account.views import reauthenticate
from allauth.mfa.base.views import authenticate as authenticate_by_code
from allauth.mfa.base.views import reauthenticate as reauthenticate_by_code
from allauth.mfa.recovery_codes.views import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from django.views.i18n import set_language

from tujing.web.access import signed_in
from tujing.web.views import account, joining, own_account, sign_on

urlpatterns = [
    path("login/", account.sign_in, name="login"),
    path("login/", account.sign_in, name="account_login"),
    path("login/code/", authenticate_by_code, name="mfa_authenticate"),
    path("login/inactive/", account.inactive, name="account_inactive"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set_language"),
    path("organisation/", account.choose_organisation, name="organisation_choose"),
    path("welcome/", account.welcome, name="account_welcome"),
    path("setup/<slug:code>/", joining.setup, name="setup"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("forgot/", joining.forgot, name="account_forgot"),
    path("reset/<str:account>/<str:token>/", joining.reset, name="account_reset"),
    path("sign-on/<slug:provider_id>/", sign_on.leave, name="openid_connect_login"),
    path("sign-on/<slug:provider_id>/back/", sign_on.back, name="openid_connect_callback"),
    path("account/", own_account.page, name="account"),
    path("account/person/", own_account.person, name="account_person"),
    path("account/password/", own_account.password, name="account_password"),
    path("account/sessions/", own_account.end_sessions, name="account_sessions"),
    path("account/unlink/", own_account.unlink, name="account_unlink"),
    path("account/confirm/", reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", reauthenticate_by_code, name="mfa_reauthenticate"),
    path("account/second-factor/", signed_in(RedirectView.as_view(pattern_name="account")), name="mfa_index"),
    path("account/second-factor/on/", never_cache(signed_in(activate_totp)), name="mfa_activate_totp"),
    path("account/second-factor/off/", deactivate_totp, name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/second-factor/codes/new/", signed_in(generate_recovery_codes), name="mfa_generate_recovery_codes"),
]
