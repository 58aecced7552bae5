"""Readiness of a scenario, measured from the data rather than asked.

For each data element that the manifest reads, the share of its required columns that are filled counts; a table that is
absent counts nothing. Required tables decide whether the scenario is ready; optional ones only raise the share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tujing.atlas.manifest import DataNeed, Manifest
from tujing.dataspace.facts import ElementFacts
from tujing.elements.definition import element as definition
from tujing.words import Text

FILLED_ENOUGH = 0.9
"""A column that its element requires counts as filled from this share of non-empty values on."""
UNIQUE_ENOUGH = 1.0
VALID_ENOUGH = 0.95


@dataclass(frozen=True)
class Missing:
    """What stands between a scenario and its data."""

    element: str
    column: str
    reason: Text
    required: bool


@dataclass(frozen=True)
class Readiness:
    """How ready the enterprise's data are for one scenario."""

    scenario: str
    share: float
    """0–1: mean over the data elements read, required ones counting double."""
    ready: bool
    missing: tuple[Missing, ...]


State = Literal["ready", "partly", "missing"]


@dataclass(frozen=True)
class Cell:
    """One data element as one scenario needs it."""

    element: str
    state: State
    share: float
    required: bool
    purpose: Text
    gaps: tuple[Missing, ...]


@dataclass(frozen=True)
class NextImport:
    """A data element that is not ready, and the scenarios that wait for it."""

    element: str
    opens: tuple[str, ...]
    """Scenarios that are ready as soon as this element is."""
    helps: tuple[str, ...]
    """All scenarios that require it."""


def readiness(manifest: Manifest, facts: Mapping[str, ElementFacts]) -> Readiness:
    """Measures one scenario's readiness against the facts of the enterprise's tables."""
    weighted, weights = 0.0, 0.0
    missing: list[Missing] = []
    for cell in cells(manifest, facts):
        weight = 2.0 if cell.required else 1.0
        weighted += weight * cell.share
        weights += weight
        missing += cell.gaps
    share = weighted / weights if weights else 1.0
    ready = not any(gap.required for gap in missing)
    return Readiness(manifest.id, round(share, 4), ready, tuple(missing))


def cells(manifest: Manifest, facts: Mapping[str, ElementFacts]) -> list[Cell]:
    """Returns how each data element that a scenario reads stands, in the manifest's order."""
    found = []
    for need in manifest.data_elements.reads:
        share, gaps = _need(need, facts.get(need.element))
        known = facts.get(need.element)
        state: State = "ready" if not gaps else "missing" if known is None or known.rows == 0 else "partly"
        found.append(Cell(need.element, state, share, need.required, need.purpose, tuple(gaps)))
    return found


def next_imports(manifests: Mapping[str, Manifest], facts: Mapping[str, ElementFacts]) -> list[NextImport]:
    """Returns the elements that stand in the way of scenarios, the one that opens most of them first."""
    opens: dict[str, list[str]] = {}
    helps: dict[str, list[str]] = {}
    for name, manifest in manifests.items():
        blocking = [cell.element for cell in cells(manifest, facts) if cell.required and cell.state != "ready"]
        for element in blocking:
            helps.setdefault(element, []).append(name)
        if len(blocking) == 1:
            opens.setdefault(blocking[0], []).append(name)
    ranked = sorted(helps, key=lambda one: (-len(opens.get(one, ())), -len(helps[one]), one))
    return [NextImport(one, tuple(opens.get(one, ())), tuple(helps[one])) for one in ranked]


def _need(need: DataNeed, known: ElementFacts | None) -> tuple[float, list[Missing]]:
    label = definition(need.element).label
    if known is None or known.rows == 0:
        words = Text(zh=f"还没有{label.zh}数据，请导入。", en=f"There is no {label.en.lower()} data yet; import it.")
        return 0.0, [Missing(need.element, "", words, need.required)]

    table = definition(need.element)
    wanted = {name: FILLED_ENOUGH for name, column in table.columns.items() if column.required}
    wanted |= {name: need.filled for name in need.columns if name not in wanted}
    gaps: list[Missing] = []
    filled = 0
    for name, enough in sorted(wanted.items()):
        share = known.completeness.get(name, 0.0)
        if share >= enough:
            filled += 1
            continue
        column = table.columns[name].label
        words = Text(
            zh=f"{label.zh}的“{column.zh}”只填了 {share:.0%}，需达到 {enough:.0%}。",
            en=f"{column.en} of {label.en.lower()} is only {share:.0%} filled; {enough:.0%} is needed.",
        )
        gaps.append(Missing(need.element, name, words, need.required))
    share = filled / len(wanted)
    if known.validity < VALID_ENOUGH:
        words = Text(
            zh=f"{label.zh}只有 {known.validity:.0%} 的行通过校验，请修正引用与取值范围。",
            en=f"Only {known.validity:.0%} of {label.en.lower()} rows are valid; mend references and ranges.",
        )
        gaps.append(Missing(need.element, "", words, need.required))
    if known.uniqueness < UNIQUE_ENOUGH:
        words = Text(zh=f"{label.zh}有重复的主键，请去重。", en=f"{label.en} has duplicate keys; remove them.")
        gaps.append(Missing(need.element, "", words, need.required))
    return share * known.validity, gaps
