"""Importing an edited breakdown, and progress with money, from the tables that an export writes. All rows or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from tujing.dataspace.sniff import sniff
from tujing.delivery.breakdown import templates
from tujing.delivery.cells import read_amount, read_day, read_links, read_share
from tujing.delivery.editing_services import TaskEdit, edit_tasks, find
from tujing.delivery.exchange import ACTUAL_COLUMNS, ACTUALS_SHEET, TASK_COLUMNS, TASKS_SHEET, Sheet, read_sheet
from tujing.delivery.models import LevelProject, ProjectTask
from tujing.delivery.reporting_services import check_day, check_scale, keep, unknown_task
from tujing.delivery.responsibility import responsibilities
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

TEN_THOUSAND = 10_000
Value = TypeVar("Value")


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    rows: int
    changed: int
    """Rows that made something other than before."""
    moved: tuple[tuple[str, str, date], ...] = ()
    """Project, task and new start of those that an earlier one pushed on."""


def import_tasks(organisation: Organisation, path: Path, *, in_yuan: bool = False) -> Imported:
    """Takes over a breakdown that was exported and edited. Columns and tasks that the file leaves out stay.

    `in_yuan` says that amounts which look like 万元 are yuan all the same.

    Raises
    ------
    BadInput
        When a row names no project of the organisation, a cell cannot be read, somebody changed the project since the
        export, or the breakdown would not hold together; names file, row and column. Nothing is changed then.
    """
    sheet = read_sheet(path, TASK_COLUMNS, TASKS_SHEET)
    problems: list[Problem] = []
    known = _Known(organisation, sheet)
    by_project: dict[int, tuple[LevelProject, int, list[tuple[int, TaskEdit]]]] = {}
    for row, cells in sheet.rows:
        with _gathered(problems, sheet, row):
            project, tasks = known.project(row, cells)
            seen = int(_number(sheet, row, cells, "version") or 0)
            edit = _edit(sheet, row, cells, tasks.get(cells["number"]))
            _, _, edits = by_project.setdefault(project.pk, (project, seen, []))
            if any(other.number == edit.number for _, other in edits):
                raise refuse(
                    "task_twice",
                    f"任务 {edit.number} 出现了两次，请删去一行。",
                    f"Task {edit.number} comes twice; take one row away.",
                    **sheet.place(row, "number"),
                )
            edits.append((row, edit))
    if problems:
        raise BadInput(problems)
    changed = 0
    moved: list[tuple[str, str, date]] = []
    with transaction.atomic():
        for project, seen, edits in by_project.values():
            if not in_yuan:
                costs = dict(project.tasks.values_list("number", "cost"))
                told = [edit for _, edit in edits if edit.cost is not None and costs.get(edit.number)]
                _suspect(sheet, sum(edit.cost or 0.0 for edit in told), sum(costs[edit.number] for edit in told))
            rows = {edit.number: row for row, edit in edits}
            try:
                done = edit_tasks(organisation, project.pk, seen, [edit for _, edit in edits])
            except BadInput as error:
                raise BadInput([_in_file(one, sheet, rows) for one in error.problems]) from error
            changed += len(done.changed)
            moved += [(f"{project.adoption.scenario}@{project.level}", *one) for one in done.moved.items()]
    return Imported(len(sheet.rows), changed, tuple(moved))


def import_actuals(
    organisation: Organisation, path: Path, *, in_yuan: bool = False, until: date | None = None
) -> Imported:
    """Takes in reported progress and money spent, a row a task and day; the same row again changes nothing.

    Raises
    ------
    BadInput
        As `import_tasks`; a task must be there, and no day later than `until` (default today).
    """
    last = until or timezone.localdate()
    sheet = read_sheet(path, ACTUAL_COLUMNS, ACTUALS_SHEET)
    problems: list[Problem] = []
    known = _Known(organisation, sheet)
    found: list[tuple[ProjectTask, date, float | None, float | None, str]] = []
    for row, cells in sheet.rows:
        with _gathered(problems, sheet, row):
            task = known.project(row, cells)[1].get(cells["number"])
            if task is None:
                raise unknown_task(cells["number"], **sheet.place(row, "number"))
            day = read_day(cells["on"], key="", **sheet.place(row, "on"))
            check_day(day, last, **sheet.place(row, "on"))
            found.append(
                (
                    task,
                    day,
                    _read(read_share, sheet, row, cells, "progress"),
                    _money(sheet, row, cells, "cost"),
                    cells.get("reference", ""),
                )
            )
    if problems:
        raise BadInput(problems)
    if not in_yuan:
        planned = {task.pk: task.cost for task, _, _, cost, _ in found if cost}
        _suspect(sheet, sum(cost for _, _, _, cost, _ in found if cost), sum(planned.values()))
    changed = 0
    with transaction.atomic():
        for task, day, share, cost, reference in found:
            changed += keep(organisation, task, day, share, cost, reference)
    return Imported(len(sheet.rows), changed)


class _Known:
    """The projects that a file names, each read once with its tasks by number."""

    def __init__(self, organisation: Organisation, sheet: Sheet) -> None:
        self.organisation, self.sheet = organisation, sheet
        self._found: dict[tuple[str, int], tuple[LevelProject, dict[str, ProjectTask]]] = {}

    def project(self, row: int, cells: dict[str, str]) -> tuple[LevelProject, dict[str, ProjectTask]]:
        which = cells["scenario"], int(_number(self.sheet, row, cells, "level") or 0)
        if which not in self._found:
            try:
                project = find(self.organisation, *which)
            except BadInput as error:
                place = self.sheet.place(row, "scenario")
                raise BadInput([_moved_to(one, place) for one in error.problems]) from error
            self._found[which] = project, {task.number: task for task in project.tasks.all()}
        return self._found[which]


def _edit(sheet: Sheet, row: int, cells: dict[str, str], known: ProjectTask | None) -> TaskEdit:
    name = dict(known.name) if known else {}
    name |= {language: cells[f"name_{language}"] for language in ("zh", "en") if f"name_{language}" in cells}
    raci = {role: cells[f"raci_{role}"].upper() for role in responsibilities().roles if f"raci_{role}" in cells}
    has_raci = any(f"raci_{role}" in sheet.headings for role in responsibilities().roles)
    links = _read(read_links, sheet, row, {"needs": "", **cells}, "needs") if "needs" in sheet.headings else None
    return TaskEdit(
        number=cells["number"],
        # A task that was named in one language goes by that name in both.
        name=Text(zh=name.get("zh") or name["en"], en=name.get("en") or name["zh"]) if name else None,
        phase=_coded(cells.get("phase"), templates().phases),
        role=_coded(cells.get("role"), {key: role.name for key, role in responsibilities().roles.items()}),
        start=_read(read_day, sheet, row, cells, "start"),
        end=_read(read_day, sheet, row, cells, "end"),
        needs=links,
        cost=_money(sheet, row, cells, "cost"),
        person_days=_number(sheet, row, cells, "person_days"),
        raci=raci if has_raci and raci else None,
    )


def _coded(text: str | None, names: dict[str, Text]) -> str | None:
    """Returns the key that a code or a name in either language means; what is not known stays as written."""
    return next((key for key, name in names.items() if text in (key, name.zh, name.en)), text)


def _read(read: Callable[..., Value], sheet: Sheet, row: int, cells: dict[str, str], key: str) -> Value | None:
    return read(cells[key], key="", **sheet.place(row, key)) if key in cells else None


def _money(sheet: Sheet, row: int, cells: dict[str, str], key: str) -> float | None:
    amount = _read(read_amount, sheet, row, cells, key)
    if amount is None or not sheet.is_in_ten_thousands(key) or "万" in cells[key]:
        return amount
    return round(amount * TEN_THOUSAND, 2)


def _number(sheet: Sheet, row: int, cells: dict[str, str], key: str) -> float | None:
    return _read(read_amount, sheet, row, cells, key)


def _suspect(sheet: Sheet, given: float, planned: float) -> None:
    """Refuses costs that are a thousand times off the planned ones of the same tasks."""
    check_scale(given, planned, file=sheet.file, column=sheet.headings.get("cost", ""))


@contextmanager
def _gathered(problems: list[Problem], sheet: Sheet, row: int) -> Iterator[None]:
    """Keeps a row's problems, so that all bad rows are named at once."""
    try:
        yield
    except BadInput as error:
        problems += [one if one.row else _moved_to(one, {"file": sheet.file, "row": row}) for one in error.problems]


def _in_file(problem: Problem, sheet: Sheet, rows: dict[str, int]) -> Problem:
    """Points to the row of the task that a problem of the breakdown names by its number."""
    named = next((number for number in (problem.key, problem.value) if number in rows), None)
    if named is None:
        named = next((number for number in rows if f" {number} " in f"{problem.words.en} "), None)
    return _moved_to(problem, {"file": sheet.file, "row": rows.get(named or "")})


def _moved_to(problem: Problem, place: dict[str, Any]) -> Problem:
    return Problem(
        problem.code,
        problem.words,
        file=place["file"],
        row=place.get("row"),
        column=place.get("column", ""),
        value=problem.value,
        detail=problem.detail,
    )


def import_file(organisation: Organisation, path: Path, until: date | None = None) -> tuple[Imported, ...]:
    """Takes in whatever a file holds of breakdown, and of progress and money; all of it or nothing.

    Raises
    ------
    BadInput
        As `import_tasks` and `import_actuals`.
    """
    done = []
    with transaction.atomic():
        if _holds(path, TASKS_SHEET):
            done.append(import_tasks(organisation, path))
        if _holds(path, ACTUALS_SHEET) or not done:
            done.append(import_actuals(organisation, path, until=until))
    return tuple(done)


def _holds(path: Path, sheet: str) -> bool:
    """Whether a workbook has the sheet; of a text file the headings tell: a breakdown has the project's version."""
    try:
        source = sniff(path, sheet)
    except BadInput as error:
        if error.problems[0].code != "unknown_sheet":
            raise
        return False
    if source.kind == "workbook":
        return True
    is_breakdown = any("版本" in heading or "version" in heading.casefold() for heading in source.headings)
    return is_breakdown == (sheet == TASKS_SHEET)
