"""Two hundred random small cases of the whole problem against an enumeration of every plan."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from tests.planning.small import best, case, plans, worth

from tujing.planning.conflict import cheapest_way_out, find_conflict, smallest_conflict, stretched
from tujing.planning.optimise import Model
from tujing.planning.pareto import front
from tujing.planning.reasons import why_not
from tujing.planning.relaxation import prices


@pytest.mark.parametrize("seed", range(200))
def test_the_optimum_is_that_of_enumeration_with_ways_sources_roles_departments_and_target(seed):
    steps, limits = case(seed)
    choice = Model(steps, limits).solve()
    wanted = best(steps, limits)
    if wanted == -np.inf:
        assert choice.status == "infeasible"
        return
    assert choice.status == "optimal"
    assert choice.objective == pytest.approx(wanted, abs=2.0)
    assert choice.bound >= choice.objective
    assert worth(steps, limits, dict(choice.starts)) == pytest.approx(choice.objective, abs=2.0)


@pytest.mark.parametrize("seed", range(25))
def test_with_a_bound_on_risk_it_is_the_best_plan_that_bears_it(seed):
    steps, limits = case(seed + 1000, risk=True)
    choice = Model(steps, limits).solve()
    wanted = best(steps, limits)
    if wanted == -np.inf:
        assert choice.status == "infeasible"
    else:
        assert choice.objective == pytest.approx(wanted, abs=2.0)


@pytest.mark.parametrize("seed", range(30))
def test_every_reason_why_not_holds_when_all_plans_are_looked_at(seed):
    steps, limits = case(seed + 2000)
    model = Model(steps, limits)
    plan = model.solve()
    if plan.status != "optimal":
        return
    for answer in why_not(model, plan):
        with_it = best(steps, limits, (answer.step,))
        if answer.kind == "waits":
            continue
        if answer.kind == "infeasible":
            assert with_it == -np.inf
        elif answer.exact:
            assert answer.loss == pytest.approx(max(0.0, plan.objective - with_it), abs=100)
        if answer.relaxation:
            wider_steps, wider = stretched(steps, limits, dict(_up(answer.relaxation.stretch)))
            reached = best(wider_steps, wider, (answer.step,))
            assert reached >= (plan.objective - 200 if answer.kind == "displaces" else -1e18)


def _up(stretch):
    """A hair more than the solver's tolerance."""
    return [(name, by + 0.01 if name in ("budget", "people") or "skill" in name else by) for name, by in stretch]


def test_break_even_is_where_the_step_enters_and_a_little_below_it_does_not():
    seen = 0
    for seed in range(3000, 3060):
        steps, limits = case(seed)
        steps = [replace(step, benefit=tuple(max(value, 0) + 5_000.0 for value in step.value)) for step in steps]
        model = Model(steps, limits)
        plan = model.solve()
        if plan.status != "optimal":
            continue
        for answer in why_not(model, plan):
            even = answer.break_even
            if even is None or even.effect is None or not even.exact:
                continue
            seen += 1
            for factor, enters in ((even.effect + 0.01, True), (even.effect - 0.01, False)):
                scaled = [
                    replace(
                        step, value=tuple(v + (factor - 1) * b for v, b in zip(step.value, step.benefit, strict=True))
                    )
                    if step.of == answer.step
                    else step
                    for step in steps
                ]
                with_it, without = best(scaled, limits, (answer.step,)), plan.objective
                assert (with_it >= without - 1.0) is enters
    assert seen > 10


@pytest.mark.parametrize("seed", range(20))
def test_the_front_is_complete_and_nothing_on_it_is_dominated(seed):
    steps, limits = case(seed + 4000)
    model = Model(steps, limits)
    plan = model.solve()
    if plan.status != "optimal":
        return
    every = [
        (value, sum(model.steps[name].maturity for name in one))
        for one in plans(steps, limits)
        if (value := worth(steps, limits, one)) is not None
    ]
    levels = {most for _, most in every}
    # The most that every number of levels can bring, as far as no more levels bring as much.
    wanted = [(max(v for v, k in every if k >= level), level) for level in sorted(levels)]
    wanted = [one for one in wanted if not any(v >= one[0] - 1 and k > one[1] for v, k in wanted)]
    found = [(point.value, point.levels) for point in front(model, plan, points=100)]
    assert sorted(found) == [(pytest.approx(v, abs=3), k) for v, k in sorted(wanted)]


@pytest.mark.parametrize("seed", range(200))
def test_no_smaller_set_of_names_conflicts(seed):
    random = np.random.default_rng(seed)
    names = [f"n{one}" for one in range(int(random.integers(2, 7)))]
    cores = [
        frozenset(random.choice(names, size=int(random.integers(1, len(names) + 1)), replace=False).tolist())
        for _ in range(int(random.integers(1, 4)))
    ]
    found = smallest_conflict(names, lambda kept: not any(core <= kept for core in cores))
    assert len(found) == min(len(core) for core in cores) and any(core <= set(found) for core in cores)


def test_conflicts_are_the_smallest_and_the_way_out_is_the_cheapest_of_single_stretches():
    looked_at = 0
    for seed in range(5000, 5120):
        steps, limits = case(seed)
        if best(steps, limits) > -np.inf:
            continue
        looked_at += 1
        found = find_conflict(steps, limits)
        model = Model(steps, limits)
        names = [name for name in model.form.families if name != "loan"]

        def fits(kept, model=model):
            relaxed = [name for name in model.form.families if name not in kept and name != "loan"]
            return model.solve((), (), relaxed, aim="stretch").status != "infeasible"

        assert not fits(set(found.demands))
        smaller = combinations(names, len(found.demands) - 1)
        assert all(fits(set(one)) for one in smaller)
        out = found.way_out
        if out is not None:
            wider_steps, wider = stretched(steps, limits, dict(out.stretch))
            assert best(wider_steps, wider) == pytest.approx(out.objective, abs=5 + 2e-4 * abs(out.objective))
            for name, price in prices(names).items():  # no single stretch that costs less would do
                if name in ("parallel", "target:scenarios", "target:mandatory") or name.startswith("department"):
                    by = np.floor((out.price - 1) / price)
                    if by >= 1:
                        assert best(*stretched(steps, limits, {name: by})) == -np.inf
    assert looked_at > 10


def test_a_plan_that_is_possible_has_no_conflict_and_needs_no_stretch():
    steps, limits = case(3)
    seed = next(one for one in range(200) if best(*case(one)) > -np.inf)
    steps, limits = case(seed)
    with pytest.raises(ValueError, match="no conflict"):
        find_conflict(steps, limits)
    assert cheapest_way_out(steps, limits).stretch == ()
