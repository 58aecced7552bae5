"""The overview: by role, with what is new, a row a client, and the tour."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tujing.adoption.services import current_cycle, ensure
from tujing.conversation.assignment_services import assign
from tujing.dataspace import services as dataspace
from tujing.delivery.models import LevelProject, Milestone, ProjectTask, RoleHolder
from tujing.enterprise.models import Membership, Organisation, Role
from tujing.enterprise.services import add_member
from tujing.iteration import overview_services as overview
from tujing.notices.about import About
from tujing.web.models import Visit
from tujing.web.sparkline import EDGE, HEIGHT, WIDTH, sparkline
from tujing.web.tour import tour
from tujing.web.visits import PAUSE, come, end_tour
from tujing.words import Text

HOME = reverse("home")


def milestone(organisation: Organisation, late_days: int) -> Milestone:
    adoption = ensure(organisation, "production/scheduling", current_cycle(organisation))
    due = timezone.localdate() - timedelta(days=late_days)
    name = {"zh": "数据就绪", "en": "Data ready"}
    return Milestone.objects.create(
        organisation=organisation,
        adoption=adoption,
        position=Milestone.objects.filter(adoption=adoption).count() + 1,
        kind="data_ready",
        name=name,
        due=due,
    )


def project(organisation: Organisation, department: str = "", level: int = 1) -> LevelProject:
    adoption = ensure(organisation, "production/scheduling", current_cycle(organisation))
    days = {"start": date(2026, 1, 1), "end": date(2026, 6, 30)}
    based = {"baseline_start": days["start"], "baseline_end": days["end"]}
    return LevelProject.objects.create(
        organisation=organisation, adoption=adoption, level=level, department=department, **days, **based
    )


@pytest.mark.parametrize("role", Role.values)
def test_every_role_has_an_overview_with_a_way_on(organisation, sign_in, role):
    milestone(organisation, late_days=3)
    page = sign_in(organisation, role).get(HOME).content.decode()
    assert 'id="continue"' in page and "接下来最值得做的" in page
    steers = role in (Role.OWNER, Role.MANAGER, Role.DEPARTMENT_HEAD)
    assert ("处理逾期里程碑" in page) == steers, "only who may deliver is told to"
    assert ("我在项目中的任务" in page) == (role == Role.LINE_WORKER)
    assert ("规划净现值" in page) == (role != Role.LINE_WORKER)


def test_a_department_head_sees_the_own_department(organisation, sign_in):
    project(organisation, "production", 1)
    project(organisation, "supply", 2)
    client = sign_in(organisation, Role.DEPARTMENT_HEAD)
    Membership.objects.update(department="supply")
    page = client.get(HOME).content.decode()
    assert "供应链的项目" in page
    assert page.count("/delivery/project/") == 1


def test_a_line_worker_sees_the_tasks_of_the_role_held(organisation, sign_in):
    made = project(organisation)
    client = sign_in(organisation, Role.LINE_WORKER)
    days = {"start": date(2026, 1, 1), "end": date(2026, 2, 1)}
    for number, role in (("1.1", "owner"), ("1.2", "operator")):
        ProjectTask.objects.create(
            organisation=organisation,
            project=made,
            position=int(number[-1]),
            number=number,
            phase="prepare",
            name={"zh": f"任务{number}", "en": "Task"},
            role=role,
            cost_class="people",
            baseline_cost=1.0,
            cost=1.0,
            raci={},
            **days,
        )
    assert "任务1" not in client.get(HOME).content.decode()
    RoleHolder.objects.create(
        organisation=organisation, role="operator", person="x", membership=Membership.objects.get()
    )
    page = client.get(HOME).content.decode()
    assert "任务1.2" in page and "任务1.1" not in page


def test_what_is_given_to_me_is_on_my_desk(organisation, sign_in):
    client = sign_in(organisation, name="anna")
    anna = get_user_model().objects.get(username="anna")
    about = About("scenario", "production/scheduling", Text(zh="排程排产", en="Scheduling"))
    assign(organisation, anna, about, "anna", "核对预算", timezone.localdate() - timedelta(days=1))
    page = client.get(HOME).content.decode()
    assert "核对预算" in page and "处理您的逾期事项" in page


def test_what_changed_since_the_last_visit(organisation, sign_in):
    client = sign_in(organisation, name="anna")
    anna = get_user_model().objects.get(username="anna")
    assert "第一次来" in client.get(HOME).content.decode()
    Visit.objects.update(last=timezone.now() - PAUSE - timedelta(minutes=1))
    about = About("scenario", "production/scheduling", Text(zh="排程排产", en="Scheduling"))
    from tujing.conversation.services import say

    say(organisation, anna, about, "一句话")
    assert "1 条评论" in client.get(HOME).content.decode()


def test_a_visit_lasts_until_a_pause(organisation, django_user_model):
    anna = django_user_model.objects.create_user("anna")
    start = timezone.now()
    assert come(organisation, anna, start).before is None
    assert come(organisation, anna, start + PAUSE).before is None
    again = come(organisation, anna, start + 3 * PAUSE)
    assert again.before == start + PAUSE
    assert come(organisation, anna, start + 3 * PAUSE + timedelta(minutes=5)).before == start + PAUSE


def test_clients_take_the_same_few_queries_however_many(organisation, sign_in, django_assert_max_num_queries):
    from tests.web.conftest import factory

    client = sign_in(organisation, Role.CONSULTANT, "anna")
    anna = get_user_model().objects.get(username="anna")
    made = [factory(f"client-{number}", f"客户{number}厂", f"Client {number}") for number in range(12)]
    stranger = factory("stranger", "别家专用名", "Stranger")
    milestone(stranger, 5)
    for one in made:
        add_member(one, anna, Role.CONSULTANT)
    milestone(made[7], late_days=2)
    milestone(made[3], late_days=-2)
    with django_assert_max_num_queries(13):
        rows = overview.clients([organisation, *made], timezone.localdate())
    assert rows[0].organisation == made[7] and rows[0].late == 1
    assert len(rows) == 13 and all(one.late == 0 for one in rows[1:])
    page = client.get(reverse("home_clients")).content.decode()
    assert "客户7厂" in page and "别家专用名" not in page
    assert reverse("home_clients") in client.get(HOME).content.decode()


def test_kpi_cards_come_from_the_companys_own_tables(organisation, sign_in):
    client = sign_in(organisation)
    assert "还没有指标积累满八期数据" in client.get(reverse("home_trends")).content.decode()
    days = [datetime(2026, 1, 5, 8) + timedelta(weeks=week) for week in range(12)]
    orders = {
        "work_order_id": [f"W{number}" for number in range(12)],
        "product_id": ["P"] * 12,
        "quantity": [1.0] * 12,
        "status": ["completed"] * 12,
        "release_time": days,
        "due_time": [day + timedelta(days=3) for day in days],
        # The first eight in time, the last four late.
        "completed_time": [day + timedelta(days=2 if week < 8 else 5) for week, day in enumerate(days)],
    }
    dataspace.write_table(organisation, "work_order", pa.table(orders), source="test")
    card = client.get(reverse("home_trends")).content.decode()
    assert "逾期工单占比" in card and "<polyline" in card
    assert 'class="worse"' in card and "100.0%" in card


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_a_sparkline_stays_in_its_frame_and_keeps_the_order(values):
    points = [tuple(map(float, pair.split(","))) for pair in sparkline(values).split()]
    assert len(points) == len(values)
    assert all(EDGE <= x <= WIDTH - EDGE and EDGE <= y <= HEIGHT - EDGE for x, y in points)
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    highest = max(range(len(values)), key=values.__getitem__)
    assert points[highest][1] == min(y for _, y in points)


def test_no_values_no_line():
    assert sparkline([]) == ""


def test_the_tour_starts_by_itself_once_and_only_on_the_example(organisation, sign_in):
    client = sign_in(organisation)
    assert "data-tour-now" not in client.get(HOME).content.decode()
    Organisation.objects.update(slug="motor-works")
    assert "data-tour-now" in client.get(HOME).content.decode()
    assert client.post(reverse("home_tour_ended")).status_code == 204
    assert "data-tour-now" not in client.get(HOME).content.decode()


def test_skipping_before_the_first_visit_is_remembered_too(organisation, django_user_model):
    anna = django_user_model.objects.create_user("anna")
    end_tour(organisation, anna)
    assert come(organisation, anna).toured is not None


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_step_of_the_tour_is_on_a_page_that_opens(organisation, sign_in, language):
    client = sign_in(organisation)
    client.cookies["django_language"] = language
    told = client.get(reverse("home_tour")).json()
    assert len(told["steps"]) == len(tour()) > 8
    for step in told["steps"]:
        assert step["title"] and step["words"]
    assert {client.get(url).status_code for url in {step["url"] for step in told["steps"]}} == {200}
