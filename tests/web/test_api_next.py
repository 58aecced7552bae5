"""By the API as by the pages: what to do next, every step that a plan weighed, one's own rating, KPIs of one's own."""

from __future__ import annotations

import pytest
from tests.web.api_client import calling, client_of, refused
from tests.web.conftest import SCENARIO

from tujing.documents.evaluation import RatingWishes
from tujing.enterprise.models import Role
from tujing.evaluation.appraisal.survey import survey
from tujing.evaluation.models import Rating
from tujing.planning.models import Plan

__all__ = ["calling"]


@pytest.fixture
def owner(works, calling):
    return calling(works)


def test_one_is_told_what_to_do_next_as_far_as_the_call_may_do_it(works, owner, django_user_model):
    steps = list(owner.enterprise.next_steps())
    assert steps and all(one.reason.zh and one.reason.en for one in steps)
    person = django_user_model.objects.get(username="owner-works")
    narrow = list(client_of(works, person, "view").enterprise.next_steps())
    assert {one.action for one in narrow} <= {"view"} and len(narrow) < len(steps)


def test_every_step_that_a_plan_weighed_is_told_with_its_figures(works, owner):
    plan = Plan.objects.get(organisation=works)
    rows = list(owner.planning.candidates(plan.pk, page_size=500))
    taken = {(one.scenario, one.level, one.option) for one in owner.planning.projects(plan.pk)}
    assert taken == {(one.scenario, one.level, one.option) for one in owner.planning.candidates(plan.pk, in_plan=True)}
    assert len(rows) > len(taken) and rows[0].document["cost"]["mean"] >= 0
    assert {one.scenario for one in owner.planning.candidates(plan.pk, scenario=SCENARIO)} == {SCENARIO}


def test_each_rates_for_themselves_and_rates_again(works, owner, calling):
    wishes = RatingWishes(subject=SCENARIO, group="manager", answers=dict.fromkeys(survey().statements, "4"))
    assert owner.evaluation.say_rating("usability", wishes).rater == "owner-works"
    again = wishes.model_copy(update={"answers": dict.fromkeys(survey().statements, "5")})
    owner.evaluation.say_rating("usability", again)
    assert set(Rating.objects.get(organisation=works).answers.values()) == {5}
    with refused("no_answers"):
        owner.evaluation.say_rating("usability", wishes.model_copy(update={"answers": {}}))
    with refused("not_allowed", 403):
        calling(works, Role.VIEWER).evaluation.say_rating("usability", wishes)


def test_only_a_kpi_of_ones_own_is_taken_away(works, owner):
    with refused("unknown_kpi"):
        owner.evaluation.forget("lead_time")
