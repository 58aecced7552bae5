"""What is known of an enterprise, from which source, and where sources contradict each other. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from tujing.diagnosis.crosswalk.facts import facts

Origin = Literal["measured", "answered", "profile", "assessment"]
"""From the best to the weakest: the enterprise's data, its answer to the fact, its profile, its other assessment."""

ORIGINS: tuple[Origin, ...] = get_args(Origin)

NEAR = 0.05
"""Two numbers within this share of each other agree."""


@dataclass(frozen=True)
class KnownFact:
    value: Any
    origin: Origin
    others: Mapping[Origin, Any]
    """What weaker sources say, where they contradict."""


def gather(sources: Mapping[Origin, Mapping[str, Any]]) -> dict[str, KnownFact]:
    """Returns every known fact with its best source, in the order of the list of facts."""
    found = {}
    for id in facts():
        given = {origin: sources[origin][id] for origin in ORIGINS if id in sources.get(origin, {})}
        if given:
            best, value = next(iter(given.items()))
            others = {origin: other for origin, other in given.items() if not agree(value, other)}
            found[id] = KnownFact(value, best, others)
    return found


def agree(one: Any, other: Any) -> bool:
    """Whether two values say the same."""
    if isinstance(one, bool) or isinstance(other, bool) or isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    return bool(abs(one - other) <= NEAR * max(abs(one), abs(other)))
