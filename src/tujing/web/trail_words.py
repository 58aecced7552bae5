"""The audit trail in words: what fields are called, and what stands in them as the rest of the site says it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
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
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return _mapping(value, kind, field)
    if isinstance(value, list):
        return _cut(words.listed([value_name(one, kind, field) for one in value]))
    if isinstance(value, str) and len(value) <= LONGEST_CODE:
        return _moment(value) or _code(value, kind, field)
    return str(value)


def _mapping(value: Mapping[str, Any], kind: str, field: str) -> str:
    if set(value) == {"size", "sha256"}:
        return _("%(size)s characters, hash %(hash)s…") % {"size": value["size"], "hash": value["sha256"][:8]}
    if "zh" in value or "en" in value:
        return words.say(value)
    if any(isinstance(one, (Mapping, list)) for one in value.values()):
        return _cut(json.dumps(value, ensure_ascii=False))
    colon, stop = (": ", "; ") if words.language() == "en" else ("：", "；")
    name = KEYS.get(field, lambda key, _: field_name(key))
    return _cut(stop.join(f"{name(key, kind)}{colon}{value_name(one, kind, key)}" for key, one in value.items()))


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


@cache
def _known(room: str, field: str) -> Mapping[str, Text]:
    """What the product's own lists call the codes of a field; a project's roles are not those of a company."""
    if room == "enterprise":
        return {}
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
