"""What must hold of a manifest beyond its schema: alone, and together with the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter

from tujing.atlas.manifest import Manifest
from tujing.elements.definition import elements
from tujing.problems import Problem
from tujing.words import Text

Step = tuple[str, int]
"""A scenario and the level it reaches."""

LEVELS = (1, 2, 3, 4)
COLUMN = re.compile(r"\b([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\b")
EQUALS = re.compile(r"\b([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*) = ([a-z_]+(?: or [a-z_]+)*)")
INDUSTRY = re.compile(r"[A-T]\d{0,4}")
SME_SCENARIO = re.compile(r"S(0[1-9]|1[0-6])")
CMMM_SUBDOMAIN = re.compile(r"P[12]|T[1-3]|R[12]|M([1-9]|1[0-3])")


def holds_alone(manifest: Manifest, file: str) -> list[Problem]:
    """Returns what is wrong within one manifest."""
    return [*_names(manifest, file), *_doubles(manifest, file), *_gaps(manifest, file), *_maps(manifest, file)]


def holds_together(manifests: Mapping[str, Manifest], files: Mapping[str, str]) -> list[Problem]:
    """Returns what is wrong between manifests: prerequisites that do not exist or go round in a circle.

    `files` gives the files of the scenarios to judge; the others only stand around them.
    """
    problems = []
    for name, file in files.items():
        for number, needed in enumerate(manifests[name].prerequisites):
            if needed.scenario not in manifests:
                hint = _hint(needed.scenario, manifests)
                words = Text(
                    zh=f"先行场景 {needed.scenario} 不存在。{hint.zh}",
                    en=f"Prerequisite {needed.scenario} does not exist. {hint.en}",
                )
                key = f"prerequisites.{number}.scenario"
                problems.append(Problem("unknown_prerequisite", words, file=file, key=key))
    circle = find_circle(prerequisite_steps(manifests))
    judged = [scenario for scenario, _ in circle if scenario in files]
    if judged:
        chain = " → ".join(f"{scenario} {level}" for scenario, level in circle)
        words = Text(
            zh=f"先行条件绕成了一圈（{chain}），请去掉其中一条。",
            en=f"Prerequisites go round in a circle ({chain}); remove one of them.",
        )
        problems.append(Problem("prerequisite_circle", words, file=files[judged[0]], key="prerequisites"))
    return problems


def prerequisite_steps(manifests: Mapping[str, Manifest]) -> dict[Step, set[Step]]:
    """Returns what must be reached before each scenario and level: its own level below, and its prerequisites."""
    steps: dict[Step, set[Step]] = {}
    for name, manifest in manifests.items():
        for level in LEVELS:
            below = {(name, level - 1)} if level > 1 else set()
            needed = {(other.scenario, other.level) for other in manifest.prerequisites if level >= other.from_level}
            steps[name, level] = below | {step for step in needed if step[0] in manifests}
    return steps


def find_circle(steps: Mapping[Step, Iterable[Step]]) -> list[Step]:
    """Returns steps that need each other in a circle, first and last the same; empty when there is none."""
    try:
        TopologicalSorter(steps).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _names(manifest: Manifest, file: str) -> Iterator[Problem]:
    known = elements()
    for side, needs in (("reads", manifest.data_elements.reads), ("writes", manifest.data_elements.writes)):
        for number, need in enumerate(needs):
            key = f"data_elements.{side}.{number}"
            if need.element not in known:
                yield _unknown_element(need.element, file, f"{key}.element")
                continue
            for column in need.columns:
                if column not in known[need.element].columns:
                    yield _unknown_column(need.element, column, file, f"{key}.columns")
    for number, model in enumerate(manifest.knowledge_models):
        for side, names in (("inputs", model.inputs), ("outputs", model.outputs)):
            for name in names:
                table, _, column = name.partition(".")
                key = f"knowledge_models.{number}.{side}"
                if table not in known:
                    yield _unknown_element(table, file, key)
                elif column and column not in known[table].columns:
                    yield _unknown_column(table, column, file, key)
    for number, kpi in enumerate(manifest.kpis):
        for table, column in COLUMN.findall(kpi.formula):
            if table not in known:
                yield _unknown_element(table, file, f"kpis.{number}.formula")
            elif column not in known[table].columns:
                yield _unknown_column(table, column, file, f"kpis.{number}.formula")
        for table, column, values in EQUALS.findall(kpi.formula):
            if table in known and column in known[table].columns:
                allowed = known[table].columns[column].enum
                for value in values.split(" or "):
                    if allowed and value not in allowed:
                        yield _unknown_value(f"{table}.{column}", value, allowed, file, f"kpis.{number}.formula")


def _doubles(manifest: Manifest, file: str) -> Iterator[Problem]:
    named: tuple[tuple[str, list[object]], ...] = (
        ("kpis", [kpi.id for kpi in manifest.kpis]),
        ("costs", [(cost.level, cost.size) for cost in manifest.costs]),
        ("durations", [duration.level for duration in manifest.durations]),
        ("data_elements.reads", [need.element for need in manifest.data_elements.reads]),
        ("data_elements.writes", [need.element for need in manifest.data_elements.writes]),
    )
    for key, names in named:
        for number, name in enumerate(names):
            if name in names[:number]:
                shown = "、".join(map(str, name)) if isinstance(name, tuple) else str(name)
                words = Text(zh=f"{shown} 写了两次，请删去一个。", en=f"{shown} is given twice; remove one.")
                yield Problem("duplicate_entry", words, file=file, key=f"{key}.{number}", value=shown)


def _gaps(manifest: Manifest, file: str) -> Iterator[Problem]:
    """A level that brings something must say what it costs, for every size spoken of, and how long it takes."""
    priced = {(cost.level, cost.size) for cost in manifest.costs}
    timed = {duration.level for duration in manifest.durations}
    for level in sorted({effect.level for effect in manifest.effects}):
        for size in sorted({cost.size for cost in manifest.costs}):
            if (level, size) not in priced:
                words = Text(
                    zh=f"第 {level} 级有效果却没有 {size} 类企业的成本，请补上。",
                    en=f"Level {level} has effects but no cost for size {size}; add it.",
                )
                yield Problem("missing_cost", words, file=file, key="costs")
        if level not in timed:
            words = Text(
                zh=f"第 {level} 级有效果却没有工期，请补上。", en=f"Level {level} has effects but no duration; add it."
            )
            yield Problem("missing_duration", words, file=file, key="durations")


def _maps(manifest: Manifest, file: str) -> Iterator[Problem]:
    named = (
        ("industries", INDUSTRY, manifest.industries, "GB/T 4754"),
        ("maps.sme_2024", SME_SCENARIO, manifest.maps.sme_2024, "S01–S16"),
        ("maps.cmmm", CMMM_SUBDOMAIN, manifest.maps.cmmm, "GB/T 39116-2020"),
        ("maps.typical_2025", re.compile(r"[1-9]|[1-3]\d|40"), tuple(map(str, manifest.maps.typical_2025)), "1–40"),
    )
    for key, pattern, codes, scheme in named:
        for code in codes:
            if not pattern.fullmatch(code):
                words = Text(
                    zh=f"{code} 不是有效代码（{scheme}），请改正。", en=f"{code} is no code of {scheme}; correct it."
                )
                yield Problem("unknown_code", words, file=file, key=key, value=code)


def _unknown_element(name: str, file: str, key: str) -> Problem:
    hint = _hint(name, elements())
    words = Text(zh=f"没有名为 {name} 的数据要素。{hint.zh}", en=f"There is no data element {name}. {hint.en}")
    return Problem("unknown_element", words, file=file, key=key, value=name)


def _unknown_column(element: str, column: str, file: str, key: str) -> Problem:
    hint = _hint(column, elements()[element].columns)
    words = Text(
        zh=f"数据要素 {element} 没有 {column} 这一列。{hint.zh}", en=f"{element} has no column {column}. {hint.en}"
    )
    return Problem("unknown_column", words, file=file, key=key, value=column)


def _unknown_value(column: str, value: str, allowed: Iterable[str], file: str, key: str) -> Problem:
    words = Text(
        zh=f"{column} 没有取值 {value}，可用：{'、'.join(allowed)}。",
        en=f"{column} has no value {value}; there are: {', '.join(allowed)}.",
    )
    return Problem("unknown_value", words, file=file, key=key, value=value)


def _hint(name: str, known: Iterable[str]) -> Text:
    near = get_close_matches(name, list(known), n=1)
    if near:
        return Text(zh=f"是否指 {near[0]}？", en=f"Did you mean {near[0]}?")
    return Text(zh="请检查拼写。", en="Check the spelling.")
