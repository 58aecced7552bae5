"""The method on small shops: feasible, never worse than the stage before, exact where it says so."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.scenarios.scheduling.shops import brute_force, faults, shops

from tujing.scenarios.production.scheduling.baseline import baseline
from tujing.scenarios.production.scheduling.bound import simple_bound
from tujing.scenarios.production.scheduling.chain import solve
from tujing.scenarios.production.scheduling.decode import Decoder
from tujing.scenarios.production.scheduling.dispatch import RULES, dispatch
from tujing.scenarios.production.scheduling.exact import prove
from tujing.scenarios.production.scheduling.schedule import best
from tujing.scenarios.production.scheduling.search import Limit, anneal
from tujing.scenarios.production.scheduling.tabu import TabuSearch, can_search, tabu_search

slow = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@settings(deadline=None, max_examples=150)
@given(shops())
def test_every_rule_gives_a_feasible_schedule(problem):
    for rule in RULES.values():
        assert faults(dispatch(problem, rule)) == []


@settings(deadline=None, max_examples=150)
@given(shops(), st.randoms(use_true_random=False))
def test_the_fast_decoding_and_the_full_one_agree_on_any_order(problem, chance):
    """Any order that keeps the jobs' sequences decodes to a feasible schedule, of the same cost both ways."""
    tokens = [job for job, _ in problem.operations]
    chance.shuffle(tokens)
    step = list(problem.first)
    order = []
    for job in tokens:
        order.append(step[job])
        step[job] += 1
    choice = [chance.randrange(len(operation.modes)) for _, operation in problem.operations]
    decoder = Decoder(problem)
    schedule, timing = decoder.schedule(order, choice), decoder.timing(order, choice)
    assert faults(schedule) == []
    assert timing is not None
    assert (timing.cost, tuple(timing.completed)) == (schedule.cost, schedule.completion)
    assert decoder.timing(order, choice, limit=schedule.cost) is not None
    assert schedule.cost == 0 or decoder.timing(order, choice, limit=schedule.cost - 1) is None


@settings(deadline=None, max_examples=80)
@given(shops(), st.integers(0, 99))
def test_annealing_is_feasible_no_worse_and_repeatable(problem, seed):
    _, plain = baseline(problem)
    once, again = (anneal(plain, Limit(iterations=200), seed) for _ in range(2))
    assert faults(once) == []
    assert once.cost <= plain.cost
    assert once == again


@settings(deadline=None, max_examples=10)
@given(shops(), st.sampled_from([0.0, -1.0]))
def test_annealing_ends_when_the_time_was_over_before_it_began(problem, seconds):
    _, plain = baseline(problem)
    assert anneal(plain, Limit(seconds=seconds, target=-1)).cost <= plain.cost


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(shops(objective="makespan", max_jobs=5), st.integers(0, 99))
def test_tabu_search_is_feasible_no_worse_and_repeatable(problem, seed):
    """Of every shop its sibling without breaks; the longest paths that the walk keeps are those of the decoder."""
    problem = replace(problem, machines=tuple(replace(machine, calendar=None) for machine in problem.machines))
    assert can_search(problem)
    plain = best([dispatch(problem, rule) for rule in RULES.values()])
    once, again = (tabu_search(plain, Limit(iterations=150), seed) for _ in range(2))
    assert faults(once) == []
    assert once.cost <= plain.cost
    assert once == again
    search = TabuSearch(plain, seed)
    search.advance(60)
    walk = search._walk
    assert search.decoder.schedule(walk.order, walk.choice).cost == walk.cost
    search.learn(once)
    assert search.cost <= once.cost


@slow
@given(shops(max_jobs=3, max_operations=2))
def test_the_exact_model_agrees_with_brute_force(problem):
    """From a poor start the solver ends at the true optimum and says so; the relaxation without set-ups bounds it."""
    _, plain = baseline(problem)
    least = brute_force(problem)
    proof = prove(plain, seconds=20, workers=1)
    assert (proof.schedule.cost, proof.bound) == (least, least)
    assert faults(proof.schedule) == []
    relaxed = prove(plain, seconds=20, workers=1, with_setups=False)
    assert relaxed.bound <= least <= relaxed.schedule.cost
    assert simple_bound(problem) <= least


@slow
@given(shops())
def test_the_chain_never_loses_to_a_rule_and_its_bound_holds(problem):
    solved = solve(problem, seconds=2, workers=2)
    best_rule = min(dispatch(problem, rule).cost for rule in RULES.values())
    assert faults(solved.schedule) == []
    assert solved.bound <= solved.schedule.cost <= best_rule
    costs = [cost for _, cost, _ in solved.trail]
    bounds = [bound for _, _, bound in solved.trail]
    assert costs == sorted(costs, reverse=True) and bounds == sorted(bounds)
