"""What each chosen step demands: its level, its effects, its data, its results, standards and the grade of its data."""

from __future__ import annotations

from collections.abc import Iterable

from tujing.adoption.readiness import FILLED_ENOUGH, VALID_ENOUGH
from tujing.atlas.manifest import DataNeed, Effect, Manifest
from tujing.blueprint.content import RequirementKind
from tujing.blueprint.given import Given, step_id
from tujing.blueprint.model import Builder, Element
from tujing.blueprint.motivation import driver_name, effects_of, step_goals
from tujing.blueprint.standards import cited
from tujing.elements.definition import Grade, element
from tujing.planning.value import better
from tujing.words import Text

GRADES: dict[Grade, Text] = {
    "general": Text(zh="一般数据", en="general data"),
    "important": Text(zh="重要数据", en="important data"),
    "core": Text(zh="核心数据", en="core data"),
}
ORDER: tuple[Grade, ...] = ("general", "important", "core")


def add_requirements(builder: Builder, given: Given, goals: set[str]) -> None:
    """Adds what every chosen step demands, with the goals served and the scenario that meets it."""
    to_level = _steps_to_level(given)
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
        if "goal.level" in goals and step_id(project) in to_level:
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


def _steps_to_level(given: Given) -> set[str]:
    """Chosen steps (`scenario@level`) on which the level aimed at rests: those that the plan's target names, or else
    those on the cheapest way to the next level."""
    target = given.plan.get("target")
    if target:
        return {step for item in target.get("items") or () for step in item["by"]}
    way = (given.diagnosis or {}).get("next_level") or {"changes": []}
    wanted = {one["question"]: int(one["value"]) for one in way["changes"] if one["kind"] == "scenario"}
    return {
        step_id(one)
        for one in given.steps
        if any(wanted.get(item, 5) <= one["level"] for item in given.manifests[one["scenario"]].maps.sme_2024)
    }


def _level_changes(given: Given) -> Iterable[Element]:
    """What the level asks for that no chosen step brings. A plan that reaches its target has its own measures for it;
    else they are the changes of the cheapest way to the next level that no step makes."""
    target = given.plan.get("target") or {}
    taken = {one["id"]: one for one in target.get("measures") or ()}
    if target.get("met"):
        changes = [(name, {**one, "question": name.partition(".")[0]}) for name, one in taken.items()]
    else:
        planned: dict[str, int] = {}
        for project in given.steps:
            for item in given.manifests[project["scenario"]].maps.sme_2024:
                planned[item] = max(project["level"], planned.get(item, 0))
        way = (given.diagnosis or {}).get("next_level") or {"changes": []}
        changes = [
            (f"{one['question']}.{one['value']}", one)
            for one in way["changes"]
            if not (one["kind"] == "scenario" and planned.get(one["question"], 0) >= int(one["value"]))
        ]
    rows = given.plan["budget"]
    for name, one in changes:
        yield Element(
            f"requirement.level.{name}",
            "requirement",
            Text(
                zh=f"{one['label']['zh']}：{one['after']['zh']}",
                en=f"{one['label']['en']}: {one['after']['en']}",
            ),
            Text(zh=f"今天：{one['before']['zh']}。", en=f"Today: {one['before']['en']}."),
            facts={
                "requirement": "level",
                "scenario": "",
                "item": one["question"],
                "planned": rows[taken[name]["start_quarter"]]["start"] if name in taken else None,
            },
            source=(given.diagnosis or {})["instrument"]["id"],
        )


def _facts(kind: RequirementKind, manifest: Manifest, level: int | None = None) -> dict[str, str | int | float | None]:
    return {"requirement": kind, "scenario": manifest.id, "level": level}
