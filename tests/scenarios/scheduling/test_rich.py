"""Tools, people, waits, lots, unbroken work and frozen starts: every order decodes to a schedule that keeps them."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.scenarios.scheduling.shops import faults, open_minutes, shops

from tujing.scenarios.production.scheduling.chain import solve
from tujing.scenarios.production.scheduling.dispatch import RULES, dispatch
from tujing.scenarios.production.scheduling.exact import prove
from tujing.scenarios.production.scheduling.rich import RichDecoder, decoder_for
from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.scenarios.production.scheduling.shop import Job, Machine, Mode, Operation, Pool, ShopProblem
from tujing.scenarios.production.scheduling.working_time import WorkingTime


@st.composite
def rich_shops(draw, max_jobs: int = 4, max_operations: int = 3) -> ShopProblem:
    """A plain shop, with more to keep."""
    problem = draw(shops(max_jobs, max_operations))
    pools = (Pool("tool", draw(st.integers(1, 2))), Pool("people", draw(st.integers(1, 3))))
    jobs = []
    for job in problem.jobs:
        operations = []
        for operation in job.operations:
            used = draw(st.lists(st.integers(0, 1), unique=True))
            wait = draw(st.integers(0, 5))
            needed = tuple((pool, draw(st.integers(1, pools[pool].capacity))) for pool in used)
            operations.append(
                replace(
                    operation,
                    modes=tuple(replace(mode, pools=needed) for mode in operation.modes),
                    wait=wait,
                    not_before=draw(st.integers(0, 10)),
                    planned=draw(st.one_of(st.none(), st.integers(0, 30))),
                )
            )
        jobs.append(replace(job, operations=tuple(operations)))
    return replace(problem, jobs=tuple(jobs), pools=pools, stability=draw(st.integers(0, 2)))


def broken(schedule: Schedule, relaxed: tuple[int, ...] = ()) -> list[str]:
    """What the plain checker does not know; `relaxed` are longest waits that need not be kept."""
    problem, found = schedule.problem, []
    for number, (_, operation) in enumerate(problem.operations):
        if number not in problem.first and schedule.start[number] - schedule.end[number - 1] < operation.wait:
            found.append(f"{number} waits too little")
        if schedule.start[number] < operation.not_before:
            found.append(f"{number} starts too early")
        if number not in problem.first and number not in relaxed and operation.longest_wait is not None:
            waits = schedule.start[number] - schedule.end[number - 1]
            found += [f"{number} waits too long"] if waits > operation.longest_wait else []
        if operation.unbroken:
            pauses = schedule.end[number] - schedule.start[number] > schedule.mode(number).duration
            found += [f"{number} pauses"] if pauses else []
    for index, pool in enumerate(problem.pools):
        for minute in range(schedule.makespan):
            used = sum(
                dict(schedule.mode(number).pools).get(index, 0)
                for number in range(len(problem.operations))
                if schedule.start[number] <= minute < schedule.end[number]
            )
            if used > pool.capacity:
                found.append(f"too much of {pool.name} at {minute}")
    return found


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(rich_shops())
def test_every_rule_keeps_tools_people_and_waits(problem):
    for rule in list(RULES.values())[:3]:
        schedule = dispatch(problem, rule)
        assert faults(schedule) == [] and broken(schedule) == []
        timing = decoder_for(problem).timing(schedule.order, schedule.choice)
        assert timing is not None


@settings(deadline=None, max_examples=60)
@given(shops())
def test_the_rich_decoder_agrees_with_the_plain_one_on_plain_shops(problem):
    schedule = dispatch(problem, RULES["EDD"])
    again = RichDecoder(problem).schedule(schedule.order, schedule.choice)
    assert (again.start, again.end, again.setup, again.cost) == (
        schedule.start,
        schedule.end,
        schedule.setup,
        schedule.cost,
    )


@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(rich_shops())
def test_the_chain_keeps_them_too_and_its_bound_holds(problem):
    solved = solve(problem, seconds=0.3, workers=2)
    assert faults(solved.schedule) == [] and broken(solved.schedule) == []
    assert solved.bound <= solved.schedule.cost <= dispatch(problem, RULES["EDD"]).cost


def every_order(problem: ShopProblem) -> list[list[int]]:
    """All orders of operations that keep the jobs' sequences."""
    found = []
    for tokens in set(permutations(job for job, _ in problem.operations)):
        step = list(problem.first)
        order = []
        for job in tokens:
            order.append(step[job])
            step[job] += 1
        found.append(order)
    return found


@st.composite
def tiny_shops(draw) -> ShopProblem:
    """Rich shops of up to five operations; some of the work must not pause, some must follow soon."""
    problem = draw(rich_shops(max_jobs=3, max_operations=2))
    jobs = []
    for job in problem.jobs:
        operations = []
        for operation in job.operations:
            calendars = [problem.machines[mode.machine].calendar for mode in operation.modes]
            fits = all(
                calendar is None or mode.duration <= calendar.longest
                for mode, calendar in zip(operation.modes, calendars, strict=True)
            )
            unbroken = fits and draw(st.booleans())
            longest = draw(st.one_of(st.none(), st.integers(operation.wait, 20)))
            operations.append(replace(operation, unbroken=unbroken, longest_wait=longest))
        jobs.append(replace(job, operations=tuple(operations)))
    return replace(problem, jobs=tuple(jobs))


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(tiny_shops())
def test_the_exact_model_keeps_everything_and_no_decoded_order_beats_its_bound(problem):
    decoder = decoder_for(problem)
    choices = list(product(*(range(len(operation.modes)) for _, operation in problem.operations)))[:6]
    decoded = [decoder.schedule(order, choice) for order in every_order(problem) for choice in choices]
    kept = [schedule for schedule in decoded if not schedule.overstayed]
    plain = dispatch(problem, RULES["EDD"])
    proof = prove(plain, seconds=20, workers=1)
    assert faults(proof.schedule) == []
    assert broken(proof.schedule, plain.overstayed) == []
    if not plain.overstayed:
        assert proof.bound == proof.schedule.cost
        assert all(proof.bound <= schedule.cost for schedule in kept)


def one_job(*operations: Operation, machines: int = 2, **more) -> ShopProblem:
    return ShopProblem((Job("A", operations),), tuple(Machine(n) for n in range(machines)), "makespan", **more)


def test_a_longest_wait_pushes_the_operation_before():
    """The oven is taken until 50, and the paint must be in it within 5 minutes: painting starts at 35."""
    paint = Operation((Mode(0, 10),), 10)
    bake = Operation((Mode(1, 20),), 20, longest_wait=5)
    busy = Job("B", (Operation((Mode(1, 50),), 10),))
    problem = ShopProblem((Job("A", (paint, bake)), busy), (Machine(0), Machine(1)), "makespan")
    schedule = decoder_for(problem).schedule([2, 0, 1], [0, 0, 0])
    assert (schedule.start[0], schedule.start[1]) == (35, 50)
    assert schedule.overstayed == ()


def test_lots_overlap_two_operations():
    """100 minutes in lots of 25, then 40 minutes in lots of 10: the second must not run dry, so it starts at 70."""
    first, second = Operation((Mode(0, 100, "", 25),), 10), Operation((Mode(1, 40, "", 10),), 20)
    schedule = decoder_for(one_job(first, second)).schedule([0, 1], [0, 0])
    assert (schedule.start[1], schedule.end[1]) == (70, 110)


def test_unbroken_work_waits_for_a_shift_that_is_long_enough():
    calendar = WorkingTime([(0, 30), (40, 100)], period=100)
    problem = ShopProblem(
        (Job("A", (Operation((Mode(0, 40),), 10, unbroken=True),)),), (Machine("M", calendar),), "makespan"
    )
    schedule = decoder_for(problem).schedule([0], [0])
    assert (schedule.start[0], schedule.end[0]) == (40, 80)
    assert open_minutes(problem.machines[0], 40, 80) == 40


def test_frozen_operations_keep_their_sequence_and_stability_keeps_starts():
    """The other could begin at 15 and end all at 20, but 25 minutes from its planned start cost more than they gain."""
    frozen = Job("A", (Operation((Mode(0, 10),), 10, planned=5, not_before=5, frozen=True),))
    other = Job("B", (Operation((Mode(0, 5),), 10, planned=40),))
    problem = ShopProblem((other, frozen), (Machine(0),), "makespan", stability=3)
    solved = solve(problem, 1, workers=1)
    assert solved.schedule.start == (40, 5)
    assert (solved.schedule.cost, solved.bound) == (45, 45)
