"""What can be had of value, maturity and risk together: the exact Pareto front, with the plan made as one point.

ε-constraint method (Haimes, Lasdon and Wismer 1971), complete where every ε is tried: the most value with at least k
levels raised, for each k from the plan's own to the most there can be; the next k is one more than the levels found.
Each point is a proven optimum, begun from the one before it. Risk (CVaR of the loss over the drawn cases) is the third
axis: it is told of every point, and further points give up value for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tujing.planning.optimise import Choice, Model
from tujing.planning.questions import Said, answers

YUAN = 1.0
SECONDS = 60.0


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
    by_risk: int = 0,
    risky: Model | None = None,
    gap: float = 1e-7,
    said: Said | None = None,
    seconds: float = SECONDS,
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
        Points along value × risk; needs `risky`, the same model with `limits.risk`.
    seconds
        Longest time for one question; a point whose proof it cuts short says so.
    """
    pinned, forbidden = list(pinned), list(forbidden)
    most = model.solve(pinned, forbidden, aim="levels", seconds=seconds, start=plan.starts, gap=gap)
    now = levels_of(model, plan)
    top = levels_of(model, most) if most.status in ("optimal", "feasible") else now
    questions: list[tuple[str, float]] = [("levels", level) for level in _asked(now, top, points)]
    if risky is not None and by_risk:
        questions += [("risk", bound) for bound in _risks(risky, plan, pinned, forbidden, by_risk, gap)]

    def ask(question: tuple[str, float]) -> Choice:
        kind, bound = question
        start = most.starts if kind == "levels" and bound == top else plan.starts
        if kind == "risk":
            assert risky is not None
            return risky.solve(pinned, forbidden, risk=bound, seconds=seconds, start=start, gap=gap)
        return model.solve(pinned, forbidden, levels=bound, seconds=seconds, start=start, gap=gap)

    measured = risky or model
    found = [_point(measured, plan, yours=True)]
    for choice in answers(ask, questions, said):
        if choice.status in ("optimal", "feasible"):
            found.append(_point(measured, choice))
    return _non_dominated(found)


def _asked(now: int, top: int, points: int) -> list[int]:
    every = list(range(now + 1, top + 1))
    if len(every) < points:
        return every
    return sorted({round(now + (top - now) * place / (points - 1)) for place in range(1, points)})


def _risks(
    model: Model, plan: Choice, pinned: Sequence[str], forbidden: Sequence[str], count: int, gap: float
) -> list[float]:
    """Returns bounds on risk from just below the plan's down to the lowest there can be, evenly."""
    least = model.solve(pinned, forbidden, aim="risk", seconds=SECONDS, start=plan.starts, gap=max(gap, 1e-4))
    now, lowest = risk_of(model, plan), risk_of(model, least)
    if now is None or lowest is None or least.status not in ("optimal", "feasible") or now - lowest <= YUAN:
        return []
    # The very lowest leaves no room for rounding: one yuan of risk is nothing.
    return [now - (now - lowest) * place / count + YUAN for place in range(1, count + 1)]


def levels_of(model: Model, choice: Choice) -> int:
    """Returns by how many levels a plan raises the scenarios."""
    return sum(model.steps[step].maturity for step in choice.starts)


def risk_of(model: Model, choice: Choice) -> float | None:
    """Returns the CVaR of a plan's loss over the drawn cases, yuan; None when nothing was drawn."""
    return None if model.limits.risk is None else model.risk_of(choice)


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
