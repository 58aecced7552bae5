"""Addresses: signing in and out, the language, the organisation."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from tujing.web.views import account

urlpatterns = [
    path("login/", account.sign_in, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set_language"),
    path("organisation/", account.choose_organisation, name="organisation_choose"),
    path("welcome/", account.welcome, name="account_welcome"),
]
