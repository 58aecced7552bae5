"""What depends on a data element: the scenarios that read it, the KPIs reckoned from it, and all that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tujing.atlas.checks import COLUMN
from tujing.atlas.manifest import Manifest


@dataclass(frozen=True)
class Impact:
    """Scenario ids and element names; each in the order of the map."""

    writers: tuple[str, ...]
    readers: tuple[str, ...]
    required_by: tuple[str, ...]
    kpis: tuple[tuple[str, str], ...]
    """(scenario, KPI) whose formula names the element."""
    then_elements: tuple[str, ...]
    """Elements that the readers write, and those that the readers of these write, and so on."""
    then_scenarios: tuple[str, ...]
    """Scenarios reached only through those."""


def impact(manifests: Mapping[str, Manifest], element: str) -> Impact:
    """Returns what depends on a data element."""
    reads = {name: {need.element for need in one.data_elements.reads} for name, one in manifests.items()}
    writes = {name: [need.element for need in one.data_elements.writes] for name, one in manifests.items()}
    required = [
        name
        for name, one in manifests.items()
        if any(need.element == element and need.required for need in one.data_elements.reads)
    ]
    readers = [name for name, elements in reads.items() if element in elements]
    reached, tables, waiting = list(readers), list[str](), list(readers)
    while waiting:
        for made in writes[waiting.pop(0)]:
            if made == element or made in tables:
                continue
            tables.append(made)
            further = [name for name, elements in reads.items() if made in elements and name not in reached]
            reached += further
            waiting += further
    return Impact(
        writers=tuple(name for name, elements in writes.items() if element in elements),
        readers=tuple(readers),
        required_by=tuple(required),
        kpis=tuple(
            (name, kpi.id)
            for name, one in manifests.items()
            for kpi in one.kpis
            if any(table == element for table, _ in COLUMN.findall(kpi.formula))
        ),
        then_elements=tuple(tables),
        then_scenarios=tuple(name for name in reached if name not in readers),
    )
