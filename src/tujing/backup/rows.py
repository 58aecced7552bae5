"""Rows out of a database and into one, the same text from both: what is written on SQLite is read on PostgreSQL."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import BinaryField, Field, JSONField, Model, Value
from django.db.utils import load_backend

from tujing.backup.archive import Manifest, Table, Writer
from tujing.problems import refuse

LEFT_OUT = {"sessions.session", "runtime.workerbeat"}
"""Who is signed in, and which processes live: of this moment only."""
CHUNK = 2000


def models() -> list[type[Model]]:
    """Returns every model whose rows a backup holds, also those between two others."""
    found = apps.get_models(include_auto_created=True)
    kept = [one for one in found if one._meta.managed and not one._meta.proxy and label(one) not in LEFT_OUT]
    return sorted(kept, key=label)


def label(model: type[Model]) -> str:
    return str(model._meta.label_lower)


def leaves(alias: str = "default") -> dict[str, str]:
    """Returns each app's latest migration."""
    return dict(MigrationExecutor(connections[alias]).loader.graph.leaf_nodes())


@contextmanager
def snapshot(folder: Path) -> Iterator[str]:
    """Lends a database that stands still while others write; yields its alias.

    SQLite: a copy by the online backup interface, made in one step. PostgreSQL: one transaction that sees a single
    moment (REPEATABLE READ).
    """
    if connection.vendor == "sqlite":
        copy = folder / "snapshot.db"
        _copy_live(copy)
        with _alias("snapshot", copy) as alias:
            yield alias
        return
    # On a connection of its own: progress is written meanwhile, which this transaction may not.
    with _alias("snapshot") as alias, transaction.atomic(using=alias):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield alias


def dump(writer: Writer, alias: str) -> Iterator[Table]:
    """Writes each model's rows, ordered by their key, and yields what was written."""
    for model in models():
        fields = list(model._meta.concrete_fields)
        rows = model._base_manager.using(alias).order_by("pk").values_list(*[one.attname for one in fields])
        count = _Counter(_line(fields, row) for row in rows.iterator(chunk_size=CHUNK))
        part = writer.add_lines(f"rows/{label(model)}.jsonl", count)
        columns = tuple(one.attname for one in fields)
        yield Table(**part.model_dump(), model=label(model), columns=columns, rows=count.number)


def check_migrations(manifest: Manifest) -> None:
    """Raises BadInput when the rows have a shape that this version does not know."""
    known = MigrationExecutor(connection).loader.graph.nodes
    unknown = sorted(f"{app}.{name}" for app, name in manifest.migrations.items() if (app, name) not in known)
    if unknown:
        raise refuse(
            "newer_backup",
            f"备份来自较新的版本 {manifest.version}，请先升级图景再恢复。",
            f"The backup is from a newer version, {manifest.version}; upgrade Tujing first.",
            detail=", ".join(unknown[:10]),
        )


def load(manifest: Manifest, folder: Path, alias: str) -> None:
    """Replaces all rows by those of a backup; when its tables had another shape, they are made so, filled and brought
    to today's.

    Raises
    ------
    BadInput
        When a row cannot be read.
    DatabaseError
        When a row breaks a constraint.
    """
    database = connections[alias]
    same_shape = manifest.migrations == leaves(alias)
    if same_shape:
        _empty(alias)
        then: Any = apps
    else:
        _drop(alias)
        then = MigrationExecutor(database).migrate(list(manifest.migrations.items())).apps
    database.disable_constraint_checking()
    filled = []
    for table in manifest.tables:
        try:
            model = then.get_model(table.model)
        except LookupError:
            continue  # an app that is no longer installed
        _fill(model, table, folder / table.name, alias)
        filled.append(model)
    database.check_constraints()
    with database.cursor() as cursor:
        for statement in database.ops.sequence_reset_sql(no_style(), filled):
            cursor.execute(statement)
        if database.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or no table could be altered in this transaction
    if not same_shape:
        executor = MigrationExecutor(database)
        executor.migrate(executor.loader.graph.leaf_nodes())


def _ours(alias: str) -> list[str]:
    """Our tables; one of somebody else in the same database stays."""
    return sorted(connections[alias].introspection.django_table_names(only_existing=True))


def _empty(alias: str) -> None:
    database = connections[alias]
    names = ", ".join(database.ops.quote_name(name) for name in _ours(alias))
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {names} RESTART IDENTITY")
            return
        for name in names.split(", "):
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608 (quoted names of our own tables)


def _drop(alias: str) -> None:
    database = connections[alias]
    cascade = " CASCADE" if database.vendor == "postgresql" else ""
    with database.cursor() as cursor:
        for name in [*_ours(alias), "django_migrations"]:
            cursor.execute(f"DROP TABLE IF EXISTS {database.ops.quote_name(name)}{cascade}")


@contextmanager
def beside_live(path: Path) -> Iterator[str]:
    """Lends a copy of the live SQLite database in a file, to be filled anew; yields its alias."""
    _copy_live(path)
    with _alias("restoring", path) as alias:
        connections[alias].disable_constraint_checking()
        yield alias


def _copy_live(path: Path) -> None:
    """Copies the live SQLite database in one step by its online backup interface; writers need not wait."""
    connection.ensure_connection()
    target = sqlite3.connect(path)
    try:
        connection.connection.backup(target)
    finally:
        target.close()


def copy_into_live(path: Path) -> None:
    """Puts a SQLite database in the place of the live one, in one transaction that every open connection sees."""
    connection.ensure_connection()
    source = sqlite3.connect(path)
    try:
        source.backup(connection.connection)
    finally:
        source.close()


@contextmanager
def _alias(name: str, path: Path | None = None) -> Iterator[str]:
    """A connection of this thread only, to a SQLite file or once more to the database; no one else learns of it."""
    given = dict(connections["default"].settings_dict)
    if path is not None:
        given |= {"NAME": str(path), "OPTIONS": {"timeout": 20}}
    connections[name] = load_backend(given["ENGINE"]).DatabaseWrapper(given, name)
    try:
        yield name
    finally:
        connections[name].close()
        del connections[name]


def _line(fields: list[Field[Any, Any]], row: tuple[Any, ...]) -> str:
    values = [_plain(one, value) for one, value in zip(fields, row, strict=True)]
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(field: Field[Any, Any], value: Any) -> Any:
    if value is None or isinstance(field, JSONField) or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    return str(value)


def _fill(model: type[Model], table: Table, path: Path, alias: str) -> None:
    fields = [_field(model, name) for name in table.columns]
    size = max(connections[alias].ops.bulk_batch_size(fields, [None] * CHUNK), 1)
    batch: list[Model] = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            batch.append(_row(model, fields, line, table.model, number))
            if len(batch) >= min(size, CHUNK):
                _insert(model, batch, fields, alias)
                batch = []
    if batch:
        _insert(model, batch, fields, alias)


def _insert(model: type[Model], batch: list[Model], fields: list[Field[Any, Any]], alias: str) -> None:
    # Raw: a date that is set by itself when a row is made stays what it was. `bulk_create` would set it anew, and
    # Django has no public call that does not (its own `loaddata` saves row by row).
    model._base_manager._insert(batch, fields=fields, using=alias, raw=True)  # type: ignore[attr-defined]


def _field(model: type[Model], attname: str) -> Field[Any, Any]:
    found = next((one for one in model._meta.concrete_fields if one.attname == attname), None)
    if found is None:
        raise _bad_row(label(model), 0, f"no column {attname}")
    return found


def _row(model: type[Model], fields: list[Field[Any, Any]], line: str, name: str, number: int) -> Model:
    row = model()
    try:
        values = json.loads(line)
        for one, value in zip(fields, values, strict=True):
            setattr(row, one.attname, _python(one, value))
    except (ValueError, TypeError, AttributeError, ValidationError) as error:
        raise _bad_row(name, number, str(error)) from error
    return row


def _python(field: Field[Any, Any], value: Any) -> Any:
    if isinstance(field, JSONField):
        return Value(None, JSONField()) if value is None and not field.null else value
    if value is None:
        return None
    if isinstance(field, BinaryField):
        return base64.b64decode(value)
    return field.to_python(value)


def _bad_row(name: str, number: int, detail: str) -> Exception:
    return refuse(
        "bad_backup_row",
        f"备份中 {name} 的第 {number} 行无法读取，没有恢复任何内容。",
        f"Row {number} of {name} in the backup cannot be read; nothing was restored.",
        detail=detail[:300],
    )


class _Counter:
    """Counts what goes through."""

    def __init__(self, items: Iterable[str]) -> None:
        self.items, self.number = items, 0

    def __iter__(self) -> Iterator[str]:
        for one in self.items:
            self.number += 1
            yield one
