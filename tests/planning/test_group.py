"""The roll-up of plants under one budget."""

from dataclasses import replace

import pytest
from tests.planning.small import best, case
from tests.planning.test_services import LEVELS
from tests.works import bring_in

from tujing.enterprise.models import Organisation, Profile
from tujing.enterprise.services import add_member
from tujing.planning.group import Plant, joint, roll_up
from tujing.planning.group_services import plan_group
from tujing.planning.optimise import Limits, Step
from tujing.problems import BadInput


def plant(seed: int) -> Plant:
    steps, limits = case(seed)
    plain = replace(limits, loan=None, subsidies=(), target=None, mandatory={}, person_days=(40.0,) * limits.quarters)
    return Plant(tuple(steps[:3]), plain)


@pytest.mark.parametrize("seed", range(12))
def test_together_is_the_best_of_all_and_never_less_than_apart(seed):
    plants = {"north": plant(7000 + seed), "south": plant(8000 + seed)}
    found = roll_up(plants)
    steps, limits = joint(plants)
    for_enumeration = replace(limits, skills={**limits.skills, "digital": 1e9})
    assert found.choice.status == "optimal" and found.gain >= -2.0
    assert sum(found.worth.values()) == pytest.approx(found.choice.objective, abs=1.0)
    # Enumeration knows no roles by plant: it may only find more.
    assert best(list(steps), for_enumeration) >= found.choice.objective - 2.0
    for name, one in plants.items():
        assert one.limits.parallel >= 1 and set(found.together[name]) <= {step.id for step in one.steps}


def test_money_goes_where_it_earns_most_and_each_plant_keeps_its_people():
    rich = Plant((Step("a@2", 1, 50.0, 5.0, (900.0,)), Step("b@2", 1, 50.0, 5.0, (800.0,))), Limits((50.0,), (9.0,), 5))
    poor = Plant((Step("a@2", 1, 50.0, 5.0, (100.0,)),), Limits((50.0,), (9.0,), 5))
    found = roll_up({"rich": rich, "poor": poor})
    # The second step of the rich plant would earn more, but its people are not enough for two.
    assert found.together == {"rich": {"a@2": 0}, "poor": {"a@2": 0}}
    wider = replace(rich, limits=replace(rich.limits, person_days=(10.0,)))
    found = roll_up({"rich": wider, "poor": poor})
    assert found.together == {"rich": {"a@2": 0, "b@2": 0}, "poor": {}}
    assert found.gain == pytest.approx(700.0) and found.spent == {"rich": 100.0, "poor": 0.0}


def test_plants_with_different_quarters_or_a_loan_of_their_own_are_refused():
    one = Plant((), Limits((1.0,), (1.0,), 1))
    two = Plant((), Limits((1.0, 1.0), (1.0, 1.0), 1))
    with pytest.raises(ValueError, match="quarters"):
        joint({"one": one, "two": two})


@pytest.mark.django_db
def test_a_group_is_planned_only_by_somebody_who_may_plan_for_every_plant(works, django_user_model):
    other = Organisation.objects.create(slug="south-works", name={"zh": "南厂", "en": "South works"})
    Profile.objects.create(
        organisation=other, industry="C3812", staff=180, revenue=90_000_000, production_type="discrete"
    )
    bring_in(other)
    user = django_user_model.objects.create_user("cio", password="x")
    add_member(works, user, "manager")
    levels = {one.slug: LEVELS for one in (works, other)}
    with pytest.raises(BadInput) as refused:
        plan_group(user, [works, other], 900_000, levels, 6)
    assert refused.value.problems[0].code == "not_yours_to_plan"
    with pytest.raises(BadInput) as refused:
        plan_group(user, [works], 900_000, levels, 6)
    assert refused.value.problems[0].code == "too_few_plants"
    add_member(other, user, "consultant")
    document = plan_group(user, [works, other], 900_000, levels, 6)
    assert document["status"] == "optimal" and document["gap"] == 0 and document["gain"] >= -1
    assert set(document["plants"]) == {works.slug, "south-works"}
    assert sum(one["npv"] for one in document["plants"].values()) == pytest.approx(document["objective"], abs=1)
    assert sum(one["cost"] for one in document["plants"].values()) <= 900_000
