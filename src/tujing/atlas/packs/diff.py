"""What changed between two states of the scenarios, key by key, and how large a step of version that is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tujing.atlas.manifest import Manifest

Step = Literal["none", "patch", "minor", "major"]

IDENTITY: dict[str, str] = {
    "kpis": "id",
    "reads": "element",
    "writes": "element",
    "prerequisites": "scenario",
}
"""Lists whose entries are told apart by a key of their own; the entries of others by their place."""


@dataclass(frozen=True)
class Change:
    """One key that differs. `before` is None for what is new, `after` for what is gone."""

    scenario: str
    key: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Difference:
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def step(self) -> Step:
        """Major when a scenario, a KPI or a written element is gone or a scenario asks for more data: what others build
        on breaks. Minor when anything is new. Patch when only wording or figures changed.
        """
        if self.removed or any(_breaks(change) for change in self.changes):
            return "major"
        if self.added or any(change.before is None for change in self.changes):
            return "minor"
        return "patch" if self.changes else "none"


def difference(old: Mapping[str, Manifest], new: Mapping[str, Manifest]) -> Difference:
    """Compares two states of an atlas, scenario by scenario."""
    changes = [
        Change(name, key, before, after)
        for name in sorted(set(old) & set(new))
        for key, before, after in _changed(_flat(old[name]), _flat(new[name]))
    ]
    return Difference(tuple(sorted(set(new) - set(old))), tuple(sorted(set(old) - set(new))), tuple(changes))


def _breaks(change: Change) -> bool:
    part, _, rest = change.key.partition(".")
    gone = change.after is None
    if part == "kpis":
        return gone and rest.endswith(".id")
    if part == "data_elements":
        return (gone and rest.startswith("writes") and rest.endswith(".element")) or (
            rest.startswith("reads") and rest.endswith(".required") and change.after is True
        )
    return False


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in sorted(set(old) | set(new)):
        if old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _flat(manifest: Manifest) -> dict[str, Any]:
    return dict(_leaves(manifest.model_dump(mode="json"), ""))


def _leaves(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        own = IDENTITY.get(key.rpartition(".")[2])
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{key}.{inner[own] if own else place}")
    else:
        yield key, value
