"""By the API as by the pages: comments, mentions, assignments, followers, history, notices."""

from __future__ import annotations

from datetime import date

import pytest
from tests.web.api_client import calling, client_of, refused

from tujing.conversation.models import Comment
from tujing.documents.conversation import AssignmentWishes, CommentWishes, Following, Settling
from tujing.documents.notices import Marking, PreferenceWishes
from tujing.enterprise.models import Role
from tujing.enterprise.services import add_member
from tujing.planning.models import Plan

__all__ = ["calling"]


@pytest.fixture
def owner(works, calling):
    return calling(works)


@pytest.fixture
def head(works, calling):
    return calling(works, Role.DEPARTMENT_HEAD)


@pytest.fixture
def plan(works) -> str:
    return str(Plan.objects.get(organisation=works).pk)


def test_a_comment_tells_whom_it_mentions_and_who_follows(owner, head, plan):
    head.conversation.follow("plan", plan, Following(following=True))
    assert head.conversation.following("plan", plan).following
    said = owner.conversation.say("plan", plan, CommentWishes(text="@department_head-works please look"))
    assert said.author == "owner-works" and said.about_key == plan
    assert [one.id for one in head.conversation.comments("plan", plan)] == [said.id]
    told = list(head.notices.notices(unread=True))
    assert [one.kind for one in told] == ["mention"] and "please look" in told[0].words.en
    assert not list(owner.notices.notices()), "nobody is told of what they did themselves"
    assert head.notices.mark(told[0].id, Marking(read=True)).read is not None
    assert len(head.notices.notices(unread=True)) == 0 and len(head.notices.notices(kind="mention")) == 1
    head.notices.mark(told[0].id, Marking(read=False))
    assert head.notices.mark_all().changed == 1 and head.notices.mark_all().changed == 0
    with refused("not_found", 404):
        owner.notices.mark(told[0].id, Marking(read=True))
    head.conversation.follow("plan", plan, Following(following=False))
    owner.conversation.say("plan", plan, CommentWishes(text="and once more"))
    assert len(head.notices.notices()) == 1


def test_a_comment_is_changed_removed_and_brought_back_by_its_author_only(owner, head):
    said = owner.conversation.say("scenario", "production/scheduling", CommentWishes(text="first"))
    assert owner.conversation.edit(said.id, CommentWishes(text="second")).edited is not None
    for attempt in (
        lambda: head.conversation.edit(said.id, CommentWishes(text="mine")),
        lambda: head.conversation.remove(said.id),
    ):
        with refused("not_your_comment"):
            attempt()
    owner.conversation.remove(said.id)
    assert len(owner.conversation.comments("scenario", "production/scheduling")) == 0
    assert owner.conversation.restore(said.id).removed is None
    assert Comment.objects.get(pk=said.id).text == "second"
    with refused("bad_comment"):
        owner.conversation.say("scenario", "production/scheduling", CommentWishes(text=" "))


def test_somebody_is_given_something_to_do_and_does_it(owner, head, plan):
    wishes = AssignmentWishes(assignee="department_head-works", task="Check the capacity", due=date(2026, 12, 24))
    given = owner.conversation.assign("plan", plan, wishes)
    assert given.by == "owner-works" and given.about.en.startswith("Plan")
    assert [one.id for one in head.conversation.mine()] == [given.id]
    with refused("not_given_by_you"):
        head.conversation.withdraw(given.id)
    assert head.conversation.settle(given.id, Settling(done=True)).done is not None
    assert not list(head.conversation.mine()) and len(owner.conversation.assignments("plan", plan, done=True)) == 1
    owner.conversation.settle(given.id, Settling(done=False))
    owner.conversation.withdraw(given.id)
    assert len(owner.conversation.assignments("plan", plan)) == 0
    with refused("unknown_member"):
        owner.conversation.assign("plan", plan, AssignmentWishes(assignee="nobody", task="x"))


def test_of_what_is_not_there_or_another_companys_nothing_is_said(works, other_works, owner, plan, django_user_model):
    person = django_user_model.objects.create_user("other")
    add_member(other_works, person, Role.OWNER)
    stranger = client_of(other_works, person)
    said = owner.conversation.say("plan", plan, CommentWishes(text="ours"))
    for attempt in (
        lambda: list(stranger.conversation.comments("plan", plan)),
        lambda: stranger.conversation.say("plan", plan, CommentWishes(text="x")),
        lambda: stranger.conversation.edit(said.id, CommentWishes(text="x")),
        lambda: stranger.conversation.history("plan", plan).first,
        lambda: owner.conversation.comments("nothing", "1").first,
    ):
        with refused("not_found", 404):
            attempt()


def test_a_viewer_follows_and_reads_and_says_nothing(works, calling, plan):
    viewer = calling(works, Role.VIEWER)
    viewer.conversation.follow("plan", plan, Following(following=True))
    with refused("not_allowed", 403):
        viewer.conversation.say("plan", plan, CommentWishes(text="x"))


def test_the_history_of_an_object_tells_who_changed_what(works, owner, plan):
    found = Plan.objects.get(pk=plan)
    found.name = "renamed"
    found.save()
    events = list(owner.conversation.history("plan", plan))
    assert events[0].kind == "planning.plan" and events[0].changes["name"][1] == "renamed"
    assert list(owner.conversation.history("element", "work_order")) == []


def test_each_says_how_they_want_to_be_told(owner):
    before = {one.kind: one for one in owner.notices.preferences()}
    wishes = [PreferenceWishes(kind="comment", on_site=False, mail="digest")]
    after = {one.kind: one for one in owner.notices.prefer(wishes).items}
    assert (after["comment"].on_site, after["comment"].mail) == (False, "digest")
    assert after["mention"] == before["mention"]
    with refused("unknown_preference"):
        owner.notices.prefer([PreferenceWishes(kind="nothing", on_site=True, mail="never")])
