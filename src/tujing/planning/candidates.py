"""The candidates of a plan: every scenario raised by one level, in each way open, with its figures; and those kept out.

Levels for which a manifest declares no cost (usually level 1, tidying up by hand) are reached on the way to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tujing.adoption.readiness import Readiness
from tujing.atlas.manifest import Driver, Manifest, SizeClass
from tujing.elements.definition import element
from tujing.planning.assumptions import Assumptions
from tujing.planning.departments import department_of, skill_days
from tujing.planning.options import CostOption, OptionFigures, cost_options
from tujing.planning.uncertainty import Normal, Triangular, Uncertain
from tujing.planning.value import VARIABLE_COSTS, Baseline, better, worth
from tujing.words import Text

KeptOutKind = Literal["not_applicable", "no_figures", "readiness", "missing_baseline", "prerequisite"]


@dataclass(frozen=True)
class EffectOn:
    """An effect as an improvement of a driver: positive is good, as a share of the driver."""

    driver: Driver
    kpi: str
    improvement: Uncertain
    source: str
    status: str


@dataclass(frozen=True)
class Candidate:
    """One scenario raised to `level`, from the level below."""

    scenario: str
    name: Text
    level: int
    quarters: int
    one_off: Triangular
    """Yuan over all its quarters."""
    yearly: Triangular
    """Yuan a year once in use."""
    person_days: float
    """Own people's days over all its quarters."""
    effects: tuple[EffectOn, ...]
    after: tuple[str, ...]
    """Candidates that must be finished first."""
    ramp: tuple[float, ...] | None = None
    """Share of the effects in each quarter after go-live, then all of it; None = as the horizon says."""
    option: str = ""
    """How it is brought in: buy, subscribe, build; empty when there is one way only."""
    department: str = ""
    skills: Mapping[str, float] = field(default_factory=dict)
    """Role → own people's days over all its quarters."""
    rises: int = 1
    """Levels by which the scenario rises, from the step before it or from today."""
    fee: float = 0.0
    """Yuan a year that the plan's money pays once in use: a subscription's fee, which stands in for investment."""
    owned: float = 0.0
    """Share of the one-off cost that is used for years; see `Horizon.left_over`."""

    @property
    def id(self) -> str:
        """The step, whichever way it is brought in."""
        return step_id(self.scenario, self.level)

    @property
    def key(self) -> str:
        """The step in this way."""
        return f"{self.id}:{self.option}" if self.option else self.id


@dataclass(frozen=True)
class KeptOut:
    """A step that cannot be planned, and why."""

    scenario: str
    name: Text
    level: int
    kind: KeptOutKind
    why: Text

    @property
    def id(self) -> str:
        return step_id(self.scenario, self.level)


@dataclass(frozen=True)
class Circumstances:
    """What is known of the enterprise when candidates are drawn up."""

    levels: Mapping[str, int]
    """Scenario id → level today, 0–4."""
    size: SizeClass
    production_type: str
    industry: str
    """GB/T 4754 code, e.g. `C3812`."""
    baseline: Baseline
    readiness: Mapping[str, Readiness]
    beliefs: Mapping[tuple[str, int, str], Normal]
    """(scenario, level, driver) → measured relative change of the driver."""
    cost_factor: float = 1.0
    """This firm's actual ÷ forecast one-off cost, learned from its finished steps."""


def step_id(scenario: str, level: int) -> str:
    return f"{scenario}@{level}"


def draw_up(
    manifests: Iterable[Manifest],
    known: Circumstances,
    assumptions: Assumptions,
    options: OptionFigures | None = None,
) -> tuple[list[Candidate], list[KeptOut]]:
    """Returns the candidates, of each step the bought one first, and the steps kept out, each with the reason.

    `options`: factors of buying, subscribing and making (default: those shipped).
    """
    cards = {manifest.id: manifest for manifest in manifests}
    candidates: dict[str, list[Candidate]] = {}
    kept_out: list[KeptOut] = []
    for manifest in cards.values():
        for level in _levels_to_reach(manifest, known.levels.get(manifest.id, 0)):
            reason = _obstacle(manifest, level, known, assumptions)
            if reason:
                kept_out.append(KeptOut(manifest.id, manifest.name, level, *reason))
            else:
                candidates[step_id(manifest.id, level)] = [
                    _candidate(manifest, level, option, cards, known)
                    for option in cost_options(manifest, level, known.size, assumptions, options)
                ]
    _drop_unreachable(candidates, kept_out, cards)
    return [one for options in candidates.values() for one in options], kept_out


def _levels_to_reach(manifest: Manifest, today: int) -> list[int]:
    return sorted({cost.level for cost in manifest.costs if cost.level > today})


def _obstacle(
    manifest: Manifest, level: int, known: Circumstances, assumptions: Assumptions
) -> tuple[KeptOutKind, Text] | None:
    if known.production_type not in manifest.process_type:
        return "not_applicable", Text(
            zh="这个场景不适用于本企业的生产类型（离散／流程）。",
            en="The scenario is not meant for this enterprise's type of production (discrete or process).",
        )
    if not any(known.industry.startswith(code) for code in manifest.industries):
        return "not_applicable", Text(
            zh=f"这个场景的适用行业不含 {known.industry}。",
            en=f"The scenario is not meant for industry {known.industry}.",
        )
    if not any(cost.level == level and cost.size == known.size for cost in manifest.costs) or not any(
        duration.level == level for duration in manifest.durations
    ):
        return "no_figures", Text(
            zh="场景清单没有给出本企业规模在这一等级的费用或工期，无法测算。",
            en="The manifest gives no cost or duration of this level for an enterprise of this size.",
        )
    return _not_ready(manifest, level, known, assumptions) or _without_baseline(manifest, level, known, assumptions)


def _not_ready(
    manifest: Manifest, level: int, known: Circumstances, assumptions: Assumptions
) -> tuple[KeptOutKind, Text] | None:
    measured = known.readiness.get(manifest.id)
    if level < assumptions.readiness_from_level.value or measured is None or measured.ready:
        return None
    gaps = [gap.reason for gap in measured.missing if gap.required]
    return "readiness", Text(
        zh=f"{level} 级要用的数据还没有就绪：" + "".join(gap.zh for gap in gaps),
        en=f"The data that level {level} works on are not ready. " + " ".join(gap.en for gap in gaps),
    )


def _without_baseline(
    manifest: Manifest, level: int, known: Circumstances, assumptions: Assumptions
) -> tuple[KeptOutKind, Text] | None:
    missing: set[str] = set()
    for effect in manifest.effects:
        if effect.level == level and worth(effect.driver, known.baseline, assumptions.cost_of_capital.value) is None:
            parts = ("revenue", *VARIABLE_COSTS) if effect.driver == "revenue" else (effect.driver,)
            missing |= {part for part in parts if not known.baseline.annual[part]}
    if not missing:
        return None
    labels = [element("financial_baseline").columns[name].label for name in sorted(missing)]
    return "missing_baseline", Text(
        zh=f"财务基线缺“{'、'.join(label.zh for label in labels)}”，效益无法测算，不按零计；请补填（确实没有就填 0）。",
        en=f"The financial baseline lacks {', '.join(label.en.lower() for label in labels)}, so the benefit cannot be "
        "worked out and does not count as nought; fill it in (0 where there is truly none).",
    )


def _candidate(
    manifest: Manifest, level: int, option: CostOption, cards: Mapping[str, Manifest], known: Circumstances
) -> Candidate:
    today = known.levels.get(manifest.id, 0)
    below = [one for one in _levels_to_reach(manifest, today) if one < level]
    return Candidate(
        scenario=manifest.id,
        name=manifest.name,
        level=level,
        quarters=option.quarters,
        one_off=option.one_off.scaled(known.cost_factor),
        yearly=option.yearly,
        person_days=option.person_days,
        effects=tuple(effects_of(manifest, level, known.beliefs, option.effect_share)),
        after=tuple(_after(manifest, level, cards, known.levels)),
        ramp=option.ramp,
        option=option.id,
        department=department_of(manifest),
        skills=skill_days(manifest, option.person_days),
        rises=level - max([today, *below]),
        fee=option.parts["subscription"].yearly.mean if "subscription" in option.parts else 0.0,
        owned=option.owned,
    )


def effects_of(
    manifest: Manifest, level: int, beliefs: Mapping[tuple[str, int, str], Normal], share: float
) -> Iterable[EffectOn]:
    """Yields what reaching the level brings, measured where it has been; `share`: how much of it the way brings."""
    for effect in manifest.effects:
        if effect.level != level:
            continue
        change: Uncertain = Triangular(effect.change.low, effect.change.mode, effect.change.high)
        source, status = effect.provenance.source, str(effect.provenance.status)
        measured = beliefs.get((manifest.id, level, effect.driver))
        if measured is not None:
            change, source, status = measured, "evaluation", "measured"
        improvement = change if better(effect.driver) > 0 else change.mirrored()
        # What a step makes worse, it makes worse in full: only what it brings depends on the way it is brought in.
        brought = improvement.scaled(share) if improvement.mean > 0 else improvement
        yield EffectOn(effect.driver, effect.kpi, brought, source, status)


def _after(manifest: Manifest, level: int, cards: Mapping[str, Manifest], today: Mapping[str, int]) -> Iterable[str]:
    lower = [below for below in _levels_to_reach(manifest, today.get(manifest.id, 0)) if below < level]
    if lower:
        yield step_id(manifest.id, lower[-1])
    for prerequisite in manifest.prerequisites:
        if prerequisite.from_level > level or today.get(prerequisite.scenario, 0) >= prerequisite.level:
            continue
        card = cards.get(prerequisite.scenario)
        reach = _levels_to_reach(card, today.get(card.id, 0)) if card else []
        enough = [one for one in reach if one >= prerequisite.level]
        yield step_id(prerequisite.scenario, enough[0] if enough else prerequisite.level)


def _drop_unreachable(
    candidates: dict[str, list[Candidate]], kept_out: list[KeptOut], cards: Mapping[str, Manifest]
) -> None:
    """Takes out candidates that wait for a step which is no candidate, until none is left."""
    while stuck := [one for one, *_ in candidates.values() if any(before not in candidates for before in one.after)]:
        for one in stuck:
            waits_for = next(before for before in one.after if before not in candidates)
            scenario, _, level = waits_for.partition("@")
            name = cards[scenario].name if scenario in cards else Text(zh=scenario, en=scenario)
            why = Text(
                zh=f"须先把“{name.zh}”做到 {level} 级，而那一步目前不能列入规划。",
                en=f"{name.en} must reach level {level} first, and that step cannot be planned at present.",
            )
            kept_out.append(KeptOut(one.scenario, one.name, one.level, "prerequisite", why))
        for one in stuck:
            candidates.pop(one.id)
