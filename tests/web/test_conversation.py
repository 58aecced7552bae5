"""The conversation of an object: seen and changed only where it belongs."""

from __future__ import annotations

import json

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from tujing.adoption.services import current_cycle
from tujing.conversation.models import Assignment, Comment
from tujing.delivery.models import Milestone
from tujing.enterprise.models import Role
from tujing.evaluation.models import Evaluation
from tujing.planning.models import Plan
from tujing.web.things import _kinds

HTMX = {"HX-Request": "true"}


@pytest.fixture
def plan(organisation):
    return Plan.objects.create(
        organisation=organisation,
        cycle=current_cycle(organisation),
        start="2026-01-01",
        quarters=4,
        budget=[1.0],
        status="optimal",
        objective=1.0,
        bound=1.0,
    )


def say(client, key, text):
    return client.post(reverse("conversation_say", args=["plan", key]), {"text": text}, headers=HTMX)


def test_comment_edit_remove_and_bring_back(organisation, plan, sign_in):
    client = sign_in(organisation, Role.OWNER, "anna")
    answer = say(client, plan.pk, "<b>你好</b> @anna").content.decode()
    assert "&lt;b&gt;你好&lt;/b&gt;" in answer and '<b class="mention">@anna</b>' in answer
    said = Comment.objects.get()
    client.post(reverse("conversation_edit", args=[said.pk]), {"text": "改了"}, headers=HTMX)
    gone = client.post(reverse("conversation_remove", args=[said.pk]), headers=HTMX)
    toast = json.loads(gone.headers["HX-Trigger"])["tujing:toast"]
    assert toast["undo"] == reverse("conversation_restore", args=[said.pk]) and "已删除" in toast["words"]
    assert "改了" not in gone.content.decode()
    assert "改了" in client.post(toast["undo"], headers=HTMX).content.decode()


def test_a_bad_comment_is_refused_with_a_sentence(organisation, plan, sign_in):
    answer = say(sign_in(organisation), plan.pk, "  ")
    assert answer.status_code == 422 and "评论" in answer.content.decode()


def test_assign_with_a_day_and_settle(organisation, plan, sign_in):
    client = sign_in(organisation, Role.OWNER, "anna")
    to = reverse("conversation_assign", args=["plan", plan.pk])
    wish = {"assignee": "anna", "task": "核对预算", "due": "2026-03-31"}
    assert "核对预算" in client.post(to, wish, headers=HTMX).content.decode()
    assert client.post(to, wish | {"due": "31.3."}, headers=HTMX).status_code == 422
    given = Assignment.objects.get()
    client.post(reverse("conversation_settle", args=[given.pk]), {"done": "1"}, headers=HTMX)
    given.refresh_from_db()
    assert given.done is not None


def test_a_viewer_reads_and_follows_and_says_nothing(organisation, plan, sign_in):
    say(sign_in(organisation), plan.pk, "一句话")
    viewer = sign_in(organisation, Role.VIEWER)
    page = viewer.get(reverse("conversation", args=["plan", plan.pk])).content.decode()
    assert "一句话" in page and "<textarea" not in page
    assert say(viewer, plan.pk, "不行").status_code == 403
    on = viewer.post(reverse("conversation_follow", args=["plan", plan.pk]), {"on": "1"}, headers=HTMX)
    assert 'aria-pressed="true"' in on.content.decode()


def test_nobody_speaks_of_another_factorys_objects(organisation, plan, other_works, sign_in):
    say(sign_in(organisation), plan.pk, "甲厂的话")
    client = sign_in(other_works)
    for name in ("conversation", "conversation_go", "conversation_history"):
        assert client.get(reverse(name, args=["plan", plan.pk])).status_code == 404
    for name in ("conversation_say", "conversation_follow", "conversation_assign"):
        assert client.post(reverse(name, args=["plan", plan.pk]), {"text": "x"}).status_code == 404
    # A scenario is on everybody's map; what is said of it stays in the house.
    mine = reverse("conversation_say", args=["scenario", "production/scheduling"])
    client.post(mine, {"text": "乙厂的话"}, headers=HTMX)
    theirs = sign_in(organisation, name="second").get(
        reverse("conversation", args=["scenario", "production/scheduling"])
    )
    assert "乙厂的话" not in theirs.content.decode()


@pytest.mark.parametrize("kind", sorted(_kinds))
@pytest.mark.parametrize("key", ["0", "-1", "nonsense", "1e5", "９", "9" * 30, "a/b"])
def test_keys_that_are_none_are_not_found(organisation, sign_in, kind, key):
    client = sign_in(organisation)
    assert client.get(reverse("conversation", args=[kind, key])).status_code == 404


def test_a_link_leads_to_the_object(organisation, plan, sign_in):
    answer = sign_in(organisation).get(reverse("conversation_go", args=["plan", plan.pk]))
    assert answer.status_code == 302 and answer.url == reverse("plan_one", args=[plan.pk])


def test_a_check_and_an_effect_lead_to_pages_of_their_own(works, sign_in):
    client = sign_in(works)
    check, effect = Milestone.objects.get(organisation=works), Evaluation.objects.get(organisation=works)
    for kind, row, page in (("milestone", check, "delivery_milestone"), ("evaluation", effect, "evaluation_one")):
        answer = client.get(reverse("conversation_go", args=[kind, row.pk]), follow=True)
        assert answer.status_code == 200 and answer.request["PATH_INFO"] == reverse(page, args=[row.pk])


def test_colleagues_are_offered_and_nobody_else(organisation, other_works, sign_in):
    client = sign_in(organisation, name="anna")
    sign_in(organisation, name="susanna")
    sign_in(other_works, name="annabel")
    offered = client.get(reverse("conversation_people"), {"q": "ANN"}).json()["people"]
    assert [one["account"] for one in offered] == ["anna", "susanna"]


def test_a_long_thread_shows_its_end_and_asks_few_questions(organisation, plan, sign_in, django_assert_max_num_queries):
    client = sign_in(organisation)
    rows = [
        Comment(organisation=organisation, about_kind="plan", about_key=str(plan.pk), text=f"话{n}。")
        for n in range(120)
    ]
    Comment.objects.bulk_create(rows)
    with django_assert_max_num_queries(18):
        page = client.get(reverse("conversation", args=["plan", plan.pk])).content.decode()
    assert "话119。" in page and "话69。" not in page and "更早的 70 条" in page
    assert "话0。" in client.get(reverse("conversation", args=["plan", plan.pk]), {"all": "1"}).content.decode()


def test_the_tag_leaves_a_place_that_loads_itself():
    shown = Template('{% load tujing %}{% conversation "plan" 3 %}').render(
        Context({"request": RequestFactory().get("/")})
    )
    assert reverse("conversation", args=["plan", "3"]) in shown and 'hx-trigger="revealed"' in shown


def test_history_tells_who_changed_what(organisation, plan, sign_in):
    client = sign_in(organisation, Role.OWNER, "anna")
    page = client.get(reverse("conversation", args=["plan", plan.pk])).content.decode()
    assert reverse("conversation_history", args=["plan", plan.pk]) in page
    plan.quarters = 8
    plan.save()
    history = client.get(reverse("conversation_history", args=["plan", plan.pk])).content.decode()
    assert "<dt>季度数</dt>" in history and "4</span> → 8" in history
    scenario = client.get(reverse("conversation", args=["scenario", "production/scheduling"])).content.decode()
    assert "conversation/history" not in scenario, "a scenario is the map's, not the company's"
