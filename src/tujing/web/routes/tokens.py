"""Addresses: a person's own API tokens."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import tokens

urlpatterns = [
    path("account/tokens/", tokens.page, name="account_tokens"),
    path("account/tokens/<int:api_token>/revoke/", tokens.revoke, name="account_token_revoke"),
]
