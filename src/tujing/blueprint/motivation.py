"""Why: the drivers and the goals that they motivate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import prod
from typing import Any

from tujing.atlas.manifest import Driver, Effect, Manifest
from tujing.blueprint.content import content
from tujing.blueprint.given import Given
from tujing.blueprint.model import Builder, Element
from tujing.elements.definition import element
from tujing.planning.reasons import wan, yuan
from tujing.planning.value import better
from tujing.words import Text


@dataclass(frozen=True)
class Improvement:
    """By how much all chosen steps together improve one money driver, as a share of it: least, likeliest, most."""

    driver: Driver
    low: float
    mode: float
    high: float


def improvements(given: Given) -> dict[Driver, Improvement]:
    """Returns the chosen steps' effects by driver; several on one diminish each other: 1 − Π(1 − e)."""
    found: dict[Driver, list[Effect]] = {}
    for project in given.steps:
        for effect in effects_of(given.manifests[project["scenario"]], project["level"]):
            found.setdefault(effect.driver, []).append(effect)
    return {driver: _together(driver, effects) for driver, effects in found.items()}


def effects_of(manifest: Manifest, level: int) -> list[Effect]:
    return [effect for effect in manifest.effects if effect.level == level]


def _together(driver: Driver, effects: Sequence[Effect]) -> Improvement:
    def joined(shares: Iterable[float]) -> float:
        return 1 - prod(1 - share for share in shares)

    sign = better(driver)
    ends = [sorted((sign * one.change.low, sign * one.change.high)) for one in effects]
    modes = [sign * one.change.mode for one in effects]
    return Improvement(driver, joined(low for low, _ in ends), joined(modes), joined(high for _, high in ends))


def driver_name(driver: Driver) -> Text:
    return element("financial_baseline").columns[driver].label


def add_goals(builder: Builder, given: Given) -> None:
    """Adds the goals: vision, level, value, one for each money driver moved, data and compliance."""
    enterprise, plan = given.enterprise, given.plan
    builder.add(
        Element(
            "goal.vision",
            "goal",
            Text(zh="愿景：" + enterprise.track.zh, en="Vision: " + enterprise.track.en),
            content().visions[enterprise.step],
            source=_clause(enterprise.clause),
        )
    )
    way = plan.get("target") or (given.diagnosis or {}).get("next_level")
    if given.diagnosis and way:
        now, then = given.diagnosis["level_name"], way["name"]
        by = _by(plan)
        builder.add(
            Element(
                "goal.level",
                "goal",
                Text(zh=f"数字化水平达到{then['zh']}", en=f"Digital level: {then['en']}"),
                Text(
                    zh=f"{by.zh if by else ''}由{now['zh']}（{given.diagnosis['level']} 级）"
                    f"提升到{then['zh']}（{way['level']} 级）。",
                    en=f"From {now['en']} (level {given.diagnosis['level']}) to {then['en']} (level {way['level']})"
                    f"{by.en if by else ''}.",
                ),
                facts={"level_today": given.diagnosis["level"], "level": way["level"]},
                source=given.diagnosis["instrument"]["id"],
            )
        )
    npv, payback = plan["npv"], plan["risk"]["payback_quarters"]
    builder.add(
        Element(
            "goal.value",
            "goal",
            Text(zh="投入产出为正", en="The plan pays"),
            Text(
                zh=f"投入 {wan(plan['investment'])}，净现值中位数 {wan(npv['p50'])}"
                + (f"，{payback:g} 个季度内收回投入。" if payback is not None else "。"),
                en=f"An investment of {yuan(plan['investment'])} with a median net present value of {yuan(npv['p50'])}"
                + (f", paid back within {payback:g} quarters." if payback is not None else "."),
            ),
            facts={"investment": plan["investment"], "npv_p50": npv["p50"], "payback_quarters": payback},
            source="plan",
        )
    )
    annual = plan["parameters"].get("baseline", {}).get("annual", {})
    for driver, one in improvements(given).items():
        if one.mode > 0:
            builder.add(_driver_goal(one, annual.get(driver)))
    builder.add(
        Element(
            "goal.data",
            "goal",
            Text(zh="数据按标准汇聚、质量达标、可复用", en="Good data, used again"),
            Text(
                zh="场景所读写的数据要素统一建表、达到质量要求，一处产生、多处使用。",
                en="The data elements that scenarios read and write are kept in one form, meet their quality and, "
                "made once, serve many.",
            ),
            source=_clause("五（六）"),
        )
    )
    builder.add(
        Element(
            "goal.compliance",
            "goal",
            Text(zh="标准与安全合规", en="Standards and security kept"),
            Text(
                zh="系统与接口符合引用标准，数据按级别保护。",
                en="Systems and interfaces conform to the standards cited; data are protected by grade.",
            ),
            source=_clause("五（三）、五（七）"),
        )
    )


def _by(plan: Mapping[str, Any]) -> Text | None:
    """By when the plan means to reach a level, where it was asked to."""
    target = plan.get("target")
    if not target:
        return None
    start = date.fromisoformat(plan["budget"][min(target["by_quarter"], len(plan["budget"]) - 1)]["start"])
    quarter = (start.month - 1) // 3 + 1
    return Text(zh=f"到 {start.year} 年 {quarter} 季度，", en=f" by Q{quarter} {start.year}")


def _driver_goal(one: Improvement, amount: float | None) -> Element:
    label, rises = driver_name(one.driver), better(one.driver) > 0
    share = f"{one.mode:.1%}"
    span = f"{one.low:.1%}–{one.high:.1%}"
    zh = f"{label.zh}较基线{'提高' if rises else '降低'}约 {share}（区间 {span}）"
    en = f"{label.en} {'up' if rises else 'down'} by about {share} on the baseline (range {span})"
    if amount:
        zh += f"，基线为 {wan(amount)}"
        en += f"; the baseline is {yuan(amount)}"
    return Element(
        f"goal.driver.{one.driver}",
        "goal",
        Text(
            zh=f"{'提高' if rises else '降低'}{label.zh}",
            en=f"{'Raise' if rises else 'Lower'} {label.en.lower()}",
        ),
        Text(zh=zh + "。", en=en + "."),
        facts={"driver": one.driver, "low": one.low, "mode": one.mode, "high": one.high, "baseline": amount},
        source="manifests, financial_baseline",
    )


def add_drivers(builder: Builder, given: Given, goals: set[str]) -> None:
    """Adds strategy, level gap and pain points, each with the goals that it motivates."""
    enterprise = given.enterprise
    strategy = builder.add(
        Element("driver.strategy", "driver", enterprise.track, enterprise.focus, source=_clause(enterprise.clause))
    )
    for goal in ("goal.vision", "goal.value", "goal.data", "goal.compliance"):
        builder.relate("motivates", strategy, goal)
    if "goal.level" in goals and given.diagnosis and given.diagnosis["next_level"]:
        builder.relate("motivates", _level_gap(builder, given.diagnosis), "goal.level")
    told: set[str] = set()
    chosen = {project["scenario"] for project in given.steps}
    for pain in given.pains:
        name = builder.add(
            Element(
                f"driver.pain.{pain.id}",
                "driver",
                pain.words,
                facts={"department": pain.department},
                source="diagnosis",
            )
        )
        for scenario in pain.scenarios:
            if scenario in chosen:
                told.add(scenario)
                builder.relate("calls_for", name, f"scenario.{scenario}")
                builder.relate_all("motivates", ((name, goal) for goal in step_goals(given, scenario, goals)))
    for project in given.steps:
        scenario = project["scenario"]
        if scenario not in told:
            name = _typical_pain(builder, given.manifests[scenario])
            builder.relate("calls_for", name, f"scenario.{scenario}")
            builder.relate_all("motivates", ((name, goal) for goal in step_goals(given, scenario, goals)))


def _level_gap(builder: Builder, diagnosis: Mapping[str, Any]) -> str:
    changes = diagnosis["next_level"]["changes"]
    return builder.add(
        Element(
            "driver.level_gap",
            "driver",
            Text(
                zh=f"数字化水平为{diagnosis['level_name']['zh']}，离下一等级差 {len(changes)} 项",
                en=f"The digital level is {diagnosis['level_name']['en']}; {len(changes)} answers short of the next",
            ),
            Text(
                zh="短板：" + "、".join(dict.fromkeys(one["label"]["zh"] for one in changes)) + "。",
                en="Short of it: " + ", ".join(dict.fromkeys(one["label"]["en"] for one in changes)) + ".",
            ),
            facts={"score": diagnosis["score"], "level_today": diagnosis["level"]},
            source=diagnosis["instrument"]["id"],
        )
    )


def _typical_pain(builder: Builder, manifest: Manifest) -> str:
    """The pain points that the map names for a scenario, where nobody in the enterprise named one."""
    first, *more = manifest.pain_points
    return builder.add(
        Element(
            f"driver.pain.{manifest.id}",
            "driver",
            Text(zh=first.zh.rstrip("。"), en=first.en.rstrip(".")),
            Text(zh="".join(one.zh for one in more), en=" ".join(one.en for one in more)) if more else None,
            facts={"department": ""},
            source="atlas",
        )
    )


def step_goals(given: Given, scenario: str, goals: set[str]) -> list[str]:
    """Returns the goals that the chosen steps of a scenario work for: its money drivers, or else the plan's value."""
    levels = [one["level"] for one in given.steps if one["scenario"] == scenario]
    drivers = [effect.driver for level in levels for effect in effects_of(given.manifests[scenario], level)]
    named = [f"goal.driver.{driver}" for driver in dict.fromkeys(drivers)]
    return [goal for goal in named if goal in goals] or ["goal.value"]


def _clause(clause: str) -> str:
    return f"guide:{clause}"
