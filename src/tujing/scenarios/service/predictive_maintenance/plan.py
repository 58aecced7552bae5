"""When to maintain each unit: an integer programme over the distribution of remaining life.

Maintaining unit i after time τ costs, against the going rate g of the fleet,

    c(i, τ) = planned · P(R > τ) + failure · P(R ≤ τ) − g · E[min(R, τ)]

so that a unit pays for what may break and earns for every hour of life it still uses (renewal reward: Barlow and
Proschan 1965). One time a unit is chosen, or later than the horizon, at the least sum, within crew and spare parts;
failures that come unasked use both too, by their expectation. Limits that failures alone exceed
are exceeded at a price and reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tujing.scenarios.service.predictive_maintenance.fleet import Floats

SOLVER_SECONDS = 5.0
PROVED = 1e-4
"""Relative gap of a plan that counts as proved."""


@dataclass(frozen=True)
class Terms:
    """Costs in CNY, times in hours, limits a period."""

    planned_cost: float
    failure_cost: float
    rate: float
    """CNY an hour of operation that the fleet costs in the long run."""
    period: float
    periods: int
    crew: float
    spares: float | None = None
    """Parts at hand now; None: no limit."""
    spares_each: float = 0.0
    """Parts that come in at the end of every period."""


@dataclass(frozen=True)
class Plan:
    """`choice[i]` is the period at whose start unit i is maintained; `Terms.periods` means later."""

    choice: NDArray[np.intp]
    cost: Floats
    """Units × choices, expected and relative to the going rate."""
    failure: Floats
    """Units × choices, probability that the unit fails before."""
    over: float
    """By how many jobs or parts the limits are exceeded in all."""
    proved: bool

    @property
    def total(self) -> float:
        return float(self.cost[np.arange(len(self.choice)), self.choice].sum())


def prices(draws: Floats, terms: Terms) -> tuple[Floats, Floats]:
    """Returns cost and failure probability, units × (periods + 1), from equally likely remaining lives in hours.

    The draws stand for quantiles, with even chances between them: counted alone, twenty draws would make steps, and the
    cheapest time would lie at the edge of one.
    """
    times: Floats = terms.period * np.arange(terms.periods + 1, dtype=float)
    failure = _chances(draws, times)
    alive = 1 - failure
    used = np.minimum(draws[:, :, None], times).mean(axis=1)
    cost = terms.planned_cost * alive + terms.failure_cost * failure - terms.rate * used
    # Whoever is alive at the horizon runs on at least until the next decision.
    cost[:, -1] -= terms.rate * alive[:, -1] * terms.period / 2
    return cost, failure


def _chances(draws: Floats, times: Floats) -> Floats:
    """Returns the probability of having failed by each time, units × times: linear between the draws (infinite where
    they lie beyond the cap), and half a gap outside the least and the greatest that is known."""
    units, count = draws.shape
    rows, ordered = np.arange(units), np.sort(draws, axis=1)
    finite = np.isfinite(ordered)
    known = finite.sum(axis=1)
    ordered = np.where(finite, ordered, 0.0)
    least, greatest = ordered[:, 0], ordered[rows, np.maximum(known - 1, 0)]
    second = np.where(known > 1, ordered[:, min(1, count - 1)], least)
    first = np.maximum(0.0, least - (second - least) / 2)
    last = greatest + (greatest - ordered[rows, np.maximum(known - 2, 0)]) / 2
    most = (known / count)[:, None]
    points = np.column_stack([first, np.where(finite, ordered, last[:, None]), last])
    levels = np.column_stack([np.zeros(units), np.where(finite, (np.arange(count) + 0.5) / count, most), most])
    gaps, steps = np.diff(points), np.diff(levels)
    passed = times - points[:, :-1, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(gaps[:, :, None] > 0, passed / gaps[:, :, None], np.sign(passed) + 1)
    failed: Floats = np.einsum("uk,ukt->ut", steps, np.clip(share, 0.0, 1.0))
    return failed


def make_plan(draws: Floats, terms: Terms, gap: float = PROVED) -> Plan:
    """Chooses a time for every unit; `draws` are units × equally likely remaining lives in hours."""
    cost, failure = prices(draws, terms)
    free = cost.argmin(axis=1)
    if _within(free, failure, terms):
        return Plan(free, cost, failure, 0.0, True)
    return _solve(cost, failure, terms, gap)


def _use(failure: Floats, terms: Terms) -> tuple[Floats, Floats]:
    """Returns what a choice takes of each period's crew and of the parts up to it: units × choices × periods."""
    units, choices = failure.shape
    crew = np.zeros((units, choices, terms.periods))
    parts = np.zeros((units, choices, terms.periods))
    for period in range(terms.periods):
        crew[:, period, period] = 1 - failure[:, period]
        crew[:, period + 1 :, period] = (failure[:, period + 1] - failure[:, period])[:, None]
        parts[:, : period + 1, period] = 1
        parts[:, period + 1 :, period] = failure[:, period][:, None]
    return crew, parts


def _limits(terms: Terms) -> tuple[Floats, Floats]:
    crew: Floats = np.full(terms.periods, float(terms.crew))
    if terms.spares is None:
        return crew, np.full(terms.periods, np.inf)
    parts: Floats = terms.spares + terms.spares_each * np.arange(terms.periods, dtype=float)
    return crew, parts


def _within(choice: NDArray[np.intp], failure: Floats, terms: Terms) -> bool:
    crew, parts = _use(failure, terms)
    rows = np.arange(len(choice))
    limits = _limits(terms)
    return bool((crew[rows, choice].sum(axis=0) <= limits[0] + 1e-9).all()) and bool(
        (parts[rows, choice].sum(axis=0) <= limits[1] + 1e-9).all()
    )


def _solve(cost: Floats, failure: Floats, terms: Terms, gap: float) -> Plan:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, hstack, identity, kron, vstack

    units, choices = cost.shape
    crew, parts = _use(failure, terms)
    limits = np.concatenate(_limits(terms))
    rows = np.vstack([crew.reshape(units * choices, -1).T, parts.reshape(units * choices, -1).T])[np.isfinite(limits)]
    limits = limits[np.isfinite(limits)]
    one_each = kron(identity(units), np.ones((1, choices)))
    slack = len(limits)
    matrix = vstack(
        [
            hstack([csr_array(one_each), csr_array((units, slack))]),
            hstack([csr_array(rows), -identity(slack)]),
        ]
    )
    lower = np.concatenate([np.ones(units), np.full(slack, -np.inf)])
    upper = np.concatenate([np.ones(units), limits])
    # No planned job gains as much as a failure costs, so limits give way only to failures that come unasked.
    price = terms.failure_cost
    # Against the going rate all costs together are about nothing; the tolerance needs a sum that it can be a share of.
    regret = cost - cost.min(axis=1, keepdims=True) + terms.planned_cost
    found = milp(
        np.concatenate([regret.ravel(), np.full(slack, price)]),
        constraints=LinearConstraint(matrix, lower, upper),
        integrality=np.concatenate([np.ones(units * choices), np.zeros(slack)]),
        bounds=Bounds(0, np.concatenate([np.ones(units * choices), np.full(slack, np.inf)])),
        options={"time_limit": SOLVER_SECONDS, "mip_rel_gap": gap},
    )
    if found.x is None:
        raise RuntimeError(f"the solver gave no plan: {found.message}")
    chosen = found.x[: units * choices].reshape(units, choices).argmax(axis=1)
    return Plan(chosen, cost, failure, float(found.x[units * choices :].sum()), found.status == 0)
