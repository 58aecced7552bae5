"""Addresses: step 4, evaluate."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import evaluation

urlpatterns = [
    path("evaluation/", evaluation.page, name="evaluation"),
    path("evaluation/run/", evaluation.run, name="evaluation_run"),
]
