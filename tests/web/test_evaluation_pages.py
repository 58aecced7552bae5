"""KPIs with the rows behind them, own KPIs, the nine indicators and ratings; lessons, consent and the next turn."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.web.conftest import SAMPLE, SCENARIO, factory
from tests.web.test_actions import work_off

from tujing.adoption.lesson_services import keep_found, lessons
from tujing.adoption.models import Lesson, Stage
from tujing.adoption.services import current_cycle, ensure
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Role
from tujing.evaluation import store
from tujing.evaluation.models import AppraisalResult, DeclaredKpi, KpiSeries, Rating
from tujing.iteration import services
from tujing.runtime.models import Job, JobStatus

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
FORMULA = "count(work_order.work_order_id)"
OWN = {
    "id": "own_orders",
    "name_zh": "下达工单数",
    "unit": "1",
    "better": "higher",
    "grain": "week",
    "formula": FORMULA,
}


@pytest.fixture
def mill(db):
    """A factory with orders in its tables and one scenario in use."""
    made = factory("mill", "丙厂", "The mill")
    for name in ("product", "work_order"):
        dataspace.import_file(made, name, SAMPLE / f"{name}.csv")
    adoption = ensure(made, SCENARIO)
    adoption.stage, adoption.level_today, adoption.go_live = Stage.IN_USE, 3, date(2026, 4, 1)
    adoption.save()
    return made


def send(client, name: str, /, *args, **form):
    return client.post(reverse(name, args=args), form, headers=HTMX)


def test_a_kpi_is_checked_declared_computed_and_opened_to_its_rows(mill, sign_in, django_assert_max_num_queries):
    client = sign_in(mill)
    wrong = send(client, "evaluation_declare", **{**OWN, "formula": "count(work_order.work_order_idd)"}, only="check")
    assert wrong.status_code == 422 and "是否指 work_order_id" in wrong.content.decode()
    assert send(client, "evaluation_declare", **OWN, only="check").status_code == 200
    assert not DeclaredKpi.objects.exists()
    assert send(client, "evaluation_declare", **{**OWN, "id": "lead_time"}).status_code == 422
    page = send(client, "evaluation_declare", **OWN).headers["HX-Redirect"]
    assert "还没有计算" in client.get(page).content.decode() and not KpiSeries.objects.exists()
    send(client, "evaluation_compute", "own_orders")
    job = work_off()
    assert job.status == JobStatus.DONE
    with django_assert_max_num_queries(40):
        told = client.get(page).content.decode()
    row = KpiSeries.objects.get()
    period, value = row.values[""][-1]
    behind = reverse("evaluation_rows", args=["own_orders"])
    assert behind in told and store.kept_series(mill, "own_orders") == (row, True)
    rows = client.get(behind, {"period": period})
    orders = dataspace.arrow(mill, "work_order", ["work_order_id"])["work_order_id"].to_pylist()
    assert rows.content.decode().count("<tr>") == value + 1 and sum(v for _, v in row.values[""]) == len(orders)
    file = client.get(behind, {"period": period, "as": "csv"})
    assert file.content.decode("utf-8-sig").count("\n") == value + 1
    for bad in ({"period": "x"}, {"period": period, "place": "9"}, {"period": period, "scope": "king"}):
        assert client.get(behind, bad).status_code == 422
    dataspace.import_file(mill, "work_order", SAMPLE / "work_order.csv", mode="replace")
    assert store.kept_series(mill, "own_orders")[1] is False
    assert "请重新计算" in client.get(page).content.decode()
    send(client, "evaluation_forget", "own_orders")
    assert not DeclaredKpi.objects.exists() and client.get(page).status_code == 422


def test_the_tree_leads_from_money_to_tables(mill, sign_in, other_works):
    others = {key: value for key, value in OWN.items() if key != "name_zh"} | {"name": {"zh": "别家的", "en": "Theirs"}}
    store.declare_one(other_works, others, "somebody")
    page = sign_in(mill).get(reverse("evaluation_kpis")).content.decode()
    for words in (
        "人工",
        "换型时间占比",
        "operation_event.setup_minutes",
        reverse("data_element", args=["work_order"]),
    ):
        assert words in page
    assert "别家的" not in page


def test_everybody_rates_in_their_own_voice_and_the_indicators_are_worked_out(mill, sign_in):
    answers = {f"Q{number:02d}": "5" if number % 2 else "1" for number in range(1, 11)}
    worker = sign_in(mill, Role.LINE_WORKER)
    assert "Q10" in worker.get(reverse("evaluation_rate", args=["usability"]), {"subject": SCENARIO}).content.decode()
    sent = worker.post(reverse("evaluation_rate_keep", args=["usability"]), {**answers, "subject": SCENARIO})
    assert sent.status_code == 302
    kept = Rating.objects.get()
    assert (kept.rater, kept.group, kept.party) == ("line_worker-mill", "line_worker", "self")
    assert set(kept.answers.values()) == {5, 1}
    less = {key: answers[key] for key in list(answers)[:-1]}
    assert worker.post(reverse("evaluation_rate_keep", args=["usability"]), less).status_code == 422
    owner, adviser = sign_in(mill), sign_in(mill, Role.CONSULTANT)
    owner.post(reverse("evaluation_rate_keep", args=["customer_satisfaction"]), {"score": "80"})
    clauses = {"clause": ["5.1", "5.2", ""], "state": ["met", "not_met", "met"], "subject": ""}
    adviser.post(reverse("evaluation_rate_keep", args=["conformity"]), clauses)
    assert Rating.objects.get(indicator="conformity").party == "third_party"
    assert (
        owner.post(reverse("evaluation_rate_keep", args=["customer_satisfaction"]), {"score": "x"}).status_code == 422
    )
    assert owner.get(reverse("evaluation_rate", args=["nothing"])).status_code == 404
    form = owner.get(reverse("evaluation_rating"), {"as": "xlsx"}).content
    owner.post(reverse("evaluation_rating_upload"), {"file": SimpleUploadedFile("ratings.xlsx", form)})
    assert Rating.objects.count() == 3, "what goes out comes in"
    owner.post(reverse("evaluation_work_out"))
    assert work_off().status == JobStatus.DONE
    result = AppraisalResult.objects.get(organisation=mill).result
    usability = next(one for one in result["indicators"]["capability"] if one["id"] == "usability")
    page = owner.get(reverse("evaluation_indicators")).content.decode()
    assert usability["value"] == 100.0 and "系统易用性" in page and "请导入后再评" in page
    viewer = sign_in(mill, Role.VIEWER)
    assert viewer.post(reverse("evaluation_work_out")).status_code == 403


def test_evaluating_is_a_job_that_judges_what_is_in_use(mill, sign_in):
    client = sign_in(mill)
    client.post(reverse("evaluation_run"))
    assert work_off().status == JobStatus.DONE
    assert Lesson.objects.get().action == "wait"
    page = client.get(reverse("evaluation")).content.decode()
    assert "待测" in page
    assert "请导入后再评" in client.get(reverse("evaluation_missing")).content.decode()


def test_lessons_are_annotated_searched_taken_off_and_kept_when_the_rules_run_again(mill, sign_in):
    client, cycle = sign_in(mill), current_cycle(mill)
    why = {"zh": "年效益低于运行费", "en": "It brings less than it costs"}
    found = [{"scenario": SCENARIO, "is_pilot": False, "action": "stop", "why": why}]
    keep_found(mill, cycle, found)
    lesson = Lesson.objects.get()
    client.post(reverse("iteration_lesson_note", args=[lesson.pk]), {"note": "先谈续费", "tags": "费用，续费"})
    keep_found(mill, cycle, [{**found[0], "action": "fix"}])
    lesson.refresh_from_db()
    assert (lesson.action, lesson.note, lesson.tags) == ("fix", "先谈续费", ["费用", "续费"])
    client.post(reverse("iteration_lesson_write"), {"note": "班组长先试用", "tags": "推广", "scenario": SCENARIO})
    keep_found(mill, cycle, [])
    assert Lesson.objects.count() == 2, "what people wrote stays"
    asked = [
        ({"words": "续费"}, 1),
        ({"tag": "推广"}, 1),
        ({"action": "fix"}, 1),
        ({"words": "续费", "tag": "推广"}, 0),
    ]
    assert [lessons(mill, **one).count() for one, _ in asked] == [count for _, count in asked]
    page = client.get(reverse("iteration_lessons"), {"q": "班组长"}).content.decode()
    assert "班组长先试用" in page and "年效益低于运行费" not in page
    client.post(reverse("iteration_lesson_remove", args=[lesson.pk]))
    assert lessons(mill).count() == 1
    client.post(reverse("iteration_lesson_remove", args=[lesson.pk]), {"back": "1"})
    assert lessons(mill).count() == 2
    assert client.post(reverse("iteration_lesson_write"), {"note": " "}).status_code == 422
    assert sign_in(mill, Role.VIEWER).post(reverse("iteration_lesson_write"), {"note": "x"}).status_code == 403


def test_the_owner_alone_consents_and_takes_it_back(mill, sign_in):
    owner, manager = sign_in(mill), sign_in(mill, Role.MANAGER)
    assert manager.post(reverse("iteration_consent")).status_code == 403
    assert owner.post(reverse("iteration_consent"), {"budget": "many"}).status_code == 422
    owner.post(reverse("iteration_consent"), {"budget": "3"})
    assert mill.consent.budget == 3.0 and mill.consent.revoked is None
    assert reverse("iteration_revoke") in owner.get(reverse("iteration_contribution")).content.decode()
    owner.post(reverse("iteration_revoke"))
    mill.consent.refresh_from_db()
    assert mill.consent.revoked is not None
    assert owner.post(reverse("iteration_revoke")).status_code == 422


def test_the_next_turn_is_opened_by_a_job_and_only_once(mill, sign_in, monkeypatch):
    opened = []

    def iterate(organisation, budget, told):
        opened.append(budget)
        services.next_cycle(organisation)

    monkeypatch.setattr(services, "iterate", iterate)
    client = sign_in(mill)
    answer = send(client, "iteration_open", budget="120万")
    assert "job-state" in answer.content.decode()
    job = work_off()
    assert job.status == JobStatus.DONE and opened == [1_200_000.0] and current_cycle(mill).number == 2
    # A worker that is lost after the turn was opened leaves the job to the next one.
    Job.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED)
    assert work_off().status == JobStatus.DONE and len(opened) == 1
    assert client.get(reverse("iteration")).status_code == 200
    assert send(client, "iteration_open", budget="x").status_code == 422
