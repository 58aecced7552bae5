"""Software classes with open-source examples, and occupations: what the third and fourth lists of a card name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tujing.problems import check_model, read_yaml
from tujing.words import Text

FOLDER = Path(__file__).parent


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenSource(_Entry):
    name: str
    licence: str
    """As an SPDX identifier where it has one."""


class SoftwareClass(_Entry):
    name: Text
    open_source: tuple[OpenSource, ...] = ()


class Occupation(_Entry):
    en: str
    code: str = ""
    """Code of the 职业分类大典, where it was read."""


class _Tools(_Entry):
    status: Literal["recalled"]
    tools: dict[str, SoftwareClass]


class _Occupations(_Entry):
    status: Literal["recalled"]
    occupations: dict[str, Occupation]


@cache
def software_classes() -> dict[str, SoftwareClass]:
    """Returns every class of software by the abbreviation that manifests use."""
    return check_model(_Tools, read_yaml(FOLDER / "tools.yaml"), FOLDER / "tools.yaml").tools


@cache
def occupations() -> dict[str, Occupation]:
    """Returns every occupation by its Chinese name."""
    path = FOLDER / "occupations.yaml"
    return check_model(_Occupations, read_yaml(path), path).occupations


def occupation_named(words: str) -> str:
    """Returns the catalogue's name of an occupation as a manifest writes it, without code and direction; or nothing."""
    plain = words.split("（", 1)[0]
    return plain if plain in occupations() else ""
