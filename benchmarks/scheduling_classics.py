"""Measures the scheduling chain on classic instances against plain CP-SAT and PyJobShop, in the same run.

    python benchmarks/scheduling_classics.py --data ../shared/data --instances la19 orb01 mk04 --seconds 20

Prints, per instance, each method's makespan and its gap to the best known upper bound, and at the end the mean gaps and
their ratios. `--works ORDERS` adds a generated shop with set-ups, shifts and weighted tardiness, where the chain is
compared with the best dispatching rule. All methods get the same seconds and workers.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import mean

from ortools.sat.python import cp_model

from tujing.scenarios.production.scheduling.baseline import baseline
from tujing.scenarios.production.scheduling.chain import solve
from tujing.scenarios.production.scheduling.shop import Job, Machine, Mode, Operation, ShopProblem
from tujing.scenarios.production.scheduling.text_formats import read_text
from tujing.scenarios.production.scheduling.working_time import WorkingTime

DEFAULT = ["ft06", "ft10", "la19", "orb01", "mk01", "mk04"]
Method = Callable[[ShopProblem, float, int], tuple[float, float]]
"""Problem, seconds, workers → makespan, bound."""


def best_rule(problem: ShopProblem, seconds: float, workers: int) -> tuple[float, float]:
    return baseline(problem)[1].makespan, 0


def chain(problem: ShopProblem, seconds: float, workers: int) -> tuple[float, float]:
    solved = solve(problem, seconds, workers=workers)
    return solved.schedule.makespan, solved.bound


def plain_cp_sat(problem: ShopProblem, seconds: float, workers: int) -> tuple[float, float]:
    """The textbook model: interval variables, no-overlap, makespan; no start, no hints."""
    model = cp_model.CpModel()
    horizon = sum(max(mode.duration for mode in operation.modes) for _, operation in problem.operations)
    machines: list[list[cp_model.IntervalVar]] = [[] for _ in problem.machines]
    makespan = model.new_int_var(0, horizon, "makespan")
    for job in problem.jobs:
        previous = None
        for operation in job.operations:
            start, end = model.new_int_var(0, horizon, ""), model.new_int_var(0, horizon, "")
            literals = []
            for mode in operation.modes:
                literal = model.new_bool_var("")
                literals.append(literal)
                machines[mode.machine].append(model.new_optional_interval_var(start, mode.duration, end, literal, ""))
            model.add_exactly_one(literals)
            if previous is not None:
                model.add(start >= previous)
            previous = end
        model.add(makespan >= previous)
    for intervals in machines:
        model.add_no_overlap(intervals)
    model.minimize(makespan)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return (solver.objective_value if found else float("inf")), solver.best_objective_bound


def pyjobshop(problem: ShopProblem, seconds: float, workers: int) -> tuple[float, float]:
    from pyjobshop import Model

    model = Model()
    machines = [model.add_machine() for _ in problem.machines]
    for job in problem.jobs:
        owner = model.add_job()
        tasks = []
        for operation in job.operations:
            task = model.add_task(job=owner)
            tasks.append(task)
            for mode in operation.modes:
                model.add_mode(task, machines[mode.machine], mode.duration)
        for before, after in pairwise(tasks):
            model.add_end_before_start(before, after)
    result = model.solve(solver="ortools", time_limit=seconds, num_workers=workers, display=False)
    return result.objective, result.lower_bound


METHODS: dict[str, Method] = {
    "best rule": best_rule,
    "tujing": chain,
    "plain CP-SAT": plain_cp_sat,
    "PyJobShop": pyjobshop,
}


def instances(data: Path, names: list[str]) -> dict[str, tuple[Path, int, int]]:
    """Returns path, best known lower and upper bound of each instance named."""
    found = {}
    for folder in ("jobshop", "flexible_jobshop"):
        with (data / folder / "best_known.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                path = data / folder / "instances" / f"{row['instance']}.txt"
                if row["instance"] in names and path.exists():
                    found[row["instance"]] = (path, int(row["lower_bound"]), int(row["upper_bound"]))
    missing = set(names) - set(found)
    if missing:
        raise SystemExit(f"not at hand: {', '.join(sorted(missing))}")
    return {name: found[name] for name in names}


def works(orders: int, seed: int) -> ShopProblem:
    """A generated shop: six departments, two shifts a day, five set-up families, weights and tight due dates."""
    chance = random.Random(seed)
    shifts = WorkingTime(
        [(day * 1440 + start, day * 1440 + end) for day in range(6) for start, end in ((480, 720), (780, 1320))]
    )
    departments = [range(0, 4), range(4, 7), range(7, 9), range(9, 11), range(11, 12), range(12, 14)]
    families = "ABCDE"
    machines = tuple(
        Machine(
            f"M{number}",
            shifts,
            {(a, b): chance.choice((20, 40, 60, 90)) for a in families for b in families if a != b}
            if number < 9
            else {},
        )
        for number in range(14)
    )
    jobs = []
    for number in range(orders):
        family, quantity = chance.choice(families), chance.randint(10, 80)
        operations = []
        for department in sorted(chance.sample(range(6), chance.randint(5, 6))):
            group = departments[department]
            per_unit = chance.uniform(0.5, 3) * len(group)
            eligible = chance.sample(group, chance.randint(1, min(3, len(group))))
            modes = tuple(
                Mode(m, max(1, round(quantity * per_unit * chance.uniform(0.9, 1.2))), family) for m in eligible
            )
            operations.append(Operation(modes, department))
        release = chance.randint(0, 3 * 1440)
        due = release + chance.randint(2, 9) * 1440
        jobs.append(Job(f"WO{number}", tuple(operations), release, due, chance.choice((1, 1, 2, 3))))
    return ShopProblem(tuple(jobs), machines, "weighted_tardiness")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--instances", nargs="*", default=DEFAULT)
    parser.add_argument("--methods", nargs="*", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--works", type=int, default=0, metavar="ORDERS")
    args = parser.parse_args()

    gaps: dict[str, list[float]] = {name: [] for name in args.methods}
    print(f"{args.seconds:g} s, {args.workers} workers; makespan (gap to the best known, seconds)")
    print("instance".ljust(22) + "best known".rjust(12) + "".join(name.rjust(24) for name in args.methods))
    for name, (path, lower, upper) in instances(args.data, args.instances).items():
        problem = read_text(path)
        cells = []
        for method in args.methods:
            started = time.perf_counter()
            makespan, _ = METHODS[method](problem, args.seconds, args.workers)
            gap = makespan / upper - 1
            gaps[method].append(gap)
            cells.append(f"{makespan:g} ({gap:.1%}, {time.perf_counter() - started:.1f})".rjust(24))
        known = str(upper) if lower == upper else f"{lower}-{upper}"
        print(name.ljust(22) + known.rjust(12) + "".join(cells), flush=True)
    if args.instances:
        print("mean gap".ljust(34) + "".join(f"{mean(gaps[name]):.2%}".rjust(24) for name in args.methods))
        lengths = {name: mean(1 + gap for gap in gaps[name]) for name in args.methods}
        for name in args.methods:
            if name != "tujing" and "tujing" in lengths:
                print(f"mean makespan, tujing : {name} = {lengths['tujing'] / lengths[name]:.4f}")
    if args.works:
        problem = works(args.works, seed=1)
        rule, plain = baseline(problem)
        solved = solve(problem, args.seconds, workers=args.workers)
        operations = len(problem.operations)
        print(f"works, {args.works} orders, {operations} operations: best rule ({rule}) {plain.cost}, tujing", end=" ")
        print(f"{solved.schedule.cost} (ratio {solved.schedule.cost / plain.cost:.3f}), bound {solved.bound}")


if __name__ == "__main__":
    main()
