"""Industry maps: the official typical scenes of an industry, its chain links, and the scenarios that realise them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel

from tujing.atlas.catalogues import software_classes
from tujing.atlas.loader import atlas
from tujing.enterprise.codes import industries
from tujing.problems import BadInput, Problem, check_model, read_yaml, refuse
from tujing.words import Text

FOLDER = Path(__file__).parent / "industries"

SCENE_CODE = re.compile(r"(?P<map>[A-Z]{2}\d{2})-(?P<link>[A-Z])-(?P<activity>\d)-(?P<serial>\d{1,3})")
"""Coding rule of the official scene maps (2025): industry, chain link, activity, serial number.

A main scene takes a number and its sub-scenes the numbers after it, so a sub-scene's parent is the nearest lower main
one of its link and activity.
"""

STATUS = "found, unofficial extraction"
LISTS = ["data", "models", "tools", "skills"]
COLUMNS = ["code", "link", "activity", "type", "name_zh", "name_en", "status", "tags", "pain_zh", *LISTS]
LINK_COLUMNS = ["link", "name_zh", "name_en"]
REASON_COLUMNS = ["code", "scenario", "reason_zh", "reason_en"]


@dataclass(frozen=True)
class Realised:
    """A scenario of ours that realises a scene, and why."""

    scenario: str
    reason: Text


@dataclass(frozen=True)
class Scene:
    """One typical scene of an industry. Its lists are the official terms, in Chinese only."""

    code: str
    link: str
    activity: str
    is_main: bool
    name: Text
    stars: int | None
    """Readiness, 1 to 4 stars; None where the card says nothing."""
    tags: tuple[str, ...]
    pain: str
    data: tuple[str, ...]
    models: tuple[str, ...]
    tools: tuple[str, ...]
    skills: tuple[str, ...]
    realised_by: tuple[Realised, ...]


@dataclass(frozen=True)
class IndustryMap:
    """The map of one industry: its links of the chain and its scenes, in the order of their codes."""

    code: str
    title: Text
    divisions: tuple[str, ...]
    """GB/T 4754 divisions that this map was drawn for."""
    links: Mapping[str, Text]
    scenes: tuple[Scene, ...]
    official_count: int
    """Scenes the official map has; ours are those that a public extraction held."""

    def parent(self, scene: Scene) -> Scene | None:
        """Returns the main scene a sub-scene belongs to."""
        if scene.is_main:
            return None
        place = _place(scene.code)
        above = [other for other in self.scenes if other.is_main and _place(other.code)[:3] == place[:3]]
        return max((one for one in above if _place(one.code) < place), key=lambda one: _place(one.code), default=None)


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _MapEntry(_Entry):
    title: Text
    divisions: tuple[str, ...]
    official_count: int


class _Nearest(_Entry):
    map: str
    reason: Text


class _Index(_Entry):
    document: str
    status: Literal["found", "recalled"]
    maps: dict[str, _MapEntry]
    nearest: dict[str, _Nearest]


@dataclass(frozen=True)
class MapOfDivision:
    """The maps that serve a division of GB/T 4754; `borrowed` tells why another industry's map is shown."""

    division: str
    name: str
    maps: tuple[str, ...]
    borrowed: Text | None


class _Tools(RootModel[dict[str, tuple[str, ...]]]):
    """Class of software → the terms of scene cards that mean it."""


@cache
def tool_classes() -> dict[str, str]:
    """Returns a scene card's term for a tool → its class of software, for the terms that have one.

    Raises
    ------
    BadInput
        When the table names a class that the catalogue does not have, or a term twice.
    """
    path = FOLDER / "tools.yaml"
    table = check_model(_Tools, read_yaml(path), path).root
    found: dict[str, str] = {}
    problems = []
    for name, terms in table.items():
        for term in terms:
            if name not in software_classes() or term in found:
                words = Text(zh=f"{name} 或 {term} 有误。", en=f"{name} is unknown or {term} appears twice.")
                problems.append(Problem("tool_fault", words, file=str(path), key=name, value=term))
            found[term] = name
    if problems:
        raise BadInput(problems)
    return found


@cache
def industry_maps(folder: Path = FOLDER) -> dict[str, IndustryMap]:
    """Returns every industry map by code.

    Raises
    ------
    BadInput
        With every fault: a scene code that breaks the rule or appears twice, an unknown link, a scenario or scene that
        does not exist, a column that is missing.
    """
    index, problems, maps = _index(folder), list[Problem](), {}
    for code, entry in index.maps.items():
        reader = _Reader(folder / code, code)
        maps[code] = reader.read(entry)
        problems += reader.problems
    if problems:
        raise BadInput(problems)
    return maps


@cache
def scenes_by_code() -> dict[str, tuple[IndustryMap, Scene]]:
    """Returns every official scene with its map, by code."""
    return {scene.code: (one, scene) for one in industry_maps().values() for scene in one.scenes}


@cache
def scenes_of() -> dict[str, tuple[tuple[Scene, Text], ...]]:
    """Returns scenario → the official scenes it realises, each with the reason."""
    found: dict[str, list[tuple[Scene, Text]]] = {}
    for _, scene in scenes_by_code().values():
        for one in scene.realised_by:
            found.setdefault(one.scenario, []).append((scene, one.reason))
    return {name: tuple(scenes) for name, scenes in found.items()}


def map_of(division: str) -> MapOfDivision:
    """Returns the maps for a GB/T 4754 code of manufacturing; a group or class goes by its division.

    Raises
    ------
    BadInput
        When there is no such division.
    """
    known = maps_by_division()
    if division[:3] not in known:
        raise refuse(
            "unknown_industry",
            f"没有行业大类 {division}，应为 C13–C43。",
            f"There is no division {division}; expected C13 to C43.",
            value=division,
        )
    return known[division[:3]]


@cache
def maps_by_division() -> dict[str, MapOfDivision]:
    """Returns the maps of all divisions C13 to C43."""
    index = _index(FOLDER)
    found = {}
    for code, entry in industries().items():
        if entry.level != "division":
            continue
        own = tuple(name for name, one in index.maps.items() if code in one.divisions)
        nearest = index.nearest.get(code)
        found[code] = MapOfDivision(
            code, entry.name, own or ((nearest.map,) if nearest else ()), None if own or not nearest else nearest.reason
        )
    return found


def _place(code: str) -> tuple[str, str, str, int]:
    found = SCENE_CODE.fullmatch(code)
    assert found is not None, code
    return found["map"], found["link"], found["activity"], int(found["serial"])


@cache
def _index(folder: Path) -> _Index:
    return check_model(_Index, read_yaml(folder / "industries.yaml"), folder / "industries.yaml")


class _Reader:
    """Reads the three files of one map and gathers what is wrong."""

    def __init__(self, folder: Path, code: str) -> None:
        self.folder, self.code = folder, code
        self.problems: list[Problem] = []

    def read(self, entry: _MapEntry) -> IndustryMap:
        links = {
            row["link"]: Text(zh=row["name_zh"], en=row["name_en"]) for _, row in self._rows("chain.csv", LINK_COLUMNS)
        }
        reasons: dict[str, list[Realised]] = {}
        for number, row in self._rows("scenarios.csv", REASON_COLUMNS):
            if row["scenario"] not in atlas().cards:
                self._fault("scenarios.csv", number, "scenario", "没有这个场景。", "There is no such scenario.", row)
            reasons.setdefault(row["code"], []).append(
                Realised(row["scenario"], Text(zh=row["reason_zh"], en=row["reason_en"]))
            )
        scenes: list[Scene] = []
        for number, row in self._rows("scenes.csv", COLUMNS):
            if self._code_holds(number, row, links, {scene.code for scene in scenes}):
                scenes.append(_scene(row, tuple(reasons.pop(row["code"], ()))))
        for code in reasons:
            self._fault("scenarios.csv", 0, "code", f"没有场景 {code}。", f"There is no scene {code}.", {"code": code})
        return IndustryMap(
            self.code,
            entry.title,
            entry.divisions,
            links,
            tuple(sorted(scenes, key=lambda one: _place(one.code))),
            entry.official_count,
        )

    def _code_holds(self, number: int, row: dict[str, str], links: Mapping[str, Text], seen: set[str]) -> bool:
        found = SCENE_CODE.fullmatch(row["code"])
        if found is None or found["map"] != self.code or found["link"] != row["link"]:
            zh, en = "编码不合规则：行业-环节-活动-序号。", "The code breaks the rule industry-link-activity-serial."
        elif found["link"] not in links:
            zh, en = "环节没有定义。", "The chain link is not defined."
        elif row["code"] in seen:
            zh, en = "编码重复。", "The code appears twice."
        else:
            return True
        self._fault("scenes.csv", number, "code", zh, en, row)
        return False

    def _rows(self, name: str, columns: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if list(reader.fieldnames or ()) != columns:
                self._fault(name, 1, "", f"列应为 {'、'.join(columns)}。", f"Columns are {', '.join(columns)}.", {})
                return
            yield from enumerate(reader, 2)

    def _fault(self, name: str, row: int, column: str, zh: str, en: str, found: Mapping[str, str]) -> None:
        self.problems.append(
            Problem(
                "map_fault",
                Text(zh=zh, en=en),
                file=str(self.folder / name),
                row=row or None,
                column=column,
                value=found.get(column, ""),
            )
        )


def _scene(row: dict[str, str], realised_by: tuple[Realised, ...]) -> Scene:
    lists = {name: _split(row[name]) for name in ("tags", *LISTS)}
    return Scene(
        code=row["code"],
        link=row["link"],
        activity=row["activity"],
        is_main=row["type"] == "main",
        name=Text(zh=row["name_zh"], en=row["name_en"]),
        stars=int(row["status"]) if row["status"] else None,
        pain=row["pain_zh"],
        realised_by=realised_by,
        **lists,
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
