"""Routing: known answers, every condition, and the checker that stands apart from the solver."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenarios.distribution.cases import quiet, square

from tujing.problems import BadInput
from tujing.scenarios.supply_chain.distribution import engine, search
from tujing.scenarios.supply_chain.distribution.baseline import nearest_neighbour
from tujing.scenarios.supply_chain.distribution.conditions import with_conditions
from tujing.scenarios.supply_chain.distribution.explain import limit_of, weakest
from tujing.scenarios.supply_chain.distribution.route_check import check
from tujing.scenarios.supply_chain.distribution.routing import Pair, Plan, Stop, Vehicle, drive

POINTS = [(0, 0), (0, 10), (0, 20), (10, 0), (20, 0)]


def four(vehicle: Vehicle | None = None, **more):
    stops = [Stop(str(n), n, (5.0,)) for n in range(1, 5)]
    return square(stops, [vehicle or Vehicle("1", 4, (10.0,))], POINTS, **more)


@pytest.fixture(autouse=True)
def _settles_soon(monkeypatch):
    monkeypatch.setattr(search, "SETTLED", 300)


def solved(problem, seconds=3.0, workers=1):
    plan = engine.solve(problem, seconds, 1, workers, quiet).plan
    assert plan is not None and check(plan) == []
    return plan


def test_four_customers_take_two_straight_routes():
    plan = solved(four())
    assert plan.cost == pytest.approx(80)
    served = sorted(sorted(visit.number for visit in route.customers) for route in plan.routes)
    assert served == [[0, 1], [2, 3]]
    assert plan.left_out == ()


def test_two_processes_race_to_the_same_plan():
    assert solved(four(), workers=2).cost == pytest.approx(80)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=5))
def test_one_vehicle_drives_the_shortest_tour(points):
    stops = [Stop(str(n), n, (1.0,)) for n in range(1, len(points) + 1)]
    problem = square(stops, [Vehicle("1", 1, (100.0,))], [(25, 25), *points])
    shortest = min(
        drive(problem, 0, [("stop", n) for n in order]).distance for order in permutations(range(len(points)))
    )
    assert solved(problem).distance == pytest.approx(shortest, abs=0.01)


def test_windows_shifts_and_waiting():
    problem = four()
    stops = list(problem.stops)
    stops[1] = replace(stops[1], earliest=50.0, latest=60.0, service=2.0)
    plan = solved(replace(problem, stops=tuple(stops)))
    visit = next(visit for route in plan.routes for visit in route.customers if visit.number == 1)
    assert 50 <= visit.start <= 60 and visit.departure == pytest.approx(visit.start + 2)
    short = solved(four(Vehicle("1", 4, (10.0,), max_duration=41.0)))
    assert all(route.duration <= 41 + 1e-6 for route in short.routes)


def test_release_times_hold_the_vehicle_back():
    problem = four()
    stops = tuple(replace(stop, release=30.0) for stop in problem.stops)
    assert all(route.start >= 30 for route in solved(replace(problem, stops=stops)).routes)


def test_conditions_by_parameter():
    problem = four()
    assert len(solved(with_conditions(problem, "distance", max_stops=1)).routes) == 4
    assert solved(with_conditions(problem, "distance", open_routes=True)).cost == pytest.approx(40)
    assert solved(with_conditions(problem, "distance", vehicle_fixed_cost=100.0)).cost == pytest.approx(280)
    one = solved(with_conditions(problem, "distance", max_routes=1, trips=2))
    assert len(one.routes) == 1 and one.left_out == () and one.routes[0].visits[-1].trip == 1
    skipped = solved(with_conditions(problem, "distance", optional="2:1, 1:1"))
    assert {number for _, number in skipped.left_out} == {0, 1} and skipped.cost == pytest.approx(42)
    for text in ("9:5", "2", "2:x", "2:-1"):
        with pytest.raises(BadInput):
            with_conditions(problem, "distance", optional=text)
    with pytest.raises(BadInput, match="open_routes"):
        with_conditions(problem, "distance", open_routes=True, trips=2)


def test_forbidden_pairs_and_mixed_fleet():
    problem = four()
    fleet = (Vehicle("small", 4, (5.0,), cost_per_distance=0.5), Vehicle("large", 1, (20.0,), fixed_cost=10.0))
    problem = replace(problem, vehicles=fleet)
    banned = with_conditions(problem, "distance", forbidden="large:2, large:1")
    plan = solved(banned)
    for route in plan.routes:
        if banned.vehicles[route.vehicle].name == "large":
            assert not {visit.number for visit in route.customers} & {0, 1}


def test_fewest_vehicles_come_first():
    stops = [Stop(str(n), n, (1.0,)) for n in range(1, 5)]
    far = square(stops, [Vehicle("1", 4, (10.0,))], [(0, 0), (0, 10), (0, -10), (10, 0), (-10, 0)])
    assert len(solved(replace(far, objective="vehicles_then_distance")).routes) == 1


def test_several_depots():
    stops = [Stop("1", 2, (1.0,)), Stop("2", 3, (1.0,))]
    fleet = [Vehicle("a", 1, (5.0,), 0), Vehicle("b", 1, (5.0,), 1)]
    plan = solved(square(stops, fleet, [(0, 0), (100, 0), (1, 0), (99, 0)], depots=2))
    assert plan.cost == pytest.approx(4)


def test_pick_up_and_delivery_on_one_vehicle_in_order():
    pairs = tuple(
        Pair(f"p{n}", (3.0,), Stop(f"p{n}", 1 + n), Stop(f"d{n}", 3 + n, latest=200.0), None) for n in range(2)
    )
    problem = square([], [Vehicle("1", 2, (5.0,))], [(0, 0), (5, 0), (5, 5), (9, 0), (9, 5)], pairs=pairs)
    plan = solved(problem)
    assert plan.left_out == ()
    for route in plan.routes:
        seen = [(visit.kind, visit.number) for visit in route.customers]
        assert all(seen.index(("pickup", n)) < seen.index(("delivery", n)) for _, n in seen)
    assert check(nearest_neighbour(problem)) == []


def test_who_fits_nowhere_is_left_out_by_name():
    plan = solved(with_conditions(four(), "distance", max_routes=1), seconds=4.0)
    assert len(plan.left_out) == 2 and len(plan.routes) == 1


def test_balanced_routes():
    problem = four()
    tight = engine.tightened(problem, solved(problem).routes, 0.1)
    assert tight.vehicles[0].max_duration == pytest.approx(44)


def test_the_checker_sees_every_fault():
    problem = four()
    route = drive(problem, 0, [("stop", 0), ("stop", 1), ("stop", 2)])
    assert any("carries" in fault for fault in check(Plan(problem, (route,))))
    good = drive(problem, 0, [("stop", 0)])
    assert any("twice" in fault for fault in check(Plan(problem, (good, good))))
    assert any("claims" in fault for fault in check(Plan(problem, (replace(good, distance=1.0),))))
    rushed = replace(good, visits=(replace(good.visits[0], arrival=1.0),))
    assert any("arrives" in fault for fault in check(Plan(problem, (rushed,))))
    assert any("vehicles" in fault for fault in check(Plan(problem, (good,) * 5)))


def test_nearest_neighbour_is_sound_and_no_better():
    problem = four()
    plain = nearest_neighbour(problem)
    assert check(plain) == [] and plain.left_out == ()
    assert plain.cost >= solved(problem).cost - 1e-6


def test_what_binds_and_what_could_be_saved():
    plan = solved(four())
    assert {limit_of(plan, route) for route in plan.routes} == {"load"}
    saving = weakest(plan)
    assert saving is not None and saving.stuck
    loose = solved(four(Vehicle("1", 4, (20.0,))))
    assert weakest(replace(loose, problem=loose.problem)) is None or not weakest(loose).stuck


def test_a_pair_keeps_to_vehicles_that_may_carry_it():
    fetch, bring = Stop("a", 1), Stop("b", 2)
    cheap = Vehicle("cheap", 1, (10.0,), forbidden_pairs=frozenset({0}))
    dear = Vehicle("dear", 1, (10.0,), fixed_cost=500.0)
    problem = square([], [cheap, dear], [(0, 0), (0, 10), (0, 20)], pairs=(Pair("p", (5.0,), fetch, bring),))
    plan = solved(problem)
    assert [problem.vehicles[route.vehicle].name for route in plan.routes] == ["dear"]
    wrong = Plan(problem, (drive(problem, 0, [("pickup", 0), ("delivery", 0)]),))
    assert any("may not visit" in fault for fault in check(wrong))
