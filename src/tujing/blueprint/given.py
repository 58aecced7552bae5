"""What a blueprint is built from: plain documents and manifests, read elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tujing.atlas.manifest import Manifest
from tujing.words import Text


@dataclass(frozen=True)
class Enterprise:
    """Who the plan is for, with the guide's track (四、强化分类推进) that it falls on."""

    name: Mapping[str, str]
    size: Text
    tier: Text
    track: Text
    step: str
    """chain | whole | complex_scenarios | key_scenarios | cloud_first."""
    clause: str
    focus: Text
    industry: Text | None = None
    staff: int | None = None
    revenue: float | None = None
    """Yuan a year."""


@dataclass(frozen=True)
class Pain:
    """A pain point that people named, tied to the scenarios that they chose."""

    id: str
    words: Text
    department: str
    scenarios: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """An acceptance check that a project's milestone runs."""

    kind: str
    name: Text
    due: date
    words: Text | None = None
    kpi: str = ""
    """The KPI that it judges, where it judges one."""


@dataclass(frozen=True)
class Subtask:
    """One piece of a project's work breakdown."""

    code: str
    name: Text
    stage: Text
    role: Text | None
    start: date
    end: date
    cost: float | None = None
    person_days: float | None = None


@dataclass(frozen=True)
class Work:
    """How one chosen step is carried out and accepted."""

    subtasks: tuple[Subtask, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Given:
    """Everything the model and its files rest on."""

    enterprise: Enterprise
    plan: Mapping[str, Any]
    """As `planning.document.plan_document` returns it."""
    diagnosis: Mapping[str, Any] | None
    """As `diagnosis.services.summary` returns it; None when nothing was assessed."""
    pains: tuple[Pain, ...]
    manifests: Mapping[str, Manifest]
    runnable: frozenset[str]
    work: Mapping[str, Work]
    """`scenario@level` → its work, for every chosen step."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Data element → rows that the enterprise holds today."""
    made: date | None = None
    """The day on which the plan was made."""

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        """The plan's projects in the order of their starts."""
        return sorted(self.plan["projects"], key=lambda one: (one["start"], one["scenario"], one["level"]))


def step_id(project: Mapping[str, Any]) -> str:
    return f"{project['scenario']}@{project['level']}"
