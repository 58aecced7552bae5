"""By the API as by the pages: standing among peers, frozen copies, own roles, one's own tokens."""

from __future__ import annotations

import json

import pytest
from tests.web.api_client import calling, client_of, refused

from tujing.diagnosis.models import Assessment, PeerConsent
from tujing.documents.common import Words
from tujing.documents.people import Placing, RoleWishes
from tujing.enterprise.models import Membership, OwnRole, Role
from tujing.tokens.models import ApiToken

__all__ = ["calling"]


@pytest.fixture
def owner(works, calling):
    return calling(works)


@pytest.fixture
def person(owner, django_user_model):
    return django_user_model.objects.get(username="owner-works")


def test_where_one_stands_and_whether_one_counts_among_others(works, owner, calling):
    alone = owner.diagnosis.peers()
    assert alone.group is None and alone.why_not.zh and not alone.consented
    assert owner.diagnosis.give_peer_consent().consented and PeerConsent.objects.get().organisation == works
    owner.diagnosis.take_back_peer_consent()
    assert not owner.diagnosis.peers().consented
    with refused("not_allowed", 403):
        calling(works, Role.MANAGER).diagnosis.give_peer_consent()


def test_one_among_enough_peers_is_told_the_group_and_the_share_below(owner, monkeypatch):
    from tujing.diagnosis.peers import services

    rules = services.rules().model_copy(update={"least": 1, "counts_to": 1})
    monkeypatch.setattr(services, "rules", lambda: rules)
    owner.diagnosis.give_peer_consent()
    found = owner.diagnosis.peers()
    assert found.group is not None and found.enterprises_at_least == 1 and found.percentile == 0.5
    assert set(found.score) == {"p10", "p25", "p50", "p75", "p90"} and sum(found.levels.values()) == 1


def test_a_frozen_copy_is_fetched_checked_and_a_changed_one_found_out(works, owner, calling, tmp_path):
    submitted = Assessment.objects.get(organisation=works, status="submitted")
    assert {one.id: one.held for one in owner.diagnosis.freeze(submitted.pk).checks}["reproduced"]
    copy = owner.diagnosis.frozen(submitted.pk, tmp_path / "copy.json")
    viewer = calling(works, Role.VIEWER)
    for checks in (viewer.diagnosis.verify(copy).checks, viewer.diagnosis.check_frozen(submitted.pk).checks):
        assert all(one.held is not False and one.words.en for one in checks) and len(checks) == 7

    document = json.loads(copy.read_text(encoding="utf-8"))
    document["assessed"]["assessor"] = "somebody else"
    copy.write_text(json.dumps(document), encoding="utf-8")
    found = {one.id: one.held for one in viewer.diagnosis.verify(copy).checks}
    assert not found["signature"] and not found["record"]
    with refused("not_allowed", 403):
        viewer.diagnosis.freeze(submitted.pk)
    draft = Assessment.objects.get(organisation=works, status="draft")
    with refused("not_submitted"):
        owner.diagnosis.check_frozen(draft.pk)


LEAD = RoleWishes(name=Words(zh="质量主管"), base="viewer", actions=["view", "evaluate"])


def test_own_roles_are_made_changed_given_and_taken_away(works, owner, calling):
    made = owner.people.save_role("lead", LEAD)
    assert (made.code, made.name.en, made.actions, made.people) == ("own:lead", "质量主管", ["evaluate", "view"], 0)
    calling(works, Role.VIEWER)
    viewer = next(one for one in owner.enterprise.members() if one.role == "viewer")
    owner.people.assign(viewer.id, Placing(role=made.code))
    owner.people.save_role("lead", LEAD.model_copy(update={"actions": ["view"]}))
    roles = {one.code: one for one in owner.people.roles()}
    assert {*Role.values, "own:lead"} == set(roles) and roles["owner"].people == 1 and roles["viewer"].people == 0
    assert (roles["own:lead"].actions, roles["own:lead"].people) == (["view"], 1)
    with refused("role_in_use"):
        owner.people.delete_role("lead")
    owner.people.assign(viewer.id, Placing(role="viewer"))
    owner.people.delete_role("lead")
    assert not OwnRole.objects.exists()
    with refused("not_found", 404):
        owner.people.delete_role("lead")
    with refused("bad_base"):
        owner.people.save_role("boss", LEAD.model_copy(update={"base": "owner"}))
    with refused("unknown_action"):
        owner.people.save_role("boss", LEAD.model_copy(update={"actions": ["nonsense"]}))


def test_roles_are_the_administrators_and_within_the_token(works, owner, person, calling):
    with refused("not_allowed", 403):
        calling(works, Role.MANAGER).people.save_role("lead", LEAD)
    narrow = client_of(works, person, "view", "administer")
    with refused("beyond_scope", 403):
        narrow.people.save_role("lead", LEAD)
    owner.people.save_role("lead", LEAD)
    less = LEAD.model_copy(update={"actions": ["view"]})
    for call in (lambda: narrow.people.save_role("lead", less), lambda: narrow.people.delete_role("lead")):
        with refused("beyond_scope", 403):
            call()
    assert narrow.people.save_role("reader", less).code == "own:reader"


def test_ones_own_tokens_are_listed_and_revoked(works, owner, person, calling):
    narrow = client_of(works, person, "view")
    listed = list(owner.tokens.tokens())
    assert [one.calling for one in listed] == [False, True] and listed[0].actions == ["view"]
    with refused("beyond_scope", 403):
        narrow.tokens.revoke(listed[1].id)
    with refused("not_found", 404):
        calling(works, Role.MANAGER).tokens.revoke(listed[0].id)
    owner.tokens.revoke(listed[0].id)
    with refused("bad_token", 401):
        list(narrow.tokens.tokens())
    assert [one.id for one in owner.tokens.tokens(valid=True)] == [listed[1].id]
    assert [one.id for one in owner.tokens.tokens(valid=False)] == [listed[0].id]
    with refused("not_found", 404):
        owner.tokens.revoke(listed[0].id)
    owner.tokens.revoke(listed[1].id)
    assert not ApiToken.objects.filter(user=person, revoked=None).exists()
    assert Membership.objects.filter(user=person).exists()
