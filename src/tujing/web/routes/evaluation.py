"""Addresses: step 4, evaluate."""

from __future__ import annotations

from django.urls import path

from tujing.web.views.evaluation import appraisal, effects, kpis

urlpatterns = [
    path("evaluation/", effects.page, name="evaluation"),
    path("evaluation/run/", effects.run, name="evaluation_run"),
    path("evaluation/effect/<int:evaluation>/", effects.one, name="evaluation_one"),
    path("evaluation/missing/", effects.missing, name="evaluation_missing"),
    path("evaluation/kpis/", kpis.tree, name="evaluation_kpis"),
    path("evaluation/kpis/editor/", kpis.editor, name="evaluation_editor"),
    path("evaluation/kpis/declare/", kpis.declare, name="evaluation_declare"),
    path("evaluation/kpi/<slug:kpi>/", kpis.kpi, name="evaluation_kpi"),
    path("evaluation/kpi/<slug:kpi>/compute/", kpis.compute, name="evaluation_compute"),
    path("evaluation/kpi/<slug:kpi>/rows/", kpis.rows, name="evaluation_rows"),
    path("evaluation/kpi/<slug:kpi>/forget/", kpis.forget, name="evaluation_forget"),
    path("evaluation/indicators/", appraisal.indicators, name="evaluation_indicators"),
    path("evaluation/indicators/work-out/", appraisal.work_out, name="evaluation_work_out"),
    path("evaluation/rating/", appraisal.rating, name="evaluation_rating"),
    path("evaluation/rating/upload/", appraisal.upload, name="evaluation_rating_upload"),
    path("evaluation/rate/<slug:indicator>/", appraisal.rate, name="evaluation_rate"),
    path("evaluation/rate/<slug:indicator>/keep/", appraisal.keep, name="evaluation_rate_keep"),
]
