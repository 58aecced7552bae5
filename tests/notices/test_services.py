"""People are told of what they want to be told of, once, and only where they belong."""

from __future__ import annotations

import pytest

from tujing.enterprise.services import add_member, remove_member
from tujing.notices.about import About
from tujing.notices.kinds import MAILS, kinds
from tujing.notices.models import Notice
from tujing.notices.services import (
    choose,
    mailed,
    mark,
    mark_all,
    noticed,
    notices,
    notify,
    to_mail,
    unread,
    wishes,
)
from tujing.problems import BadInput
from tujing.words import Text

WORDS = Text(zh="有人提到了您", en="Somebody mentioned you")
PLAN = About("plan", "3", Text(zh="规划 3", en="Plan 3"))


@pytest.fixture
def people(organisation, django_user_model):
    made = {}
    for name in ("anna", "ben", "stranger"):
        made[name] = django_user_model.objects.create_user(name, email=f"{name}@example.com")
        if name != "stranger":
            add_member(organisation, made[name], "manager")
    return made


def test_only_members_are_told_and_never_who_did_it(organisation, people):
    told = notify(organisation, people.values(), "mention", WORDS, PLAN, actor=people["anna"])
    assert [one.person for one in told] == [people["ben"]]
    assert unread(organisation, people["ben"]) == 1
    assert unread(organisation, people["anna"]) == unread(organisation, people["stranger"]) == 0


def test_what_is_told_once_is_not_told_again(organisation, people):
    assert len(notify(organisation, [people["ben"]], "late", WORDS, PLAN, once="milestone:1")) == 1
    assert notify(organisation, [people["ben"]], "late", WORDS, PLAN, once="milestone:1") == []
    assert len(notify(organisation, [people["ben"]], "late", WORDS, PLAN)) == 1


def test_a_person_chooses_how_each_kind_comes(organisation, people):
    ben = people["ben"]
    assert {one.kind for one in wishes(ben)} == set(kinds())
    choose(ben, {"mention": (False, "never"), "comment": (True, "never"), "late": (False, "digest")})
    assert notify(organisation, [ben], "mention", WORDS, PLAN) == []
    assert notify(organisation, [ben], "comment", WORDS, PLAN)[0].mail == "never"
    notify(organisation, [ben], "late", WORDS, PLAN)
    assert [one.kind for one in notices(organisation, ben)] == ["comment"]
    assert [one.kind for one in to_mail(organisation, "digest")] == ["late"]
    with pytest.raises(BadInput):
        choose(ben, {"mention": (True, "at_once"), "gossip": (True, "never")})
    assert next(one for one in wishes(ben) if one.kind == "mention").mail == "never", "nothing of it was kept"


def test_read_and_unread_and_all_with_a_way_back(organisation, people):
    first, second = (notify(organisation, [people["ben"]], "comment", WORDS, PLAN)[0].pk for _ in range(2))
    assert mark(organisation, people["ben"], first, read=True)
    assert not mark(organisation, people["anna"], second, read=True), "it is not hers"
    assert mark_all(organisation, people["ben"]) == [second]
    assert unread(organisation, people["ben"]) == 0
    mark(organisation, people["ben"], second, read=False)
    assert unread(organisation, people["ben"]) == 1


def test_mail_goes_once_and_only_to_who_is_still_here_and_has_an_address(organisation, people):
    notify(organisation, [people["anna"], people["ben"]], "mention", WORDS, PLAN)
    remove_member_of(organisation, people["anna"])
    waiting = list(to_mail(organisation, "at_once"))
    assert [one.person for one in waiting] == [people["ben"]]
    mailed(waiting)
    assert not to_mail(organisation, "at_once").exists()
    people["ben"].email = ""
    people["ben"].save()
    notify(organisation, [people["ben"]], "mention", WORDS, PLAN)
    assert not to_mail(organisation, "at_once").exists()


def remove_member_of(organisation, person):
    owner = type(person).objects.create_user("owner")
    add_member(organisation, owner, "owner")
    remove_member(organisation, person)


def test_the_signal_comes_when_the_notices_are_there(organisation, people, django_capture_on_commit_callbacks):
    heard = []

    def hear(sender, organisation, notices, **_):
        heard.append((organisation.slug, [one.pk for one in notices], Notice.objects.count()))

    noticed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            made = notify(organisation, [people["ben"]], "mention", WORDS, PLAN)
            assert heard == []
    finally:
        noticed.disconnect(hear)
    assert heard == [(organisation.slug, [made[0].pk], 1)]


def test_every_kind_has_a_way_of_mail():
    assert {one.mail for one in kinds().values()} <= set(MAILS)
