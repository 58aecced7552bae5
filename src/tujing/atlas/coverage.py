"""Whether the atlas covers what the guide asks for: every sentence of its third part, thing by thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tujing.atlas.loader import Atlas
from tujing.atlas.scenes import IndustryMap, tool_classes
from tujing.problems import check_model, read_yaml

GUIDE = Path(__file__).parent / "guide.yaml"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Passage(_Entry):
    """One sentence of the guide, quoted, and what it names: the words → the scenarios that realise them."""

    text: str
    names: dict[str, tuple[str, ...]] = Field(min_length=1)


class Clause(_Entry):
    """A clause with all its sentences in order; joined, they are the clause's whole text."""

    clause: str
    title: str
    passages: tuple[Passage, ...] = Field(min_length=1)


class Guide(_Entry):
    document: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class PassageCoverage:
    """`missing` are names without any scenario of this atlas; `runnable` the scenarios that run today."""

    clause: str
    text: str
    scenarios: tuple[str, ...]
    runnable: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def covered(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class SceneCoverage:
    scenes: int
    linked: int
    """Scenes that at least one scenario realises."""
    runnable: int
    """Scenes of which one of these runs today."""
    official: int
    """Scenes of the official maps, those we could not read included."""
    tools: int
    """Mentions of tools on the cards."""
    tools_linked: int
    """Of these, those tied to a class of software."""


@cache
def guide() -> Guide:
    return check_model(Guide, read_yaml(GUIDE), GUIDE)


def passages(atlas: Atlas) -> list[PassageCoverage]:
    """Returns every sentence of 三（一）to 三（六）with the scenarios that realise what it names."""
    found = []
    for clause in guide().clauses:
        for passage in clause.passages:
            named = list(dict.fromkeys(one for names in passage.names.values() for one in names))
            here = tuple(one for one in named if one in atlas.cards)
            found.append(
                PassageCoverage(
                    clause.clause,
                    passage.text,
                    here,
                    tuple(one for one in here if atlas.cards[one].runnable),
                    tuple(words for words, names in passage.names.items() if not set(names) & set(atlas.cards)),
                )
            )
    return found


def unnamed(atlas: Atlas) -> list[str]:
    """Returns the scenarios that no sentence of the guide names; they come from other frameworks."""
    every = [passage for clause in guide().clauses for passage in clause.passages]
    named = {name for passage in every for names in passage.names.values() for name in names}
    return [name for name in atlas.cards if name not in named]


def scenes(atlas: Atlas, maps: Mapping[str, IndustryMap]) -> SceneCoverage:
    """Returns how many official scenes are linked to scenarios, and to scenarios that run."""
    every = [scene for one in maps.values() for scene in one.scenes]
    mentions = [term for scene in every for term in scene.tools]
    return SceneCoverage(
        len(every),
        sum(bool(scene.realised_by) for scene in every),
        sum(any(atlas.cards[one.scenario].runnable for one in scene.realised_by) for scene in every),
        sum(one.official_count for one in maps.values()),
        len(mentions),
        sum(term in tool_classes() for term in mentions),
    )
