"""How the choice would change if effects and costs turned out otherwise: the plan made anew in each of many draws.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tujing.atlas.manifest import Driver
from tujing.planning.assumptions import Assumptions
from tujing.planning.candidates import Candidate
from tujing.planning.cashflow import Horizon
from tujing.planning.draws import Copula
from tujing.planning.optimise import Choice, Model
from tujing.planning.problem import Floats
from tujing.planning.questions import Said, answers
from tujing.planning.uncertainty import Uncertain

GAP = 1e-3
"""A draw's plan is good enough within a thousandth: what is asked is how often a step is in it."""
NODES = 50


@dataclass(frozen=True)
class Robustness:
    """`share`: step → share of draws whose best plan takes it, any way; `share_as_chosen`: in the way chosen here."""

    draws: int
    proven: int
    """Draws whose plan was proven within a thousandth of the best."""
    share: Mapping[str, float]
    share_as_chosen: Mapping[str, float]
    same_steps: float
    """Mean share of this plan's steps that a draw's best plan takes too."""
    regret: float
    """Mean yuan by which the best plan for a draw is worth more than this plan in that draw."""
    worst_regret: float


def step_draws(
    candidates: Sequence[Candidate],
    worth: Mapping[Driver, float],
    factors: Mapping[Driver, float],
    horizon: Horizon,
    given: Assumptions,
    draws: int,
    seed: int,
) -> Floats:
    """Returns the worth of each candidate's each start in each draw, yuan, shape (draws, candidates, quarters).

    The ways of one step share its luck: their effects and costs are those drawn for the first of them, in proportion.
    """
    first: dict[str, Candidate] = {}
    for one in candidates:
        first.setdefault(one.id, one)
    steps = list(first.values())
    effects = [effect for one in steps for effect in one.effects]
    random = np.random.default_rng(seed)
    improvements = _drawn([effect.improvement for effect in effects], given.effect_correlation.value, draws, random)
    costs = _drawn(
        [figure for one in steps for figure in (one.one_off, one.yearly)], given.cost_correlation.value, draws, random
    )
    place, begins = {}, {}
    for number, one in enumerate(steps):
        place[one.id] = number
        begins[one.id] = sum(len(before.effects) for before in steps[:number])
    values = np.empty((draws, len(candidates), horizon.quarters))
    discount = horizon.discount()
    for number, one in enumerate(candidates):
        plain, begin = first[one.id], begins[one.id]
        benefit = np.zeros(draws)
        for effect_number, (effect, plainly) in enumerate(zip(one.effects, plain.effects, strict=True)):
            drawn = improvements[:, begin + effect_number] * _ratio(effect.improvement.mean, plainly.improvement.mean)
            benefit += worth[effect.driver] * drawn * np.where(drawn > 0, factors[effect.driver], 1.0)
        one_off = costs[:, 2 * place[one.id]] * _ratio(one.one_off.mean, plain.one_off.mean)
        yearly = costs[:, 2 * place[one.id] + 1] * _ratio(one.yearly.mean, plain.yearly.mean)
        for start in range(horizon.quarters):
            live = start + one.quarters
            values[:, number, start] = (
                benefit / 4 * float(horizon.ramp(live, one.ramp) @ discount)
                - one_off * float(horizon.outlay(start, one.quarters, one.owned) @ discount)
                - yearly * float(horizon.in_use(live) @ discount)
            )
    return values


def _drawn(figures: Sequence[Uncertain], correlation: float, draws: int, random: np.random.Generator) -> Floats:
    if not figures:
        return np.zeros((draws, 0))
    return np.asarray(Copula(figures, correlation).draw(random, draws), dtype=float)


def _ratio(mean: float, plain: float) -> float:
    return mean / plain if plain else 1.0


def robustness(
    model: Model,
    plan: Choice,
    values: Floats,
    pinned: Iterable[str] = (),
    forbidden: Iterable[str] = (),
    said: Said | None = None,
) -> Robustness:
    """Plans anew in each draw, beginning from the plan made.

    Parameters
    ----------
    values
        Worth of each step's each start, yuan, shape (draws, steps, quarters), steps in the model's order.
    """
    pinned, forbidden = list(pinned), list(forbidden)
    order = [step.id for step in model.form.steps]
    groups: dict[str, int] = {}
    ways: dict[str, int] = {}
    proven, same, regrets = 0, [], []
    mine = {model.steps[step].of for step in plan.starts}

    def again(drawn: Floats) -> tuple[Choice, float]:
        prices = {step: tuple(drawn[place]) for place, step in enumerate(order)}
        best = model.solve(pinned, forbidden, values=prices, start=plan.starts, gap=GAP, nodes=NODES)
        return best, sum(prices[step][start] for step, start in plan.starts.items()) + plan.finance

    for best, kept in answers(again, list(values), said):
        if best.status not in ("optimal", "feasible"):
            continue
        proven += best.status == "optimal"
        taken = {model.steps[step].of for step in best.starts}
        for group in taken:
            groups[group] = groups.get(group, 0) + 1
        for step in best.starts:
            ways[step] = ways.get(step, 0) + 1
        same.append(len(mine & taken) / len(mine) if mine else 1.0)
        regrets.append(max(0.0, best.objective - kept))
    count = max(len(same), 1)
    return Robustness(
        draws=len(same),
        proven=proven,
        share={group: hits / count for group, hits in sorted(groups.items())},
        share_as_chosen={step: ways.get(step, 0) / count for step in plan.starts},
        same_steps=float(np.mean(same)) if same else 1.0,
        regret=float(np.mean(regrets)) if regrets else 0.0,
        worst_regret=float(np.max(regrets)) if regrets else 0.0,
    )
