"""The model as SysML v2 text (OMG, Systems Modeling Language 2.0, textual notation).

One package for each kind: drivers are concerns, goals and requirements are requirements, what is built is parts and
items, tasks are actions, acceptances are verification cases. Names are quoted, as Chinese ones must be, and begin with
the element's code, so that they are unique; the code is the short name too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tujing.blueprint.content import content
from tujing.blueprint.model import KINDS, Element, Kind, Model, RelationKind
from tujing.words import Text


@dataclass(frozen=True)
class _Form:
    """How a kind is written: the keyword of its usages, its package and its definition."""

    keyword: str
    package: str
    definition: str


FORMS: Mapping[Kind, _Form] = {
    "driver": _Form("concern", "Drivers", "Driver"),
    "goal": _Form("requirement", "Goals", "Goal"),
    "requirement": _Form("requirement", "Requirements", "Demand"),
    "scenario": _Form("part", "Scenarios", "Scenario"),
    "capability": _Form("part", "Capabilities", "Capability"),
    "data": _Form("item", "Data", "DataElement"),
    "model": _Form("part", "Models", "KnowledgeModel"),
    "application": _Form("part", "Applications", "Application"),
    "infrastructure": _Form("part", "Infrastructure", "Infrastructure"),
    "role": _Form("part", "Roles", "Role"),
    "standard": _Form("requirement", "Standards", "Standard"),
    "phase": _Form("action", "Phases", "Phase"),
    "task": _Form("action", "Tasks", "Task"),
    "acceptance": _Form("verification", "Acceptances", "Acceptance"),
}

SATISFIES: tuple[RelationKind, ...] = ("meets",)
VERIFIES: tuple[RelationKind, ...] = ("verifies",)


def sysml(model: Model, title: Text, language: str) -> str:
    """Returns the text in one language, ending in a line break; the same for the same model."""
    lines = [f"package {_quoted(title[language])} {{"]
    lines += _indented(_doc(title[language]))
    for kind in KINDS:
        lines += _indented(_package(model, kind, language))
    lines += _indented(_traces(model, language))
    return "\n".join([*lines, "}", ""])


def _package(model: Model, kind: Kind, language: str) -> Iterator[str]:
    form = FORMS[kind]
    yield f"package {form.package} {{"
    if kind == "acceptance":
        yield f"    private import {FORMS['requirement'].package}::*;"
    yield f"    {form.keyword} def {form.definition} {{"
    yield from _indented(_indented(_doc(content().kinds[kind][language])))
    yield "    }"
    for one in model.of(kind):
        yield from _indented(_usage(model, one, language))
    yield "}"


def _usage(model: Model, one: Element, language: str) -> Iterator[str]:
    form = FORMS[one.kind]
    yield f"{form.keyword} <{one.code}> {name_of(one, language)} : {form.definition} {{"
    yield from _indented(_doc((one.text or one.name)[language]))
    for key, value in one.facts.items():
        if value is not None and value != "":
            yield f"    attribute {_quoted(key)} = {_literal(value)};"
    verified = model.targets(one.id, "verifies")
    if verified:
        yield "    objective {"
        yield from (f"        verify {name_of(need, language)};" for need in verified)
        yield "    }"
    yield "}"


def _traces(model: Model, language: str) -> Iterator[str]:
    """Every relation but verification, which stands in the acceptance's objective."""
    yield "package Traces {"
    yield from (f"    private import {form.package}::*;" for form in FORMS.values())
    for one in model.relations:
        source, target = (name_of(model.by_id[end], language) for end in (one.source, one.target))
        if one.kind in SATISFIES:
            yield f"    satisfy {target} by {source};"
        elif one.kind not in VERIFIES:
            yield f"    dependency from {source} to {target};  // {one.kind}"
    yield "}"


def name_of(one: Element, language: str) -> str:
    """Returns the quoted name by which an element goes in the text."""
    return _quoted(f"{one.code} {one.name[language]}")


def _quoted(words: str) -> str:
    """An unrestricted name: quotes and backslashes escaped, no line breaks."""
    plain = " ".join(words.split())
    return "'" + plain.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _doc(words: str) -> Iterator[str]:
    plain = " ".join(words.split()).replace("*/", "* /")
    yield f"doc /* {plain} */"


def _literal(value: str | int | float | bool | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.6f}"
    return '"' + " ".join(str(value).split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)
