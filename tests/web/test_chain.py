"""The pages of a chain: a code made, read and agreed to, members seen by name, figures held back, a list taken away."""

import re

import pytest
from django.urls import reverse

from tujing.chain.models import Follow

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader_and_member(works, other_works, sign_in):
    """The one that follows (without data) and the one that is followed."""
    return sign_in(other_works), sign_in(works)


def code_of(client, **asked):
    page = client.post(reverse("chain_code"), {"tie": "chain", **asked}).content.decode()
    return re.search(r"readonly>([^<]+)</textarea>", page).group(1)


def test_a_member_joins_and_is_seen_by_name(leader_and_member, works, other_works):
    leader, member = leader_and_member
    empty = leader.get(reverse("chain")).content.decode()
    assert "还没有关注任何企业" in empty and "甲厂专用名" not in empty

    code = code_of(leader, by_name="on")
    asked = member.post(reverse("chain_join"), {"code": code}).content.decode()
    assert "乙厂专用名" in asked and not Follow.objects.exists(), "reading a code agrees to nothing"
    joined = member.post(reverse("chain_join"), {"code": code, "confirmed": "on", "by_name": "on"}, follow=True)
    assert "已开始关注本企业" in joined.content.decode()

    page = leader.get(reverse("chain")).content.decode()
    assert ("甲厂专用名" in page and "生产计划排程" in page) or "排程" in page
    card = leader.get(reverse("chain_card")).content.decode()
    assert "甲厂专用名" in card, "its check is late"
    assert reverse("chain_card") in leader.get(reverse("home")).content.decode()
    sheet = leader.get(reverse("chain_export", args=["csv"])).content.decode("utf-8-sig")
    assert sheet.splitlines()[1].startswith("甲厂专用名,")
    assert leader.get(reverse("chain"), {"q": "没有的"}).content.decode().count("甲厂专用名") == 0
    assert "甲厂专用名" not in leader.get(reverse("chain"), {"tie": "region"}).content.decode()

    follow = Follow.objects.get()
    member.post(reverse("chain_end", args=[follow.pk]))
    assert "甲厂专用名" not in leader.get(reverse("chain")).content.decode()


def test_a_member_that_is_only_counted_is_not_named(leader_and_member, works, other_works):
    leader, member = leader_and_member
    member.post(reverse("chain_join"), {"code": code_of(leader, by_name="on"), "confirmed": "on"})
    assert Follow.objects.filter(member=works, organisation=other_works, by_name=False).exists()
    for name, args in (("chain", []), ("chain_follows", []), ("chain_card", []), ("chain_export", ["csv"])):
        assert "甲厂专用名" not in leader.get(reverse(name, args=args)).content.decode("utf-8-sig")


def test_a_void_code_is_refused_in_words_and_others_may_not_join(leader_and_member, works, sign_in):
    _, member = leader_and_member
    page = member.post(reverse("chain_join"), {"code": "nonsense"}, follow=True)
    assert "加入码已失效" in page.content.decode()
    manager = sign_in(works, "manager", "manager-of-works")
    assert manager.post(reverse("chain_join"), {"code": "x"}).status_code == 403
    assert manager.get(reverse("chain")).status_code == 403
