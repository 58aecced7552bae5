"""From candidates to a whole plan: chosen and rejected with reasons, exact value, risk, and who pays when. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tujing.atlas.manifest import Driver
from tujing.planning import montecarlo
from tujing.planning.assumptions import Assumptions
from tujing.planning.candidates import Candidate
from tujing.planning.cashflow import Horizon, Portfolio
from tujing.planning.chosen import why
from tujing.planning.optimise import Choice, Limits, Model
from tujing.planning.reasons import WORDS, Rejected, conflicts, why_not
from tujing.planning.steps import overlap_factors, to_steps
from tujing.planning.tornado import tornado
from tujing.planning.value import DRIVERS, STOCKS, Baseline, worth
from tujing.problems import refuse
from tujing.words import Text


@dataclass(frozen=True)
class Chosen:
    """One step of the plan. `npv` in the optimiser's linear terms, yuan."""

    candidate: Candidate
    start: int
    npv: float
    why: Text


@dataclass(frozen=True)
class Solved:
    """A plan before it is stored. `document` is plain JSON."""

    choice: Choice
    projects: tuple[Chosen, ...]
    rejected: tuple[Rejected, ...]
    factors: dict[Driver, float]
    document: dict[str, Any]


def solve(
    candidates: Sequence[Candidate],
    baseline: Baseline,
    limits: Limits,
    given: Assumptions,
    pinned: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    seed: int = 0,
    draws: int = 100_000,
) -> Solved:
    """Chooses among the candidates and works out what the choice is worth.

    Raises
    ------
    BadInput
        When the pinned steps cannot be done together; names them and what is short.
    """
    horizon = Horizon(limits.quarters, 4 * given.years_after.value, given.ramp_up.value, given.discount_rate.value)
    priced = {driver: worth(driver, baseline, given.cost_of_capital.value) for driver in DRIVERS}
    prices = {driver: amount for driver, amount in priced.items() if amount is not None}
    factors = overlap_factors(candidates)
    model = Model(to_steps(candidates, prices, factors, horizon), limits)
    choice = model.solve(pinned, forbidden)
    if choice.status == "infeasible":
        raise _cannot_pin(model, candidates, pinned, forbidden)
    if choice.status == "failed":
        raise refuse(
            "no_plan_in_time",
            "限定时间内没有找到可行的规划，请减少指定的场景或放宽预算后再试。",
            "No plan was found in time; ask for fewer steps or widen the budget, and try again.",
        )

    by_id = {one.id: one for one in candidates}
    taken = sorted(choice.starts, key=lambda step: (choice.starts[step], step))
    projects = tuple(
        Chosen(
            by_id[step],
            choice.starts[step],
            npv := model.steps[step].value[choice.starts[step]],
            why(
                by_id[step],
                npv,
                [by_id[one] for one in taken if step in by_id[one].after],
                prices,
                factors,
                step in pinned,
            ),
        )
        for step in taken
    )
    portfolio = Portfolio([(one.candidate, one.start) for one in projects], prices, horizon)
    balances = {driver: baseline.annual[driver] or 0.0 for driver in STOCKS}
    document = {
        **_value(portfolio, given, seed, draws),
        "gap": choice.gap,
        "investment": sum(one.candidate.one_off.mean for one in projects),
        "freed_cash": portfolio.freed_cash(balances),
        "by_quarter": _by_quarter(projects, limits),
    }
    rejected = tuple(why_not(model, choice, pinned, forbidden))
    return Solved(choice, projects, rejected, factors, document)


def _value(portfolio: Portfolio, given: Assumptions, seed: int, draws: int) -> dict[str, Any]:
    """Returns the exact expected value, the risk and the tornado."""
    expected = portfolio.expected()
    risk = montecarlo.simulate(portfolio, given.effect_correlation.value, given.cost_correlation.value, draws, seed)
    return {
        "npv": {
            "expected": float(portfolio.npv(expected)[0]),
            "mean": risk.mean,
            "standard_deviation": risk.standard_deviation,
            "p10": risk.p10,
            "p50": risk.p50,
            "p90": risk.p90,
        },
        "risk": {
            "draws": risk.draws,
            "loss_probability": risk.loss,
            "payback_quarters": risk.payback,
            "histogram": {"edges": list(risk.edges), "counts": list(risk.counts)},
        },
        "cash": [float(amount) for amount in portfolio.cash(expected)[0]],
        "tornado": [{**asdict(bar), "label": bar.label.as_dict()} for bar in tornado(portfolio)]
        if portfolio.projects
        else [],
    }


def _by_quarter(projects: Sequence[Chosen], limits: Limits) -> list[dict[str, float]]:
    """Returns for each quarter the money coming in, spent and left over, and own people's days used and at hand."""
    spent, days, under_way = (np.zeros(limits.quarters) for _ in range(3))
    for one in projects:
        span = slice(one.start, one.start + one.candidate.quarters)
        spent[span] += one.candidate.one_off.mean / one.candidate.quarters
        days[span] += one.candidate.person_days / one.candidate.quarters
        under_way[span] += 1
    left = np.cumsum(limits.budget) - np.cumsum(spent)
    return [
        {
            "quarter": quarter,
            "budget": limits.budget[quarter],
            "spent": float(spent[quarter]),
            "left": float(left[quarter]),
            "person_days": float(days[quarter]),
            "person_days_at_hand": limits.person_days[quarter],
            "under_way": int(under_way[quarter]),
        }
        for quarter in range(limits.quarters)
    ]


def _cannot_pin(
    model: Model, candidates: Sequence[Candidate], pinned: Sequence[str], forbidden: Sequence[str]
) -> Exception:
    steps, short = conflicts(model, pinned, forbidden)
    names = {one.id: (f"“{one.name.zh}”{one.level} 级", f"{one.name.en} level {one.level}") for one in candidates}
    zh, en = "、".join(names[step][0] for step in steps), ", ".join(names[step][1] for step in steps)
    if short:
        why_zh = f"{'、'.join(WORDS[name].zh for name in short)}不够"
        why_en = f"there is not enough room ({', '.join(WORDS[name].en for name in short)})"
    elif set(forbidden):
        why_zh, why_en = (
            "它们的前置步骤被排除，或规划期内做不完",
            "a step before them is left out, or the plan is too short",
        )
    else:
        why_zh, why_en = "连同前置步骤在规划期内做不完", "with the steps before them they take longer than the plan"
    return refuse(
        "pins_conflict",
        f"无法同时列入{zh}：{why_zh}。请减少指定的场景，或增加预算、人手或季度数。",
        f"Cannot take {en}: {why_en}. Ask for fewer steps, or give more money, people or quarters.",
        value=", ".join(steps),
    )
