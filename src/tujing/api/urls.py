"""Addresses of the API, its OpenAPI document and its reference page."""

from __future__ import annotations

from django.urls import path, re_path

from tujing.api import pages
from tujing.api.site import api

urlpatterns = [
    path("api/", pages.reference, name="api"),
    path("api/v1/openapi.json", pages.openapi_document, name="api_openapi"),
    path("api/v1/", api.urls),
    re_path(r"^api/v1/.*$", pages.nowhere, name="api_nowhere"),
]
