"""Addresses: step 5, iterate."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import iteration

urlpatterns = [
    path("iteration/", iteration.page, name="iteration"),
    path("iteration/next/", iteration.open_next, name="iteration_open"),
]
