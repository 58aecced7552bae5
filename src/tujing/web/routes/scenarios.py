"""Addresses: the workbench."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import workbench

urlpatterns = [
    path("scenarios/", workbench.listing, name="scenarios"),
    path("scenarios/<scenario:scenario>/run/", workbench.bench, name="scenarios_bench"),
    path("scenarios/<scenario:scenario>/runs/<int:run>/", workbench.outcome, name="scenarios_outcome"),
    path("scenarios/<scenario:scenario>/runs/<int:run>/why/", workbench.why, name="scenarios_why"),
    path("scenarios/<scenario:scenario>/runs/<int:run>/files/<str:artifact>", workbench.file, name="scenarios_file"),
    path(
        "scenarios/<scenario:scenario>/runs/<int:run>/<slug:table>.<str:ending>",
        workbench.download,
        name="scenarios_table",
    ),
]
