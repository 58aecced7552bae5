"""The optimiser against an enumeration of every plan, and its rules on any input."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tujing.planning.optimise import Limits, Model, Step

COUNTS = st.integers(1, 3)
MONEY = st.integers(0, 60).map(float)


@st.composite
def instances(draw, most_steps: int = 4, most_quarters: int = 4) -> tuple[list[Step], Limits]:
    quarters = draw(st.integers(1, most_quarters))
    steps = []
    for number in range(draw(st.integers(1, most_steps))):
        after = tuple(f"s{one}@2" for one in range(number) if draw(st.integers(0, 3)) == 0)
        value = tuple(float(draw(st.integers(-20, 60))) for _ in range(quarters))
        steps.append(Step(f"s{number}@2", draw(COUNTS), draw(MONEY), draw(MONEY), value, after))
    limits = Limits(
        tuple(draw(MONEY) for _ in range(quarters)),
        tuple(draw(st.integers(0, 90)) * 1.0 for _ in range(quarters)),
        draw(st.integers(1, 3)),
    )
    return steps, limits


def keeps_the_rules(steps: list[Step], limits: Limits, starts: dict[str, int]) -> bool:
    """Checks a plan by the words of the rules, not by the model's matrix."""
    spent, days, under_way = (np.zeros(limits.quarters) for _ in range(3))
    by_id = {step.id: step for step in steps}
    for name, start in starts.items():
        step = by_id[name]
        if start + step.quarters > limits.quarters:
            return False
        if any(one not in starts or starts[one] + by_id[one].quarters > start for one in step.after):
            return False
        span = slice(start, start + step.quarters)
        spent[span] += step.spend
        days[span] += step.person_days
        under_way[span] += 1
    money = np.cumsum(spent) <= np.cumsum(limits.budget) + 1e-3
    return bool(
        money.all() and (days <= np.array(limits.person_days) + 1e-3).all() and under_way.max() <= limits.parallel
    )


def best_by_enumeration(steps: list[Step], limits: Limits, pinned: tuple[str, ...] = ()) -> float:
    best = -np.inf
    for starts in product([None, *range(limits.quarters)], repeat=len(steps)):
        plan = {step.id: start for step, start in zip(steps, starts, strict=True) if start is not None}
        if set(pinned) <= set(plan) and keeps_the_rules(steps, limits, plan):
            best = max(best, sum(step.value[plan[step.id]] for step in steps if step.id in plan))
    return best


@settings(max_examples=80, deadline=None)
@given(instances())
def test_it_finds_what_enumerating_every_plan_finds(instance):
    steps, limits = instance
    choice = Model(steps, limits).solve()
    assert choice.status == "optimal"
    assert choice.objective == pytest.approx(best_by_enumeration(steps, limits), abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(instances(), st.data())
def test_a_pinned_step_is_taken_at_the_best_price_or_the_plan_is_infeasible(instance, data):
    steps, limits = instance
    pinned = data.draw(st.sampled_from(steps)).id
    choice = Model(steps, limits).solve(pinned=[pinned])
    best = best_by_enumeration(steps, limits, (pinned,))
    if best == -np.inf:
        assert choice.status == "infeasible"
    else:
        assert pinned in choice.starts
        assert choice.objective == pytest.approx(best, abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(instances(most_steps=10, most_quarters=8), st.integers(1, 30))
def test_every_plan_keeps_the_rules_and_its_bound_even_when_cut_short(instance, nodes):
    steps, limits = instance
    choice = Model(steps, limits).solve(nodes=nodes)
    if choice.status in ("optimal", "feasible"):
        assert keeps_the_rules(steps, limits, dict(choice.starts))
        assert choice.bound >= choice.objective
        assert choice.gap >= 0


@settings(max_examples=25, deadline=None)
@given(instances(most_steps=8, most_quarters=6))
def test_asking_the_same_model_again_after_other_questions_gives_the_same_answer(instance):
    steps, limits = instance
    model = Model(steps, limits)
    first = model.solve()
    model.solve(pinned=[steps[0].id], relaxed=["budget", "people", "parallel"])
    model.solve(forbidden=[steps[-1].id])
    assert model.solve() == first


def test_money_that_is_not_spent_carries_over():
    step = Step("s", 1, 30.0, 0.0, (5.0, 4.0, 3.0))
    limits = Limits((10.0, 10.0, 10.0), (0.0, 0.0, 0.0), 1)
    assert Model([step], limits).solve().starts == {"s": 2}


def test_nothing_to_choose_from_is_an_empty_optimal_plan():
    choice = Model([], Limits((1.0,), (1.0,), 1)).solve()
    assert (choice.status, choice.objective, dict(choice.starts)) == ("optimal", 0.0, {})


def test_pinned_and_forbidden_at_once_is_infeasible():
    step = Step("s", 1, 1.0, 1.0, (5.0,))
    assert Model([step], Limits((9.0,), (9.0,), 1)).solve(["s"], ["s"]).status == "infeasible"


def test_the_solver_prints_nothing(capfd):
    Model([Step("s", 1, 1.0, 1.0, (5.0,))], Limits((9.0,), (9.0,), 1)).solve()
    assert capfd.readouterr().out == ""
