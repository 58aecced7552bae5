"""What a chosen plan is worth, costs and risks: everything that is told of it in money, as plain JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tujing.planning import montecarlo
from tujing.planning.assumptions import Assumptions
from tujing.planning.cashflow import Portfolio
from tujing.planning.cost_classes import by_cost_class
from tujing.planning.montecarlo import Risk
from tujing.planning.returns import internal_rate, one_rate_only, trough
from tujing.planning.risk_register import Surroundings, register, told
from tujing.planning.tornado import tornado
from tujing.planning.value import Baseline
from tujing.planning.value_classes import by_class
from tujing.planning.value_split import npv_shares
from tujing.planning.value_tree import open_plan


def appraise(
    portfolio: Portfolio,
    baseline: Baseline,
    given: Assumptions,
    around: Surroundings | None = None,
    seed: int = 0,
    draws: int = 100_000,
) -> dict[str, Any]:
    """Returns `npv`, `risk`, `cash`, `tornado`, `value_tree` and each project's fair share of the value.

    With what is known around the plan also `value_classes`, `costs` and `risks`; the simulation is then made twice with
    the same draws, without the risks (`npv`, `risk`) and with them (`risk.with_events`).
    """
    expected = portfolio.expected()
    cash = portfolio.cash(expected)
    rates = given.effect_correlation.value, given.cost_correlation.value
    risk = montecarlo.simulate(portfolio, *rates, draws, seed, tail=given.tail.value)
    rate, deepest = float(internal_rate(cash)[0]), trough(cash)
    figures = {
        "cost_of_capital": given.cost_of_capital.value,
        "days_a_year": 4 * given.working_days.value,
        "staff": float(around.staff) if around and around.staff else None,
    }
    document: dict[str, Any] = {
        "npv": {"expected": float(portfolio.npv(expected)[0]), **_npv(risk)},
        "risk": {
            "draws": risk.draws,
            **_risk(risk),
            "histogram": {"edges": list(risk.edges), "counts": list(risk.counts)},
        },
        "cash": [float(amount) for amount in cash[0]],
        "left_over": portfolio.left_over(),
        "tornado": [{**asdict(bar), "label": bar.label.as_dict()} for bar in tornado(portfolio)]
        if portfolio.projects
        else [],
        "value_tree": open_plan(portfolio, baseline, figures).as_dict(),
        "shares": [
            {"scenario": one.scenario, "level": one.level, "npv": float(share)}
            for (one, _), share in zip(portfolio.projects, npv_shares(portfolio), strict=True)
        ],
    }
    document["risk"]["irr"] |= {
        "expected": rate if abs(rate) < float("inf") else None,
        "only_one": one_rate_only(cash),
    }
    document["risk"]["trough"] |= {"expected": float(deepest.amount[0]), "quarter_expected": int(deepest.quarter[0])}
    if around is None:
        return document
    risks = register(portfolio, around)
    struck = risk
    if risks:
        struck = montecarlo.simulate(portfolio, *rates, draws, seed, [one.event for one in risks], given.tail.value)
    document["risk"]["with_events"] = {**_npv(struck), **_risk(struck)}
    document["risks"] = told(risks, struck if risks else None)
    document["value_classes"] = [
        {
            "id": one.id,
            "group": one.group,
            "label": one.label.as_dict(),
            "group_label": one.group_label.as_dict(),
            "yearly": one.yearly,
            "present": one.present,
        }
        for one in by_class(portfolio, around.manifests)
    ]
    document["costs"] = [
        {"id": one.id, "label": one.label.as_dict(), "one_off": one.one_off, "yearly": one.yearly}
        for one in by_cost_class(portfolio, around.manifests, around.size, around.figures)
    ]
    return document


def _npv(risk: Risk) -> dict[str, float]:
    return {
        "mean": risk.mean,
        "standard_deviation": risk.standard_deviation,
        "p10": risk.p10,
        "p50": risk.p50,
        "p90": risk.p90,
    }


def _risk(risk: Risk) -> dict[str, Any]:
    return {
        "loss_probability": risk.loss,
        "payback_quarters": risk.payback,
        "cvar": risk.cvar,
        "tail": risk.tail,
        "irr": asdict(risk.irr),
        "trough": {**asdict(risk.trough), "quarter": risk.trough_quarter},
    }
