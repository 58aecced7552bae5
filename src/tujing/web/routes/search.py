"""Addresses: the one box over everything."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import search

urlpatterns = [
    path("search/", search.page, name="search"),
]
