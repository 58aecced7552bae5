"""Addresses: help."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import help as views

urlpatterns = [
    path("help/", views.page, name="help"),
    path("help/read/<path:manual_page>/", views.read, name="help_read"),
]
