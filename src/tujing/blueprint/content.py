"""The blueprint's own words and rules, read from `content.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tujing.atlas.manifest import Status
from tujing.blueprint.model import KINDS, Kind, RelationKind
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "content.yaml"

RequirementKind = Literal["function", "data", "output", "effect", "standard", "security", "level"]
Method = Literal["test", "analysis", "demonstration", "inspection"]
"""The four verification methods of systems engineering (ISO/IEC/IEEE 15288)."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AcceptanceKind(_Entry):
    """A kind of acceptance: how and by whom which requirements are verified."""

    name: Text
    method: Method
    runs: bool
    """Whether it is a check of the delivery room that runs on the enterprise's data."""
    verifies: tuple[RequirementKind, ...] = Field(min_length=1)
    by: Text
    after_weeks: int = Field(default=0, ge=0)


class Host(_Entry):
    """A piece of infrastructure, and which applications rest on it."""

    name: Text
    text: Text
    always: bool = False
    deployment: tuple[Literal["local", "cloud"], ...] = ()
    interfaces: tuple[str, ...] = ()


class Condition(_Entry):
    """A condition that must be in place (保障条件)."""

    name: Text
    clause: Text
    points: tuple[Text, ...]


class Content(_Entry):
    source: str = Field(min_length=3)
    status: Status
    kinds: dict[Kind, Text]
    relations: dict[RelationKind, Text]
    requirements: dict[RequirementKind, Text]
    methods: dict[Method, Text]
    acceptance: dict[str, AcceptanceKind]
    visions: dict[str, Text]
    phases: tuple[Text, ...] = Field(min_length=1)
    infrastructure: dict[str, Host]
    regulations: dict[str, str]
    """Chinese name → English name."""
    principles: tuple[Text, ...]
    conditions: tuple[Condition, ...]

    @model_validator(mode="after")
    def _complete(self) -> Content:
        for wording, wanted in (
            (self.kinds, KINDS),
            (self.relations, get_args(RelationKind)),
            (self.requirements, get_args(RequirementKind)),
            (self.methods, get_args(Method)),
        ):
            if set(wording) != set(wanted):
                raise ValueError(f"a kind has no wording: {set(wording) ^ set(wanted)}")
        return self


@cache
def content() -> Content:
    return check_model(Content, read_yaml(FILE), FILE)
