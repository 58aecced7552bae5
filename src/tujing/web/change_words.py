"""What a change changed, in words: the lines that differ before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tujing.enterprise import rules
from tujing.enterprise.models import Change, ChangeKind, OwnRole
from tujing.enterprise.role_services import OWN
from tujing.web.words import figure, label, say

FIELDS = {
    "name": noop("Name"),
    "industry": noop("Industry (GB/T 4754)"),
    "region": noop("Region (GB/T 2260)"),
    "staff": noop("Staff"),
    "revenue": noop("Yearly revenue in yuan"),
    "production_type": noop("Kind of production"),
    "chain_role": noop("Role in the chain"),
    "honours": noop("Recognitions"),
    "facts": noop("Further facts"),
    "role": noop("Role"),
    "department": noop("Department"),
    "base": noop("Home page like"),
    "actions": noop("May do"),
    "require_second_factor": noop("Second factor for everybody"),
}


@dataclass(frozen=True)
class Told:
    """A change as its page shows it; no line before means that it was not there, none after that it is gone."""

    change: Change
    what: str
    before: list[str]
    after: list[str]


def tell(changes: Iterable[Change]) -> list[Told]:
    """Words changes; people and roles that they speak of are looked up once for all."""
    rows = list(changes)
    people = {one.subject for one in rows if one.kind == ChangeKind.MEMBER}
    names = {
        str(key): name for key, name in get_user_model().objects.filter(pk__in=people).values_list("pk", "username")
    }
    organisations = {one.organisation_id for one in rows}
    own = {f"{OWN}{one.code}": say(one.name) for one in OwnRole.objects.filter(organisation__in=organisations)}
    return [_tell(one, names, own) for one in rows]


def _tell(change: Change, people: Mapping[str, str], own: Mapping[str, str]) -> Told:
    what = {
        ChangeKind.PROFILE: _("Company"),
        ChangeKind.MEMBER: _("Member %(name)s") % {"name": people.get(change.subject, "–")},
        ChangeKind.ROLE: _("Role %(name)s") % {"name": change.subject},
        ChangeKind.POLICY: _("Security"),
    }[ChangeKind(change.kind)]
    before, after = _flat(change.before), _flat(change.after)
    differ = [field for field in FIELDS if before.get(field) != after.get(field)]
    return Told(change, what, _lines(before, differ, own), _lines(after, differ, own))


def _flat(state: Mapping[str, Any] | None) -> dict[str, Any]:
    return {**(state or {}), **((state or {}).get("profile") or {})}


def _lines(state: Mapping[str, Any], fields: Iterable[str], own: Mapping[str, str]) -> list[str]:
    return [f"{_(FIELDS[one])}: {_value(one, state[one], own)}" for one in fields if one in state]


def _value(field: str, value: Any, own: Mapping[str, str]) -> str:
    if field == "actions":
        words = rules.action_words()
        return ", ".join(say(words[one]) if one in words else one for one in value) or "–"
    if field == "honours":
        return ", ".join(say(rules.honours()[one].label) if one in rules.honours() else one for one in value) or "–"
    if field == "facts":
        known = rules.ladder().facts
        return ", ".join(f"{say(known[one].label) if one in known else one} {figure(at)}" for one, at in value.items())
    if field == "role":
        return own.get(value, label(value.removeprefix(OWN)))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return say(value)
    return label(value) or "–"
