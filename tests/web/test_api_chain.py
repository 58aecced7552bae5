"""By the API as by the pages: a leader's code, a member's word, members by name and in figures."""

from __future__ import annotations

import pytest
from tests.web.api_client import calling, refused

from tujing.documents.chain import Agreement, Code, CodeWishes
from tujing.enterprise.models import Role

__all__ = ["calling"]


def test_a_member_agrees_and_is_seen_until_either_side_ends_it(works, other_works, calling):
    leader, member = calling(other_works), calling(works)
    code = leader.chain.make_code(CodeWishes(tie="region", by_name=True)).code
    asked = member.chain.read_code(Code(code=code))
    assert (asked.leader.en, asked.tie, asked.by_name) == ("Works Two", "region", True)

    counted = member.chain.agree(Agreement(code=code))
    assert not counted.by_name and list(leader.chain.members()) == []
    overview = leader.chain.figures()
    assert (overview.members, overview.by_name, overview.figures) == (1, 0, [])

    named = member.chain.agree(Agreement(code=code, by_name=True))
    (seen,) = leader.chain.members(tie="region")
    assert (seen.name.zh, seen.in_use, seen.late) == ("甲厂专用名", 1, 1)
    assert seen.level is not None and seen.level_name.zh
    assert list(leader.chain.members(tie="chain")) == []
    assert [one.scenario for one in leader.chain.figures().scenarios] == ["production/scheduling"]
    assert [one.id for one in member.chain.followers()] == [named.id]

    leader.chain.end(named.id)
    assert list(member.chain.followers()) == []
    with refused("not_found", 404):
        member.chain.end(named.id)


def test_a_void_code_and_a_manager_are_refused(works, calling):
    with refused("chain_code_void"):
        calling(works).chain.read_code(Code(code="nonsense"))
    manager = calling(works, Role.MANAGER)
    for call in (lambda: list(manager.chain.members()), lambda: list(manager.chain.followers())):
        with refused("not_allowed", 403):
            call()


@pytest.mark.parametrize("by_name", [True, False])
def test_nobody_follows_themselves(works, calling, by_name):
    owner = calling(works)
    code = owner.chain.make_code(CodeWishes(tie="chain", by_name=by_name)).code
    with refused("own_chain"):
        owner.chain.agree(Agreement(code=code, by_name=by_name))
