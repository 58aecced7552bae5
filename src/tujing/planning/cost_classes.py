"""A plan's cost by class: licences, subscriptions, hardware, integration, people, training, running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tujing.atlas.manifest import Manifest, SizeClass
from tujing.planning.cashflow import Portfolio
from tujing.planning.options import COST_CLASSES, CostClass, CostOption, cost_options
from tujing.planning.own_figures import PlanFigures
from tujing.words import Text


@dataclass(frozen=True)
class ClassCost:
    """Yuan once and yuan a year, at the means. `id` is None for the cost of steps whose manifest is not known."""

    id: CostClass | None
    label: Text
    one_off: float
    yearly: float


def by_cost_class(
    portfolio: Portfolio, manifests: Mapping[str, Manifest], size: SizeClass, figures: PlanFigures
) -> tuple[ClassCost, ...]:
    """Returns the cost by class, nought classes left out; over all of them it is the plan's.

    A step's own figures count (they may have been learned since); its option only says how they split.
    """
    once, each_year = dict.fromkeys(COST_CLASSES, 0.0), dict.fromkeys(COST_CLASSES, 0.0)
    rest = [0.0, 0.0]
    for one, _ in portfolio.projects:
        card = manifests.get(one.scenario)
        ways = cost_options(card, one.level, size, figures.assumptions, figures.options) if card else ()
        way = next((way for way in ways if way.id == (one.option or "buy")), None)
        if way is None:
            rest[0] += one.one_off.mean
            rest[1] += one.yearly.mean
            continue
        for name, (first, yearly) in _split(way).items():
            once[name] += first * one.one_off.mean
            each_year[name] += yearly * one.yearly.mean
    labels = figures.options.classes
    found = [
        ClassCost(name, labels[name], once[name], each_year[name])
        for name in COST_CLASSES
        if once[name] or each_year[name]
    ]
    if any(rest):
        found.append(ClassCost(None, Text(zh="未分类", en="Not split"), *rest))
    return tuple(found)


def _split(way: CostOption) -> dict[CostClass, tuple[float, float]]:
    """Returns each class's share of one-off and of yearly cost."""
    once, each_year = way.one_off.mean or 1.0, way.yearly.mean or 1.0
    return {name: (part.one_off.mean / once, part.yearly.mean / each_year) for name, part in way.parts.items()}
