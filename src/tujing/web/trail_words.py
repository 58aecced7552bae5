"""The audit trail in words: what fields are called, and what stands in them as the rest of the site says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tujing.atlas.loader import atlas
from tujing.audit.services import codes, field_names
from tujing.delivery.acceptance import KINDS
from tujing.delivery.breakdown import templates
from tujing.delivery.gates import gates
from tujing.delivery.responsibility import responsibilities
from tujing.diagnosis.services import instruments
from tujing.enterprise.rules import ladder
from tujing.evaluation.measures import measures
from tujing.evaluation.words import METHODS, method
from tujing.planning.departments import departments
from tujing.web import words
from tujing.web.sources import source
from tujing.words import Text

LONGEST = 200
LONGEST_CODE = 60
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+\d\d:\d\d$")


def field_name(name: str) -> str:
    """Returns what a field is called; one that nobody named stays."""
    known = field_names().get(name)
    return words.say(known) if known else name


def value_name(value: Any, kind: str = "", field: str = "") -> str:
    """Returns the value of an object's field in words; a long one stands there by its size and hash."""
    told = _told(value, kind, field)
    return _cut(told) if isinstance(value, list) or _is_spelt_out(value) else told


def _told(value: Any, kind: str, field: str) -> str:
    if value is None or value in ("", {}, []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return _mapping(value, kind, field)
    if isinstance(value, list):
        return words.listed([_within(one, kind, field) for one in value])
    if isinstance(value, str) and len(value) <= LONGEST_CODE:
        return _moment(value) or _code(value, kind, field)
    return str(value)


def _mapping(value: Mapping[str, Any], kind: str, field: str) -> str:
    if set(value) == {"size", "sha256"}:
        return _("%(size)s characters, hash %(hash)s…") % {"size": value["size"], "hash": value["sha256"][:8]}
    if not _is_spelt_out(value):
        return words.say(value)
    english = words.language() == "en"
    colon, before, stop = (": ", " ", "; ") if english else ("：", "", "；")
    name = KEYS.get(field, lambda key, _: field_name(key))
    return stop.join(
        f"{name(key, kind)}{before if one and _is_spelt_out(one) else colon}{_within(one, kind, key)}"
        for key, one in value.items()
    )


def _within(value: Any, kind: str, field: str) -> str:
    """A value inside another one: what has parts of its own stands in brackets."""
    told = _told(value, kind, field)
    if not (value and _is_spelt_out(value)):
        return told
    return f"({told})" if words.language() == "en" else f"（{told}）"


def _is_spelt_out(value: Any) -> bool:
    """Whether it is told part by part: neither words in two languages nor a size and a hash."""
    return isinstance(value, Mapping) and not {"zh", "en"} & set(value) and set(value) != {"size", "sha256"}


def _code(code: str, kind: str, field: str) -> str:
    known = codes(field).get(code) or _known(kind.partition(".")[0], field).get(code)
    if known:
        return words.say(known)
    if field in SAID:
        return SAID[field](code)
    return words.label(code)


def _moment(text: str) -> str:
    """A moment as the trail keeps it, as people write it here; empty for anything else."""
    if not MOMENT.match(text):
        return ""
    return timezone.localtime(datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M")


KEYS: Mapping[str, Callable[[str, str], str]] = {
    "raci": lambda key, kind: _code(key, kind, "role"),
    "input_versions": lambda key, _: words.element_name(key),
    "tables": lambda key, _: words.element_name(key),
    "facts": lambda key, _: _named(key, {name: one.label for name, one in ladder().facts.items()}),
    "numbers": lambda key, _: _named(key, _questionnaires()["numbers"]),
}
"""What the keys within a field's value are."""
SAID: Mapping[str, Callable[[str], str]] = {
    "scenario": words.scenario_name,
    "scenarios": words.scenario_name,
    "element": words.element_name,
    "elements": words.element_name,
    "source": source,
    "unit": words.unit,
}


def _named(key: str, known: Mapping[str, Text]) -> str:
    return words.say(known[key]) if key in known else field_name(key)


@cache
def _questionnaires() -> dict[str, Mapping[str, Text]]:
    """What numbers and options of the questionnaires are called, as far as one id has one name in all of them."""
    asked = [one for each in instruments() for one in each.indicators]
    numbers = _one_name_each((one.id, one.label) for each in asked for one in each.numbers)
    options = _one_name_each((one.id, one.label) for each in asked for one in each.options)
    return {"numbers": numbers, "option": options, "options": options}


def _one_name_each(named: Iterable[tuple[str, Text]]) -> Mapping[str, Text]:
    found: dict[str, set[Text]] = {}
    for key, name in named:
        found.setdefault(key, set()).add(name)
    return {key: next(iter(names)) for key, names in found.items() if len(names) == 1}


@cache
def _known(room: str, field: str) -> Mapping[str, Text]:
    """What the product's own lists call the codes of a field; a project's roles are not those of a company."""
    if room == "enterprise":
        return {}
    if room == "diagnosis" and field in _questionnaires():
        return _questionnaires()[field]
    project = templates()
    lists: dict[str, Mapping[str, Text]] = {
        "phase": project.phases,
        "cost_class": project.cost_classes,
        "option": project.options,
        "code": {one.code: one.name for one in project.tasks},
        "gate": gates().gates,
        "kind": KINDS,
        "role": {key: one.name for key, one in responsibilities().roles.items()},
        "department": {key: one.label for key, one in departments().departments.items()},
        "method": {key: method(key) for key in METHODS},
        "kpi": _kpis(),
        "measure": _kpis(),
    }
    return lists.get(field, {})


def _kpis() -> Mapping[str, Text]:
    known = {kpi.id: kpi.name for one in atlas().manifests.values() for kpi in one.kpis}
    return known | {key: one.name for key, one in measures().items()}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
