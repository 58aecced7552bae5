"""A plan made again with a change, asked more of, and chosen among variants."""

from datetime import date

import pytest

from tujing.adoption.models import Forecast
from tujing.iteration.plan_services import (
    ask,
    asked_of,
    check_wishes,
    choose,
    plan_as_asked,
    rename,
    way_out,
)
from tujing.planning.asked import Asked
from tujing.planning.infeasible import PlanConflict
from tujing.planning.models import Plan
from tujing.planning.services import latest_plan, plan_of
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db
TODAY = date(2026, 2, 1)
ASKED = Asked(budget=600_000, quarters=6)


@pytest.fixture
def plan(works) -> Plan:
    return plan_as_asked(works, ASKED, today=TODAY)


def test_a_variant_stands_beside_the_plan_until_it_is_chosen_and_the_former_can_come_back(works, plan):
    first = plan.projects.first()
    step = f"{first.scenario}@{first.level}"
    heard = []
    asked = asked_of(plan).with_changes(starts={step: 1 if first.start_quarter == 0 else 0})
    variant = plan_as_asked(
        works, asked, before=plan, name=" 推迟 ", variant=True, today=TODAY, watch=lambda *told: heard.append(told)
    )
    moved = variant.projects.get(scenario=first.scenario, level=first.level)
    assert moved.start_quarter != first.start_quarter and variant.start == plan.start
    assert variant.name == "推迟" and variant.before == plan and latest_plan(works) == plan
    assert heard and all(worth <= bound + 1 for worth, bound in heard)
    assert heard[-1][0] == pytest.approx(variant.objective, abs=1)
    told = set(Forecast.objects.values_list("scenario", "level"))
    choose(works, variant, TODAY)
    assert latest_plan(works) == variant == plan_of(variant.cycle)
    assert told or set(Forecast.objects.values_list("scenario", "level"))
    choose(works, plan, TODAY)
    assert latest_plan(works) == plan
    rename(works, plan, "x" * 200)
    plan.refresh_from_db()
    assert plan.name == "x" * 80


def test_what_was_asked_is_kept_and_old_plans_tell_it_by_their_parameters(works, plan):
    kept = asked_of(plan)
    assert kept.budget == 600_000 and kept.quarters == 6
    del plan.parameters["asked"]
    told = asked_of(plan)
    assert sum(told.budget) == pytest.approx(600_000) and told.parallel == plan.parameters["parallel"]


def test_candidates_are_kept_apart_with_their_risk(works, plan):
    rows = plan.parts.get(kind="candidates").content
    assert "candidates" not in plan.result
    taken = {(one.scenario, one.level, one.option) for one in plan.projects.all()}
    assert taken <= {(row["scenario"], row["level"], row["option"]) for row in rows}
    for row in rows:
        assert row["p10"] <= row["p90"] and 0 <= row["loss_probability"] <= 1
        assert row["cost"]["low"] <= row["cost"]["mean"] <= row["cost"]["high"]


def test_more_can_be_asked_of_a_plan_and_answers_replace_each_other(works, plan, monkeypatch):
    monkeypatch.setattr("tujing.iteration.plan_services.next_quarter", lambda day: plan.start)
    front = ask(works, plan, "pareto").content
    assert [one["yours"] for one in front].count(True) == 1
    yours = next(one for one in front if one["yours"])
    assert yours["value"] == pytest.approx(plan.objective, abs=1) and len(yours["starts"]) >= plan.projects.count()
    again = ask(works, plan, "robustness", draws=10)
    assert again.content["draws"] == 10
    assert ask(works, plan, "robustness", draws=12).pk == again.pk
    assert isinstance(ask(works, plan, "limits").content, list)
    left = plan.rejections.filter(loss__isnull=False).first()
    if left is not None:
        told = ask(works, plan, "why", f"{left.scenario}@{left.level}").content
        assert told["why_not"]["zh"] and told["loss"] == pytest.approx(left.loss, rel=1e-3, abs=5)
    with pytest.raises(BadInput, match="10 to"):
        ask(works, plan, "robustness", draws=3)


def test_a_plan_whose_data_have_changed_is_not_asked_more(works, plan):
    one = plan.projects.first()
    one.start_quarter += 1
    one.save()
    with pytest.raises(BadInput, match="Plan again, then ask"):
        ask(works, plan, "limits")


def test_a_conflict_has_a_way_out_that_can_be_planned_with(works, plan):
    wish = plan.projects.order_by("-cost").first()
    asked = Asked(budget=wish.cost / 4, quarters=6, pinned=(f"{wish.scenario}@{wish.level}",))
    with pytest.raises(PlanConflict) as met:
        plan_as_asked(works, asked, today=TODAY)
    wider = way_out(works, asked, met.value.document["relaxation"]["stretch"])
    made = plan_as_asked(works, wider, today=TODAY)
    assert made.projects.filter(scenario=wish.scenario, level=wish.level).exists()


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"budget": 300}, "budget"),
        ({"quarters": 0}, "quarters"),
        ({"loan": 5.0}, "loan"),
        ({"parallel": 0}, "parallel"),
        ({"skills": {"wizard": 3.0}}, "skill"),
        ({"subsidies": ("nobody",)}, "subsidy"),
        ({"target_level": 9}, "target_level"),
        ({"starts": {"production/scheduling@3": 99}, "pinned": ("production/nothing@3",)}, ""),
    ],
)
def test_wishes_are_checked_before_anything_is_solved(works, wrong, key):
    problems = check_wishes(works, Asked(**({"budget": 600_000} | wrong)), TODAY)
    assert problems and all(one.words.zh and one.words.en for one in problems)
    assert key in {one.key for one in problems}


def test_good_wishes_have_no_problem(works):
    assert check_wishes(works, ASKED, TODAY) == []
