"""Scheduling: the chain beside plain CP-SAT and PyJobShop, same seconds, same workers, in the same run.

    python benchmarks/scenarios/scheduling.py [--full] [--data ../shared/data] [--json]

Gaps are to the best known makespan of the collections' own tables. All 558 instances with three methods, 10 s and 60 s
each, can take 33 hours, so both forms take a sample that nobody chose: the tables list each collection family by family
and size by size, and every n-th row of all three is taken, so that the mean over the sample estimates the mean over
everything (n is a prime, so as not to fall in with the replicates of a generated set). `--full` takes every 11th
instance with 10 s and every 37th with 60 s (about an hour with the rest); the short form every 47th with 2 s. Shops
with set-ups are generated: three eligible machines an operation, six families, set-ups of about an operation's length.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parents[1]))

from _scheduling_peers import WORKERS, Task, plain_annealer, plain_cp_sat, pyjobshop, with_setups

from rows import Row, main
from tujing.scenarios.production.scheduling.chain import solve
from tujing.scenarios.production.scheduling.project import Project
from tujing.scenarios.production.scheduling.project_chain import solve_project
from tujing.scenarios.production.scheduling.project_text import read_project
from tujing.scenarios.production.scheduling.text_formats import read_text

SCENARIO = "production/scheduling"
FULL_CLASSICS = ((10.0, 11), (60.0, 37))
SHORT_CLASSICS = ((2.0, 47),)
"""Seconds, and of how many instances one is taken."""
FULL_SETUPS = tuple((operations, seconds) for operations in (50, 160, 400, 1000) for seconds in (10.0, 60.0))
SHORT_SETUPS = ((160, 3.0),)
NOTHING_FOUND = 100.0
"""Gap in per cent of a method that finds no schedule in its time."""
Method = Callable[[Task, float], float]


def chain(problem: Task, seconds: float) -> float:
    if isinstance(problem, Project):
        return solve_project(problem, seconds, workers=WORKERS).schedule.makespan
    return solve(problem, seconds, workers=WORKERS).schedule.makespan


METHODS: dict[str, Method] = {"chain": chain, "plain CP-SAT": plain_cp_sat, "PyJobShop": pyjobshop}


def collection(data: Path, name: str) -> dict[str, tuple[Path, int]]:
    """Returns path and best known makespan of every instance at hand, in the order of the table."""
    found = {}
    with (data / name / "best_known.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            instance = row["instance"]
            if name == "rcpsp":
                path, value = data / name / "instances" / instance.split("_")[0] / f"{instance}.rcp", row["makespan"]
            else:
                path, value = data / name / "instances" / f"{instance}.txt", row["upper_bound"]
            if path.exists():
                found[instance] = (path, int(value))
    return found


def sample(found: dict[str, tuple[Path, int]], step: int) -> list[str]:
    """Returns every `step`-th instance, beginning in the middle of the first stretch."""
    return list(found)[step // 2 :: step]


def measure(full: bool, data: Path) -> Iterator[Row]:
    for seconds, step in FULL_CLASSICS if full else SHORT_CLASSICS:
        yield from classics(data, seconds, step)
    for operations, seconds in FULL_SETUPS if full else SHORT_SETUPS:
        yield setups(operations, seconds)
    yield large(60.0 if full else 8.0)


def classics(data: Path, seconds: float, step: int) -> Iterator[Row]:
    everything: dict[str, list[float]] = {name: [] for name in METHODS}
    used = 0.0
    for folder in ("jobshop", "flexible_jobshop", "rcpsp"):
        gaps: dict[str, list[float]] = {name: [] for name in METHODS}
        ours = 0.0
        found = collection(data, folder)
        for instance in sample(found, step):
            path, known = found[instance]
            problem = read_project(path) if folder == "rcpsp" else read_text(path)
            for name, method in METHODS.items():
                started = time.perf_counter()
                gap = 100 * (method(problem, seconds) / known - 1)
                ours += time.perf_counter() - started if name == "chain" else 0
                gaps[name].append(min(gap, NOTHING_FOUND))
            told = ", ".join(f"{name} {gaps[name][-1]:.2f} %" for name in METHODS)
            print(f"… {instance}, {seconds:g} s: {told}", file=sys.stderr, flush=True)
        for name in METHODS:
            everything[name] += gaps[name]
        used += ours
        yield _gap_row(f"{folder}: {len(gaps['chain'])} of {len(found)} instances, {seconds:g} s", gaps, ours)
    yield _gap_row(f"all three: {len(everything['chain'])} instances, {seconds:g} s", everything, used)


def _gap_row(label: str, gaps: dict[str, list[float]], used: float) -> Row:
    ours = mean(gaps["chain"])
    name, peer = min(((name, mean(gaps[name])) for name in gaps if name != "chain"), key=lambda item: item[1])
    met = ours <= 0.95 * peer
    return Row(SCENARIO, label, "mean gap to best known (%)", ours, peer, name, "lower", "ratio ≤ 0.95", met, used)


def setups(operations: int, seconds: float) -> Row:
    problem = with_setups(operations, seed=operations)
    started = time.perf_counter()
    ours = chain(problem, seconds)
    used = time.perf_counter() - started
    methods = {"plain CP-SAT": plain_cp_sat, "PyJobShop": pyjobshop, "plain annealer": plain_annealer}
    peers = {name: method(problem, seconds) for name, method in methods.items()}
    told = ", ".join(f"{name} {value:g}" for name, value in {"chain": ours, **peers}.items())
    print(f"… {operations} operations with set-ups, {seconds:g} s: {told}", file=sys.stderr, flush=True)
    name, peer = min(peers.items(), key=lambda item: item[1])
    label = f"generated, {operations} operations with family set-ups, {seconds:g} s"
    return Row(SCENARIO, label, "makespan", ours, peer, name, "lower", "ahead of every peer", ours < peer, used)


def large(seconds: float) -> Row:
    """10 000 operations: seconds to the first schedule, and whether it becomes better from there."""
    problem = with_setups(10_000, seed=7)
    seen: list[tuple[float, int]] = []
    started = time.perf_counter()
    solved = solve(
        problem,
        seconds,
        workers=WORKERS,
        watch=lambda stage, share, found, bound: seen.append((time.perf_counter() - started, found.cost)),
    )
    used = time.perf_counter() - started
    first, cost = seen[0]
    met = first < 10 and solved.schedule.cost < cost
    label = f"generated, 10 000 operations with set-ups: {cost} at first, {solved.schedule.cost} at {used:.0f} s"
    target = "feasible < 10 s, then improves"
    return Row(SCENARIO, label, "first schedule (s)", first, None, "", "lower", target, met, used)


if __name__ == "__main__":
    main(measure)
