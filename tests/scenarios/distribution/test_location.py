"""Facility location: the bounds, the exact model and the tree agree, and the published optima are met."""

from __future__ import annotations

import csv
import gzip
import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenarios.distribution.cases import quiet, random_location, written

from tujing.problems import BadInput
from tujing.scenarios.supply_chain.distribution.cap_text import CapText, read_cap
from tujing.scenarios.supply_chain.distribution.lagrangian import solve_lagrangian
from tujing.scenarios.supply_chain.distribution.location import check
from tujing.scenarios.supply_chain.distribution.location_exact import solve_strong, transport
from tujing.scenarios.supply_chain.distribution.place import cheapest_site, place


def by_enumeration(problem) -> float:
    best = math.inf
    for choice in product([False, True], repeat=len(problem.fixed)):
        open_ = np.array(choice)
        share = transport(problem, open_) if open_.any() else None
        if share is not None and (problem.max_open is None or open_.sum() <= problem.max_open):
            best = min(best, problem.fixed[open_].sum() + (problem.cost * share).sum())
    return best


@settings(max_examples=8, deadline=None)
@given(st.integers(2, 5), st.integers(2, 8), st.integers(0, 10_000))
def test_tree_and_model_find_what_enumeration_finds(m, n, seed):
    problem = random_location(m, n, seed)
    best = by_enumeration(problem)
    for solve in (solve_lagrangian, solve_strong):
        plan = solve(problem, 10.0, quiet)
        assert plan.optimal
        assert plan.cost == pytest.approx(best, rel=1e-6)
        assert check(problem, plan) == []


def test_tree_and_model_agree_on_a_larger_problem():
    problem = random_location(15, 40, 3)
    tree, model = solve_lagrangian(problem, 20.0, quiet), solve_strong(problem, 20.0, quiet)
    assert tree.cost == pytest.approx(model.cost, rel=1e-6)
    assert tree.optimal and tree.bound == pytest.approx(tree.cost, rel=1e-6)


def test_weak_and_strong_models_agree():
    problem = random_location(6, 12, 5)
    weak, strong = (solve_strong(problem, 10.0, quiet, strong=flag) for flag in (False, True))
    assert weak.cost == pytest.approx(strong.cost, rel=1e-6)


def test_conditions_are_kept():
    problem = random_location(8, 20, 7)
    free = place(problem, 10.0, quiet)
    banned = int(np.flatnonzero(free.open)[0])
    other = place(replace(problem, must_close=frozenset({banned})), 10.0, quiet)
    assert not other.open[banned] and other.cost >= free.cost - 1e-6
    forced = int(np.flatnonzero(~free.open)[0])
    assert place(replace(problem, must_open=frozenset({forced})), 10.0, quiet).open[forced]
    for solve in (solve_lagrangian, solve_strong):
        few = solve(replace(problem, capacity=problem.capacity * 3, max_open=2), 10.0, quiet)
        assert few.open.sum() <= 2


def test_single_source_is_whole_and_dearer():
    problem = random_location(8, 20, 9)
    whole = place(replace(problem, single_source=True), 10.0, quiet)
    assert set(np.unique(whole.share)) <= {0.0, 1.0}
    assert whole.cost >= place(problem, 10.0, quiet).cost - 1e-6
    assert check(whole.problem, whole) == []


def test_the_plain_way_is_a_plan_and_no_better():
    problem = random_location(8, 20, 11)
    plain = cheapest_site(problem)
    assert check(problem, plain) == []
    assert plain.cost >= place(problem, 10.0, quiet).cost - 1e-6


def test_the_checker_sees_faults():
    problem = random_location(4, 6, 1)
    plan = place(problem, 5.0, quiet)
    assert check(problem, replace(plan, share=plan.share * 0.9))
    assert check(problem, replace(plan, open=~plan.open))


def test_too_little_capacity_and_unreachable_customers_are_refused():
    problem = random_location(3, 5, 2)
    with pytest.raises(BadInput, match="hold"):
        place(replace(problem, capacity=problem.capacity / 100), 5.0, quiet)
    cost = problem.cost.copy()
    cost[:, 2] = np.inf
    with pytest.raises(BadInput, match="customer 3"):
        place(replace(problem, cost=cost), 5.0, quiet)


CAP = " 2 2\n 10 5.\n capacity 7.\n4 1. 2.\n4\n 2.\n 1.\n"


def test_cap_text_reads_gzip_open_capacities_and_broken_lines(tmp_path):
    plain = written(tmp_path, "a.txt", CAP)
    packed = tmp_path / "a.txt.gz"
    packed.write_bytes(gzip.compress(CAP.encode()))
    for path in (plain, packed):
        assert CapText().matches(path)
        problem = read_cap(path).problem(9.0)
        assert problem.capacity.tolist() == [10.0, 9.0]
        assert problem.cost.tolist() == [[1.0, 2.0], [2.0, 1.0]]
    with pytest.raises(BadInput, match="capacity=8000"):
        read_cap(plain).problem(None)


@pytest.mark.parametrize(
    "text", ["", " 2 2\n 10 5\n", "2 1\n 10 x\n 5 5\n1 1 1\n", "1 1\n 10 5\n-1 1\n", "1 1\n 1 5\nnan 1\n"]
)
def test_broken_cap_texts_are_refused(tmp_path, text):
    with pytest.raises(BadInput):
        read_cap(written(tmp_path, "b.txt", text)).problem(None)


@pytest.mark.parametrize("name", ["cap41", "cap82", "cap111", "cap124"])
def test_published_optima(shared_data, name):
    folder = shared_data / "facility_location"
    with (folder / "best_known.csv").open(encoding="utf-8") as file:
        known = {row["instance"]: float(row["optimal_capacitated"]) for row in csv.DictReader(file)}
    plan = place(read_cap(folder / "instances" / f"{name}.txt").problem(None), 20.0, quiet)
    assert plan.optimal
    assert plan.cost == pytest.approx(known[name], rel=1e-8)
