"""Being followed takes the member's word, opens nothing, and either side ends it."""

from __future__ import annotations

from datetime import date

import pytest
from tests.diagnosis.drawn import SME, extreme

from tujing.adoption.models import Stage
from tujing.adoption.services import current_cycle, ensure
from tujing.chain import follow_services as follows
from tujing.chain import overview_services as overview
from tujing.chain.models import Follow
from tujing.diagnosis import services as diagnosis
from tujing.diagnosis.answers import AnswerFile
from tujing.enterprise import services as enterprise
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 30)
LEAST = 10


def company(slug, industry="C3812"):
    profile = {"industry": industry, "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}
    return enterprise.create_organisation(slug, {"zh": slug, "en": slug}, profile)


def assessed(slug, industry="C3812", place=0):
    made = company(slug, industry)
    diagnosis.record(made, AnswerFile(answers=extreme(SME, place), evidence={}))
    return made


def let(member, leader, by_name=False, tie="chain"):
    return follows.agree(member, follows.code_for(leader, tie, by_name=by_name), None, by_name=by_name)


@pytest.fixture
def leader():
    return company("leader")


def refused(call):
    with pytest.raises(BadInput) as refusal:
        call()
    return refusal.value.problems[0].code


def test_a_member_agrees_to_what_was_asked_or_to_less(leader):
    member = company("member")
    asked = follows.code_for(leader, "chain", by_name=True)
    assert not follows.agree(member, asked, None, by_name=False).by_name
    assert follows.agree(member, asked, None, by_name=True).by_name, "the newer word holds"
    assert Follow.objects.count() == 1
    only_counted = follows.code_for(leader, "region", by_name=False)
    assert not follows.agree(member, only_counted, None, by_name=True).by_name, "no more than was asked"


def test_a_code_is_the_leaders_own_and_for_others(leader):
    code = follows.code_for(leader, "chain", by_name=True)
    assert follows.read_code(f" {code}\n").leader == leader
    assert refused(lambda: follows.read_code(code[:-2])) == "chain_code_void"
    assert refused(lambda: follows.read_code("")) == "chain_code_void"
    assert refused(lambda: follows.agree(leader, code, None, by_name=True)) == "own_chain"
    assert refused(lambda: follows.code_for(leader, "planet", by_name=True)) == "bad_tie"
    leader.delete()
    assert refused(lambda: follows.read_code(code)) == "chain_code_void"


def test_either_side_ends_it_and_nobody_else(leader):
    member, stranger = company("member"), company("stranger")
    follow = let(member, leader)
    assert not follows.end(stranger, follow.pk)
    assert follows.end(member, follow.pk) and not follows.end(member, follow.pk)
    assert follows.end(leader, let(member, leader).pk) and not Follow.objects.exists()


def test_being_followed_opens_no_page(leader, django_user_model):
    member = company("member")
    let(member, leader, by_name=True)
    boss = django_user_model.objects.create_user("boss", password="a good pass word")
    enterprise.add_member(leader, boss, "owner")
    assert not enterprise.may(boss, member, "view")


def test_those_by_name_are_seen_and_the_others_are_not(leader):
    named, counted, nobody = assessed("named", place=-1), assessed("counted"), company("nobody")
    let(named, leader, by_name=True)
    let(counted, leader)
    let(nobody, leader, by_name=True, tie="region")
    cycle = current_cycle(named)
    for scenario, stage in (
        ("production/scheduling", Stage.IN_USE),
        ("supply_chain/inventory", Stage.PLANNED),
        ("production/environment", Stage.STOPPED),
    ):
        adoption = ensure(named, scenario, cycle)
        adoption.stage = stage
        adoption.save()

    seen = [one.organisation for one in overview.named(leader, TODAY)]
    assert set(seen) == {named, nobody}
    assert [one.organisation for one in overview.named(leader, TODAY, "region")] == [nobody]
    known = overview.known(seen)
    assert known[nobody.pk].result is None
    assert known[named.pk].result.level == diagnosis.result(diagnosis.latest(named)).level > 0
    assert (known[named.pk].under_way, known[named.pk].in_use) == (1, 1)
    assert [(one.scenario, one.under_way, one.in_use) for one in overview.spread(seen)] == [
        ("production/scheduling", 0, 1),
        ("supply_chain/inventory", 1, 0),
    ]
    assert overview.named(named, TODAY) == [] and overview.figures(named) == []


def test_figures_hold_back_few_nameless_members_even_beside_named_ones(leader):
    for number in range(LEAST - 1):
        let(assessed(f"counted-{number}"), leader)
    assert overview.figures(leader) == []
    let(assessed("named", place=-1), leader, by_name=True)
    assert overview.figures(leader) == [], "less the named one, nine nameless would be laid bare"

    let(assessed("one-more"), leader)
    all_of_them, *narrower = overview.figures(leader)
    assert all_of_them.cell == () and all_of_them.standing.enterprises == LEAST  # eleven, rounded down to fives
    assert all_of_them.standing.levels["0"] == pytest.approx(0.9)
    assert narrower == [], "all of one size and industry: narrower groups say nothing new"


def test_a_group_of_named_members_alone_is_theirs_to_show(leader):
    for number in range(LEAST):
        let(assessed(f"counted-{number}"), leader)
    for number in range(3):
        let(assessed(f"food-{number}", industry="C1311"), leader, by_name=True)
    cells = {one.cell for one in overview.figures(leader)}
    assert ("small", "C", "C13") in cells and ("small", "C", "C38") in cells


def test_a_single_nameless_one_of_another_industry_stays_hidden(leader):
    for number in range(LEAST + 2):
        let(assessed(f"counted-{number}"), leader)
    let(assessed("alone", industry="C1311"), leader)
    shown = [one.cell for one in overview.figures(leader)]
    assert shown == [()], "the twelve of C38 beside all thirteen would give it away"


def test_one_tie_is_not_told_of_where_the_other_could_be_worked_out(leader):
    for number in range(LEAST):
        let(assessed(f"supplier-{number}"), leader)
    for number in range(2):
        let(assessed(f"neighbour-{number}"), leader, tie="region")
    assert [one.cell for one in overview.figures(leader)] == [()]
    assert overview.figures(leader, "chain") == [], "all twelve less these ten would lay the two of the region bare"
    assert overview.figures(leader, "region") == []

    for number in range(2, LEAST):
        let(assessed(f"neighbour-{number}", industry="C1311"), leader, tie="region")
    for tie in ("chain", "region"):
        assert [one.cell for one in overview.figures(leader, tie)] == [()]
