"""The model: it holds together, is the same for the same input, and ties every chosen step to both ends."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.blueprint import making

from tujing.atlas.loader import atlas
from tujing.blueprint.build import build
from tujing.blueprint.content import content
from tujing.blueprint.gaps import gaps
from tujing.blueprint.given import Pain, step_id
from tujing.blueprint.model import ALLOWED, KINDS, Element, Model, NotAModel, Relation
from tujing.blueprint.motivation import improvements
from tujing.blueprint.trace import threads
from tujing.delivery.acceptance import KINDS as CHECKS
from tujing.words import Text

CARDS = sorted(atlas().manifests)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def choices(draw):
    """Some scenarios of the map, each taken up one level or several."""
    steps = []
    for scenario in draw(st.lists(st.sampled_from(CARDS), min_size=1, max_size=6, unique=True)):
        manifest = atlas().manifests[scenario]
        levels = sorted({cost.level for cost in manifest.costs} & {one.level for one in manifest.durations})
        taken = draw(st.lists(st.sampled_from(levels), min_size=1, max_size=2, unique=True))
        quarter = draw(st.integers(0, 5))
        for level in sorted(taken):
            steps.append((scenario, level, quarter))
            quarter += 3
    return steps


@QUICK
@given(choices())
def test_every_chosen_step_is_traced_to_a_driver_and_to_an_acceptance(steps):
    model = build(making.given(steps))
    found = {
        step_id({"scenario": one.task.facts["scenario"], "level": one.task.facts["level"]}): one
        for one in threads(model)
    }
    assert set(found) == {f"{scenario}@{level}" for scenario, level, _ in steps}
    for thread in found.values():
        assert thread.drivers and thread.goals and thread.requirements and thread.acceptances
        pains = [one for one in thread.drivers if one.id.startswith("driver.pain.")]
        assert pains, "no pain point behind it"
        assert model.targets(thread.task.id, "realises") == [thread.capability]
        for need in thread.requirements:
            assert model.sources(need.id, "verifies"), need.id
            assert model.sources(need.id, "meets") == [thread.scenario]


@QUICK
@given(choices())
def test_a_plan_on_full_data_breaks_no_thread(steps):
    assert [gap for gap in gaps(build(making.given(steps))) if gap.severity == "error"] == []


@QUICK
@given(choices(), st.data())
def test_taking_an_acceptance_away_makes_exactly_the_gaps_that_it_closed(steps, data):
    model = build(making.given(steps))
    before = set(gaps(model))
    taken = data.draw(st.sampled_from(model.of("acceptance")))
    alone = [need.id for need in model.targets(taken.id, "verifies") if len(model.sources(need.id, "verifies")) == 1]
    [task] = model.sources(taken.id, "delivers")
    bare = [task.id] if len(model.targets(task.id, "delivers")) == 1 else []
    new = [gap for gap in gaps(model.without({taken.id})) if gap not in before]
    assert sorted(gap.elements[0] for gap in new) == sorted(alone + bare)
    assert {gap.kind for gap in new} <= {"requirement_unverified", "task_without_acceptance"}
    assert all(gap.severity == "error" for gap in new)


@QUICK
@given(choices())
def test_the_same_input_makes_the_same_model(steps):
    first, again = build(making.given(steps)), build(making.given(steps))
    assert first == again and first.digest == again.digest
    assert [one.code for one in first.elements] == [one.code for one in again.elements]
    assert len({one.code for one in first.elements}) == len(first.elements)


def test_another_input_makes_another_digest():
    known = making.given(making.FEW)
    richer = replace(known, plan={**known.plan, "npv": {**known.plan["npv"], "p50": 2e6}})
    assert build(known).digest != build(richer).digest


def test_ids_do_not_depend_on_what_else_was_chosen():
    few = {one.id for one in build(making.given(making.FEW[:1])).elements if one.kind == "requirement"}
    more = {one.id for one in build(making.given(making.FEW)).elements if one.kind == "requirement"}
    assert few - {one for one in few if ".level." in one} <= more


def test_a_relation_joins_only_kinds_that_it_may_join():
    task, driver = (Element(name, kind, Text(zh=name, en=name)) for name, kind in (("t", "task"), ("d", "driver")))
    with pytest.raises(NotAModel):
        Model((task, driver), (Relation("motivates", "t", "d"),))
    with pytest.raises(NotAModel):
        Model((task,), (Relation("motivates", "d", "t"),))
    with pytest.raises(NotAModel):
        Model((task, task), ())


def test_every_kind_stands_in_the_tables():
    assert {kind for pairs in ALLOWED.values() for pair in pairs for kind in pair} == set(KINDS)


def test_acceptances_said_to_run_are_checks_of_the_delivery_room():
    declared = {kind for kind, one in content().acceptance.items() if one.runs}
    assert declared == set(CHECKS) - {"all_of"}


def test_pain_points_that_people_named_stand_in_place_of_the_maps():
    pain = Pain("7", Text(zh="急单一来全乱", en="One rush order upsets all"), "planning", ("production/scheduling",))
    model = build(making.given(making.FEW, pains=(pain,)))
    drivers = {one.id: one for one in model.of("driver")}
    assert "driver.pain.7" in drivers and "driver.pain.production/scheduling" not in drivers
    assert "driver.pain.management/lean_management" in drivers
    assert [goal.id for goal in model.targets("driver.pain.7", "motivates")]


def test_a_pain_point_without_a_project_is_a_gap_with_its_words():
    pain = Pain("8", Text(zh="食堂排队太久", en="The canteen queue is too long"), "office", ())
    found = [gap for gap in gaps(build(making.given(making.FEW, pains=(pain,)))) if gap.kind == "driver_unanswered"]
    assert len(found) == 1 and "食堂排队太久" in found[0].words.zh and found[0].next_step.en


def test_what_the_next_level_asks_and_no_project_brings_is_told():
    found = [gap for gap in gaps(build(making.given(making.FEW))) if gap.kind == "level_change_unplanned"]
    assert ["网络建设" in gap.words.zh for gap in found] == [True]  # scheduling reaches level 3 by the plan
    without = [one for one in making.FEW if one[1] != 3]
    told = [gap.words.zh for gap in gaps(build(making.given(without))) if gap.kind == "level_change_unplanned"]
    assert len(told) == 2


def test_the_level_goal_goes_with_the_diagnosis():
    model = build(making.given(making.FEW, diagnosis=None))
    assert "goal.level" not in model.by_id and "driver.level_gap" not in model.by_id
    highest = {**making.LEVEL_TWO, "next_level": None}
    assert "goal.level" not in build(making.given(making.FEW, diagnosis=highest)).by_id


def test_a_required_table_that_nobody_fills_is_an_error_from_level_three_on():
    rows = {name: 100 for name in making.given(making.FEW).rows if name != "operation_route"}
    [gap] = [one for one in gaps(build(making.given(making.FEW, rows=rows))) if one.kind == "data_without_producer"]
    assert gap.severity == "error" and "operation_route" in gap.elements[0]
    [early] = [
        one for one in gaps(build(making.given(making.FEW[:1], rows=rows))) if one.kind == "data_without_producer"
    ]
    assert early.severity == "warning"


def test_a_table_that_another_project_fills_in_time_is_no_gap_and_one_that_comes_late_is():
    rows = {name: 100 for name in making.given(making.FEW).rows if name != "operation_schedule"}
    reader = ("service/shared_manufacturing", 2)
    early = making.given([("production/scheduling", 2, 0), (*reader, 6)], rows=rows)
    late = making.given([("production/scheduling", 2, 6), (*reader, 0)], rows=rows)
    assert [gap for gap in gaps(build(early)) if "data.operation_schedule" in gap.elements] == []
    assert [gap.kind for gap in gaps(build(late)) if "data.operation_schedule" in gap.elements] == ["data_late"]


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        ("goal_unserved", ("requirement",)),
        ("requirement_unmet", ("scenario",)),
        ("requirement_serves_no_goal", ("goal",)),
        ("capability_without_task", ("task",)),
        ("task_without_acceptance", ("acceptance",)),
        ("task_unstaffed", ("role",)),
        ("acceptance_for_nothing", ("requirement",)),
        ("application_without_host", ("infrastructure",)),
        ("driver_unanswered", ("goal",)),
    ],
)
def test_each_break_of_the_thread_is_found(kind, taken):
    model = build(making.given(making.FEW))
    assert not [gap for gap in gaps(model) if gap.kind == kind]
    broken = model.without({one.id for one in model.elements if one.kind in taken})
    found = [gap for gap in gaps(broken) if gap.kind == kind]
    assert found and all(gap.words.zh and gap.words.en and gap.next_step.zh and gap.next_step.en for gap in found)


@QUICK
@given(choices())
def test_effects_together_are_never_more_than_their_sum_and_never_less_than_the_greatest(steps):
    known = making.given(steps)
    for one in improvements(known).values():
        assert one.low <= one.mode <= one.high < 1


def test_a_step_waits_for_the_level_below_it():
    model = build(making.given(making.FEW))
    [before] = model.sources("task.production/scheduling@3", "precedes")
    assert before.id == "task.production/scheduling@2"
    assert [one.id for one in model.targets("capability.production/scheduling@3", "depends_on")] == [
        "capability.production/scheduling@2"
    ]
