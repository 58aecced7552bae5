"""What policies cost: lives that the model never saw are lived again under each of them.

All units start at different times; every period the plan is made anew from what would then be known, within the crew.
Fixed interval gets the interval that is best in hindsight, and neither it nor run-to-failure is held to the crew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tujing.scenarios.service.predictive_maintenance.fleet import Floats
from tujing.scenarios.service.predictive_maintenance.plan import Terms, make_plan, prices

NEAR = 0.01
"""Gap of the plans of a replay, of which only the first period is carried out: proofs would take minutes."""
Foresight = Sequence[Floats]
"""For every life: decisions × draws, the equally likely remaining lives (h) seen at the start of each period of age."""


@dataclass(frozen=True)
class Result:
    """Cost an hour of operation (CNY/h) of one policy, and how its lives ended."""

    cost: float
    failures: int
    planned: int
    hours: float

    def corrective_share(self, failure_hours: float, planned_hours: float) -> float:
        lost = self.failures * failure_hours
        return lost / max(1e-12, lost + self.planned * planned_hours)


def run_to_failure(lives: Floats, terms: Terms) -> Result:
    """Nothing is done before a unit breaks."""
    return _result(lives, np.ones(len(lives), bool), terms)


def fixed_interval(lives: Floats, terms: Terms) -> tuple[float, Result]:
    """Returns the cheapest age for replacement on these lives, in whole periods, and its result."""
    best = (float("inf"), run_to_failure(lives, terms))
    for age in terms.period * np.arange(1, int(lives.max() // terms.period) + 1):
        result = _result(np.minimum(lives, age), lives <= age, terms)
        if result.cost < best[1].cost:
            best = (float(age), result)
    return best


def going_rate(lives: Floats, foresight: Foresight, terms: Terms) -> float:
    """Returns the rate at which the plan neither gains nor loses (Dinkelbach), without limits."""
    rate = fixed_interval(lives, terms)[1].cost
    for _ in range(3):
        priced = replace(terms, rate=rate)
        stop = np.array(
            [_first_stop(prices(seen, priced)[0], life, terms) for life, seen in zip(lives, foresight, strict=True)]
        )
        rate = min(rate, _result(np.minimum(lives, stop), lives <= stop, terms).cost)
    return rate


def _first_stop(cost: Floats, life: float, terms: Terms) -> float:
    now = np.flatnonzero(cost.argmin(axis=1) == 0)
    return float(now[0]) * terms.period if now.size else life + 1


def predictive(lives: Floats, foresight: Foresight, terms: Terms, seed: int, watch: Callable[[float], None]) -> Result:
    """Plans anew every period; units in their first period of the plan are maintained at once."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, max(1, int(np.median(lives) // terms.period)), len(lives))
    ends = np.array(lives)
    broke = np.ones(len(lives), bool)
    open_units = set(range(len(lives)))
    last = int(start.max() + lives.max() // terms.period + 1)
    for now in range(last + 1):
        watch(now / (last + 1))
        alive = []
        for unit in sorted(open_units):
            age = now - int(start[unit])
            if age * terms.period >= lives[unit]:
                open_units.discard(unit)
            elif 0 < age < len(foresight[unit]):
                alive.append(unit)
        if not alive:
            continue
        draws = np.stack([foresight[unit][now - int(start[unit])] for unit in alive])
        near = prices(draws, terms)[0].argmin(axis=1) < terms.periods
        if not near.any():
            continue
        candidates = [unit for unit, one in zip(alive, near, strict=True) if one]
        plan = make_plan(draws[near], replace(terms, spares=None), NEAR)
        for unit, choice in zip(candidates, plan.choice, strict=True):
            if choice == 0:
                ends[unit], broke[unit] = (now - start[unit]) * terms.period, False
                open_units.discard(unit)
    return _result(ends, broke, terms)


def _result(hours: Floats, broke: np.ndarray[tuple[int], np.dtype[np.bool_]], terms: Terms) -> Result:
    failures = int(broke.sum())
    planned = len(hours) - failures
    total = float(hours.sum())
    cost = (failures * terms.failure_cost + planned * terms.planned_cost) / max(total, 1e-9)
    return Result(cost, failures, planned, total)
