"""Use-case: find something of an organisation, as far as a person may see it. Areas say what there is to find."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from tujing.enterprise.models import Organisation
from tujing.enterprise.services import may
from tujing.search.matching import Entry, Hit, search

Provider = Callable[[Organisation, Any], Iterable[Entry]]

PER_GROUP = 6


@dataclass(frozen=True)
class _Provided:
    action: str
    entries: Provider


_providers: dict[str, _Provided] = {}


@dataclass(frozen=True)
class Group:
    """Hits of one kind; `more` were left out."""

    name: str
    hits: tuple[Hit, ...]
    more: int


def provider(name: str, action: str = "view") -> Callable[[Provider], Provider]:
    """Declares something that can be found, with the action that a role must allow to see it.

    The function takes the organisation and the person; what it returns belongs to that organisation or to everybody.
    """

    def register(entries: Provider) -> Provider:
        _providers[name] = _Provided(action, entries)
        return entries

    return register


def find(
    organisation: Organisation,
    user: Any,
    typed: str,
    per_group: int = PER_GROUP,
    scope: Collection[str] | None = None,
) -> list[Group]:
    """Returns what fits, grouped by what it is; the group with the best hit comes first.

    Parameters
    ----------
    scope
        Actions that the call is made for, where these are fewer than the person may do; None for all of them.
    """
    allowed: dict[str, bool] = {}
    entries: list[Entry] = []
    if not typed.strip():
        return []
    for one in _providers.values():
        in_scope = scope is None or one.action in scope
        if in_scope and allowed.setdefault(one.action, may(user, organisation, one.action)):
            entries += one.entries(organisation, user)
    groups: dict[str, list[Hit]] = {}
    for hit in search(entries, typed, limit=len(entries)):
        groups.setdefault(hit.entry.group, []).append(hit)
    return [Group(name, tuple(hits[:per_group]), max(len(hits) - per_group, 0)) for name, hits in groups.items()]
