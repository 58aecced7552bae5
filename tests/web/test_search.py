"""One box over everything of the organisation, and of nobody else's."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tujing.adoption.services import current_cycle, ensure
from tujing.delivery.models import LevelProject, ProjectTask
from tujing.enterprise.models import Role
from tujing.web.finds.content import shared

HTMX = {"HX-Request": "true"}


def found(client, typed: str) -> str:
    answer = client.get(reverse("search"), {"q": typed}, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def project(organisation):
    adoption = ensure(organisation, "production/scheduling", current_cycle(organisation))
    days = {"start": "2026-01-01", "end": "2026-06-30", "baseline_start": "2026-01-01", "baseline_end": "2026-06-30"}
    made = LevelProject.objects.create(organisation=organisation, adoption=adoption, level=1, budget=1.0, **days)
    ProjectTask.objects.create(
        organisation=organisation,
        project=made,
        position=1,
        number="1.1",
        phase="prepare",
        name={"zh": "甲厂专用任务", "en": "Task of works one"},
        role="owner",
        cost_class="people",
        baseline_cost=1.0,
        cost=1.0,
        raci={},
        **days,
    )
    return made


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("排产", "/atlas/production/scheduling/"),
        ("pc", "/atlas/production/scheduling/"),
        ("paichan", "/atlas/production/scheduling/"),
        ("schedul", "/atlas/production/scheduling/"),
        ("work_order", "/data/work_order/"),
        ("YB01-B-2-1", "/atlas/"),
        ("make a plan", "/plan/"),
        ("scgh", "/plan/"),
        ("tongzhi", "/notices/"),
    ],
)
def test_typed_this_way_it_is_there(organisation, sign_in, typed, url):
    assert f'href="{url}' in found(sign_in(organisation), typed)


def test_rows_of_the_house_and_of_no_other(organisation, project, other_works, sign_in):
    mine, theirs = sign_in(organisation, name="anna"), sign_in(other_works, name="ben")
    page = reverse("delivery_project", args=[project.pk])
    assert page in found(mine, "甲厂专用") and page in found(mine, "jczyrw")
    for typed in ("甲厂专用", "jczyrw", "task of works"):
        assert page not in found(theirs, typed)
    assert "anna" in found(mine, "anna")
    assert reverse("people") not in found(theirs, "anna")


def test_a_role_finds_only_what_it_may_do(organisation, sign_in):
    assert "生成规划" in found(sign_in(organisation), "生成规划")
    assert 'href="/plan/"' not in found(sign_in(organisation, Role.VIEWER), "生成规划")


def test_what_fits_nothing_says_what_to_try(organisation, sign_in):
    client = sign_in(organisation)
    assert "拼音首字母" in found(client, "qqqqzzzz")
    assert found(client, "").strip() == ""
    assert client.get(reverse("search"), {"q": "<script>"}).status_code == 200
    assert "<script>alert" not in client.get(reverse("search"), {"q": "<script>alert"}).content.decode()


def test_the_page_shows_more_of_each_group_than_the_palette(organisation, sign_in):
    client = sign_in(organisation)
    page = client.get(reverse("search"), {"q": "质量"}).content.decode()
    assert page.count('class="found"') > found(client, "质量").count('class="found"') > 5


def test_it_asks_the_database_little_and_the_same_for_more_rows(
    organisation, project, sign_in, django_assert_max_num_queries
):
    client = sign_in(organisation)
    found(client, "x")
    with django_assert_max_num_queries(45):
        found(client, "质量")


def test_every_shared_entry_has_an_address():
    assert len(shared()) > 1000
    assert all(one.url.startswith("/") for one in shared())
