"""Facts and plans that several tests of this room share."""

from __future__ import annotations

from datetime import date

from tujing.atlas.loader import manifest
from tujing.dataspace.facts import ElementFacts
from tujing.delivery.services import Project
from tujing.elements.definition import element

SCENARIO = "production/scheduling"
PROJECTS = [
    Project(SCENARIO, 3, date(2026, 4, 1), date(2026, 9, 30), cost=320_000.0, person_days=85.0),
    Project(SCENARIO, 2, date(2026, 1, 1), date(2026, 3, 31), cost=120_000.0, person_days=85.0),
]


def full(name: str) -> ElementFacts:
    """A table with nothing amiss."""
    return ElementFacts(
        element=name,
        rows=10,
        first=None,
        last=None,
        span_days=0,
        freshness_days=None,
        completeness=dict.fromkeys(element(name).columns, 1.0),
        uniqueness=1.0,
        validity=1.0,
    )


def all_facts() -> dict[str, ElementFacts]:
    needs = manifest(SCENARIO).data_elements
    return {need.element: full(need.element) for need in (*needs.reads, *needs.writes)}
