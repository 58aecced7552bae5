"""What Django sends no signal for: many rows at once, and the transaction around a row and its event.

`QuerySet.update`, `bulk_create` and `bulk_update` are wrapped here, the only place where the product changes a library.
A model-by-model manager would do the same with a line in each room, and the first room that forgets it would change
rows unseen. Up to `EACH` rows are told one by one, before and after; more are told as a number, and that the values
before were not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet

from tujing.audit.acting import unwatched, watching
from tujing.audit.diffs import told
from tujing.audit.models import INSTALLATION, Action, AuditEvent
from tujing.audit.recording import event, write
from tujing.audit.watching import Row, Watched, called, watched

EACH = 200
MARK = "_tells_the_trail"
Method = Callable[..., Any]


def connect() -> None:
    """Wraps the methods once."""
    _wrap(Model, "save_base", _save_base)
    _wrap(QuerySet, "update", _update)
    _wrap(QuerySet, "bulk_create", _bulk_create)
    _wrap(QuerySet, "bulk_update", _bulk_update)


def _wrap(owner: type, name: str, around: Callable[[Method], Method]) -> None:
    real = getattr(owner, name)
    if hasattr(real, MARK):
        return
    wrapped = wraps(real)(around(real))
    for flag in ("alters_data", "queryset_only"):
        if hasattr(real, flag):
            setattr(wrapped, flag, getattr(real, flag))
    setattr(wrapped, MARK, True)
    setattr(owner, name, wrapped)


def _save_base(real: Method) -> Method:
    """Django sends `post_save` after a lone row's own transaction; here row and event are one."""

    def save_base(self: Model, *args: Any, **kwargs: Any) -> Any:
        if watched(type(self)) is None or not watching():
            return real(self, *args, **kwargs)
        with transaction.atomic(using=kwargs.get("using") or self._state.db, savepoint=False):
            return real(self, *args, **kwargs)

    return save_base


def _update(real: Method) -> Method:
    def update(self: QuerySet[Any], **values: Any) -> int:
        model = watched(self.model) if watching() else None
        told_fields = [one for one in model.fields if {one.name, one.attname} & set(values)] if model else []
        if model is None or not told_fields or self.query.is_sliced:
            return int(real(self, **values))
        with transaction.atomic(using=self.db, savepoint=False):
            rows = _before(self, model)
            owners = _owners_by_count(self, model) if len(rows) > EACH else Counter()
            count = int(real(self, **values))
            if owners:
                changes = {one.name: [None, told(one.name, _value(values, one))] for one in told_fields}
                write(_many(model, Action.CHANGED_MANY, owners, changes | {"values_before": ["not kept", None]}))
            elif count:
                write(_each_changed(self, model, rows, [one.attname for one in told_fields]))
            return count

    return update


def _bulk_create(real: Method) -> Method:
    def bulk_create(self: QuerySet[Any], objs: Any, *args: Any, **kwargs: Any) -> list[Any]:
        model = watched(self.model) if watching() else None
        if model is None:
            return list(real(self, objs, *args, **kwargs))
        with transaction.atomic(using=self.db, savepoint=False):
            made = list(real(self, objs, *args, **kwargs))
            maybe = bool(kwargs.get("ignore_conflicts") or kwargs.get("update_conflicts"))
            if maybe or len(made) > EACH:
                owners = Counter(owner for row in made for owner in model.owners(row))
                note = {"rows_that_were_there_already": ["not told apart", None]} if maybe else {}
                write(_many(model, Action.CREATED_MANY, owners, note))
            else:
                write(one for row in made for one in _created(model, row))
            return made

    return bulk_create


def _bulk_update(real: Method) -> Method:
    def bulk_update(self: QuerySet[Any], objs: Any, fields: Sequence[str], *args: Any, **kwargs: Any) -> int:
        model = watched(self.model) if watching() else None
        rows = tuple(objs)
        if model is None or not rows:
            return int(real(self, rows, fields, *args, **kwargs))
        with transaction.atomic(using=self.db, savepoint=False):
            mine = self.model._base_manager.using(self.db).filter(pk__in=[row.pk for row in rows[: EACH + 1]])
            before = _before(mine, model) if len(rows) <= EACH else []
            with unwatched():  # it calls `update` for each batch
                count = int(real(self, rows, fields, *args, **kwargs))
            if len(rows) > EACH:
                owners = Counter(owner for row in rows for owner in model.owners(row))
                changes = {name: ["not kept", None] for name in fields}
                write(_many(model, Action.CHANGED_MANY, owners, changes))
            else:
                write(_each_changed(mine, model, before, [one.attname for one in model.fields if one.name in fields]))
            return count

    return bulk_update


def _before(rows: QuerySet[Any], model: Watched) -> list[Any]:
    """The rows as they stand, at most one more than are told one by one."""
    plain = rows.model._base_manager.using(rows.db).filter(pk__in=rows.order_by().values("pk")[: EACH + 1])
    return list(plain.select_related("__".join(model.path[:-1])) if len(model.path) > 1 else plain)


def _each_changed(rows: QuerySet[Any], model: Watched, before: list[Any], columns: list[str]) -> list[AuditEvent]:
    """One event for each row that is not what it was: read again, since a value may have been computed there."""
    again = rows.model._base_manager.using(rows.db).filter(pk__in=[row.pk for row in before])
    after = {values["pk"]: values for values in again.values("pk", *columns)}
    events = []
    for row in before:
        if row.pk not in after:
            continue
        earlier = model.content({name: row.__dict__[name] for name in columns})
        changes = model.changed(earlier, model.content(after[row.pk]))
        if changes:
            words = called(model.content(row.__dict__) | model.content(after[row.pk]))
            events += [
                event(owner, Action.CHANGED, kind=model.kind, object=row.pk, words=words, changes=changes)
                for owner in model.owners(row)
            ]
    return events


def _created(model: Watched, row: Model) -> list[AuditEvent]:
    content = model.content(row.__dict__)
    changes = model.created(content)
    return [
        event(owner, Action.CREATED, kind=model.kind, object=row.pk, words=called(content), changes=changes)
        for owner in model.owners(row)
    ]


def _owners_by_count(rows: QuerySet[Any], model: Watched) -> Counter[UUID]:
    if not model.path:
        return Counter({INSTALLATION: rows.count()})
    lookup = "__".join(model.path) + "_id"
    return Counter(rows.order_by().values_list(lookup, flat=True).iterator())


def _many(model: Watched, action: Action, owners: Counter[UUID], changes: Row) -> list[AuditEvent]:
    return [
        event(owner, action, kind=model.kind, changes={"rows": [None, count], **changes})
        for owner, count in owners.items()
    ]


def _value(values: Row, one: Any) -> Any:
    value = values[one.name] if one.name in values else values[one.attname]
    return getattr(value, "pk", value) if isinstance(value, Model) else value
