"""Addresses: step 3, implement."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import delivery

urlpatterns = [
    path("delivery/", delivery.page, name="delivery"),
    path("delivery/projects.xlsx", delivery.export, name="delivery_export"),
    path("delivery/project/<int:project>/", delivery.project, name="delivery_project"),
    path("delivery/upload/", delivery.upload, name="delivery_upload"),
    path("delivery/waive/<int:milestone>/", delivery.waive_check, name="delivery_waive"),
    path("delivery/take-up/", delivery.take_up, name="delivery_take_up"),
    path("delivery/check/", delivery.check_all, name="delivery_check_all"),
    path("delivery/check/<int:milestone>/", delivery.check, name="delivery_check"),
]
