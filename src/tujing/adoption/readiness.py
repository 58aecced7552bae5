"""Readiness of a scenario, measured from the data rather than asked.

For each data element that the manifest reads, the share of its required columns that are filled counts; a table that is
absent counts nothing. Required tables decide whether the scenario is ready; optional ones only raise the share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


def readiness(manifest: Manifest, facts: Mapping[str, ElementFacts]) -> Readiness:
    """Measures one scenario's readiness against the facts of the enterprise's tables."""
    weighted, weights = 0.0, 0.0
    missing: list[Missing] = []
    for need in manifest.data_elements.reads:
        share, gaps = _need(need, facts.get(need.element))
        weight = 2.0 if need.required else 1.0
        weighted += weight * share
        weights += weight
        missing += gaps
    share = weighted / weights if weights else 1.0
    ready = not any(gap.required for gap in missing)
    return Readiness(manifest.id, round(share, 4), ready, tuple(missing))


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
