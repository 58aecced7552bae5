"""Addresses: the company and its people."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import people

urlpatterns = [
    path("people/", people.page, name="people"),
]
