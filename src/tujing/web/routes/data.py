"""Addresses: data elements and imports."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import data

urlpatterns = [
    path("data/", data.listing, name="data"),
    path("data/<slug:element>/", data.element, name="data_element"),
    path("data/<slug:element>/upload/", data.upload, name="data_upload"),
    path("data/<slug:element>/preview/<str:token>/", data.preview, name="data_preview"),
    path("data/<slug:element>/imports/<uuid:job>/", data.job, name="data_job"),
    path("data/<slug:element>/rejects/<str:name>", data.reject, name="data_reject"),
    path("data/<slug:element>/undo/", data.undo, name="data_undo"),
    path("data/<slug:element>/export.<str:ending>", data.export, name="data_export"),
]
