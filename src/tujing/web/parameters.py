"""A form from a solution's `Parameters`: one field a parameter, with its default, limits and choices."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from tujing.runtime.contract import Parameters
from tujing.web.words import label, result_label, say


@dataclass(frozen=True)
class Field:
    """One parameter as the page shows it. `kind` is an HTML input type, or select."""

    name: str
    label: str
    help: str
    unit: str
    kind: Literal["number", "text", "checkbox", "select", "datetime-local"]
    default: Any
    minimum: float | None
    maximum: float | None
    step: str
    options: tuple[tuple[str, str], ...]
    may_be_empty: bool
    """An empty field lets the solution choose."""


def fields(kind: type[Parameters], given: Mapping[str, Any] | None = None, scenario: str = "") -> list[Field]:
    """Returns the fields in the order in which the author declared them; `given` fills in earlier values.

    A choice is worded by the parameter itself, or by the scenario's `words.yaml`.
    """
    return [_field(name, info, (given or {}).get(name), scenario) for name, info in kind.model_fields.items()]


def given(kind: type[Parameters], form: Mapping[str, str]) -> dict[str, Any]:
    """Returns what the form gave; an empty field takes its default. Pydantic checks and converts."""
    values: dict[str, Any] = {}
    for field in fields(kind):
        raw = form.get(f"p_{field.name}", "")
        if field.kind == "checkbox":
            values[field.name] = raw == "on"
        elif raw.strip():
            values[field.name] = raw.strip()
    return values


def _field(name: str, info: FieldInfo, value: Any, scenario: str) -> Field:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    plain = _without_none(info.annotation)
    choices = get_args(plain) if get_origin(plain) is Literal else ()
    wording: Any = extra.get("options", {})
    minimum, maximum = _limits(info)
    return Field(
        name=name,
        label=say(extra.get("label")) or label(name),
        help=say(extra.get("help")) or info.description or "",
        unit=str(extra.get("unit", "")),
        kind=_kind(plain, choices),
        default=info.default if value is None else value,
        minimum=minimum,
        maximum=maximum,
        step="1" if plain is int else "any",
        options=tuple(
            (str(choice), say(wording.get(str(choice))) or result_label(choice, scenario)) for choice in choices
        ),
        may_be_empty=plain is not info.annotation,
    )


def _kind(annotation: Any, choices: tuple[Any, ...]) -> Any:
    if choices:
        return "select"
    if annotation is bool:
        return "checkbox"
    if annotation in (int, float):
        return "number"
    if getattr(annotation, "__name__", "") == "datetime":
        return "datetime-local"
    return "text"


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        left = [one for one in get_args(annotation) if one is not type(None)]
        return left[0] if len(left) == 1 else annotation
    return annotation


def _limits(info: FieldInfo) -> tuple[float | None, float | None]:
    low = high = None
    for rule in info.metadata:
        low = getattr(rule, "ge", getattr(rule, "gt", low))
        high = getattr(rule, "le", getattr(rule, "lt", high))
    return low, high
