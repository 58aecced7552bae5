"""The analysts' console: statements over an organisation's own tables, their history, and those worth keeping."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db.models import Q, QuerySet

from tujing.dataspace import store
from tujing.dataspace.models import QueryRun, SavedQuery
from tujing.dataspace.querying import LIMITS, QueryLimits, run
from tujing.dataspace.statement import checked
from tujing.elements.definition import Column
from tujing.elements.definition import element as element_named
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput, refuse

KEPT_SECONDS = 24 * 3600
NAME_LENGTH = 80


@dataclass(frozen=True)
class Queryable:
    """A table that can be asked, with its columns."""

    name: str
    label: dict[str, str]
    rows: int
    columns: dict[str, Column]


@dataclass(frozen=True)
class ResultPage:
    """Some rows of a result, as they are in the file."""

    columns: list[str]
    types: list[str]
    rows: list[tuple[Any, ...]]
    total: int


def queryable(organisation: Organisation) -> list[Queryable]:
    """Returns the tables that have data, by name."""
    return [
        Queryable(name, element_named(name).label.as_dict(), version.rows, element_named(name).columns)
        for name, version in store.currents(organisation).items()
    ]


def ask(organisation: Organisation, user: Any, sql: str, limits: QueryLimits = LIMITS) -> QueryRun:
    """Runs a statement over the organisation's current tables and keeps it in the person's history; a failed one too.

    Raises
    ------
    BadInput
        When the statement is not allowed or fails. What was asked is in the history all the same.
    """
    versions = store.currents(organisation)
    asked = QueryRun(organisation=organisation, user=user, sql=sql)
    started = time.perf_counter()
    try:
        statement = checked(sql, versions)
        out = _path(asked)
        out.parent.mkdir(parents=True, exist_ok=True)
        _forget_old(out.parent)
        answer = run(statement, {name: store.paths(versions[name]) for name in statement.reads}, out, limits)
    except BadInput as error:
        asked.error = [problem.as_dict() for problem in error.problems]
        asked.seconds = time.perf_counter() - started
        asked.save()
        raise
    asked.reads = [[name, versions[name].number] for name in statement.reads]
    asked.rows, asked.truncated, asked.seconds = answer.rows, answer.truncated, answer.seconds
    asked.save()
    return asked


def result(asked: QueryRun, start: int = 0, length: int | None = None) -> ResultPage:
    """Returns rows of a result, by default all.

    Raises
    ------
    BadInput
        When the result is no longer kept, or the statement had failed.
    """
    path = _path(asked)
    if asked.rows is None or not path.is_file():
        raise refuse(
            "result_gone",
            "这次查询的结果已清理，请重新运行。",
            "The result of this query is no longer kept; run it again.",
        )
    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_file(file).read_all()
        part = table.slice(start, length) if length is not None else table.slice(start)
        columns = [column.to_pylist() for column in part.columns]
        rows = list(zip(*columns, strict=True)) if columns else []
        return ResultPage(table.column_names, [str(field.type) for field in table.schema], rows, table.num_rows)


def history(organisation: Organisation, user: Any) -> QuerySet[QueryRun]:
    """Returns what the person has asked, newest first; nobody sees another's."""
    return QueryRun.objects.filter(organisation=organisation, user=user)


def saved(organisation: Organisation, user: Any) -> QuerySet[SavedQuery]:
    """Returns the person's own statements and those that others share."""
    mine = SavedQuery.objects.filter(organisation=organisation).filter(Q(owner=user) | Q(shared=True))
    return mine.select_related("owner")


def save(organisation: Organisation, user: Any, name: str, sql: str, shared: bool = False) -> SavedQuery:
    """Keeps a statement under a name; the same name again replaces it.

    Raises
    ------
    BadInput
        When it has no name, or the statement may not be run.
    """
    name = name.strip()
    if not name or len(name) > NAME_LENGTH:
        raise refuse(
            "bad_query_name",
            f"请给查询起一个不超过 {NAME_LENGTH} 个字的名称。",
            f"Give the query a name of at most {NAME_LENGTH} characters.",
        )
    checked(sql, store.currents(organisation))
    kept, _ = SavedQuery.objects.update_or_create(
        organisation=organisation, owner=user, name=name, defaults={"sql": sql, "shared": shared}
    )
    return kept


def remove(organisation: Organisation, user: Any, pk: int) -> bool:
    """Removes one of the person's own statements; whether there was one."""
    gone, _ = SavedQuery.objects.filter(organisation=organisation, owner=user, pk=pk).delete()
    return bool(gone)


def _path(asked: QueryRun) -> Path:
    return Path(settings.HOME) / "queries" / str(asked.organisation_id) / f"{asked.pk}.arrow"


def _forget_old(folder: Path) -> None:
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
