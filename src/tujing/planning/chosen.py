"""Why each chosen step is in the plan, in words with its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tujing.atlas.manifest import Driver
from tujing.elements.definition import element
from tujing.planning.candidates import Candidate
from tujing.planning.reasons import wan, yuan
from tujing.planning.steps import yearly_benefit
from tujing.words import Text


def why(
    candidate: Candidate,
    npv: float,
    enables: Sequence[Candidate],
    worth: Mapping[Driver, float],
    factors: Mapping[Driver, float],
    pinned: bool,
) -> Text:
    """Returns the reason: what it brings a year and on which driver, what it costs, and what waits for it."""
    yearly = yearly_benefit(candidate, worth, factors)
    zh = f"投入约 {wan(candidate.one_off.mean)}，"
    en = f"It costs about {yuan(candidate.one_off.mean)}"
    if candidate.effects:
        main = max(candidate.effects, key=lambda effect: worth[effect.driver] * effect.improvement.mean)
        label = element("financial_baseline").columns[main.driver].label
        measured = any(effect.status == "measured" for effect in candidate.effects)
        zh += f"全部见效后每年约 {wan(yearly)}，主要来自{label.zh}{'（已按本企业实测修正）' if measured else ''}；"
        en += f" and brings about {yuan(yearly)} a year at full effect, mostly through {label.en.lower()}"
        en += " (as measured here)" if measured else ""
    zh += f"净现值 {wan(npv)}。"
    en += f"; net present value {yuan(npv)}."
    if enables:
        zh += f"它是{'、'.join(f'“{one.name.zh}”{one.level} 级' for one in enables)}的前置。"
        en += f" It must come before {', '.join(f'{one.name.en} level {one.level}' for one in enables)}."
    if pinned:
        zh += "按您的要求列入。"
        en += " You asked for it."
    return Text(zh=zh, en=en)
