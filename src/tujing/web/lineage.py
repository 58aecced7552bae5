"""The lineage of a table as a picture: what wrote it, who reads it, what they write; left to right, drawn as SVG."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from tujing.atlas.loader import atlas
from tujing.runtime.lineage_services import Lineage
from tujing.web.words import element_name, scenario_name

WIDTH, BOX, HIGH, GAP, TOP = 980, 210, 32, 10, 34
MOST = 10
"""Boxes of a column; the lists beneath hold all."""
LETTERS = 26


@dataclass
class Box:
    id: str
    words: str
    title: str
    url: str
    kind: str
    x: float = 0
    y: float = 0

    @property
    def middle(self) -> float:
        return self.y + HIGH / 2


@dataclass
class Picture:
    height: float
    boxes: list[Box] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    heads: list[tuple[float, str]] = field(default_factory=list)
    width: int = WIDTH
    box: int = BOX
    high: int = HIGH


def picture(found: Lineage) -> Picture:
    """Lays the lineage out in four columns: sources, the element, its readers, what these write."""
    manifests = atlas().manifests
    sources = _sources(found)
    readers = [_scenario(name) for name in found.impact.readers]
    shown = readers[:MOST]
    written: dict[str, list[str]] = {}
    for box in shown:
        for need in manifests[box.id].data_elements.writes:
            if need.element != found.element:
                written.setdefault(need.element, []).append(box.id)
    outputs = [_element(name) for name in written][:MOST]
    middle = Box(
        found.element, _cut(element_name(found.element)), found.element, reverse("data_element", args=[found.element]),
        "element",
    )  # fmt: skip
    columns = [sources, [middle], _with_rest(shown, len(readers)), _with_rest(outputs, len(written))]
    height = TOP + max(max(len(column) for column in columns), 1) * (HIGH + GAP) + GAP
    made = Picture(height)
    step = (WIDTH - BOX) / (len(columns) - 1)
    names = (_("Written by"), _("Data element"), _("Read by"), _("Which then write"))
    for place, column in enumerate(columns):
        made.heads.append((place * step, names[place]))
        start = TOP + (height - TOP - len(column) * (HIGH + GAP)) / 2
        for row, box in enumerate(column):
            box.x, box.y = place * step, start + row * (HIGH + GAP)
            made.boxes.append(box)
    by_id = {box.id: box for box in made.boxes}
    made.paths += [_path(box, middle) for box in sources]
    made.paths += [_path(middle, box) for box in shown]
    for output in outputs:
        made.paths += [_path(by_id[name], output) for name in written[output.id]]
    return made


def _sources(found: Lineage) -> list[Box]:
    boxes: dict[str, Box] = {}
    for one in found.origins:
        if one.kind == "run":
            boxes.setdefault(f"from:{one.source}", Box(
                f"from:{one.source}", _cut(scenario_name(one.source)), one.source,
                reverse("atlas_card", args=[one.source]) if one.source in atlas().cards else "", "scenario",
            ))  # fmt: skip
        elif one.kind == "import":
            url = reverse("data_versions", args=[found.element])
            boxes.setdefault(f"file:{one.source}", Box(f"file:{one.source}", _cut(one.source), one.source, url, "file"))
    for name in found.impact.writers:
        boxes.setdefault(f"from:{name}", Box(
            f"from:{name}", _cut(scenario_name(name)), _("could write it"), reverse("atlas_card", args=[name]), "could",
        ))  # fmt: skip
    return list(boxes.values())[:MOST]


def _scenario(name: str) -> Box:
    return Box(name, _cut(scenario_name(name)), name, reverse("atlas_card", args=[name]), "scenario")


def _element(name: str) -> Box:
    return Box(name, _cut(element_name(name)), name, reverse("data_element", args=[name]), "element")


def _with_rest(shown: list[Box], total: int) -> list[Box]:
    rest = total - len(shown)
    return [*shown, Box("rest", _("and %(rest)s more") % {"rest": rest}, "", "", "rest")] if rest > 0 else shown


def _path(one: Box, other: Box) -> str:
    start, end = one.x + BOX, other.x - 2
    bend = (start + end) / 2
    here, there = f"{one.middle:.1f}", f"{other.middle:.1f}"
    return f"M{start:.0f} {here}C{bend:.0f} {here} {bend:.0f} {there} {end:.0f} {there}"


def _cut(words: str) -> str:
    """As much as a box holds; a Chinese character takes the room of two letters."""
    room, kept = LETTERS, ""
    for letter in words:
        room -= 2 if ord(letter) > 0x2E7F else 1
        if room < 0:
            return kept.rstrip() + "…"
        kept += letter
    return kept
