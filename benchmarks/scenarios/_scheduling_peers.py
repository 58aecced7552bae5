"""What the scheduling chain is measured against: textbook models for CP-SAT and PyJobShop, and a plain annealer.

The peers get the same seconds and as many workers as the machine has cores; no start, no hints, default parameters.
"""

from __future__ import annotations

import math
import os
import random
import time
from itertools import pairwise

from ortools.sat.python import cp_model
from pyjobshop import Model

from tujing.scenarios.production.scheduling.decode import Decoder
from tujing.scenarios.production.scheduling.dispatch import PLAIN, dispatch
from tujing.scenarios.production.scheduling.project import Project
from tujing.scenarios.production.scheduling.shop import Job, Machine, Mode, Operation, ShopProblem

WORKERS = os.cpu_count() or 2
Task = ShopProblem | Project


def plain_cp_sat(problem: Task, seconds: float) -> float:
    """The textbook model: intervals, no-overlap or cumulative, circuits for set-ups; no start, no hints."""
    model = cp_model.CpModel()
    makespan = _project_model(model, problem) if isinstance(problem, Project) else _shop_model(model, problem)
    model.minimize(makespan)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = WORKERS
    status = solver.solve(model)
    return solver.objective_value if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else math.inf


def _project_model(model, problem):
    horizon = sum(task.duration for task in problem.tasks)
    starts = [model.new_int_var(0, horizon, "") for _ in problem.tasks]
    intervals = [
        model.new_fixed_size_interval_var(start, task.duration, "")
        for start, task in zip(starts, problem.tasks, strict=True)
    ]
    makespan = model.new_int_var(0, horizon, "makespan")
    for start, task in zip(starts, problem.tasks, strict=True):
        model.add(makespan >= start + task.duration)
        for other in task.successors:
            model.add(starts[other] >= start + task.duration)
    for kind, capacity in enumerate(problem.capacities):
        model.add_cumulative(intervals, [task.needs[kind] for task in problem.tasks], capacity)
    return makespan


def _shop_model(model, problem):
    most = max((minutes for machine in problem.machines for minutes in machine.setups.values()), default=0)
    horizon = sum(max(mode.duration for mode in operation.modes) + most for _, operation in problem.operations)
    visits = [[] for _ in problem.machines]
    makespan = model.new_int_var(0, horizon, "makespan")
    for job in problem.jobs:
        previous = None
        for operation in job.operations:
            start, end = model.new_int_var(0, horizon, ""), model.new_int_var(0, horizon, "")
            literals = []
            for mode in operation.modes:
                literal = model.new_bool_var("")
                literals.append(literal)
                interval = model.new_optional_interval_var(start, mode.duration, end, literal, "")
                visits[mode.machine].append((interval, start, end, literal, mode.family))
            model.add_exactly_one(literals)
            if previous is not None:
                model.add(start >= previous)
            previous = end
        model.add(makespan >= previous)
    for machine, here in zip(problem.machines, visits, strict=True):
        model.add_no_overlap([visit[0] for visit in here])
        if not any(machine.setups.values()):
            continue
        arcs = [(0, 0, model.new_bool_var(""))]
        for one, (_, _, end, literal, family) in enumerate(here, start=1):
            arcs += [(0, one, model.new_bool_var("")), (one, 0, model.new_bool_var("")), (one, one, ~literal)]
            for other, (_, start, _, _, other_family) in enumerate(here, start=1):
                if one != other:
                    arc = model.new_bool_var("")
                    arcs.append((one, other, arc))
                    model.add(start >= end + machine.setups.get((family, other_family), 0)).only_enforce_if(arc)
        model.add_circuit(arcs)
    return makespan


def pyjobshop(problem: Task, seconds: float) -> float:
    model = Model()
    if isinstance(problem, Project):
        resources = [model.add_renewable(capacity) for capacity in problem.capacities]
        tasks = [model.add_task() for _ in problem.tasks]
        for task, owner in zip(problem.tasks, tasks, strict=True):
            model.add_mode(owner, resources, task.duration, list(task.needs))
            for other in task.successors:
                model.add_end_before_start(owner, tasks[other])
    else:
        machines = [model.add_machine() for _ in problem.machines]
        families = []
        for job in problem.jobs:
            owner, tasks = model.add_job(), []
            for operation in job.operations:
                task = model.add_task(job=owner)
                tasks.append(task)
                families.append((task, operation))
                for mode in operation.modes:
                    model.add_mode(task, machines[mode.machine], mode.duration)
            for before, after in pairwise(tasks):
                model.add_end_before_start(before, after)
        for number, machine in enumerate(problem.machines):
            if any(machine.setups.values()):
                here = [
                    (task, mode.family)
                    for task, operation in families
                    for mode in operation.modes
                    if mode.machine == number
                ]
                for one, family in here:
                    for other, next_family in here:
                        minutes = machine.setups.get((family, next_family), 0)
                        if one is not other and minutes:
                            model.add_setup_time(machines[number], one, other, minutes)
    result = model.solve(solver="ortools", time_limit=seconds, num_workers=WORKERS, display=False)
    return result.objective


def plain_annealer(problem: Task, seconds: float) -> float:
    """Random swaps in a permutation with repetition and random machines, cooled geometrically by the clock."""
    chance, decoder = random.Random(1), Decoder(problem)
    start = min((dispatch(problem, rule, decoder) for rule in PLAIN.values()), key=lambda one: one.cost)
    tokens = [decoder.job_of[one] for one in sorted(start.order, key=lambda one: start.start[one])]
    choice, cost, best = list(start.choice), start.cost, start.cost
    began, heat = time.perf_counter(), 0.02 * cost
    while (share := (time.perf_counter() - began) / seconds) < 1:
        temperature = heat * 0.001**share
        new_tokens, new_choice = tokens.copy(), choice.copy()
        if chance.random() < 0.5:
            one, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
            new_tokens[one], new_tokens[other] = new_tokens[other], new_tokens[one]
        else:
            one = chance.randrange(len(choice))
            new_choice[one] = chance.randrange(len(decoder.modes[one]))
        step, order = list(problem.first), []
        for job in new_tokens:
            order.append(step[job])
            step[job] += 1
        timing = decoder.timing(order, new_choice)
        if timing.cost <= cost or chance.random() < math.exp((cost - timing.cost) / max(temperature, 1e-9)):
            tokens, choice, cost = new_tokens, new_choice, timing.cost
            best = min(best, cost)
    return best


def with_setups(operations: int, seed: int) -> ShopProblem:
    """A generated flexible job shop: ten operations a job (five below 100), three machines each, six families."""
    chance = random.Random(seed)
    a_job = 5 if operations < 100 else 10
    count, families = max(6, min(30, operations // 12)), "ABCDEF"
    machines = tuple(
        Machine(number, None, {(a, b): chance.randint(10, 40) for a in families for b in families if a != b})
        for number in range(count)
    )
    jobs = []
    for name in range(operations // a_job):
        steps = []
        for label in range(a_job):
            family, length = chance.choice(families), chance.randint(10, 60)
            modes = tuple(
                Mode(machine, max(1, round(length * chance.uniform(0.8, 1.3))), family)
                for machine in chance.sample(range(count), 3)
            )
            steps.append(Operation(modes, label))
        jobs.append(Job(name, tuple(steps)))
    return ShopProblem(tuple(jobs), machines, "makespan")
