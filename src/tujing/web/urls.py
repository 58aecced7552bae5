"""Every address of the site. A URL name's part before the first underscore is its area in the menu."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path, register_converter
from django.views.i18n import set_language

from tujing.web.views import (
    account,
    atlas,
    data,
    delivery,
    diagnosis,
    evaluation,
    home,
    iteration,
    jobs,
    people,
    plan,
    workbench,
)


class ScenarioId:
    """`wing/name`, a scenario's id."""

    regex = r"[a-z_]+/[a-z][a-z0-9_]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ScenarioId, "scenario")

urlpatterns = [
    path("", home.page, name="home"),
    path("login/", account.sign_in, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", set_language, name="set_language"),
    path("organisation/", account.choose_organisation, name="organisation_choose"),
    path("welcome/", account.welcome, name="account_welcome"),
    path("atlas/", atlas.map_page, name="atlas"),
    path("atlas/table/", atlas.table, name="atlas_table"),
    path("atlas/export.<str:ending>", atlas.export, name="atlas_export"),
    path("atlas/<scenario:scenario>/", atlas.card, name="atlas_card"),
    path("data/", data.listing, name="data"),
    path("data/<slug:element>/", data.element, name="data_element"),
    path("data/<slug:element>/upload/", data.upload, name="data_upload"),
    path("data/<slug:element>/preview/<str:token>/", data.preview, name="data_preview"),
    path("data/<slug:element>/imports/<uuid:job>/", data.job, name="data_job"),
    path("data/<slug:element>/rejects/<str:name>", data.reject, name="data_reject"),
    path("data/<slug:element>/undo/", data.undo, name="data_undo"),
    path("data/<slug:element>/export.<str:ending>", data.export, name="data_export"),
    path("diagnosis/", diagnosis.page, name="diagnosis"),
    path("diagnosis/start/", diagnosis.start, name="diagnosis_start"),
    path("diagnosis/template.xlsx", diagnosis.template, name="diagnosis_template"),
    path("diagnosis/upload/", diagnosis.upload, name="diagnosis_upload"),
    path("diagnosis/<int:assessment>/", diagnosis.questions, name="diagnosis_questions"),
    path("diagnosis/<int:assessment>/answers/<str:question>/", diagnosis.answer, name="diagnosis_answer"),
    path("diagnosis/<int:assessment>/submit/", diagnosis.submit, name="diagnosis_submit"),
    path("diagnosis/<int:assessment>/result/", diagnosis.result, name="diagnosis_result"),
    path("plan/", plan.page, name="plan"),
    path("plan/make/", plan.make, name="plan_make"),
    path("plan/<int:plan>/", plan.one, name="plan_one"),
    path("plan/<int:plan>/export.xlsx", plan.export, name="plan_export"),
    path("plan/<int:plan>/blueprint/<slug:form>/", plan.blueprint_file, name="plan_blueprint"),
    path("delivery/", delivery.page, name="delivery"),
    path("delivery/projects.xlsx", delivery.export, name="delivery_export"),
    path("delivery/project/<int:project>/", delivery.project, name="delivery_project"),
    path("delivery/upload/", delivery.upload, name="delivery_upload"),
    path("delivery/waive/<int:milestone>/", delivery.waive_check, name="delivery_waive"),
    path("delivery/take-up/", delivery.take_up, name="delivery_take_up"),
    path("delivery/check/", delivery.check_all, name="delivery_check_all"),
    path("delivery/check/<int:milestone>/", delivery.check, name="delivery_check"),
    path("evaluation/", evaluation.page, name="evaluation"),
    path("evaluation/run/", evaluation.run, name="evaluation_run"),
    path("iteration/", iteration.page, name="iteration"),
    path("iteration/next/", iteration.open_next, name="iteration_open"),
    path("people/", people.page, name="people"),
    path("jobs/<uuid:job>/", jobs.progress, name="jobs_progress"),
    path("jobs/<uuid:job>/cancel/", jobs.cancel, name="jobs_cancel"),
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

handler400 = "tujing.web.views.errors.bad_request"
handler403 = "tujing.web.views.errors.forbidden"
handler404 = "tujing.web.views.errors.not_found"
handler500 = "tujing.web.views.errors.broken"
