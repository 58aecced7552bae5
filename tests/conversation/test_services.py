"""Comments and assignments: who is told, who may change what, and the way back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tujing.conversation import assignment_services as work
from tujing.conversation import services
from tujing.enterprise.services import add_member
from tujing.notices.about import About
from tujing.notices.models import Notice
from tujing.problems import BadInput
from tujing.words import Text

PLAN = About("plan", "3", Text(zh="规划 3", en="Plan 3"))


@pytest.fixture
def people(organisation, django_user_model):
    made = {name: django_user_model.objects.create_user(name) for name in ("anna", "ben", "张三", "stranger")}
    for name in ("anna", "ben", "张三"):
        add_member(organisation, made[name], "manager")
    return made


def told(organisation):
    rows = Notice.objects.filter(organisation=organisation).order_by("pk")
    return [(one.kind, one.person.username) for one in rows]


def test_a_comment_tells_whom_it_mentions_and_who_follows_each_once(organisation, people):
    services.say(organisation, people["anna"], PLAN, "先看预算")
    assert told(organisation) == []
    services.say(organisation, people["ben"], PLAN, "同意 @anna，@张三请核对，@stranger")
    assert sorted(told(organisation)) == [("mention", "anna"), ("mention", "张三")]
    services.say(organisation, people["anna"], PLAN, "好的")
    assert told(organisation)[2:] == [("comment", "ben")]
    assert next(one.text for one in services.comments(organisation, PLAN)) == "先看预算"
    assert services.comments(organisation, About("plan", "4", PLAN.name)).count() == 0


def test_changing_a_comment_tells_only_the_new_ones(organisation, people):
    said = services.say(organisation, people["anna"], PLAN, "@ben")
    services.edit(organisation, people["anna"], PLAN, said.pk, "@ben @张三")
    assert sorted(told(organisation)) == [("mention", "ben"), ("mention", "张三")]
    said.refresh_from_db()
    assert said.edited is not None


def test_only_its_author_changes_a_comment_and_can_bring_it_back(organisation, people):
    said = services.say(organisation, people["anna"], PLAN, "一句话")
    for change in (
        lambda: services.edit(organisation, people["ben"], PLAN, said.pk, "别的"),
        lambda: services.remove(organisation, people["ben"], said.pk),
    ):
        with pytest.raises(BadInput):
            change()
    services.remove(organisation, people["anna"], said.pk)
    assert not services.comments(organisation, PLAN)
    with pytest.raises(BadInput):
        services.restore(organisation, people["ben"], said.pk)
    services.restore(organisation, people["anna"], said.pk)
    assert services.comments(organisation, PLAN).get().text == "一句话"


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
def test_a_comment_says_something_and_not_too_much(organisation, people, text):
    with pytest.raises(BadInput):
        services.say(organisation, people["anna"], PLAN, text)


def test_following_and_no_longer(organisation, people):
    services.follow(organisation, people["ben"], PLAN)
    services.follow(organisation, people["ben"], PLAN)
    assert services.is_following(organisation, people["ben"], PLAN)
    services.unfollow(organisation, people["ben"], PLAN)
    assert not services.is_following(organisation, people["ben"], PLAN)


def test_somebody_is_given_something_to_do_and_does_it(organisation, people):
    given = work.assign(organisation, people["anna"], PLAN, "ben", "核对预算", date(2026, 3, 31))
    assert told(organisation) == [("assignment", "ben")]
    assert work.assigned_to(organisation, people["ben"]).get() == given
    with pytest.raises(BadInput):
        work.settle(organisation, people["张三"], given.pk, done=True)
    work.settle(organisation, people["ben"], given.pk, done=True)
    assert not work.assigned_to(organisation, people["ben"])
    work.settle(organisation, people["anna"], given.pk, done=False)
    assert work.assigned_to(organisation, people["ben"]).exists()
    with pytest.raises(BadInput):
        work.withdraw(organisation, people["ben"], given.pk)
    work.withdraw(organisation, people["anna"], given.pk)
    assert not work.assignments(organisation, PLAN)


@pytest.mark.parametrize(("who", "task"), [("stranger", "核对"), ("nobody", "核对"), ("ben", " "), ("ben", "x" * 201)])
def test_only_members_are_given_what_is_said(organisation, people, who, task):
    with pytest.raises(BadInput):
        work.assign(organisation, people["anna"], PLAN, who, task)


def test_what_is_late_is_told_once_and_what_is_done_is_not(organisation, people):
    today = timezone.localdate()
    for name, due in (("ben", today - timedelta(days=1)), ("张三", today), ("anna", None)):
        work.assign(organisation, people["anna"], PLAN, name, "核对", due)
    assert [one.person for one in work.tell_late(organisation, today)] == [people["ben"]]
    assert work.tell_late(organisation, today) == []
    assert [one.person for one in work.tell_late(organisation, today + timedelta(days=1))] == [people["张三"]]


def test_open_assignments_come_first_and_the_earliest_due_on_top(organisation, people):
    for task, due in (("c", None), ("b", date(2026, 5, 2)), ("a", date(2026, 5, 1)), ("done", date(2026, 1, 1))):
        work.assign(organisation, people["anna"], PLAN, "ben", task, due)
    work.settle(organisation, people["ben"], work.assignments(organisation, PLAN).get(task="done").pk, done=True)
    assert [one.task for one in work.assignments(organisation, PLAN)] == ["a", "b", "c", "done"]
