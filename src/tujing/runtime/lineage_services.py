"""Where a table came from and what was computed from it: imports, runs, and the versions that each run read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tujing.atlas.impact import Impact, impact
from tujing.atlas.loader import atlas
from tujing.dataspace.models import TableVersion
from tujing.elements.definition import element as element_named
from tujing.enterprise.models import Organisation
from tujing.runtime.models import Run

RECENT = 200


@dataclass(frozen=True)
class Origin:
    """What made one version."""

    kind: Literal["import", "run", "restore"]
    version: int
    rows: int
    source: str
    """File name; version number restored; the scenario's id for a run."""
    run: int | None
    by: str
    when: datetime
    active: bool


@dataclass(frozen=True)
class Reading:
    """A run that read the element."""

    run: int
    scenario: str
    version: int
    status: str
    when: datetime


@dataclass(frozen=True)
class Lineage:
    element: str
    origins: list[Origin]
    """Newest first."""
    readings: list[Reading]
    """Newest first, among the organisation's last RECENT runs."""
    impact: Impact


def lineage(organisation: Organisation, element: str, most: int = 20) -> Lineage:
    """Returns what wrote an element's table, what read it, and what depends on it.

    Raises
    ------
    BadInput
        When there is no such element.
    """
    name = element_named(element).name
    versions = list(TableVersion.objects.filter(organisation=organisation, element=name)[:most])
    numbers = {one.pk: int(one.source[4:]) for one in versions if one.source.startswith("run:")}
    runs = Run.objects.filter(organisation=organisation)
    scenarios = dict(runs.filter(pk__in=numbers.values()).values_list("pk", "scenario"))
    recent = runs.order_by("-created").values("pk", "scenario", "status", "input_versions", "created")[:RECENT]
    return Lineage(
        name,
        [_origin(one, numbers.get(one.pk), scenarios) for one in versions],
        [
            Reading(row["pk"], row["scenario"], row["input_versions"][name], row["status"], row["created"])
            for row in recent
            if name in row["input_versions"]
        ],
        impact(atlas().manifests, name),
    )


def _origin(version: TableVersion, run: int | None, scenarios: dict[int, str]) -> Origin:
    kind: Literal["import", "run", "restore"] = "import"
    source = version.source
    if run is not None:
        kind, source = "run", scenarios.get(run, version.source)
    elif version.mode == "restore":
        kind, source = "restore", version.source.partition(":")[2]
    return Origin(
        kind, version.number, version.rows, source, run if run in scenarios else None, version.created_by,
        version.created, version.active,
    )  # fmt: skip
