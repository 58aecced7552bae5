"""The published result tables, checked by somebody who reads the instance's text himself and knows none of our code."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from tujing.runtime.contract import Budget, Data
from tujing.scenarios.production.scheduling.solution import Scheduling

Eligible = dict[int, int]
"""Machine, as the file numbers it → duration."""


def solved(path: Path):
    solution = Scheduling("production/scheduling")
    chosen = next(one for one in solution.formats if one.matches(path))
    outcome = solution.run(Data(instance=chosen.read({"input": path})), {}, Budget(0.5, workers=2)).outcome
    return outcome, outcome.tables["schedule"].to_pylist()


def shop_of(path: Path, *, flexible: bool) -> list[list[Eligible]]:
    lines = [line.split() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    jobs: list[list[Eligible]] = []
    for line in lines[1:]:
        numbers = iter(int(field) for field in line)
        count = next(numbers) if flexible else len(line) // 2
        jobs.append(
            [{next(numbers): next(numbers) for _ in range(next(numbers) if flexible else 1)} for _ in range(count)]
        )
    return jobs


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("jobshop", "ft06"),
        ("jobshop", "ta71"),
        ("flexible_jobshop", "hurink_vdata_la13"),
        ("flexible_jobshop", "dpp01a"),
    ],
)
def test_the_schedule_of_a_shop_is_feasible_and_as_long_as_it_says(shared_data, folder, name):
    path = shared_data / folder / "instances" / f"{name}.txt"
    jobs = shop_of(path, flexible=folder == "flexible_jobshop")
    outcome, rows = solved(path)
    times = {(row["job"], row["operation"]): row for row in rows}
    assert len(times) == len(rows) == sum(len(job) for job in jobs)
    on_machine = defaultdict(list)
    for (job, operation), row in times.items():
        assert row["end"] - row["start"] == jobs[job][operation][row["machine"]]
        assert row["start"] >= (times[job, operation - 1]["end"] if operation else 0)
        on_machine[row["machine"]].append((row["start"], row["end"]))
    assert all(after[0] >= before[1] for spans in on_machine.values() for before, after in pairwise(sorted(spans)))
    assert outcome.kpis["lower_bound"].value <= max(row["end"] for row in rows) == outcome.kpis["makespan"].value


@pytest.mark.parametrize("name", ["j30_13_1", "j90_48_1"])
def test_the_schedule_of_a_project_is_feasible_and_as_long_as_it_says(shared_data, name):
    path = shared_data / "rcpsp" / "instances" / name[:3] / f"{name}.rcp"
    numbers = iter(int(field) for field in path.read_text().split())
    count, kinds = next(numbers), next(numbers)
    capacities = [next(numbers) for _ in range(kinds)]
    outcome, rows = solved(path)
    times = {row["task"]: row for row in rows}
    assert list(times) == list(range(1, count + 1))
    use = defaultdict(int)
    for task in range(1, count + 1):
        duration, needs = next(numbers), [next(numbers) for _ in range(kinds)]
        start, end = times[task]["start"], times[task]["end"]
        assert 0 <= start == end - duration
        for other in [next(numbers) for _ in range(next(numbers))]:
            assert times[other]["start"] >= end
        for minute in range(start, end):
            for kind, need in enumerate(needs):
                use[minute, kind] += need
    assert all(amount <= capacities[kind] for (_, kind), amount in use.items())
    assert outcome.kpis["lower_bound"].value <= max(row["end"] for row in rows) == outcome.kpis["makespan"].value
