"""Which models the trail watches, and whose each row is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import CASCADE, Field, ForeignKey, Model
from pydantic import BaseModel, ConfigDict

from tujing.audit.diffs import HIDDEN, difference, told
from tujing.audit.models import INSTALLATION
from tujing.problems import check_model, read_yaml

OWN = "tujing."
ORGANISATION = "enterprise.organisation"
NAMES = ("name", "title", "label", "username", "slug", "scenario", "element", "measure", "kpi", "question", "number")
"""Fields that may tell what a row is called, the best first."""
EMPTY: tuple[Any, ...] = (None, "", {}, [])
Row = dict[str, Any]
Changes = dict[str, list[Any]]


class _LeftOut(BaseModel):
    model_config = ConfigDict(extra="forbid")
    models: dict[str, str]
    fields: dict[str, list[str]]
    watched: list[str]
    hidden: dict[str, list[str]]


@cache
def left_out() -> _LeftOut:
    path = Path(__file__).parent / "left_out.yaml"
    return check_model(_LeftOut, read_yaml(path), path)


@dataclass(frozen=True)
class Watched:
    """A model of the trail."""

    kind: str
    path: tuple[str, ...]
    """Foreign keys from a row to its organisation; empty for the organisation itself and for what has none."""
    person: str
    """The field that names the account it belongs to, when it has no organisation; `pk` for the account itself."""
    fields: tuple[Field[Any, Any], ...] = field(compare=False)
    """What is compared."""
    hidden: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        return [one.attname for one in self.fields]

    def content(self, values: Mapping[str, Any]) -> Row:
        """Returns a row's values by field, from what is loaded (a row's `__dict__`) or from a query's values."""
        return {one.name: _python(one, values[one.attname]) for one in self.fields if one.attname in values}

    def owners(self, row: Model) -> Iterable[UUID]:
        """Returns whose row it is; at most one query, for a parent that is not loaded.

        An account and what hangs on it belongs to each organisation in which the person has a role.
        """
        if self.person:
            person = row if self.person == "pk" else getattr(row, self.person)
            return list(person.memberships.values_list("organisation_id", flat=True)) or [INSTALLATION]
        if self.kind == ORGANISATION:
            return [row.pk]
        at: Any = row
        try:
            for step in self.path[:-1]:
                at = getattr(at, step)
        except ObjectDoesNotExist:  # it went before its children
            return [INSTALLATION]
        return [getattr(at, f"{self.path[-1]}_id") if self.path and at is not None else INSTALLATION]

    def created(self, content: Row) -> Changes:
        """Returns a new row's values as changes from nothing; empty ones are not worth a line."""
        return {name: [None, self._told(name, value)] for name, value in content.items() if value not in EMPTY}

    def gone(self, content: Row) -> Changes:
        return {name: [value, None] for name, (_, value) in self.created(content).items()}

    def changed(self, before: Row, after: Row) -> Changes:
        return {
            name: [HIDDEN, HIDDEN] if name in self.hidden else pair for name, pair in difference(before, after).items()
        }

    def _told(self, name: str, value: Any) -> Any:
        return HIDDEN if name in self.hidden else told(name, value)


@cache
def watched(model: type[Model]) -> Watched | None:
    """Returns how a model is watched; None when it is left out."""
    meta, rules = model._meta, left_out()
    kind = meta.label_lower
    if kind in rules.models or meta.auto_created or meta.proxy:
        return None
    path = _path(model)
    if kind not in rules.watched and (not model.__module__.startswith(OWN) or path is None):
        return None
    # Whose a row is stands in the event itself.
    ignored = [*rules.fields.get(kind, []), *(path if path and len(path) == 1 else ())]
    fields = tuple(one for one in meta.concrete_fields if not one.primary_key and one.name not in ignored)
    return Watched(kind, path or (), _person(model) if path is None else "", fields, tuple(rules.hidden.get(kind, [])))


def unexcused() -> list[str]:
    """Returns the product's models that are neither watched nor left out with a reason."""
    own = [model for model in apps.get_models() if model.__module__.startswith(OWN)]
    labels = [model._meta.label_lower for model in own if watched(model) is None]
    return [label for label in labels if label not in left_out().models]


def called(row: Row) -> dict[str, str]:
    """Returns what a row is called in both languages, as far as its own fields tell."""
    for name in NAMES:
        value = row.get(name)
        if isinstance(value, dict) and (value.get("zh") or value.get("en")):
            return {tongue: str(value.get(tongue) or value.get("zh") or value["en"])[:200] for tongue in ("zh", "en")}
        if isinstance(value, (str, int)) and value != "" and not isinstance(value, bool):
            return {"zh": str(value)[:200], "en": str(value)[:200]}
    return {}


def _python(one: Field[Any, Any], value: Any) -> Any:
    """A value of the kind that the database gives back, so that 5 and Decimal("5.00") are not told as a change."""
    if hasattr(value, "resolve_expression"):
        return str(value)
    try:
        return one.to_python(value)
    except (ValidationError, TypeError, ValueError):
        return value


def _person(model: type[Model]) -> str:
    if model._meta.label == settings.AUTH_USER_MODEL:
        return "pk"
    keys = [one for one in model._meta.concrete_fields if isinstance(one, ForeignKey)]
    return next((key.name for key in keys if key.related_model._meta.label == settings.AUTH_USER_MODEL), "")


def _path(model: type[Model], seen: tuple[type[Model], ...] = ()) -> tuple[str, ...] | None:
    """The shortest way to the organisation: a key of its own, else over what the row dies with."""
    if model._meta.label_lower == ORGANISATION:
        return ()
    keys = [one for one in model._meta.concrete_fields if isinstance(one, ForeignKey)]
    for key in keys:
        if key.related_model._meta.label_lower == ORGANISATION:
            return (key.name,)
    for key in keys:
        parent = key.related_model
        if key.remote_field.on_delete is CASCADE and parent.__module__.startswith(OWN) and parent not in (*seen, model):
            above = _path(parent, (*seen, model))
            if above:
                return (key.name, *above)
    return None
