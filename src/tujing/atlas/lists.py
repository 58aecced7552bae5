"""The four lists of the map as tables: data elements, knowledge models, tools, skills. One row an entry."""

from __future__ import annotations

from typing import Any

from tujing.atlas.loader import Atlas
from tujing.atlas.manifest import Manifest
from tujing.elements.definition import elements
from tujing.words import Text

Row = dict[str, Any]
"""Keys end in `_zh` or `_en` where a wording has two languages."""

LISTS = ("data_elements", "knowledge_models", "tools", "skills")


def four_lists(atlas: Atlas) -> dict[str, list[Row]]:
    """Returns the four lists of all scenarios, by list name, in the order of the scenarios' ids."""
    lists: dict[str, list[Row]] = {name: [] for name in LISTS}
    for manifest in atlas.manifests.values():
        lists["data_elements"] += _data_elements(manifest)
        lists["knowledge_models"] += _knowledge_models(manifest)
        lists["tools"] += _tools(manifest)
        lists["skills"] += _skills(manifest)
    return lists


def _data_elements(manifest: Manifest) -> list[Row]:
    rows = []
    for direction, needs in (("reads", manifest.data_elements.reads), ("writes", manifest.data_elements.writes)):
        for need in needs:
            element = elements()[need.element]
            rows.append(
                _scenario(manifest)
                | {"element": need.element}
                | _both("element_name", element.label)
                | {"direction": direction, "required": need.required, "columns": ", ".join(need.columns)}
                | {"grade": element.grade, "standard": element.standard}
                | _both("purpose", need.purpose)
            )
    return rows


def _knowledge_models(manifest: Manifest) -> list[Row]:
    return [
        _scenario(manifest)
        | _both("name", model.name)
        | {"kind": model.kind, "inputs": ", ".join(model.inputs), "outputs": ", ".join(model.outputs)}
        | _both("validity", model.validity)
        for model in manifest.knowledge_models
    ]


def _tools(manifest: Manifest) -> list[Row]:
    return [
        _scenario(manifest)
        | _both("name", tool.name)
        | {"software_class": tool.software_class, "interface": tool.interface, "deployment": tool.deployment}
        for tool in manifest.tools
    ]


def _skills(manifest: Manifest) -> list[Row]:
    return [
        _scenario(manifest)
        | _both("name", skill.name)
        | {"occupation": skill.occupation, "level": skill.level, "person_days": skill.person_days}
        | {"provenance": f"{skill.provenance.status}: {skill.provenance.source}" if skill.provenance else ""}
        for skill in manifest.skills
    ]


def _scenario(manifest: Manifest) -> Row:
    return {"scenario": manifest.id} | _both("scenario_name", manifest.name)


def _both(key: str, text: Text) -> Row:
    return {f"{key}_zh": text.zh, f"{key}_en": text.en}
