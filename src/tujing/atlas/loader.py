"""Finds, reads and checks the manifests: those of this package and those that other packages bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from pydantic import RootModel

from tujing.atlas.checks import holds_alone, holds_together
from tujing.atlas.manifest import Manifest
from tujing.problems import BadInput, Problem, check_model, read_yaml, refuse
from tujing.words import Text

SCENARIOS = Path(__file__).parent.parent / "scenarios"
ENTRY_POINTS = "tujing.scenarios"
"""Entry-point group: each entry names a package whose folder holds `<wing>/<name>/scenario.yaml`."""


@dataclass(frozen=True)
class Card:
    """A scenario with what its folder tells: which of it can run today."""

    manifest: Manifest
    folder: Path

    @property
    def runnable(self) -> bool:
        return (self.folder / "solution.py").is_file()

    @property
    def words(self) -> Mapping[str, Text]:
        """Wording of the names that the solution's tables, columns and codes have, from `words.yaml`."""
        return words_of(self.folder)

    @property
    def has_light_app(self) -> bool:
        return (self.folder / "light_app.yaml").is_file()


class _Words(RootModel[dict[str, Text]]):
    pass


@cache
def words_of(folder: Path) -> Mapping[str, Text]:
    """Returns the wording that a scenario's folder gives its results' names in `words.yaml`, if it has one."""
    path = folder / "words.yaml"
    return check_model(_Words, read_yaml(path), path).root if path.is_file() else {}


@dataclass(frozen=True)
class Atlas:
    """All scenarios, by id, in the order of their ids."""

    cards: Mapping[str, Card]

    @property
    def manifests(self) -> dict[str, Manifest]:
        return {name: card.manifest for name, card in self.cards.items()}

    def card(self, scenario: str) -> Card:
        """Returns one scenario's card.

        Raises
        ------
        BadInput
            When there is none of that id; suggests the nearest.
        """
        if scenario not in self.cards:
            near = get_close_matches(scenario, self.cards, n=1, cutoff=0.5)
            hint = (f"是否指 {near[0]}？", f"Did you mean {near[0]}? ") if near else ("", "")
            raise refuse(
                "unknown_scenario",
                f"没有编号为 {scenario} 的场景。{hint[0]}用 tujing atlas list 查看全部。",
                f"There is no scenario {scenario}. {hint[1]}See them all with tujing atlas list.",
                value=scenario,
            )
        return self.cards[scenario]


@dataclass(frozen=True)
class CheckReport:
    """How many manifests were read and everything that is wrong with them."""

    scenarios: int
    problems: list[Problem]

    @property
    def ok(self) -> bool:
        return not self.problems


@cache
def atlas() -> Atlas:
    """Returns the checked atlas.

    Raises
    ------
    BadInput
        With every problem, when a manifest is broken.
    """
    reading = _installed()
    problems = reading.problems + holds_together(reading.manifests, reading.files)
    if problems:
        raise BadInput(problems)
    return Atlas(dict(sorted(reading.cards.items())))


def manifest(scenario: str) -> Manifest:
    """Returns one manifest.

    Raises
    ------
    BadInput
        When there is none of that id; suggests the nearest.
    """
    return atlas().card(scenario).manifest


def check(folder: Path | None = None) -> CheckReport:
    """Checks the whole atlas, or the scenarios of one folder, and tells every problem instead of raising.

    `folder` holds `<wing>/<name>/scenario.yaml`, or is one scenario's folder (`…/<wing>/<name>`) or its manifest. Its
    scenarios may name those of the installed atlas as prerequisites, and stand in for the ones of the same id.

    Raises
    ------
    BadInput
        When the folder is missing or holds no scenario.
    """
    if folder is None:
        here = around = _read(_roots())
    else:
        here, around = _read([folder]), _installed()
    if not here.count:
        raise refuse(
            "no_scenarios",
            "这个文件夹里没有场景，应有 <场景类>/<场景名>/scenario.yaml。",
            "This folder holds no scenario; expected <wing>/<name>/scenario.yaml.",
            file=folder,
        )
    together = holds_together({**around.manifests, **here.manifests}, here.files)
    return CheckReport(here.count, here.problems + together)


def read_manifest(path: Path) -> Manifest:
    """Reads and checks one `scenario.yaml`; its id against its folder before anything else.

    Raises
    ------
    BadInput
        With every problem of this file.
    """
    content = read_yaml(path)
    expected = "/".join(path.resolve().parts[-3:-1])
    if isinstance(content, dict) and content.get("id") != expected:
        raise refuse(
            "id_differs",
            f"编号 {content.get('id')} 与文件夹 {expected} 不一致；编号就是文件夹路径，请改成一致。",
            f"Id {content.get('id')} differs from the folder {expected}; the id is the folder's path, make them equal.",
            file=path,
            key="id",
        )
    found = check_model(Manifest, content, path)
    problems = holds_alone(found, str(path))
    if problems:
        raise BadInput(problems)
    return found


@dataclass
class _Reading:
    """What was found in some folders: how many files, the good ones, and what is wrong with the others."""

    count: int = 0
    cards: dict[str, Card] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def manifests(self) -> dict[str, Manifest]:
        return {name: card.manifest for name, card in self.cards.items()}

    @property
    def files(self) -> dict[str, str]:
        return {name: str(card.folder / "scenario.yaml") for name, card in self.cards.items()}


@cache
def _installed() -> _Reading:
    return _read(_roots())


def _read(roots: list[Path]) -> _Reading:
    reading = _Reading()
    for root in roots:
        for path in _manifest_files(root):
            reading.count += 1
            try:
                found = read_manifest(path)
            except BadInput as error:
                reading.problems += error.problems
                continue
            if found.id in reading.cards:
                other = reading.cards[found.id].folder
                words = Text(
                    zh=f"场景 {found.id} 在 {other} 已有，请改名或卸载其中一个。",
                    en=f"Scenario {found.id} exists already in {other}; rename or uninstall one.",
                )
                reading.problems.append(Problem("duplicate_scenario", words, file=str(path), key="id", value=found.id))
                continue
            reading.cards[found.id] = Card(found, path.parent)
    return reading


def _manifest_files(folder: Path) -> list[Path]:
    if folder.name == "scenario.yaml" and folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise refuse("missing_folder", "找不到这个文件夹，请检查路径。", "No such folder; check the path.", file=folder)
    alone = folder / "scenario.yaml"
    return [alone] if alone.is_file() else sorted(folder.glob("*/*/scenario.yaml"))


def _roots() -> list[Path]:
    """Returns this package's scenarios folder and those of the packages that bring their own."""
    folders = [SCENARIOS]
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
        spec = find_spec(entry.module)
        if spec is None or not spec.submodule_search_locations:
            raise refuse(
                "missing_package",
                f"扩展 {entry.name} 指向的包 {entry.module} 不存在，请重新安装或卸载它。",
                f"Extension {entry.name} names the package {entry.module}, which is not there; reinstall or remove it.",
                key=entry.name,
            )
        folders += [Path(location) for location in spec.submodule_search_locations]
    return folders
