"""Why and what: drivers, the goals they motivate, and the requirements that each chosen step brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, cast

from tujing.adoption.readiness import FILLED_ENOUGH, VALID_ENOUGH
from tujing.atlas.manifest import DataNeed, Driver, Effect, Manifest
from tujing.blueprint.content import RequirementKind, content
from tujing.blueprint.given import Given
from tujing.blueprint.model import Builder, Element
from tujing.blueprint.standards import cited
from tujing.elements.definition import Grade, element
from tujing.planning.reasons import wan, yuan
from tujing.planning.value import better
from tujing.words import Text

GRADES: dict[Grade, Text] = {
    "general": Text(zh="一般数据", en="general data"),
    "important": Text(zh="重要数据", en="important data"),
    "core": Text(zh="核心数据", en="core data"),
}
ORDER: tuple[Grade, ...] = ("general", "important", "core")


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
    way = (given.diagnosis or {}).get("next_level")
    if given.diagnosis and way:
        now, then = given.diagnosis["level_name"], way["name"]
        builder.add(
            Element(
                "goal.level",
                "goal",
                Text(zh=f"数字化水平达到{then['zh']}", en=f"Digital level: {then['en']}"),
                Text(
                    zh=f"由{now['zh']}（{given.diagnosis['level']} 级）提升到{then['zh']}（{way['level']} 级）。",
                    en=f"From {now['en']} (level {given.diagnosis['level']}) to {then['en']} (level {way['level']}).",
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
    if "goal.level" in goals:
        builder.relate("motivates", _level_gap(builder, cast(Mapping[str, Any], given.diagnosis)), "goal.level")
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


def add_requirements(builder: Builder, given: Given, goals: set[str]) -> None:
    """Adds what every chosen step demands, with the goals served and the scenario that meets it."""
    wanted = _level_items(given)
    for project in given.steps:
        manifest, level = given.manifests[project["scenario"]], project["level"]
        scenario = f"scenario.{manifest.id}"
        for need in (function := _function(manifest, level), *_effects(manifest, level)):
            builder.add(need)
            builder.relate("meets", scenario, need.id)
        for goal in (*step_goals(given, manifest.id, goals), "goal.vision"):
            builder.relate("serves", function.id, goal)
        for effect in _effects(manifest, level):
            goal = f"goal.driver.{effect.facts['driver']}"
            builder.relate("serves", effect.id, goal if goal in goals else "goal.value")
            builder.relate("serves", effect.id, "goal.value")
        if "goal.level" in goals and any(wanted.get(item, 5) <= level for item in manifest.maps.sme_2024):
            builder.relate("serves", function.id, "goal.level")
        for need, goal in _common(manifest):
            builder.add(need)
            builder.relate("meets", scenario, need.id)
            builder.relate("serves", need.id, goal)
    if "goal.level" in goals:
        for need in _level_changes(given):
            builder.add(need)
            builder.relate("serves", need.id, "goal.level")


def _function(manifest: Manifest, level: int) -> Element:
    return Element(
        f"requirement.{manifest.id}@{level}.function",
        "requirement",
        Text(zh=f"{manifest.name.zh}达到 {level} 级", en=f"{manifest.name.en} at level {level}"),
        manifest.ladder[level],
        facts=_facts("function", manifest, level),
        source="atlas",
    )


def _effects(manifest: Manifest, level: int) -> list[Element]:
    return [_effect(manifest, effect) for effect in effects_of(manifest, level)]


def _effect(manifest: Manifest, effect: Effect) -> Element:
    label, sign = driver_name(effect.driver), better(effect.driver)
    kpi = next(one for one in manifest.kpis if one.id == effect.kpi)
    low, high = sorted((sign * effect.change.low, sign * effect.change.high))
    mode = sign * effect.change.mode
    up = better(effect.driver) > 0
    return Element(
        f"requirement.{manifest.id}@{effect.level}.effect.{effect.driver}.{effect.kpi}",
        "requirement",
        Text(
            zh=f"{manifest.name.zh} {effect.level} 级：{'提高' if up else '降低'}{label.zh}",
            en=f"{manifest.name.en} level {effect.level}: {'raise' if up else 'lower'} {label.en.lower()}",
        ),
        Text(
            zh=f"较上一等级{'提高' if up else '降低'} {low:.1%}–{high:.1%}，最可能 {mode:.1%}；以“{kpi.name.zh}”衡量。",
            en=f"{'Up' if up else 'Down'} by {low:.1%}–{high:.1%} on the level before, likeliest {mode:.1%}; "
            f"watched by the KPI {kpi.name.en.lower()}.",
        ),
        facts={
            **_facts("effect", manifest, effect.level),
            "driver": effect.driver,
            "kpi": effect.kpi,
            "mode": mode,
            "status": str(effect.provenance.status),
        },
        source=effect.provenance.source,
    )


def _common(manifest: Manifest) -> Iterable[tuple[Element, str]]:
    """What every level of a scenario demands, each with the goal it serves."""
    for need in manifest.data_elements.reads:
        if need.required:
            yield _data(manifest, need), "goal.data"
    for need in manifest.data_elements.writes:
        yield _output(manifest, need), "goal.data"
    yield _security(manifest), "goal.compliance"
    for standard in cited(manifest):
        yield (
            Element(
                f"requirement.{manifest.id}.standard.{standard.number.zh}",
                "requirement",
                Text(
                    zh=f"{manifest.name.zh}符合 {standard.number.zh}",
                    en=f"{manifest.name.en} conforms to {standard.number.en}",
                ),
                standard.title,
                facts=_facts("standard", manifest),
                source="atlas",
            ),
            "goal.compliance",
        )


def _data(manifest: Manifest, need: DataNeed) -> Element:
    table = element(need.element)
    named = [table.columns[name].label for name in need.columns]
    zh = f"必填列填充率不低于 {FILLED_ENOUGH:.0%}"
    en = f"Required columns at least {FILLED_ENOUGH:.0%} filled"
    if named:
        zh += f"，{'、'.join(one.zh for one in named)}不低于 {need.filled:.0%}"
        en += f", {', '.join(one.en.lower() for one in named)} at least {need.filled:.0%}"
    zh += f"；主键不重复；不少于 {VALID_ENOUGH:.0%} 的行通过引用与取值校验。用途：{need.purpose.zh}。"
    en += f"; keys unique; at least {VALID_ENOUGH:.0%} of rows pass their checks. For: {need.purpose.en}."
    return Element(
        f"requirement.{manifest.id}.data.{need.element}",
        "requirement",
        Text(
            zh=f"{manifest.name.zh}：{table.label.zh}数据达标",
            en=f"{manifest.name.en}: {table.label.en.lower()} data good enough",
        ),
        Text(zh=zh, en=en),
        facts={**_facts("data", manifest), "element": need.element},
        source="atlas",
    )


def _output(manifest: Manifest, need: DataNeed) -> Element:
    table = element(need.element)
    return Element(
        f"requirement.{manifest.id}.output.{need.element}",
        "requirement",
        Text(
            zh=f"{manifest.name.zh}：产出{table.label.zh}",
            en=f"{manifest.name.en}: writes {table.label.en.lower()}",
        ),
        Text(
            zh=f"结果写入数据空间，供其他场景使用：{need.purpose.zh}。",
            en=f"Results go into the data space for other scenarios: {need.purpose.en}.",
        ),
        facts={**_facts("output", manifest), "element": need.element},
        source="atlas",
    )


def _security(manifest: Manifest) -> Element:
    needs = (*manifest.data_elements.reads, *manifest.data_elements.writes)
    grades: list[Grade] = ["general", *(element(need.element).grade for need in needs)]
    grade = max(grades, key=ORDER.index)
    words = GRADES[grade]
    return Element(
        f"requirement.{manifest.id}.security",
        "requirement",
        Text(
            zh=f"{manifest.name.zh}：按{words.zh}保护",
            en=f"{manifest.name.en}: protected as {words.en}",
        ),
        Text(
            zh=f"所读写数据的最高级别为{words.zh}；明确责任人、访问权限、日志留存与备份恢复，按级别履行备案与评估义务。",
            en=f"The highest grade of the data read and written is {words.en}; owner, rights, logs, backup and restore "
            "are settled, and the duties of that grade are met.",
        ),
        facts={**_facts("security", manifest), "grade": grade},
        source="GB/T 43697",
    )


def _level_items(given: Given) -> dict[str, int]:
    """Items of the instrument that the cheapest way to the next level raises → the level to reach."""
    way = (given.diagnosis or {}).get("next_level") or {"changes": []}
    return {one["question"]: int(one["value"]) for one in way["changes"] if one["kind"] == "scenario"}


def _level_changes(given: Given) -> Iterable[Element]:
    """What the next level asks for that no chosen step brings."""
    planned: dict[str, int] = {}
    for project in given.steps:
        for item in given.manifests[project["scenario"]].maps.sme_2024:
            planned[item] = max(project["level"], planned.get(item, 0))
    way = (given.diagnosis or {}).get("next_level") or {"changes": []}
    for one in way["changes"]:
        if one["kind"] == "scenario" and planned.get(one["question"], 0) >= int(one["value"]):
            continue
        yield Element(
            f"requirement.level.{one['question']}.{one['value']}",
            "requirement",
            Text(
                zh=f"{one['label']['zh']}：{one['after']['zh']}",
                en=f"{one['label']['en']}: {one['after']['en']}",
            ),
            Text(zh=f"今天：{one['before']['zh']}。", en=f"Today: {one['before']['en']}."),
            facts={"requirement": "level", "scenario": "", "item": one["question"]},
            source=(given.diagnosis or {})["instrument"]["id"],
        )


def _facts(kind: RequirementKind, manifest: Manifest, level: int | None = None) -> dict[str, str | int | float | None]:
    return {"requirement": kind, "scenario": manifest.id, "level": level}


def _clause(clause: str) -> str:
    return f"guide:{clause}"
