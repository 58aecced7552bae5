"""Reads resource-constrained projects in Patterson's text format (`.rcp`), as PSPLIB is passed on in.

Number of tasks and of renewable resources; the capacities; then for each task its duration, one need a resource, the
number of its successors, and these, counted from 1. All are whole numbers; a task may go on over several lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tujing.problems import BadInput, refuse
from tujing.runtime.textfiles import first_lines, read_text
from tujing.scenarios.production.scheduling.project import Project, Task


class ProjectText:
    """The format that `Scheduling` reads straight from a file."""

    name = "rcpsp"

    def matches(self, path: Path) -> bool:
        """By its name, or by a first task that fits: duration, needs, number of successors and as many of these."""
        if path.is_file() and path.name.lower().removesuffix(".gz").endswith(".rcp"):
            return True
        rows = [line.split() for line in first_lines(path) if line.split()][:3]
        if len(rows) < 3 or not all(field.isdecimal() for row in rows for field in row) or len(rows[0]) != 2:
            return False
        kinds = int(rows[0][1])
        if len(rows[1]) != kinds or len(rows[2]) < kinds + 2:
            return False
        task = [int(field) for field in rows[2]]
        # The first task is a dummy that takes no time; no line of a job shop has these lengths and begins so.
        return task[0] == 0 and not any(task[1 : kinds + 1]) and task[kinds + 1] == len(task) - kinds - 2

    def read(self, paths: Mapping[str, Path]) -> Project:
        """Parses a project.

        Raises
        ------
        BadInput
            With file and row, when the text breaks the format or the project cannot be done.
        """
        if len(paths) != 1:
            raise refuse("one_file", "项目算例只读一个文件。", "A project is one file.", key=", ".join(paths))
        return read_project(next(iter(paths.values())))


def read_project(path: Path) -> Project:
    """Reads a project; tasks are numbered from 1 as in the file.

    Raises
    ------
    BadInput
        As `ProjectText.read`.
    """
    numbers = _Numbers(path)
    count, kinds = numbers.next("任务数", "the number of tasks"), numbers.next("资源数", "the number of resources")
    if not count or count > 100_000 or kinds > 1_000:
        raise numbers.refuse(
            "bad_header",
            "首行应为任务数与可再生资源数。",
            "The first line should be the numbers of tasks and of renewable resources.",
        )
    capacities = tuple(numbers.next("资源容量", "a capacity") for _ in range(kinds))
    tasks, rows = [], []
    for name in range(1, count + 1):
        duration = numbers.next(f"任务 {name} 的工期", f"the duration of task {name}")
        rows.append(numbers.row)
        needs = tuple(numbers.next(f"任务 {name} 的资源需求", f"a need of task {name}") for _ in capacities)
        for kind, (need, capacity) in enumerate(zip(needs, capacities, strict=True), start=1):
            if need > capacity:
                raise numbers.refuse(
                    "need_over_capacity",
                    f"任务 {name} 需要资源 {kind} 共 {need}，而容量只有 {capacity}，无法安排；请改正其一。",
                    f"Task {name} needs {need} of resource {kind}, of which there are {capacity}; correct one of them.",
                )
        successors = []
        for _ in range(numbers.next(f"任务 {name} 的后续任务数", f"the number of successors of task {name}")):
            other = numbers.next(f"任务 {name} 的后续任务", f"a successor of task {name}")
            if not 1 <= other <= count:
                raise numbers.refuse(
                    "unknown_task",
                    f"任务 {name} 的后续任务 {other} 不存在，任务编号应在 1 到 {count} 之间。",
                    f"Task {name} has the successor {other}, which does not exist; tasks are numbered 1 to {count}.",
                )
            successors.append(other - 1)
        tasks.append(Task(name, duration, needs, tuple(successors)))
    numbers.expect_end()
    try:
        return Project(tuple(tasks), capacities)
    except ValueError as error:
        raise refuse(
            "circle",
            f"任务的先后关系成环（例如任务 {_on_circle(tasks)}），无法安排；请改正后续任务。",
            f"Precedences form a circle (task {_on_circle(tasks)} is on or behind it); correct the successors.",
            file=path,
            row=rows[_on_circle(tasks) - 1],
        ) from error


def _on_circle(tasks: list[Task]) -> int:
    """Returns the number of a task that waits for itself."""
    waiting = [0] * len(tasks)
    for task in tasks:
        for other in task.successors:
            waiting[other] += 1
    ready = [number for number, count in enumerate(waiting) if not count]
    for number in ready:
        for other in tasks[number].successors:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return next((number for number, count in enumerate(waiting, start=1) if count), 1)


class _Numbers:
    """The numbers of a text in sequence, with the row that each is in."""

    def __init__(self, path: Path) -> None:
        self.path, self.row = path, 1
        self._fields = self._read(read_text(path))

    def _read(self, text: str) -> Iterator[tuple[int, str]]:
        for row, line in enumerate(text.splitlines(), start=1):
            for field in line.split("#", 1)[0].split():
                yield row, field

    def next(self, zh: str, en: str) -> int:
        row, field = next(self._fields, (None, ""))
        if row is None:
            raise self.refuse(
                "cut_off", f"文件到此中断，缺少{zh}，请补全。", f"The file ends here, without {en}; complete it."
            )
        self.row = row
        # Longer than any real figure, and longer than Python turns into a number.
        if not field.isdecimal() or len(field) > 9:
            raise self.refuse(
                "not_a_number",
                f"“{field[:40]}”不能作为{zh}，应为非负整数。",
                f"“{field[:40]}” cannot be {en}; it should be a whole number of zero or more.",
                value=field[:80],
            )
        return int(field)

    def expect_end(self) -> None:
        row, field = next(self._fields, (None, ""))
        if row is not None:
            self.row = row
            raise self.refuse(
                "too_many_numbers",
                "任务都已读完，后面还有多余的数；请核对首行的任务数。",
                "All tasks are read, but more numbers follow; check the number of tasks in the first line.",
                value=field[:80],
            )

    def refuse(self, code: str, zh: str, en: str, value: str = "") -> BadInput:
        return refuse(code, zh, en, file=self.path, row=self.row, value=value)
