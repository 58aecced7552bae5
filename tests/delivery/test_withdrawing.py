"""A project ends with a reason and is warned of no more; it can come back, also with a plan that holds it."""

from datetime import date

import pytest
from tests.delivery.examples import PROJECTS, SCENARIO

from tujing.adoption.models import Adoption, Stage
from tujing.delivery.document import delivery_document
from tujing.delivery.models import LevelProject, LogEntry
from tujing.delivery.services import accept, accept_all, adopt_plan
from tujing.delivery.withdrawing_services import reinstate, withdraw
from tujing.enterprise.models import Organisation, Role
from tujing.enterprise.services import add_member
from tujing.iteration.services import where
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 15)
WHY = "新的规划不再包含它"


@pytest.fixture
def owner(organisation, django_user_model) -> str:
    add_member(organisation, django_user_model.objects.create_user("li"), Role.OWNER)
    return "li"


def project(level: int) -> LevelProject:
    return LevelProject.objects.get(level=level)


def test_a_withdrawn_project_is_open_no_more_and_nothing_warns_of_it(organisation, owner):
    adopt_plan(organisation, PROJECTS)
    with pytest.raises(BadInput, match="level 3"):
        withdraw(organisation, project(2).pk, owner, WHY, DAY)
    withdraw(organisation, project(3).pk, owner, WHY, DAY)
    adoption = Adoption.objects.get()
    assert (adoption.stage, adoption.level_target) == (Stage.PLANNED, 2)
    withdraw(organisation, project(2).pk, owner, WHY, DAY)
    adoption.refresh_from_db()
    assert (adoption.stage, adoption.level_target) == (Stage.STOPPED, 1)
    document = delivery_document(organisation, date(2027, 1, 1))
    assert document["warnings"] == [] and not any(one["is_open"] for one in document["projects"])
    assert document["projects"][0]["withdrawn"] == {"on": "2026-02-15", "by": "li", "reason": WHY}
    assert accept_all(organisation) == []
    implement = next(step for step in where(organisation).steps if step.id == "implement")
    assert implement.share == 0.0 and "0" not in implement.words.zh
    assert LogEntry.objects.filter(person="li", finding__contains=WHY).count() == 2


def test_it_comes_back_where_it_stood(organisation, owner):
    adopt_plan(organisation, PROJECTS)
    for level in (3, 2):
        withdraw(organisation, project(level).pk, owner, WHY, DAY)
    with pytest.raises(BadInput, match="resume that first"):
        reinstate(organisation, project(3).pk, owner, "仍然需要它", DAY)
    reinstate(organisation, project(2).pk, owner, "仍然需要它", DAY)
    adoption = Adoption.objects.get()
    assert (adoption.stage, adoption.level_target) == (Stage.PLANNED, 2)
    assert project(2).withdrawn is None and project(3).withdrawn is not None
    adopt_plan(organisation, PROJECTS)  # the plan holds level 3 as well
    adoption.refresh_from_db()
    assert project(3).withdrawn is None and adoption.level_target == 3


def test_a_plan_takes_a_stopped_scenario_up_again(organisation, owner):
    adopt_plan(organisation, PROJECTS)
    for level in (3, 2):
        withdraw(organisation, project(level).pk, owner, WHY, DAY)
    adopt_plan(organisation, PROJECTS)
    assert Adoption.objects.get().stage == Stage.PLANNED
    assert not LevelProject.objects.filter(withdrawn__isnull=False).exists()


def test_only_who_decides_may_withdraw_and_only_with_a_reason(organisation, owner, django_user_model):
    adopt_plan(organisation, PROJECTS)
    add_member(organisation, django_user_model.objects.create_user("wang"), Role.LINE_WORKER)
    mine = project(3).pk
    for who, why in (("wang", WHY), (owner, "  "), ("nobody", WHY)):
        with pytest.raises(BadInput):
            withdraw(organisation, mine, who, why, DAY)
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "别家", "en": "Stranger"})
    with pytest.raises(BadInput):
        withdraw(stranger, mine, owner, WHY, DAY)
    assert project(3).withdrawn is None


def test_what_has_reached_its_level_cannot_be_withdrawn_and_its_scenario_stays_in_use(works, django_user_model):
    add_member(works, django_user_model.objects.create_user("li"), Role.OWNER)
    adopt_plan(works, PROJECTS)
    adoption = Adoption.objects.get()
    adoption.stage, adoption.level_today = Stage.IN_USE, 2
    adoption.save()
    with pytest.raises(BadInput):
        withdraw(works, project(2).pk, "li", WHY, DAY)
    withdraw(works, project(3).pk, "li", WHY, DAY)
    adoption.refresh_from_db()
    assert (adoption.stage, adoption.level_target) == (Stage.IN_USE, 2)
    for milestone in adoption.milestones.filter(level=3):
        accept(works, milestone.pk, today=date(2026, 12, 31))
    adoption.refresh_from_db()
    assert adoption.level_today == 2, "a withdrawn level is not reached, whatever its checks say"
    assert adoption.scenario == SCENARIO
