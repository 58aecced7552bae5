"""The schedule in force: what of it is frozen, where re-scheduling begins, and what then changes against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import pyarrow as pa

from tujing.scenarios.production.scheduling.rich import decoder_for
from tujing.scenarios.production.scheduling.schedule import Schedule
from tujing.scenarios.production.scheduling.shop import Job, Operation, ShopProblem
from tujing.scenarios.production.scheduling.tables import clock
from tujing.words import Text


class Planned(NamedTuple):
    """Where the schedule in force has an operation: its start and its machine (None: gone)."""

    start: int
    machine: int | None
    upset: bool = False
    """Whether the machine is down at that time, so that it cannot be kept."""


def keep(job: Job, planned: Mapping[tuple[str, int], Planned], frozen_minutes: int) -> Job:
    """Returns the job with what the schedule in force says of its operations.

    Those that start within `frozen_minutes`, and all before them in the job, keep machine, start and sequence, unless a
    breakdown makes it impossible.
    """
    operations: list[Operation] = []
    may_freeze = True
    for operation in job.operations:
        found = planned.get((str(job.name), operation.label))
        if found is None:
            may_freeze = False
            operations.append(operation)
            continue
        modes = tuple(mode for mode in operation.modes if mode.machine == found.machine)
        may_freeze = may_freeze and found.start < frozen_minutes and bool(modes) and not found.upset
        operation = replace(operation, planned=found.start, planned_machine=found.machine, frozen=may_freeze)
        if may_freeze:
            operation = replace(operation, modes=modes, not_before=found.start)
        operations.append(operation)
    return replace(job, operations=tuple(operations))


def as_before(problem: ShopProblem) -> Schedule | None:
    """Returns the sequence of the schedule in force, timed anew; None without one."""
    places = {
        number: Planned(operation.planned, operation.planned_machine)
        for number, (_, operation) in enumerate(problem.operations)
        if operation.planned is not None
    }
    return _in_sequence(problem, places) if places else None


def like(schedule: Schedule, problem: ShopProblem) -> Schedule:
    """Returns the sequence of another problem's schedule, timed anew for this one, which has other orders or shifts."""
    of = schedule.problem
    known = {
        (of.jobs[job].name, operation.label): Planned(schedule.start[number], schedule.mode(number).machine)
        for number, (job, operation) in enumerate(of.operations)
    }
    keys = [(problem.jobs[job].name, operation.label) for job, operation in problem.operations]
    return _in_sequence(problem, {number: known[key] for number, key in enumerate(keys) if key in known})


def _in_sequence(problem: ShopProblem, places: Mapping[int, Planned]) -> Schedule:
    """Puts operations in sequence by where they were; those that were nowhere come last."""
    last = max((place.start for place in places.values()), default=0) + 1
    ranks: list[int] = []
    choice: list[int] = []
    for number, (_, operation) in enumerate(problem.operations):
        place = places.get(number, Planned(last, None))
        ranks.append(place.start if number in problem.first else max(place.start, ranks[-1]))
        machines = [mode.machine for mode in operation.modes]
        choice.append(machines.index(place.machine) if place.machine in machines else 0)
    order = sorted(range(len(ranks)), key=lambda number: (ranks[number], number))
    return decoder_for(problem).schedule(order, choice)


CHANGED = pa.schema(
    [
        ("job", pa.string()),
        ("operation", pa.int64()),
        ("machine_before", pa.string()),
        ("machine", pa.string()),
        ("start_before_time", pa.timestamp("us")),
        ("start_time", pa.timestamp("us")),
        ("later_by", pa.int64()),
    ]
)


def changed_table(schedule: Schedule) -> pa.Table:
    """Returns one row for each operation that has another start or machine than in the schedule in force."""
    problem, rows = schedule.problem, []
    for number, (job, operation) in enumerate(problem.operations):
        machine = schedule.mode(number).machine
        if operation.planned is None or (operation.planned, operation.planned_machine) == (
            schedule.start[number],
            machine,
        ):
            continue
        before = operation.planned_machine
        rows.append(
            {
                "job": str(problem.jobs[job].name),
                "operation": operation.label,
                "machine_before": None if before is None else str(problem.machines[before].name),
                "machine": str(problem.machines[machine].name),
                "start_before_time": clock(schedule, operation.planned),
                "start_time": clock(schedule, schedule.start[number]),
                "later_by": schedule.start[number] - operation.planned,
            }
        )
    return pa.Table.from_pylist(rows, schema=CHANGED)


def told(schedule: Schedule, changed: pa.Table) -> Text:
    """Says how much of the schedule in force is kept."""
    count = sum(operation.planned is not None for _, operation in schedule.problem.operations)
    kept = count - changed.num_rows
    frozen = sum(operation.frozen for _, operation in schedule.problem.operations)
    return Text(
        zh=f"现行计划中的 {count} 道工序有 {kept} 道设备与开始时刻不变（其中冻结 {frozen} 道）。",
        en=f"{kept} of the {count} operations in the schedule in force keep machine and start ({frozen} are frozen).",
    )
