"""The dated rules that class an enterprise, read from the YAML files in this folder."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from tujing.problems import check_model, read_yaml
from tujing.words import Text

FOLDER = Path(__file__).parent

SizeId = Literal["large", "medium", "small", "micro"]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(Entry):
    source: str = Field(min_length=3)
    status: Literal["found", "recalled", "constructed", "measured"]


class SizeClass(Entry):
    id: SizeId
    label: Text
    staff: int
    revenue: float
    """Yuan a year."""


class AboveScale(Entry):
    revenue: float
    clause: Text
    provenance: Provenance


class SizeRule(Entry):
    """Largest class first; an enterprise is of the first class whose two thresholds it meets."""

    document: str
    clause: str
    provenance: Provenance
    industries: tuple[str, ...]
    classes: tuple[SizeClass, ...]
    above_scale: AboveScale


class Honour(Entry):
    id: str
    label: Text
    ladder: int = 0
    """Rung of the quality-SME ladder, from 1; 0 when it is none."""


class Fact(Entry):
    label: Text
    unit: str


class Threshold(Entry):
    fact: str
    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


class Test(Entry):
    any: tuple[Threshold, ...] = Field(min_length=1)


class Rung(Entry):
    honour: str
    tests: tuple[Test, ...]
    besides: Text


class Regime(Entry):
    """The ladder's rules over a span of dates."""

    id: str
    document: str
    valid_from: date
    valid_to: date | None
    provenance: Provenance
    note: Text
    rungs: tuple[Rung, ...]


class Ladder(Entry):
    facts: dict[str, Fact]
    regimes: tuple[Regime, ...]

    def regime(self, on: date) -> Regime | None:
        """Returns the regime in force on a day, if there was one."""
        for regime in self.regimes:
            if regime.valid_from <= on and (regime.valid_to is None or on <= regime.valid_to):
                return regime
        return None


class Track(Entry):
    """A way of transformation of the guide, part 四; `when` names conditions that must all hold."""

    id: str
    step: str
    clause: str
    label: Text
    when: dict[Literal["chain_role", "size", "honours", "above_scale"], tuple[str | bool, ...]]
    passage: str
    """The guide's own words."""
    focus: Text


class Tracks(Entry):
    document: str
    provenance: Provenance
    tracks: tuple[Track, ...]


@cache
def size_rule() -> SizeRule:
    return check_model(SizeRule, read_yaml(FOLDER / "size.yaml"), FOLDER / "size.yaml")


@cache
def honours() -> dict[str, Honour]:
    return {one.id: one for one in TypeAdapter(list[Honour]).validate_python(read_yaml(FOLDER / "honours.yaml"))}


@cache
def ladder() -> Ladder:
    return check_model(Ladder, read_yaml(FOLDER / "ladder.yaml"), FOLDER / "ladder.yaml")


@cache
def tracks() -> Tracks:
    return check_model(Tracks, read_yaml(FOLDER / "tracks.yaml"), FOLDER / "tracks.yaml")


@cache
def permissions() -> dict[str, frozenset[str]]:
    """Returns the roles that may do each action."""
    return {action: frozenset(roles) for action, roles in read_yaml(FOLDER / "permissions.yaml").items()}


@cache
def action_words() -> dict[str, Text]:
    """Returns what each action of the table lets a person do, in words."""
    return TypeAdapter(dict[str, Text]).validate_python(read_yaml(FOLDER / "action_words.yaml"))
