"""From candidates to the optimiser's steps: spending, days and the expected net present value of every start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tujing.atlas.manifest import Driver
from tujing.planning.candidates import Candidate
from tujing.planning.cashflow import Horizon
from tujing.planning.optimise import Step
from tujing.planning.value import overlap


def overlap_factors(candidates: Sequence[Candidate]) -> dict[Driver, float]:
    """Returns each driver's overlap factor over all steps together (see `value.py`).

    Only one way of a step is ever taken; the one that improves a driver most counts, which keeps the factor on the safe
    side.
    """
    most: dict[tuple[Driver, str], list[float]] = {}
    for candidate in candidates:
        own: dict[Driver, list[float]] = {}
        for effect in candidate.effects:
            own.setdefault(effect.driver, []).append(effect.improvement.mean)
        for driver, shares in own.items():
            if sum(shares) >= sum(most.get((driver, candidate.id), [])):
                most[driver, candidate.id] = shares
    means: dict[Driver, list[float]] = {}
    for (driver, _), shares in most.items():
        means.setdefault(driver, []).extend(shares)
    return overlap(means)


def to_steps(
    candidates: Sequence[Candidate], worth: Mapping[Driver, float], factors: Mapping[Driver, float], horizon: Horizon
) -> list[Step]:
    """Returns one step for each candidate. Improvements count with the overlap factor, worsenings in full."""
    return [
        Step(
            id=one.key,
            quarters=one.quarters,
            spend=one.one_off.mean / one.quarters,
            person_days=one.person_days / one.quarters,
            value=_values(one, yearly := yearly_benefit(one, worth, factors), horizon),
            benefit=_benefits(one, yearly, horizon),
            after=one.after,
            group=one.id,
            department=one.department,
            skills={role: days / one.quarters for role, days in one.skills.items()},
            fee=one.fee / 4,
            maturity=one.rises,
        )
        for one in candidates
    ]


def yearly_benefit(candidate: Candidate, worth: Mapping[Driver, float], factors: Mapping[Driver, float]) -> float:
    """Returns the candidate's expected benefit at full effect, yuan a year, linear with overlap."""
    return sum(
        worth[effect.driver]
        * effect.improvement.mean
        * (factors[effect.driver] if effect.improvement.mean > 0 else 1.0)
        for effect in candidate.effects
    )


def _values(candidate: Candidate, yearly: float, horizon: Horizon) -> tuple[float, ...]:
    """Returns the expected net present value for a start in each quarter of the plan."""
    discount, values = horizon.discount(), []
    for start in range(horizon.quarters):
        live = start + candidate.quarters
        cash = (
            yearly / 4 * horizon.ramp(live, candidate.ramp)
            - candidate.one_off.mean * horizon.outlay(start, candidate.quarters, candidate.owned)
            - candidate.yearly.mean * horizon.in_use(live)
        )
        values.append(float(cash @ discount))
    return tuple(values)


def _benefits(candidate: Candidate, yearly: float, horizon: Horizon) -> tuple[float, ...]:
    """Returns what its effect is worth today for a start in each quarter."""
    starts = range(horizon.quarters)
    ramps = (horizon.ramp(start + candidate.quarters, candidate.ramp) for start in starts)
    return tuple(float(yearly / 4 * ramp @ horizon.discount()) for ramp in ramps)
