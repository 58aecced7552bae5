"""Addresses: chains and regions."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import chain, chain_follows

urlpatterns = [
    path("chain/", chain.page, name="chain"),
    path("chain/card/", chain.card, name="chain_card"),
    path("chain/members.<listing:ending>", chain.export, name="chain_export"),
    path("chain/follows/", chain_follows.page, name="chain_follows"),
    path("chain/code/", chain_follows.code, name="chain_code"),
    path("chain/join/", chain_follows.join, name="chain_join"),
    path("chain/<int:follow>/end/", chain_follows.end, name="chain_end"),
]
