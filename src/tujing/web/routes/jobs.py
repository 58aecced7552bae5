"""Addresses: long work."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import jobs

urlpatterns = [
    path("jobs/<uuid:job>/", jobs.progress, name="jobs_progress"),
    path("jobs/<uuid:job>/cancel/", jobs.cancel, name="jobs_cancel"),
]
