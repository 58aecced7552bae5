"""The catalogue of standards: number, title, and the scenarios that lean on each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tujing.atlas.loader import Atlas
from tujing.problems import check_model, read_yaml
from tujing.words import Text

CATALOGUE = Path(__file__).parent / "standards.yaml"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Listed(_Entry):
    title: Text
    scenarios: tuple[str, ...] = Field(min_length=1)


class _Catalogue(_Entry):
    status: Literal["found", "recalled"]
    standards: dict[str, Listed]


@dataclass(frozen=True)
class Standard:
    """A standard with every scenario that names it in its manifest or that the catalogue ties to it."""

    number: str
    title: Text
    status: str
    scenarios: tuple[str, ...]


@cache
def catalogue() -> _Catalogue:
    return check_model(_Catalogue, read_yaml(CATALOGUE), CATALOGUE)


def standards(atlas: Atlas) -> list[Standard]:
    """Returns the catalogue tied to the scenarios of an atlas, by number."""
    listed = catalogue()
    tied = {number: set(one.scenarios) & set(atlas.cards) for number, one in listed.standards.items()}
    for name, manifest in atlas.manifests.items():
        for words in manifest.standards:
            number = number_of(words)
            if number:
                tied[number].add(name)
    return [
        Standard(number, one.title, listed.status, tuple(sorted(tied[number])))
        for number, one in sorted(listed.standards.items())
    ]


def number_of(words: str) -> str:
    """Returns the catalogue's number of a standard as a manifest writes it; the longest that fits, or nothing."""
    plain = words.lstrip("《")
    fits = [number for number in catalogue().standards if _begins(plain, number)]
    return max(fits, key=len, default="")


def _begins(words: str, number: str) -> bool:
    rest = words.removeprefix(number)
    return rest != words and not rest[:1].isdecimal() and not (rest[:1] == "-" and not rest[1:5].isdecimal())
