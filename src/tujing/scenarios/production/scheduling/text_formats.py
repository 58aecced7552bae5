"""Reads the standard text files of job-shop and flexible job-shop instances.

Job shop (JSPLIB): `jobs machines`, then one line a job of `machine duration` pairs. Flexible job shop (Brandimarte and
all after him): `jobs machines [mean number of machines]`, then one line a job: the number of operations and, for each,
the number of eligible machines and as many `machine duration` pairs. Lines that begin with `#` are comments. Which of
the two a file is shows in which reading uses up every number of every line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tujing.problems import BadInput, refuse
from tujing.runtime.textfiles import first_lines
from tujing.runtime.textfiles import read_text as unpacked
from tujing.scenarios.production.scheduling.shop import Job, Machine, Mode, Operation, ShopProblem

Row = list[int]
Alternatives = list[tuple[int, int]]
"""`(machine, duration)` pairs of one operation."""
Reading = Callable[[Row], list[Alternatives]]
"""Turns one job's line into its operations."""


class JobShopText:
    """The format that `Scheduling` reads straight from a file."""

    name = "jobshop"

    def matches(self, path: Path) -> bool:
        """Returns whether the first line that is no comment is two whole numbers, perhaps with a third figure."""
        for line in first_lines(path):
            fields = line.split()
            if fields and not fields[0].startswith("#"):
                return len(fields) in (2, 3) and all(field.isdecimal() for field in fields[:2])
        return False

    def read(self, paths: Mapping[str, Path]) -> ShopProblem:
        """Parses an instance.

        Raises
        ------
        BadInput
            With file and row, when the text is neither format.
        """
        if len(paths) != 1:
            raise refuse(
                "one_file", "作业车间算例只读一个文件。", "A job-shop instance is one file.", key=", ".join(paths)
            )
        return read_text(next(iter(paths.values())))


@dataclass(frozen=True)
class _Misfit(Exception):
    """Why a line does not fit a format."""

    zh: str
    en: str


def read_text(path: Path) -> ShopProblem:
    """Reads a job-shop or flexible job-shop instance; jobs and operations count from 0, machines as in the file.

    Raises
    ------
    BadInput
        With file and row, when the text is neither format.
    """
    lines = list(_lines(path))
    if not lines:
        raise refuse(
            "empty_file",
            "文件里没有数据，第一行应为“作业数 机器数”。",
            "The file holds no data; its first line should be the numbers of jobs and of machines.",
            file=path,
        )
    jobs, machines = _header(path, *lines[0])
    rows = [(row, _numbers(path, row, fields)) for row, fields in lines[1:]]
    if len(rows) != jobs:
        row = rows[jobs][0] if len(rows) > jobs else lines[-1][0]
        raise refuse(
            "job_count",
            f"首行写明 {jobs} 个作业，实际有 {len(rows)} 行，请补齐或改正首行。",
            f"The first line says {jobs} jobs, but there are {len(rows)} lines; correct one or the other.",
            file=path,
            row=row,
        )
    parsed, one_based = _machines_counted(path, rows, machines)
    return ShopProblem(
        jobs=tuple(
            Job(
                name=number,
                operations=tuple(
                    Operation(tuple(Mode(machine - one_based, duration) for machine, duration in modes), label)
                    for label, modes in enumerate(operations)
                ),
            )
            for number, operations in enumerate(parsed)
        ),
        machines=tuple(Machine(number + one_based) for number in range(machines)),
        objective="makespan",
    )


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        text = unpacked(path)
    except FileNotFoundError:
        raise refuse(
            "missing_file", "找不到这个文件，请检查路径。", "No such file; check the path.", file=path
        ) from None
    for row, line in enumerate(text.splitlines(), start=1):
        fields = line.split("#", 1)[0].split()
        if fields:
            yield row, fields


def _header(path: Path, row: int, fields: list[str]) -> tuple[int, int]:
    if len(fields) in (2, 3) and fields[0].isdecimal() and fields[1].isdecimal() and int(fields[0]) and int(fields[1]):
        return int(fields[0]), int(fields[1])
    raise refuse(
        "bad_header",
        "首行应为两个正整数：作业数与机器数。",
        "The first line should be two positive whole numbers: jobs and machines.",
        file=path,
        row=row,
        value=" ".join(fields)[:80],
    )


def _numbers(path: Path, row: int, fields: list[str]) -> Row:
    for field in fields:
        if not field.isdecimal():
            raise refuse(
                "not_a_number",
                f"“{field[:40]}”不是非负整数，请改正。",
                f"“{field[:40]}” is not a whole number of zero or more; correct it.",
                file=path,
                row=row,
                value=field[:80],
            )
    return [int(field) for field in fields]


def _machines_counted(path: Path, rows: list[tuple[int, Row]], machines: int) -> tuple[list[list[Alternatives]], int]:
    """Returns the operations of every job, and 1 when the file counts machines from 1 (0 otherwise)."""
    parsed = _either_format(path, rows, machines)
    named = [machine for job in parsed for modes in job for machine, _ in modes]
    one_based = int(max(named) == machines and min(named) >= 1)
    for (row, _), job in zip(rows, parsed, strict=True):
        for modes in job:
            names = [machine for machine, _ in modes]
            wrong = next((name for name in names if not one_based <= name < machines + one_based), None)
            if wrong is not None:
                raise refuse(
                    "unknown_machine",
                    f"机器号 {wrong} 超出范围，首行写明共 {machines} 台机器。",
                    f"Machine {wrong} is out of range; the first line says there are {machines} machines.",
                    file=path,
                    row=row,
                    value=str(wrong),
                )
            if len(set(names)) < len(names):
                raise refuse(
                    "machine_twice",
                    "同一道工序重复列出了同一台机器，请删去一个。",
                    "An operation names the same machine twice; remove one.",
                    file=path,
                    row=row,
                )
    return parsed, one_based


def _either_format(path: Path, rows: list[tuple[int, Row]], machines: int) -> list[list[Alternatives]]:
    """Reads all rows as the format that fits; where neither does, complains of the one that more rows look like."""
    plain = [len(numbers) == 2 * machines and len(set(numbers[::2])) == machines for _, numbers in rows]
    readings = [_pairs, _alternatives] if all(plain) else [_alternatives, _pairs]
    complaints: dict[Reading, BadInput] = {}
    for reading in readings:
        jobs: list[list[Alternatives]] = []
        try:
            for _, numbers in rows:
                jobs.append(reading(numbers))
            return jobs
        except _Misfit as misfit:
            row = rows[len(jobs)][0]
            complaints[reading] = refuse("bad_row", misfit.zh, misfit.en, file=path, row=row)
    raise complaints[_pairs if 2 * sum(plain) >= len(plain) else _alternatives]


def _pairs(numbers: Row) -> list[Alternatives]:
    if len(numbers) % 2:
        raise _Misfit(
            "这一行的数不成对，每道工序应为“机器 工时”一对。",
            "The numbers of this line do not pair up; each operation is a pair of machine and duration.",
        )
    return [[(machine, duration)] for machine, duration in zip(numbers[::2], numbers[1::2], strict=True)]


def _alternatives(numbers: Row) -> list[Alternatives]:
    count, rest = numbers[0], numbers[1:]
    operations: list[Alternatives] = []
    while rest:
        size = rest[0]
        if size < 1 or len(rest) < 1 + 2 * size:
            raise _Misfit(
                f"第 {len(operations) + 1} 道工序写明 {size} 台可选机器，后面的数不够，请核对。",
                f"Operation {len(operations) + 1} announces {size} machines, but too few numbers follow; check it.",
            )
        operations.append(list(zip(rest[1 : 2 * size : 2], rest[2 : 2 * size + 1 : 2], strict=True)))
        rest = rest[1 + 2 * size :]
    if len(operations) != count or not count:
        raise _Misfit(
            f"这一行写明 {count} 道工序，实际读到 {len(operations)} 道，请核对。",
            f"This line announces {count} operations but holds {len(operations)}; check it.",
        )
    return operations
