"""The stage gates of a project and the milestones that close them, by level, generated from the scenario's manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from tujing.atlas.manifest import Entry, Manifest, Status
from tujing.delivery.acceptance import KINDS, Check, in_words, needs_a_run, read_check
from tujing.delivery.breakdown import Level, templates
from tujing.problems import check_model, read_yaml
from tujing.words import Text

FILE = Path(__file__).parent / "gates.yaml"


class DefaultMilestone(Entry):
    gate: str
    levels: tuple[Level, ...]
    check: dict[str, Any]
    """A check; one on tables speaks of those that the manifest requires, one on a KPI of its headline."""


class Gates(Entry):
    source: str = Field(min_length=3)
    status: Status
    unproven: float = Field(ge=0, le=1)
    gates: dict[str, Text]
    milestones: tuple[DefaultMilestone, ...]

    @model_validator(mode="after")
    def _names_known(self) -> Self:
        leads_there = {task.gate for task in templates().tasks if task.gate}
        for one in self.milestones:
            if one.gate not in self.gates or one.gate not in leads_there or one.check.get("kind") not in KINDS:
                raise ValueError(f"milestone {one.gate}/{one.check.get('kind')} names no gate, no task or no check")
        return self


@dataclass(frozen=True)
class Declared:
    """A milestone to be: the gate it belongs to and the check that closes it."""

    gate: str
    name: Text
    check: Check
    criterion: Text
    """The check in words."""


@cache
def gates() -> Gates:
    """Reads the gates shipped with the package.

    Raises
    ------
    BadInput
        When the file breaks the schema.
    """
    return check_model(Gates, read_yaml(FILE), FILE)


def declare(manifest: Manifest, level: int, is_runnable: bool) -> tuple[Declared, ...]:
    """Returns the milestones of raising a scenario to a level, in the order of the gates.

    A scenario that Tujing cannot run yet is brought in with other software: its results come by import, and its KPIs
    are judged by the evaluation.
    """
    declared = []
    for one in gates().milestones:
        if level not in one.levels:
            continue
        check = read_check(_filled(one.check, manifest), FILE, manifest)
        if is_runnable or not (needs_a_run(check) or check.kind == "kpi_target"):
            declared.append(Declared(one.gate, KINDS[check.kind], check, in_words(check, manifest)))
    return tuple(declared)


def _filled(check: Mapping[str, Any], manifest: Manifest) -> dict[str, Any]:
    filled = dict(check)
    if check["kind"] == "element_quality":
        required = [need.element for need in manifest.data_elements.reads if need.required]
        filled.setdefault("elements", required or [need.element for need in manifest.data_elements.reads])
    if check["kind"] == "kpi_target":
        filled.setdefault("kpi", manifest.kpis[0].id)
    return filled
