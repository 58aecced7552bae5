"""The plan's cost is the least there is: against counting all cases, and against bounds known by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tujing.problems import BadInput
from tujing.scenarios.production.energy.dispatch import (
    Battery,
    DispatchProblem,
    Movable,
    cost_of,
    optimise,
    undisturbed,
)
from tujing.scenarios.production.energy.tariff import tariff_for, tariffs

PRICES = st.lists(st.sampled_from([0.3, 0.7, 1.2]), min_size=6, max_size=6)
BASES = st.lists(st.integers(0, 9), min_size=6, max_size=6)


def brute_force(problem: DispatchProblem) -> float:
    """Least cost over every start of every block; no battery."""
    rooms = [range(load.earliest, load.latest - load.spans + 1) for load in problem.movable]
    best = np.inf
    by_name = {load.name: number for number, load in enumerate(problem.movable)}
    for starts in product(*rooms):
        late = any(
            starts[number] < starts[by_name[name]] + problem.movable[by_name[name]].spans
            for number, load in enumerate(problem.movable)
            for name in load.after
        )
        grid = problem.base.copy()
        for load, start in zip(problem.movable, starts, strict=True):
            grid[start : start + load.spans] += load.power
        if not late and grid.max() <= problem.limit:
            best = min(best, cost_of(problem, grid, np.zeros(len(grid)), np.zeros(len(grid))))
    return best


@settings(max_examples=25, deadline=None)
@given(base=BASES, price=PRICES, power=st.integers(1, 8), demand=st.sampled_from([0.0, 1.0, 5.0]))
def test_moving_blocks_costs_the_least_of_all_cases(base, price, power, demand):
    movable = (
        Movable("a", float(power), 2, 0, 6, 0),
        Movable("b", 3.0, 1, 1, 6, 3),
        Movable("c", 4.0, 1, 0, 6, 5, after=("a", "b")),
    )
    problem = DispatchProblem(
        np.array(base, float), np.array(price), 1.0, movable, demand=demand, excess=2.0, reached=7.0
    )
    found = optimise(problem)
    assert found.optimal
    assert found.cost == pytest.approx(brute_force(problem), abs=1e-6)
    assert found.cost <= undisturbed(problem).cost + 1e-9


def test_a_battery_without_loss_moves_exactly_its_capacity():
    problem = DispatchProblem(
        np.full(4, 10.0), np.array([0.2, 0.2, 1.0, 1.0]), 1.0, battery=Battery(6, 6, 1.0, 0.1, 0.0)
    )
    found = optimise(problem)
    assert found.cost == pytest.approx(20 * 0.2 + 20 * 1.0 - 6 * (1.0 - 0.2) + 6 * 0.1)
    assert found.stored[-1] == pytest.approx(0)


@settings(max_examples=25, deadline=None)
@given(base=BASES, price=PRICES, sun=BASES, capacity=st.integers(1, 20), wear=st.sampled_from([0.0, 0.05]))
def test_energy_balances_and_the_battery_never_fights_itself(base, price, sun, capacity, wear):
    problem = DispatchProblem(
        np.array(base, float),
        np.array(price),
        1.0,
        battery=Battery(float(capacity), 4.0, 0.9, wear),
        pv=np.array(sun, float),
        feed_in=0.2,
        demand=1.0,
    )
    found = optimise(problem)
    used = problem.base + found.charge - found.grid - found.discharge
    assert (used >= -1e-6).all() and (used + found.export <= problem.sun + 1e-6).all()
    assert np.minimum(found.charge, found.discharge).max() < 1e-6
    assert (found.stored <= capacity + 1e-6).all() and found.stored[-1] == pytest.approx(capacity / 2)
    assert found.cost <= undisturbed(problem).cost + 1e-6


def test_an_interruptible_load_takes_the_cheapest_spans():
    problem = DispatchProblem(np.zeros(4), np.array([1.0, 0.2, 1.0, 0.2]), 1.0, (Movable("a", 5.0, 2, 0, 4, 0, True),))
    assert optimise(problem).cost == pytest.approx(2 * 5 * 0.2)


def test_a_limit_that_leaves_no_plan_is_refused():
    problem = DispatchProblem(np.full(4, 10.0), np.ones(4), 1.0, (Movable("a", 5.0, 2, 0, 4, 0),), limit=12.0)
    with pytest.raises(BadInput, match="leave no plan"):
        optimise(problem)


def test_lowering_a_peak_below_the_months_demand_is_worth_only_these_days():
    base = DispatchProblem(np.array([10.0, 20.0]), np.ones(2), 1.0, demand=1.0, excess=29.0, reached=20.0)
    over = replace(base, base=np.array([10.0, 21.0]))
    assert undisturbed(over).cost - undisturbed(base).cost == pytest.approx(1 + 1 + 29)


def test_the_shipped_tariffs_give_every_hour_a_price():
    for tariff in tariffs().values():
        for month, hour in product(range(1, 13), range(24)):
            assert tariff.price(datetime(2024, month, 15, hour)) > 0
    summer = tariffs()["jiangsu_like"]
    assert [summer.period(datetime(2024, 7, 1, hour)) for hour in (3, 9, 12, 14, 20)] == [
        "valley",
        "peak",
        "flat",
        "sharp",
        "sharp",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"prices": {"peak": 1.0}},
        {"seasons": [{"months": [1]}]},
        {"seasons": [{"peak": [[8, 12], [11, 14]]}]},
        {"demand": 3.0, "capacity": 3.0},
    ],
)
def test_a_tariff_that_does_not_hold_together_is_refused(change):
    good = tariffs()["flat_capacity"].model_dump(mode="json")
    with pytest.raises(BadInput):
        tariff_for({**good, **change})


def test_an_unknown_tariff_is_refused():
    with pytest.raises(BadInput, match="There is no tariff"):
        tariff_for("nowhere")
