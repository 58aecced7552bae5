"""Organisations, people and roles on a database."""

from __future__ import annotations

from datetime import date

import pytest

from tujing.enterprise import rules, services
from tujing.enterprise.models import Membership, Organisation, Profile, Role
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db

PROFILE = {
    "industry": "C3812",
    "region": 330200,
    "staff": 260,
    "revenue": 130_000_000,
    "production_type": "discrete",
    "honours": ["specialised_provincial"],
}
NAME = {"zh": "甬电电机", "en": "Yongdian Motor"}


@pytest.fixture
def works():
    return services.create_organisation("motor-works", NAME, PROFILE)


@pytest.fixture
def person(django_user_model):
    return django_user_model.objects.create_user("wang")


def test_a_new_organisation_is_classed_from_its_profile(works):
    found = services.classification(works, date(2026, 11, 23))
    assert (found.size, found.tier, found.track) == ("small", "specialised_provincial", "stepwise")
    assert works.profile.region == "330200"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"staff": -1}, "staff"),
        ({"staff": "many"}, "staff"),
        ({"industry": "Z9"}, "industry"),
        ({"region": "1"}, "region"),
        ({"honours": ["best"]}, "honours"),
        ({"facts": {"luck": 1.0}}, "facts.luck"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_broken_profile_is_refused_and_nothing_is_stored(changes, key):
    with pytest.raises(BadInput) as refusal:
        services.create_organisation("motor-works", NAME, {**PROFILE, **changes})
    assert refusal.value.problems[0].key == key
    assert not Organisation.objects.exists() and not Profile.objects.exists()


@pytest.mark.parametrize("slug", ["motor-works", "", "电机", "a b"])
def test_a_taken_or_unfit_slug_is_refused(works, slug):
    with pytest.raises(BadInput):
        services.create_organisation(slug, NAME, PROFILE)
    assert Organisation.objects.count() == 1


def test_an_organisation_without_profile_says_what_to_do(organisation):
    with pytest.raises(BadInput) as refusal:
        services.classification(organisation)
    assert refusal.value.problems[0].code == "no_profile"


def test_a_new_user_sees_nothing_and_may_nothing(works, person):
    assert not services.organisations_of(person).exists()
    assert not any(services.may(person, works, action) for action in rules.permissions())


def test_a_role_counts_in_its_own_organisation_only(works, person):
    other = services.create_organisation("other", NAME, PROFILE)
    services.add_member(works, person, "owner")
    assert list(services.organisations_of(person)) == [works]
    assert services.may(person, works, "administer") and not services.may(person, other, "view")


@pytest.mark.parametrize(
    ("role", "yes", "no"),
    [
        ("viewer", "view", "answer"),
        ("line_worker", "answer", "submit"),
        ("department_head", "import", "plan"),
        ("consultant", "plan", "deliver"),
        ("manager", "deliver", "administer"),
    ],
)
def test_each_role_may_what_the_table_says(works, person, role, yes, no):
    services.add_member(works, person, role)
    assert services.may(person, works, yes) and not services.may(person, works, no)


def test_the_permission_table_names_every_role_and_no_other():
    named = frozenset().union(*rules.permissions().values())
    assert named == set(Role.values)


def test_an_unknown_action_is_a_mistake_not_a_yes(works, person):
    with pytest.raises(KeyError):
        services.may(person, works, "fly")


def test_the_last_owner_stays(works, person, django_user_model):
    services.add_member(works, person, "owner")
    with pytest.raises(BadInput):
        services.add_member(works, person, "viewer")
    with pytest.raises(BadInput):
        services.remove_member(works, person)
    services.add_member(works, django_user_model.objects.create_user("li"), "owner")
    services.remove_member(works, person)
    assert [one.user.username for one in services.members(works)] == ["li"]


def test_an_unknown_role_is_refused(works, person):
    with pytest.raises(BadInput):
        services.add_member(works, person, "king")
    assert not Membership.objects.exists()
