"""Runs of one scenario side by side: what went in differently, and what came out differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]

MOST_RUNS = 4
"""More columns than this nobody reads on one screen."""


@dataclass(frozen=True)
class Difference:
    """One parameter, input version or setting and what each run had; None where a run had none."""

    name: str
    values: tuple[Any, ...]

    @property
    def differs(self) -> bool:
        return any(value != self.values[0] for value in self.values[1:])


@dataclass(frozen=True)
class KpiAcross:
    """One KPI across the runs. `changes` are relative to the first run (0.1 is a tenth more), None where unknown."""

    kpi: str
    unit: str
    values: tuple[float | None, ...]
    changes: tuple[float | None, ...]


def parameters(documents: Sequence[Document]) -> list[Difference]:
    """Every parameter any of the runs had, in the first run's order."""
    return _across([document["run"]["parameters"] for document in documents])


def inputs(versions: Sequence[Mapping[str, int]]) -> list[Difference]:
    """The version of each data element that each run read."""
    return _across(versions)


def kpis(documents: Sequence[Document]) -> list[KpiAcross]:
    """Every KPI any of the runs told; a unit that changed between versions of the solution gives no change."""
    rows = []
    for name in _names([document["kpis"] for document in documents]):
        told = [document["kpis"].get(name) for document in documents]
        values = tuple(None if one is None else one["value"] for one in told)
        units = {one["unit"] for one in told if one is not None}
        comparable = len(units) == 1
        changes = tuple(_change(value, values[0]) if comparable else None for value in values)
        rows.append(KpiAcross(name, units.pop() if comparable else "", values, changes))
    return rows


def _change(value: float | None, first: float | None) -> float | None:
    return None if value is None or not first else (value - first) / abs(first)


def _across(given: Sequence[Mapping[str, Any]]) -> list[Difference]:
    return [Difference(name, tuple(one.get(name) for one in given)) for name in _names(given)]


def _names(given: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for one in given for name in one))
