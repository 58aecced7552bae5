"""What can be had of value, maturity and risk together: the exact Pareto front, with the plan made as one point.

ε-constraint method (Haimes, Lasdon and Wismer 1971), complete where every ε is tried: the most value with at least k
levels raised, for each k from the plan's own to the most there can be; the next k is one more than the levels found.
Each point is a proven optimum, begun from the one before it. Risk (CVaR of the loss over the drawn cases) is the third
axis: it is told of every point, and further points give up value for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tujing.planning.optimise import Choice, Model
from tujing.planning.problem import Floats

YUAN = 1.0
SECONDS = 60.0

Said = Callable[[int, int], None]


@dataclass(frozen=True)
class Point:
    """One plan of the front. `risk`: CVaR of its loss, yuan (negative: the worst cases earn), None without draws."""

    choice: Choice
    value: float
    levels: int
    risk: float | None
    yours: bool
    proven: bool


def front(
    model: Model,
    plan: Choice,
    pinned: Iterable[str] = (),
    forbidden: Iterable[str] = (),
    points: int = 10,
    by_risk: int = 3,
    gap: float = 1e-7,
    said: Said | None = None,
) -> list[Point]:
    """Returns non-dominated plans, highest value first.

    Parameters
    ----------
    plan
        The user's own plan, always one of the points; it is on the front unless its proof was cut short or limits on
        levels were asked of it.
    points
        Most points along value × maturity; the front is complete when it has no more. Otherwise the levels asked are
        spread evenly.
    by_risk
        Points along value × risk; needs `limits.risk`.
    """
    pinned, forbidden = list(pinned), list(forbidden)
    most = model.solve(pinned, forbidden, aim="levels", seconds=SECONDS, start=plan.starts, gap=gap)
    found = [_point(model, plan, yours=True)]
    best = plan
    top = levels_of(model, most) if most.starts or most.status == "optimal" else levels_of(model, plan)
    asked = _asked(levels_of(model, plan), top, points)
    k = 0
    while k < len(asked):
        best = model.solve(
            pinned,
            forbidden,
            levels=asked[k],
            seconds=SECONDS,
            start=most.starts if k + 1 == len(asked) else best.starts,
            gap=gap,
        )
        if best.status in ("optimal", "feasible"):
            found.append(_point(model, best))
            reached = levels_of(model, best)
            while k < len(asked) and asked[k] <= reached:
                k += 1
        else:
            k += 1
        if said:
            said(min(k, len(asked)), len(asked))
    if model.limits.risk is not None and by_risk:
        found += _along_risk(model, plan, pinned, forbidden, by_risk, gap)
    return _non_dominated(found)


def _asked(now: int, top: int, points: int) -> list[int]:
    every = list(range(now + 1, top + 1))
    if len(every) < points:
        return every
    return sorted({round(now + (top - now) * place / (points - 1)) for place in range(1, points)})


def _along_risk(
    model: Model, plan: Choice, pinned: Sequence[str], forbidden: Sequence[str], count: int, gap: float
) -> list[Point]:
    least = model.solve(pinned, forbidden, aim="risk", seconds=SECONDS, start=plan.starts, gap=max(gap, 1e-6))
    now = risk_of(model, plan)
    lowest = risk_of(model, least)
    if now is None or lowest is None or least.status not in ("optimal", "feasible") or now - lowest <= YUAN:
        return []
    found = []
    for place in range(1, count + 1):
        bound = now - (now - lowest) * place / count
        # The very lowest leaves no room for rounding: one yuan of risk is nothing.
        choice = model.solve(pinned, forbidden, risk=bound + YUAN, seconds=SECONDS, start=least.starts, gap=gap)
        if choice.status in ("optimal", "feasible"):
            found.append(_point(model, choice))
    return found


def levels_of(model: Model, choice: Choice) -> int:
    """Returns by how many levels a plan raises the scenarios."""
    return sum(model.steps[step].maturity for step in choice.starts)


def risk_of(model: Model, choice: Choice) -> float | None:
    """Returns the CVaR of a plan's loss over the drawn cases, yuan; None when nothing was drawn."""
    bound = model.limits.risk
    if bound is None:
        return None
    number = {step.id: place for place, step in enumerate(model.form.steps)}
    losses = -choice.finance - sum(
        (bound.values[:, number[step], start] for step, start in choice.starts.items()), np.zeros(len(bound.values))
    )
    return cvar(losses, bound.level)


def cvar(losses: Floats, level: float) -> float:
    """Returns the mean of the worst (1 − level) of the losses; the one on the edge counts by its part."""
    worst = np.sort(losses)[::-1]
    share = (1 - level) * len(worst)
    whole = int(np.floor(share + 1e-9))
    rest = share - whole
    tail = worst[:whole].sum() + (rest * worst[whole] if rest > 1e-9 else 0.0)
    return float(tail / share)


def _point(model: Model, choice: Choice, yours: bool = False) -> Point:
    return Point(
        choice, choice.objective, levels_of(model, choice), risk_of(model, choice), yours, choice.status == "optimal"
    )


def _non_dominated(points: Sequence[Point]) -> list[Point]:
    kept: list[Point] = []
    for one in sorted(points, key=lambda point: (-point.value, -point.levels, point.risk or 0.0)):
        if not any(_dominates(other, one) for other in points if other is not one) and not any(
            _same(other, one) for other in kept
        ):
            kept.append(one)
    return kept


def _same(one: Point, other: Point) -> bool:
    return abs(one.value - other.value) <= YUAN and one.levels == other.levels and _risk(one) == _risk(other)


def _dominates(one: Point, other: Point) -> bool:
    """True when `one` is nowhere worse, and somewhere better by more than a yuan or a level."""
    no_worse = one.value >= other.value - YUAN and one.levels >= other.levels and _risk(one) <= _risk(other) + YUAN
    better = one.value > other.value + YUAN or one.levels > other.levels or _risk(one) < _risk(other) - YUAN
    return no_worse and better


def _risk(point: Point) -> float:
    return 0.0 if point.risk is None else point.risk
