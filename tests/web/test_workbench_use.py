"""The workbench beyond one run: the list, the comparison, a result in use, a scenario by the clock."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from tests.web.conftest import SCENARIO

from tujing.dataspace.services import versions
from tujing.enterprise.models import Role
from tujing.problems import BadInput
from tujing.runtime import use_services
from tujing.runtime.contract import Budget
from tujing.runtime.models import Job, Run, Schedule
from tujing.runtime.schedules import tick
from tujing.runtime.services import run_now


@pytest.fixture
def two_runs(works) -> tuple[Run, Run]:
    first = Run.objects.get(organisation=works)
    return first, run_now(works, SCENARIO, {"objective": "makespan"}, Budget(seconds=1, seed=3, workers=1))


def test_runs_are_listed_compared_and_exported(works, sign_in, two_runs):
    first, second = two_runs
    client = sign_in(works)
    listed = client.get(reverse("scenarios_runs", args=[SCENARIO])).content.decode()
    assert f'value="{first.pk}"' in listed and f'value="{second.pk}"' in listed and "data-chart" in listed
    query = f"?run={first.pk}&run={second.pk}"
    page = client.get(reverse("scenarios_compare", args=[SCENARIO]) + query).content.decode()
    assert "不同" in page and "总完工时间" in page and page.count("data-chart=") >= 2
    file = client.get(reverse("scenarios_compare_export", args=[SCENARIO]) + query)
    book = openpyxl.load_workbook(BytesIO(file.content))
    assert [cell.value for cell in book.worksheets[0][1]][1:] == [str(first.pk), str(second.pk)]
    assert (
        openpyxl.load_workbook(BytesIO(client.get(reverse("scenarios_runs_export", args=[SCENARIO])).content))
        .worksheets[0]
        .max_row
        == 3
    )


def test_a_comparison_needs_two_runs_of_this_factory(works, other_works, sign_in, two_runs):
    first, second = two_runs
    address = reverse("scenarios_compare", args=[SCENARIO])
    assert sign_in(works).get(f"{address}?run={first.pk}").status_code == 422
    assert sign_in(other_works).get(f"{address}?run={first.pk}&run={second.pk}").status_code == 404


def test_the_list_of_runs_asks_the_database_a_fixed_number_of_times(works, sign_in, django_assert_max_num_queries):
    client = sign_in(works)
    like = Run.objects.get(organisation=works)
    for _ in range(60):
        like.pk, like.job = None, None
        like.save()
    with django_assert_max_num_queries(14):
        page = client.get(reverse("scenarios_runs", args=[SCENARIO])).content.decode()
    assert "第 1 / 2 页" in page
    with django_assert_max_num_queries(14):
        client.get(reverse("scenarios"))


def test_putting_a_run_in_use_makes_its_table_current_and_taking_it_back_undoes_that(works, sign_in, two_runs):
    first, second = two_runs
    client = sign_in(works)
    assert versions(works, "operation_schedule")[0].source == f"run:{second.pk}"
    client.post(reverse("scenarios_use", args=[SCENARIO, second.pk]), {"note": "夜班"})
    client.post(reverse("scenarios_use", args=[SCENARIO, first.pk]), {"note": "早班按此执行"})
    current = versions(works, "operation_schedule")[0]
    assert current.active and current.source == f"run:{first.pk}"
    assert "早班按此执行" in client.get(reverse("scenarios_bench", args=[SCENARIO])).content.decode()
    client.post(reverse("scenarios_take_back", args=[SCENARIO]))
    assert use_services.in_use(works, SCENARIO).run == second
    assert versions(works, "operation_schedule")[0].source == f"run:{second.pk}"


def test_what_is_in_use_says_when_another_run_wrote_its_table_since(works, sign_in, two_runs):
    first, _ = two_runs
    use_services.put_in_use(first, sign_in(works).get("/").wsgi_request.user)
    run_now(works, SCENARIO, budget=Budget(seconds=1, workers=1))
    use = use_services.in_use(works, SCENARIO)
    assert list(use_services.overtaken(use)) == ["operation_schedule"]


def test_a_run_without_a_result_is_not_put_in_use_and_nothing_taken_back_that_is_not(works, django_user_model):
    run = Run.objects.get(organisation=works)
    run.status = "infeasible"
    user = django_user_model.objects.create_user("someone")
    with pytest.raises(BadInput, match="no usable result"):
        use_services.put_in_use(run, user)
    with pytest.raises(BadInput, match="nothing to take back"):
        use_services.take_back(works, SCENARIO, user)
    assert use_services.in_use(works, SCENARIO) is None


def test_a_scenario_runs_by_the_clock_until_it_is_paused(works, sign_in):
    client = sign_in(works)
    address = reverse("scenarios_schedule", args=[SCENARIO])
    client.post(address, {"name": "每周排产", "period": "week", "first": "2020-01-06T06:00", "seconds": "5"})
    kept = Schedule.objects.get(organisation=works, name="每周排产")
    assert kept.payload["scenario"] == SCENARIO and kept.payload["seconds"] == 5
    before = Job.objects.filter(organisation=works).count()
    tick(kept.next_due)
    assert Job.objects.filter(organisation=works).count() > before
    change = reverse("scenarios_schedule_change", args=[SCENARIO, kept.pk])
    client.post(change, {"do": "stop"})
    kept.refresh_from_db()
    assert not kept.active
    client.post(change, {"do": "drop"})
    assert not Schedule.objects.filter(pk=kept.pk).exists()


@pytest.mark.parametrize("form", [{"first": "soon"}, {"first": "2026-12-01T06:00", "period": "year"}])
def test_a_schedule_that_makes_no_sense_is_refused(works, sign_in, form):
    client = sign_in(works)
    count = Schedule.objects.count()
    assert client.post(reverse("scenarios_schedule", args=[SCENARIO]), form).status_code == 422
    assert Schedule.objects.count() == count


def test_the_list_of_scenarios_is_searched(works, sign_in):
    client = sign_in(works, Role.VIEWER)
    page = client.get(reverse("scenarios"), {"q": "scheduling", "only": "ready"}, headers={"hx-request": "true"})
    rows = page.content.decode()
    assert SCENARIO in rows and "<html" not in rows
    assert "没有符合的场景" in client.get(reverse("scenarios"), {"q": "没有这样的"}).content.decode()
