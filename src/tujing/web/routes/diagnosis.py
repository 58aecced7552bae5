"""Addresses: step 1, diagnose."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import diagnosis

urlpatterns = [
    path("diagnosis/", diagnosis.page, name="diagnosis"),
    path("diagnosis/start/", diagnosis.start, name="diagnosis_start"),
    path("diagnosis/template.xlsx", diagnosis.template, name="diagnosis_template"),
    path("diagnosis/upload/", diagnosis.upload, name="diagnosis_upload"),
    path("diagnosis/<int:assessment>/", diagnosis.questions, name="diagnosis_questions"),
    path("diagnosis/<int:assessment>/answers/<str:question>/", diagnosis.answer, name="diagnosis_answer"),
    path("diagnosis/<int:assessment>/submit/", diagnosis.submit, name="diagnosis_submit"),
    path("diagnosis/<int:assessment>/result/", diagnosis.result, name="diagnosis_result"),
]
