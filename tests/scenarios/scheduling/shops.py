"""Shops for the tests: random ones, the shipped sample, and a checker that knows nothing of the decoder."""

from __future__ import annotations

import csv
from datetime import datetime
from itertools import pairwise, permutations, product
from pathlib import Path

import pyarrow as pa
from hypothesis import strategies as st

import tujing.scenarios.production.scheduling as scheduling
from tujing.elements.definition import element
from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.scenarios.production.scheduling.shop import Job, Machine, Mode, Operation, ShopProblem
from tujing.scenarios.production.scheduling.working_time import WorkingTime

FOLDER = Path(scheduling.__path__[0])
SAMPLE = FOLDER / "sample"
FAMILIES = ("A", "B", "")


@st.composite
def calendars(draw) -> WorkingTime | None:
    if draw(st.booleans()):
        return None
    spans, at = [], 0
    for _ in range(draw(st.integers(1, 3))):
        start = at + draw(st.integers(0, 6))
        at = start + draw(st.integers(1, 9))
        spans.append((start, at))
        at += 1
    return WorkingTime(spans, period=max(24, at))


@st.composite
def shops(draw, max_jobs: int = 4, max_operations: int = 3, objective: str | None = None) -> ShopProblem:
    """Flexible shops with calendars, set-ups, release and due dates."""
    count = draw(st.integers(1, 3))
    one_calendar = draw(calendars()) if draw(st.booleans()) else draw(st.none())
    machines = tuple(
        Machine(
            name,
            one_calendar or draw(calendars()),
            {pair: draw(st.integers(0, 5)) for pair in product(FAMILIES, FAMILIES) if draw(st.booleans())},
        )
        for name in range(count)
    )
    jobs = []
    for name in range(draw(st.integers(1, max_jobs))):
        operations = []
        for label in range(draw(st.integers(1, max_operations))):
            eligible = draw(st.lists(st.integers(0, count - 1), min_size=1, unique=True))
            family = draw(st.sampled_from(FAMILIES))
            modes = tuple(Mode(machine, draw(st.integers(1, 8)), family) for machine in eligible)
            operations.append(Operation(modes, label))
        release = draw(st.integers(0, 10))
        due = draw(st.one_of(st.none(), st.integers(0, 40)))
        jobs.append(Job(name, tuple(operations), release, due, draw(st.integers(0, 3))))
    chosen = objective or draw(st.sampled_from(["makespan", "weighted_tardiness"]))
    if all(job.due is None for job in jobs):
        jobs[0] = Job(jobs[0].name, jobs[0].operations, jobs[0].release, 9, 1)
    return ShopProblem(tuple(jobs), machines, chosen)  # type: ignore[arg-type]


def open_minutes(machine: Machine, start: int, end: int) -> int:
    """Counts, minute by minute, how many of [start, end) the machine works: the calendar's definition, spelled out."""
    if machine.calendar is None:
        return end - start
    windows, period = machine.calendar.windows, machine.calendar.period
    last = windows[-1][1]

    def works(minute: int) -> bool:
        while minute >= last:
            minute -= period
            if minute < last - period:
                return False
        return any(begin <= minute < finish for begin, finish in windows)

    return sum(works(minute) for minute in range(start, end))


def faults(schedule: Schedule) -> list[str]:
    """Returns everything in which a schedule breaks its problem; empty when it is feasible."""
    problem, found = schedule.problem, []
    on_machine: dict[int, list[int]] = {}
    for number, (job, operation) in enumerate(problem.operations):
        mode = operation.modes[schedule.choice[number]]
        machine = problem.machines[mode.machine]
        on_machine.setdefault(mode.machine, []).append(number)
        start, end = schedule.start[number], schedule.end[number]
        if open_minutes(machine, start, end) != mode.duration:
            found.append(f"operation {number}: works {open_minutes(machine, start, end)} and not {mode.duration}")
        if mode.duration and not (open_minutes(machine, start, start + 1) and open_minutes(machine, end - 1, end)):
            found.append(f"operation {number} starts or ends while the machine is off shift")
        first = problem.first[job] == number
        if start < (problem.jobs[job].release if first else schedule.end[number - 1]):
            found.append(f"operation {number} starts too early for its job")
    for machine_number, numbers in on_machine.items():
        machine = problem.machines[machine_number]
        numbers.sort(key=lambda number: (schedule.start[number], schedule.end[number]))
        for before, after in pairwise(numbers):
            families = (schedule.mode(before).family, schedule.mode(after).family)
            setup = machine.setups.get(families, 0)
            if schedule.start[after] < schedule.end[before]:
                found.append(f"operations {before} and {after} overlap")
            elif open_minutes(machine, schedule.end[before], schedule.start[after]) < setup:
                found.append(f"no room for the set-up between {before} and {after}")
            if schedule.setup[after] != setup or schedule.before[after] != before:
                found.append(f"set-up of operation {after} is not recorded")
    return found


def brute_force(problem: ShopProblem) -> int:
    """Returns the least cost over every order and choice of machines, decoded one operation at a time."""
    tokens = [job for job, _ in problem.operations]
    choices = list(product(*(range(len(operation.modes)) for _, operation in problem.operations)))
    return min(_cost(problem, order, choice) for order in set(permutations(tokens)) for choice in choices)


def _cost(problem: ShopProblem, order: tuple[int, ...], choice: tuple[int, ...]) -> int:
    step = [0] * len(problem.jobs)
    ready = [job.release for job in problem.jobs]
    last: dict[int, tuple[int, str]] = {}
    for job in order:
        number = problem.first[job] + step[job]
        step[job] += 1
        mode = problem.operations[number][1].modes[choice[number]]
        machine = problem.machines[mode.machine]
        start = ready[job]
        if mode.machine in last:
            end, family = last[mode.machine]
            room = machine.setups.get((family, mode.family), 0)
            while start < end or open_minutes(machine, end, start) < room:
                start += 1
        finish = start
        while open_minutes(machine, start, finish) < mode.duration:
            finish += 1
        ready[job], last[mode.machine] = finish, (finish, mode.family)
    if problem.objective == "makespan":
        return max(ready)
    late = [
        max(0, end - job.due) * job.weight for end, job in zip(ready, problem.jobs, strict=True) if job.due is not None
    ]
    return sum(late)


def sample_tables(folder: Path = SAMPLE, **replaced: Path) -> dict[str, pa.Table]:
    """Reads the sample's CSV files into typed element tables; a keyword replaces one element's file."""
    files = {path.stem: path for path in folder.glob("*.csv")} | replaced
    return {name: read_csv(name, path) for name, path in files.items()}


def read_csv(name: str, path: Path) -> pa.Table:
    types = {
        "string": (pa.string(), str),
        "integer": (pa.int64(), int),
        "number": (pa.float64(), float),
        "datetime": (pa.timestamp("us"), datetime.fromisoformat),
    }
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {}
    for column, definition in element(name).columns.items():
        kind, parse = types.get(definition.type, (pa.string(), str))
        columns[column] = pa.array([parse(row[column]) if row.get(column) else None for row in rows], kind)
    return pa.table(columns)
