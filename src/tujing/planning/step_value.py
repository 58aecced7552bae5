"""One step on its own: its ways side by side, what each costs by class, and its value opened down to its leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tujing.atlas.manifest import Driver, Manifest, SizeClass
from tujing.planning.candidates import Candidate, effects_of, step_id
from tujing.planning.cashflow import Horizon, Portfolio, horizon_of
from tujing.planning.options import CostOption, cost_options
from tujing.planning.own_figures import PlanFigures
from tujing.planning.returns import internal_rate, payback, trough
from tujing.planning.uncertainty import Normal, Triangular
from tujing.planning.value import DRIVERS, Baseline, worth
from tujing.planning.value_tree import open_plan, open_value


def open_step(
    manifest: Manifest,
    level: int,
    size: SizeClass,
    baseline: Baseline,
    beliefs: Mapping[tuple[str, int, str], Normal],
    figures: PlanFigures,
    staff: int | None,
    quarters: int,
) -> dict[str, Any]:
    """Returns the step as plain JSON: `options` (started at once, alone, at the means) and `value_tree` of buying it.

    Where a driver's baseline is missing, the value of every way is None and `withheld` says why.
    """
    given = figures.assumptions
    horizon = horizon_of(quarters, given)
    prices = {
        driver: amount
        for driver in DRIVERS
        if (amount := worth(driver, baseline, given.cost_of_capital.value)) is not None
    }
    known = {
        "cost_of_capital": given.cost_of_capital.value,
        "days_a_year": 4 * given.working_days.value,
        "staff": float(staff) if staff else None,
    }
    ways = cost_options(manifest, level, size, given, figures.options)
    candidates = [_candidate(manifest, level, way, beliefs) for way in ways]
    document: dict[str, Any] = {
        "step": step_id(manifest.id, level),
        "name": manifest.name.as_dict(),
        "options": [
            {**_cost(way, figures), **_alone(one, prices, horizon)} for way, one in zip(ways, candidates, strict=True)
        ],
    }
    if not candidates:
        return document
    missing = [effect for effect in candidates[0].effects if effect.driver not in prices]
    trees = [open_value(candidates[0].id, effect, baseline, known) for effect in missing]
    document["withheld"] = [
        {"driver": effect.driver, "why": why.as_dict()}
        for effect, tree in zip(missing, trees, strict=True)
        if (why := tree.nodes[tree.root].withheld)
    ]
    if not missing:
        tree = open_plan(Portfolio([(candidates[0], 0)], prices, horizon), baseline, known)
        document["value_tree"] = tree.as_dict()
    return document


def _candidate(
    manifest: Manifest, level: int, way: CostOption, beliefs: Mapping[tuple[str, int, str], Normal]
) -> Candidate:
    return Candidate(
        scenario=manifest.id,
        name=manifest.name,
        level=level,
        quarters=way.quarters,
        one_off=way.one_off,
        yearly=way.yearly,
        person_days=way.person_days,
        effects=tuple(effects_of(manifest, level, beliefs, way.effect_share)),
        after=(),
        ramp=way.ramp,
        option=way.id,
        owned=way.owned,
    )


def _cost(way: CostOption, figures: PlanFigures) -> dict[str, Any]:
    return {
        "id": way.id,
        "name": way.name.as_dict(),
        "quarters": way.quarters,
        "one_off": _range(way.one_off),
        "yearly": _range(way.yearly),
        "person_days": way.person_days,
        "effect_share": way.effect_share,
        "ramp": list(way.ramp),
        "lock_in": way.lock_in,
        "owned": way.owned,
        "parts": [
            {
                "id": name,
                "label": figures.options.classes[name].as_dict(),
                "one_off": _range(part.one_off),
                "yearly": _range(part.yearly),
            }
            for name, part in way.parts.items()
        ],
        "source": figures.options.options[way.id].source,
        "status": str(figures.options.options[way.id].status),
    }


def _alone(one: Candidate, prices: Mapping[Driver, float], horizon: Horizon) -> dict[str, Any]:
    """Returns what a way is worth when nothing else is done."""
    if any(effect.driver not in prices for effect in one.effects):
        return {"npv": None, "payback_quarters": None, "irr": None, "trough": None}
    portfolio = Portfolio([(one, 0)], prices, horizon)
    cash = portfolio.cash(portfolio.expected())
    back, rate = float(payback(cash)[0]), float(internal_rate(cash)[0])
    return {
        "npv": float(portfolio.present(cash)[0]),
        "payback_quarters": back if back != float("inf") else None,
        "irr": rate if abs(rate) < float("inf") else None,
        "trough": float(trough(cash).amount[0]),
    }


def _range(amount: Triangular) -> dict[str, float]:
    return {**asdict(amount), "mean": amount.mean}
