"""Addresses: the workbench."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import workbench, workbench_runs, workbench_use

urlpatterns = [
    path("scenarios/", workbench.listing, name="scenarios"),
    path("scenarios/<scenario:scenario>/run/", workbench.bench, name="scenarios_bench"),
    path("scenarios/<scenario:scenario>/runs/", workbench_runs.listing, name="scenarios_runs"),
    path("scenarios/<scenario:scenario>/runs.xlsx", workbench_runs.export, name="scenarios_runs_export"),
    path("scenarios/<scenario:scenario>/compare/", workbench_runs.compare, name="scenarios_compare"),
    path("scenarios/<scenario:scenario>/compare.xlsx", workbench_runs.compare_export, name="scenarios_compare_export"),
    path("scenarios/<scenario:scenario>/take-back/", workbench_use.take_back, name="scenarios_take_back"),
    path("scenarios/<scenario:scenario>/schedules/", workbench_use.schedule, name="scenarios_schedule"),
    path(
        "scenarios/<scenario:scenario>/schedules/<int:schedule>/",
        workbench_use.change,
        name="scenarios_schedule_change",
    ),
    path("scenarios/<scenario:scenario>/runs/<int:run>/use/", workbench_use.put, name="scenarios_use"),
    path("scenarios/<scenario:scenario>/runs/<int:run>/", workbench.outcome, name="scenarios_outcome"),
    path("scenarios/<scenario:scenario>/runs/<int:run>/why/", workbench.why, name="scenarios_why"),
    path("scenarios/<scenario:scenario>/runs/<int:run>/files/<str:artifact>", workbench.file, name="scenarios_file"),
    path(
        "scenarios/<scenario:scenario>/runs/<int:run>/<slug:table>.<str:ending>",
        workbench.download,
        name="scenarios_table",
    ),
]
