"""What the content as a whole must hold: nothing untranslated, no number without a source, no table without a use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from tujing.atlas.coverage import passages
from tujing.atlas.loader import Atlas
from tujing.atlas.manifest import Duration, Manifest, Provenance, Range, Skill
from tujing.atlas.scenes import IndustryMap
from tujing.elements.definition import Element
from tujing.problems import Problem
from tujing.words import Text

CHINESE = re.compile(r"[\u4e00-\u9fff]")
OPENING = {")": "(", "]": "["}


@dataclass(frozen=True)
class Audit:
    """Counts over the whole content, and what is wrong with it."""

    elements: int
    scenes: int
    numbers_without_source: int
    untranslated: int
    imported: tuple[str, ...]
    """Elements that scenarios read and none writes: they come from the enterprise's own systems."""
    problems: tuple[Problem, ...]


def audit(atlas: Atlas, elements: Mapping[str, Element], maps: Mapping[str, IndustryMap]) -> Audit:
    """Looks at all manifests, data elements and industry maps together."""
    manifests = atlas.manifests
    reads = {need.element for one in manifests.values() for need in one.data_elements.reads}
    writes = {need.element for one in manifests.values() for need in one.data_elements.writes}
    loose = {name: [text for text in texts(one) if not translated(text)] for name, one in manifests.items()}
    loose |= {name: [text for text in texts(one) if not translated(text)] for name, one in elements.items()}
    loose |= {name: [text for text in _map_texts(one) if not translated(text)] for name, one in maps.items()}
    bare = {name: sourceless(one) for name, one in manifests.items()}
    problems = [
        *(_problem("unused_element", name, "没有场景读写这张表。", "No scenario reads or writes this table.")
          for name in elements if name not in reads | writes),
        *(_problem("untranslated", name, f"缺译文：{text.zh}", f"Not translated: {text.zh}")
          for name, found in loose.items() for text in found),
        *(_problem("number_without_source", name, f"{count} 个数没有出处。", f"{count} numbers have no source.")
          for name, count in bare.items() if count),
        *(_problem("bad_formula", f"{name}.{kpi}", "公式括号不配对。", "The formula's brackets do not match.")
          for name, one in manifests.items() for kpi in unbalanced(one)),
        *(_problem("uncovered_passage", one.clause, f"没有场景实现：{'、'.join(one.missing)}",
                   f"No scenario realises {', '.join(one.missing)}.")
          for one in passages(atlas) if not one.covered),
    ]  # fmt: skip
    return Audit(
        len(elements),
        sum(len(one.scenes) for one in maps.values()),
        sum(bare.values()),
        sum(len(found) for found in loose.values()),
        tuple(sorted(reads - writes)),
        tuple(problems),
    )


def texts(value: Any) -> Iterator[Text]:
    """Yields every wording inside a model."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each)


def translated(text: Text) -> bool:
    """Whether a wording has both languages, each in its own script; a code or a number may stand in both."""
    if not text.zh.strip() or not text.en.strip() or CHINESE.search(text.en):
        return False
    return bool(CHINESE.search(text.zh)) or text.zh == text.en


def sourceless(manifest: Manifest) -> int:
    """Returns how many ranges, durations and person-days have no provenance."""
    return sum(not any(isinstance(each, Provenance) for each in _fields(one)) for one in _figures(manifest))


def unbalanced(manifest: Manifest) -> list[str]:
    """Returns the KPIs whose formula has brackets that do not match."""
    return [kpi.id for kpi in manifest.kpis if not _balanced(kpi.formula)]


def _figures(manifest: Manifest) -> Iterator[BaseModel]:
    for one in (*manifest.effects, *manifest.costs, *manifest.durations, *manifest.skills):
        if isinstance(one, Duration | Skill) or any(isinstance(each, Range) for each in _fields(one)):
            yield one


def _fields(one: BaseModel) -> Iterable[Any]:
    return (getattr(one, name) for name in type(one).model_fields)


def _balanced(formula: str) -> bool:
    open_brackets: list[str] = []
    for letter in formula:
        if letter in OPENING.values():
            open_brackets.append(letter)
        elif letter in OPENING and (not open_brackets or open_brackets.pop() != OPENING[letter]):
            return False
    return not open_brackets


def _map_texts(one: IndustryMap) -> Iterator[Text]:
    yield one.title
    yield from one.links.values()
    for scene in one.scenes:
        yield scene.name
        yield from (realised.reason for realised in scene.realised_by)


def _problem(code: str, key: str, zh: str, en: str) -> Problem:
    return Problem(code, Text(zh=zh, en=en), key=key)
