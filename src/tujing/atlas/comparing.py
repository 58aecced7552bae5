"""Two industries side by side: which scenes each has, and which scenarios serve both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tujing.atlas.graph import WINGS
from tujing.atlas.scenes import IndustryMap, Scene


@dataclass(frozen=True)
class Activity:
    """The scenes of one activity in both industries."""

    id: str
    left: tuple[Scene, ...]
    right: tuple[Scene, ...]


@dataclass(frozen=True)
class Comparison:
    """Scenario ids in the order of their names; scenes of each that a scenario realises, by scenario."""

    activities: tuple[Activity, ...]
    shared: tuple[str, ...]
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    scenes: Mapping[str, tuple[tuple[Scene, ...], tuple[Scene, ...]]]


def compare(left: IndustryMap, right: IndustryMap) -> Comparison:
    """Returns what two industries have in common and what each has alone."""
    mine, theirs = _by_scenario(left), _by_scenario(right)
    return Comparison(
        activities=tuple(
            Activity(
                wing,
                tuple(scene for scene in left.scenes if scene.activity == wing),
                tuple(scene for scene in right.scenes if scene.activity == wing),
            )
            for wing in WINGS
            if any(scene.activity == wing for one in (left, right) for scene in one.scenes)
        ),
        shared=tuple(sorted(mine.keys() & theirs.keys())),
        only_left=tuple(sorted(mine.keys() - theirs.keys())),
        only_right=tuple(sorted(theirs.keys() - mine.keys())),
        scenes={name: (tuple(mine.get(name, ())), tuple(theirs.get(name, ()))) for name in mine.keys() | theirs.keys()},
    )


def _by_scenario(found: IndustryMap) -> dict[str, list[Scene]]:
    scenes: dict[str, list[Scene]] = {}
    for scene in found.scenes:
        for one in scene.realised_by:
            scenes.setdefault(one.scenario, []).append(scene)
    return scenes
