"""Addresses: overview."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import home

urlpatterns = [
    path("", home.page, name="home"),
]
