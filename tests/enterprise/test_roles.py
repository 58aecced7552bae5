"""Own roles: nobody gives, makes or keeps more than they have, and a change counts at once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tujing.enterprise import people_services, role_services, rules, services
from tujing.enterprise.change_services import changes, undo
from tujing.enterprise.models import Membership, OwnRole, Role
from tujing.enterprise.role_services import Chosen, chosen, may_give
from tujing.problems import BadInput

LEAD = {"name": {"zh": "质量主管", "en": "Quality lead"}, "base": "department_head", "actions": ["view", "run"]}
CLERK = {"name": {"zh": "人事", "en": "Clerk"}, "base": "viewer", "actions": ["view", "administer"]}


def code_of(refusal):
    return refusal.value.problems[0].code


@pytest.fixture
def owner(company, someone):
    return someone("owner", company)


@pytest.fixture
def clerk(company, someone, owner):
    """May administer and view, and nothing else."""
    return someone("clerk", company, "viewer", role_services.save(company, "clerk", CLERK, owner))


def member(company, user):
    return Membership.objects.select_related("user", "own_role").get(organisation=company, user=user)


def test_an_own_role_may_what_it_says_and_a_change_counts_at_once(company, owner, someone):
    lead = role_services.save(company, "lead", LEAD, owner)
    person = someone("zhou", company, "department_head", lead)
    assert services.may(person, company, "run") and not services.may(person, company, "import")
    role_services.save(company, "lead", LEAD | {"actions": ["view", "import"]}, owner)
    assert services.may(person, company, "import") and not services.may(person, company, "run")
    assert services.role_of(person, company) == "department_head"


def test_an_action_that_left_the_table_opens_nothing(company, owner, someone):
    lead = role_services.save(company, "lead", LEAD, owner)
    OwnRole.objects.update(actions=["view", "fly"])
    assert services.actions_of(member(company, someone("zhou", company, lead.base, lead))) == {"view"}


@pytest.mark.parametrize(
    ("code", "changes_", "refused"),
    [
        ("Lead", {}, "bad_code"),
        ("lead", {"base": "owner"}, "bad_base"),
        ("lead", {"base": "manager"}, "bad_base"),
        ("lead", {"actions": ["fly"]}, "unknown_action"),
        ("lead", {"name": {"zh": "主管", "en": " "}}, "value_error"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(company, owner, code, changes_, refused):
    with pytest.raises(BadInput) as refusal:
        role_services.save(company, code, LEAD | changes_, owner)
    assert code_of(refusal) == refused and not OwnRole.objects.exists()


@pytest.mark.parametrize("role", [one for one in Role.values if one != "owner"])
def test_who_does_not_administer_gives_and_makes_no_role(company, owner, someone, role):
    person = someone("person", company, role)
    assert not any(may_give(person, company, Chosen(one)) for one in Role.values)
    with pytest.raises(BadInput):
        role_services.save(company, "lead", LEAD | {"actions": []}, person)
    with pytest.raises(BadInput):
        people_services.assign(company, member(company, person), "owner", "", person)


def test_who_administers_without_being_an_owner_stays_below(company, owner, clerk, someone):
    assert [one for one in Role.values if may_give(clerk, company, Chosen(one))] == ["viewer"]
    manager = someone("manager", company, "manager")
    refusals = (
        lambda: people_services.assign(company, member(company, clerk), "viewer", "", clerk),
        lambda: people_services.assign(company, member(company, owner), "viewer", "", clerk),
        lambda: people_services.remove(company, member(company, owner), clerk),
        lambda: people_services.assign(company, member(company, manager), "viewer", "", clerk),
        lambda: people_services.remove(company, member(company, clerk), clerk),
        lambda: role_services.save(company, "clerk", CLERK | {"actions": ["view"]}, clerk),
        lambda: role_services.save(company, "more", LEAD, clerk),
    )
    for attempt in refusals:
        with pytest.raises(BadInput):
            attempt()
    assert services.role_of(owner, company) == "owner" and services.may(clerk, company, "administer")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.sets(st.sampled_from(sorted(rules.permissions()))), st.sets(st.sampled_from(sorted(rules.permissions()))))
def test_giving_never_gives_more_than_one_has(company, owner, django_user_model, has, gives):
    django_user_model.objects.exclude(pk=owner.pk).delete()
    OwnRole.objects.all().delete()
    mine = role_services.save(company, "mine", LEAD | {"actions": list(has)}, owner)
    other = role_services.save(company, "other", LEAD | {"actions": list(gives)}, owner)
    person = django_user_model.objects.create(username="person")
    services.add_member(company, person, mine.base, own_role=mine)
    assert may_give(person, company, chosen(company, "own:other")) == ("administer" in has and gives <= has)
    assert services.actions_of(member(company, person)) == has
    assert other.base == "department_head"


def test_a_role_that_somebody_has_is_not_deleted_and_a_deleted_one_comes_back(company, owner, someone):
    lead = role_services.save(company, "lead", LEAD, owner)
    person = someone("zhou", company, "department_head", lead)
    with pytest.raises(BadInput) as refusal:
        role_services.delete(company, "lead", owner)
    assert code_of(refusal) == "role_in_use"
    people_services.assign(company, member(company, person), "viewer", "", owner)
    role_services.delete(company, "lead", owner)
    undo(changes(company).first(), owner)
    assert role_services.state(company, "lead")["actions"] == ["run", "view"]


def test_a_role_of_another_company_is_not_known(company, other_company, owner, someone):
    role_services.save(other_company, "lead", LEAD, someone("li", other_company))
    with pytest.raises(BadInput) as refusal:
        people_services.assign(company, member(company, owner), "own:lead", "", owner)
    assert code_of(refusal) == "unknown_role"


def test_every_action_has_words():
    assert set(rules.action_words()) == set(rules.permissions())


def test_a_member_changes_comes_back_and_changes_in_between_are_not_lost(company, owner, someone):
    person = someone("zhou", company, "viewer")
    people_services.assign(company, member(company, person), "manager", "质量部", owner)
    first = changes(company).first()
    people_services.assign(company, member(company, person), "consultant", "质量部", owner)
    with pytest.raises(BadInput) as refusal:
        undo(first, owner)
    assert code_of(refusal) == "changed_since"
    undo(changes(company).first(), owner)
    assert services.role_of(person, company) == "manager"
    people_services.remove(company, member(company, person), owner)
    assert services.role_of(person, company) is None
    undo(changes(company).first(), owner)
    assert member(company, person).department == "质量部"


def test_taking_back_asks_for_the_same_right(company, owner, clerk, someone):
    people_services.assign(company, member(company, someone("zhou", company, "manager")), "viewer", "", owner)
    with pytest.raises(BadInput) as refusal:
        undo(changes(company).first(), clerk)
    assert code_of(refusal) == "not_yours_to_give"


def test_the_last_owner_stays_by_every_way(company, owner):
    for attempt in (
        lambda: people_services.assign(company, member(company, owner), "manager", "", owner),
        lambda: people_services.remove(company, member(company, owner), owner),
        lambda: people_services.assign_all(company, [(2, {"account": "owner", "role": "viewer"})], owner),
    ):
        with pytest.raises(BadInput) as refusal:
            attempt()
        assert code_of(refusal) == "last_owner"


def test_a_list_is_taken_whole_or_not_at_all(company, owner, someone):
    person = someone("zhou", company, "viewer")
    good = {"account": "zhou", "role": "manager", "department": "质量部"}
    with pytest.raises(BadInput) as refusal:
        rows = [(2, good), (3, {"account": "nobody", "role": "viewer"}), (6, {"account": "zhou", "role": "king"})]
        people_services.assign_all(company, rows, owner, "members.csv")
    found = [(one.code, one.file, one.row) for one in refusal.value.problems]
    assert found == [("not_a_member", "members.csv", 3), ("unknown_role", "members.csv", 6)]
    assert services.role_of(person, company) == "viewer"
    assert people_services.assign_all(company, [(2, good)], owner) == 1
    assert people_services.assign_all(company, [(2, good)], owner) == 0


def test_may_asks_nothing_once_the_memberships_are_remembered(company, owner, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert services.may(owner, company, "administer")
    services.remember(owner, services.memberships_of(owner))
    with django_assert_num_queries(0):
        assert services.may(owner, company, "administer")
    services.add_member(company, owner, "owner", "总部")
    with django_assert_num_queries(1):
        assert services.may(owner, company, "administer")
