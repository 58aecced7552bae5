"""Every statement of why a step was left out is checked against plans made by other means."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from tests.planning.test_optimise import best_by_enumeration, instances

from tujing.planning.conflict import find_conflict
from tujing.planning.optimise import Choice, Limits, Model, Step
from tujing.planning.reasons import why_not


@settings(max_examples=40, deadline=None)
@given(instances())
def test_the_stated_loss_is_the_difference_to_the_best_plan_with_the_step(instance):
    steps, limits = instance
    model = Model(steps, limits)
    best = model.solve()
    answers = {answer.step: answer for answer in why_not(model, best)}
    assert set(answers) == {step.id for step in steps} - set(best.starts)
    for name, answer in answers.items():
        with_it = best_by_enumeration(steps, limits, (name,))
        if answer.kind == "infeasible":
            assert with_it == float("-inf")
        elif answer.exact:
            assert answer.loss == pytest.approx(max(0.0, best.objective - with_it), abs=1e-3)
        else:
            assert answer.loss <= best.objective - with_it + 1e-3


@settings(max_examples=40, deadline=None)
@given(instances())
def test_without_the_named_constraints_the_step_fits_and_with_fewer_relaxed_it_does_not(instance):
    steps, limits = instance
    model = Model(steps, limits)
    stuck = [answer for answer in why_not(model, model.solve()) if answer.kind == "infeasible"]
    assume(stuck)
    for answer in stuck:
        relaxed = set(answer.binding)
        opened = Limits(
            (1e6,) * limits.quarters if "budget" in relaxed else limits.budget,
            (1e6,) * limits.quarters if "people" in relaxed else limits.person_days,
            99 if "parallel" in relaxed else limits.parallel,
        )
        if relaxed:
            assert best_by_enumeration(steps, opened, (answer.step,)) > float("-inf")
        else:  # neither money nor people would help: it takes longer than the plan
            wide = Limits((1e6,) * limits.quarters, (1e6,) * limits.quarters, 99)
            assert best_by_enumeration(steps, wide, (answer.step,)) == float("-inf")


LIMITS = Limits((100.0, 0.0), (10.0, 10.0), 2)


def reason(steps: list[Step], limits: Limits = LIMITS, **wishes: list[str]):
    model = Model(steps, limits)
    return why_not(model, model.solve(**wishes), **wishes)[0]


def test_a_step_that_costs_more_than_it_brings():
    answer = reason([Step("a/a@2", 1, 10.0, 1.0, (-7_000.0, -6_000.0))])
    assert (answer.kind, answer.loss) == ("negative_value", pytest.approx(6_000.0))
    assert "0.6 万元" in answer.why.zh and "CNY 6,000" in answer.why.en


def test_a_step_that_pushes_out_a_better_one():
    answer = reason([Step("a/a@2", 1, 90.0, 1.0, (9_000.0, 0.0)), Step("b/b@2", 1, 90.0, 1.0, (5_000.0, 0.0))])
    assert (answer.step, answer.kind, answer.loss) == ("b/b@2", "displaces", pytest.approx(4_000.0))
    assert answer.displaced == ("a/a@2",)


def test_a_step_too_dear_names_the_budget_and_one_too_big_names_the_people():
    assert reason([Step("a/a@2", 1, 101.0, 1.0, (9.0, 9.0))]).binding == ("budget",)
    assert reason([Step("a/a@2", 1, 1.0, 11.0, (9.0, 9.0))]).binding == ("people",)
    assert reason([Step("a/a@2", 3, 1.0, 1.0, (9.0, 9.0))]).binding == ()


def test_a_forbidden_step_says_who_wanted_it():
    assert "要求" in reason([Step("a/a@2", 1, 1.0, 1.0, (9.0, 9.0))], forbidden=["a/a@2"]).why.zh


def test_a_higher_level_waits_for_the_lower_one():
    steps = [Step("a/a@2", 1, 1.0, 1.0, (-9.0, -9.0)), Step("a/a@3", 1, 1.0, 1.0, (1.0, 1.0), ("a/a@2",))]
    model = Model(steps, LIMITS)
    assert [answer.kind for answer in why_not(model, model.solve())] == ["negative_value", "waits"]


def test_of_conflicting_duties_only_those_in_the_conflict_are_named():
    steps = [Step(f"{name}/x@2", 1, spend, 1.0, (1.0, 1.0)) for name, spend in (("a", 60.0), ("b", 60.0), ("c", 1.0))]
    asked = replace(LIMITS, mandatory=dict.fromkeys(step.id for step in steps))
    found = find_conflict(steps, asked)
    assert set(found.demands) == {"budget", "mandatory:a/x@2", "mandatory:b/x@2"}
    assert found.way_out.stretch == (("budget", 21.0),)


@pytest.mark.parametrize(
    ("status", "bound", "loss", "words"),
    [
        ("optimal", 7_000.0, 2_000.0, "至少减少 0.2 万元"),
        ("optimal", 12_000.0, 0.0, "没有一个列入它的规划更值"),
        ("feasible", 12_000.0, 0.0, "限定的搜索内没有找到"),
    ],
)
def test_a_question_cut_short_claims_no_more_than_its_bound_proves(monkeypatch, status, bound, loss, words):
    model = Model([Step("a/a@2", 1, 1.0, 1.0, (1.0, 1.0))], LIMITS)
    monkeypatch.setattr(model, "solve", lambda *wishes, **limits: Choice("feasible", 5_000.0, bound, {"a/a@2": 0}))
    answer = why_not(model, Choice(status, 9_000.0, 9_000.0, {}))[0]
    assert (answer.kind, answer.loss, answer.exact) == ("no_better", pytest.approx(loss), False)
    assert words in answer.why.zh
