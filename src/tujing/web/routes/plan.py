"""Addresses: step 2, plan."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import (
    plan,
    plan_again,
    plan_appraisal,
    plan_blueprint,
    plan_candidates,
    plan_front,
    plan_group,
    plan_variants,
    plan_why,
    plan_wishes,
)

urlpatterns = [
    path("plan/", plan.page, name="plan"),
    path("plan/make/", plan_wishes.make, name="plan_make"),
    path("plan/wishes/", plan_wishes.page, name="plan_wishes"),
    path("plan/wishes/check/", plan_wishes.check, name="plan_check"),
    path("plan/conflict/<uuid:job>/", plan_wishes.conflict, name="plan_conflict"),
    path("plan/candidates/", plan_candidates.page, name="plan_candidates"),
    path("plan/candidates/export.<str:ending>", plan_candidates.export, name="plan_candidates_export"),
    path("plan/candidates/<scenario:scenario>/<int:level>/", plan_candidates.step, name="plan_step"),
    path("plan/variants/", plan_variants.page, name="plan_variants"),
    path("plan/compare/", plan_variants.compare, name="plan_compare"),
    path("plan/group/", plan_group.page, name="plan_group"),
    path("plan/group/make/", plan_group.make, name="plan_group_make"),
    path("plan/<int:plan>/", plan.one, name="plan_one"),
    path("plan/<int:plan>/export.xlsx", plan.export, name="plan_export"),
    path("plan/<int:plan>/again/", plan_again.again, name="plan_again"),
    path("plan/<int:plan>/choose/", plan_variants.choose, name="plan_choose"),
    path("plan/<int:plan>/name/", plan_variants.rename, name="plan_rename"),
    path("plan/<int:plan>/front/", plan_front.page, name="plan_front"),
    path("plan/<int:plan>/front/<int:point>/", plan_front.point, name="plan_point"),
    path("plan/<int:plan>/why/<scenario:scenario>/<int:level>/", plan_why.step, name="plan_why"),
    path("plan/<int:plan>/ask/<slug:question>/", plan_why.ask, name="plan_ask"),
    path("plan/<int:plan>/appraisal/", plan_appraisal.page, name="plan_appraisal"),
    path("plan/<int:plan>/risks/", plan_appraisal.respond, name="plan_respond"),
    path("plan/<int:plan>/risks/export.<str:ending>", plan_appraisal.export_risks, name="plan_risks_export"),
    path("plan/<int:plan>/blueprint/", plan_blueprint.page, name="plan_layout"),
    path("plan/<int:plan>/blueprint/<slug:form>/", plan_blueprint.file, name="plan_blueprint"),
]
