"""No model changed without its migration; a database of the first shape, with rows in every table, comes up to today's
with all of them; a backup of that shape restores into today's.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tujing.audit.acting import unwatched
from tujing.backup import rows

ROWS = 2
CHANGED_ON_PURPOSE: set[tuple[str, str]] = set()
"""(model, column) whose values a migration changes, with the reason beside it."""


@pytest.mark.django_db
def test_every_model_has_its_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@contextmanager
def old_database(folder: Path):
    """An empty database for this test: a file of its own, or the tables of the test database, given back afterwards."""
    if connection.vendor == "sqlite":
        with rows._alias("old", folder / "old.db") as alias:
            connections[alias].disable_constraint_checking()
            with transaction.atomic(using=alias):
                yield alias
        return
    with transaction.atomic():
        rows._drop("default")
        yield "default"
        transaction.set_rollback(True)


def first_shape(alias: str):
    """Migrates every app to its first migration, and what that one needs; returns the models of then."""
    executor = MigrationExecutor(connections[alias])
    return executor.migrate(executor.loader.graph.root_nodes()).apps


def value(field: models.Field, number: int, made: dict):
    """Something of the kind that the field takes, another for each number."""
    if isinstance(field, models.ForeignKey):
        kin = made.get(field.related_model._meta.label_lower, [])
        return kin[number] if len(kin) > number else None
    if isinstance(field, models.UUIDField):
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{field}{number}")
    if isinstance(field, models.BooleanField):
        return bool(number % 2)
    if isinstance(field, models.DecimalField):
        return Decimal(number + 1)
    if isinstance(field, (models.IntegerField, models.FloatField)):
        return number + 1
    if isinstance(field, models.DateTimeField):
        return timezone.now().replace(microsecond=0) + timedelta(days=number)
    if isinstance(field, models.DateField):
        return date(2026, 1, 1 + number)
    if isinstance(field, models.JSONField):
        return field.get_default() if field.has_default() else {"zh": f"甲{number}", "en": f"A{number}"}
    if isinstance(field, models.GenericIPAddressField):
        return f"10.0.0.{number + 1}"
    if isinstance(field, models.BinaryField):
        return bytes([number])
    return f"x{number}"[: field.max_length or 10]


def fill(then, alias: str) -> dict[str, list]:
    """Puts rows into every table of ours and of the people in it, those that others point to first."""
    made: dict[str, list] = {}
    ours = {one.label for one in apps.get_app_configs() if one.name.startswith("tujing.")} | {"auth"}
    left = [one for one in then.get_models() if one._meta.app_label in ours]
    while left:
        ready = [
            one for one in left if not _needs(one) & {other._meta.label_lower for other in left if other is not one}
        ]
        for model in ready or left[:1]:
            made[model._meta.label_lower] = [_row(model, number, made, alias) for number in range(ROWS)]
            left.remove(model)
    return made


def _needs(model) -> set[str]:
    keys = [one for one in model._meta.concrete_fields if isinstance(one, models.ForeignKey) and not one.null]
    return {one.related_model._meta.label_lower for one in keys}


def _row(model, number, made, alias):
    given = {
        one.name: value(one, number, made)
        for one in model._meta.concrete_fields
        if not isinstance(one, models.AutoField)
    }
    if model._meta.label_lower == "auth.permission" or given.get("content_type", 1) is None:
        kind = model._meta.apps.get_model("contenttypes.ContentType")
        given["content_type"] = kind.objects.using(alias).create(app_label="x", model=f"m{number}")
    row = model(**given)
    row.save(using=alias, force_insert=True)
    return row


def test_rows_of_the_first_shape_come_up_to_todays(tmp_path, transactional_db):
    with unwatched(), old_database(tmp_path) as alias:
        made = fill(first_shape(alias), alias)
        assert len(made) > 25
        before = {label: _values(type(kin[0]), alias) for label, kin in made.items()}
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        executor = MigrationExecutor(connections[alias])
        now = executor.migrate(executor.loader.graph.leaf_nodes()).apps
        compared = 0
        for label, kept in before.items():
            after = _values(now.get_model(label), alias)
            assert set(after) == set(kept), f"rows of {label}"
            for key, row in kept.items():
                for column, held in row.items():
                    if column in after[key] and (label, column) not in CHANGED_ON_PURPOSE:
                        assert after[key][column] == held, (label, column)
                        compared += 1
        assert compared > 300
        connections[alias].check_constraints()


def test_a_backup_of_the_first_shape_restores_into_todays(tmp_path, transactional_db):
    """What an older version backed up: its rows in its shape, in a database that is today's."""
    import zipfile

    from tujing.backup import archive

    file = tmp_path / "old.tujing"
    with unwatched(), old_database(tmp_path) as alias:
        then = first_shape(alias)
        made = fill(then, alias)
        applied = MigrationExecutor(connections[alias]).loader.applied_migrations
        latest = {app: max(name for one, name in applied if one == app) for app, _ in applied}
        with zipfile.ZipFile(file, "w") as box:
            writer = archive.Writer(box)
            tables = []
            for model in then.get_models(include_auto_created=True):
                fields = list(model._meta.concrete_fields)
                held = model._base_manager.using(alias).order_by("pk").values_list(*[one.attname for one in fields])
                lines = [rows._line(fields, row) for row in held]
                part = writer.add_lines(f"rows/{rows.label(model)}.jsonl", lines)
                columns = tuple(one.attname for one in fields)
                tables.append(
                    archive.Table(**part.model_dump(), model=rows.label(model), columns=columns, rows=len(lines))
                )
            writer.add_manifest(
                archive.Manifest(
                    format=archive.FORMAT,
                    version="0.0.1",
                    created="2026-01-01T00:00:00+00:00",
                    database="sqlite",
                    migrations=latest,
                    tables=tuple(tables),
                    files=(),
                    key_fingerprint="x",
                )
            )
    from tujing.backup.services import restore
    from tujing.enterprise.models import Organisation

    done = restore(file)
    assert done.manifest.rows >= len(made) * ROWS and done.safety is None
    assert {str(one.pk) for one in Organisation.objects.all()} == {
        str(one.pk) for one in made["enterprise.organisation"]
    }


def _values(model, alias: str) -> dict:
    fields = list(model._meta.concrete_fields)
    held = model._base_manager.using(alias).values("pk", *[one.attname for one in fields])
    return {row.pop("pk"): row for row in held}
