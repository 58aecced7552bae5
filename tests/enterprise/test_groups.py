"""Groups of companies: being the parent opens nothing; a grant opens what it says, to whom it says, one step down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tujing.enterprise import group_services as groups
from tujing.enterprise import services
from tujing.enterprise.models import GroupLink
from tujing.problems import BadInput


@pytest.fixture
def head(company, someone):
    return someone("head", company)


@pytest.fixture
def child_owner(other_company, someone):
    return someone("child-owner", other_company)


def test_without_a_grant_the_parent_sees_nothing(company, other_company, head, child_owner):
    assert not services.may(head, other_company, "view") and groups.children_of(company, head) == []


def test_a_grant_opens_what_it_says_and_no_more(company, other_company, head, child_owner, someone):
    groups.join(other_company, groups.offer(company, ["view"]), child_owner)
    assert services.may(head, other_company, "view") and not services.may(head, other_company, "plan")
    assert not services.may(head, other_company, "administer")
    assert groups.children_of(company, head) == [other_company]
    assert groups.children_of(company, head, "plan") == []
    manager, stranger = someone("manager", company, "manager"), someone("stranger")
    assert not services.may(manager, other_company, "view") and not services.may(stranger, other_company, "view")
    assert groups.children_of(company, manager) == []
    assert not services.may(child_owner, company, "view"), "a grant goes down only"
    assert services.role_of(head, other_company) is None


def test_either_side_ends_it_at_once_and_nobody_else(company, other_company, head, child_owner, someone):
    third = services.create_organisation("third", {"zh": "丙", "en": "C"}, {**PROFILE})
    groups.join(other_company, groups.offer(company, ["view"]), child_owner)
    groups.leave(third, other_company.pk)
    assert services.may(head, other_company, "view")
    groups.leave(other_company, other_company.pk)
    assert not services.may(head, other_company, "view")
    groups.join(other_company, groups.offer(company, ["view"]), child_owner)
    groups.leave(company, other_company.pk)
    assert not GroupLink.objects.exists()


def test_a_grandparent_sees_no_grandchild(company, other_company, head, child_owner, someone):
    third = services.create_organisation("third", {"zh": "丙", "en": "C"}, {**PROFILE})
    groups.join(other_company, groups.offer(company, ["view"]), child_owner)
    groups.join(third, groups.offer(other_company, ["view"]), someone("third-owner", third))
    assert services.may(child_owner, third, "view") and not services.may(head, third, "view")


def test_no_company_comes_under_itself(company, other_company, head, child_owner):
    groups.join(other_company, groups.offer(company, ["view"]), child_owner)
    for child, parent in ((company, other_company), (company, company)):
        with pytest.raises(BadInput) as refusal:
            groups.join(child, groups.offer(parent, ["view"]), head)
        assert refusal.value.problems[0].code == "own_ancestor"


def test_a_company_is_in_one_group(company, other_company, head, child_owner):
    third = services.create_organisation("third", {"zh": "丙", "en": "C"}, {**PROFILE})
    groups.join(other_company, groups.offer(company, ["view"]), child_owner)
    with pytest.raises(BadInput) as refusal:
        groups.join(other_company, groups.offer(third, ["view"]), child_owner)
    assert refusal.value.problems[0].code == "in_a_group"


def test_a_forged_or_old_code_opens_nothing(company, other_company, child_owner, monkeypatch):
    code = groups.offer(company, ["view"])
    monkeypatch.setattr(groups, "OFFER_VALID_FOR", timedelta(seconds=-1))
    for bad in (code, code[:-2] + "xx", "", "x:y:z"):
        with pytest.raises(BadInput) as refusal:
            groups.join(other_company, bad, child_owner)
        assert refusal.value.problems[0].code == "offer_void"


@pytest.mark.parametrize("actions", [[], ["administer"], ["view", "import"]])
def test_what_no_company_should_grant_is_not_asked_for(company, actions):
    with pytest.raises(BadInput):
        groups.offer(company, actions)


def test_a_child_counts_by_ones_own_role_there_too(company, other_company, head, child_owner):
    groups.join(other_company, groups.offer(company, ["view"]), child_owner)
    services.add_member(other_company, head, "viewer")
    assert not services.may(head, other_company, "plan")
    GroupLink.objects.update(actions=[], accepted=timezone.now())
    assert groups.children_of(company, head) == [other_company]


PROFILE = {"industry": "C3812", "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}
