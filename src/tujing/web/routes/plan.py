"""Addresses: step 2, plan."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import plan

urlpatterns = [
    path("plan/", plan.page, name="plan"),
    path("plan/make/", plan.make, name="plan_make"),
    path("plan/<int:plan>/", plan.one, name="plan_one"),
    path("plan/<int:plan>/export.xlsx", plan.export, name="plan_export"),
    path("plan/<int:plan>/blueprint/<slug:form>/", plan.blueprint_file, name="plan_blueprint"),
]
