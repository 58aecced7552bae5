"""What the optimiser is asked: steps with their options, what there is for them, and what the plan must reach. Pure
data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

Status = Literal["optimal", "feasible", "infeasible", "failed"]

Constraint = str
"""`budget`, `people`, `parallel`, `loan`, `risk`, `department:ID`, `skill:ROLE`, `mandatory:GROUP`, `target:score`,
`target:scenarios`, `target:mandatory`, `blocked:REASON`."""

CONSTRAINTS: tuple[Constraint, ...] = ("budget", "people", "parallel")
"""Those that every plan has."""


@dataclass(frozen=True)
class Step:
    """One way (bought, subscribed, built) of raising one scenario by one level, as the optimiser sees it."""

    id: str
    quarters: int
    spend: float
    """Yuan in each quarter that it is under way."""
    person_days: float
    """Own people's days in each quarter that it is under way."""
    value: tuple[float, ...]
    """Expected net present value, yuan, when started in quarter 0, 1, …"""
    after: tuple[str, ...] = ()
    """Groups that must be finished before this one starts."""
    group: str = ""
    """The step whose options exclude each other; by default its own id."""
    department: str = ""
    teams: tuple[str, ...] = ()
    """Others of `Limits.departments` that it counts in, such as the plant of a group."""
    skills: Mapping[str, float] = field(default_factory=dict)
    """Role → days in each quarter that it is under way."""
    fee: float = 0.0
    """Yuan a quarter from the budget once in use: a subscription is paid out of the plan's money too."""
    project: bool = True
    """Counts among the projects under way at once; a small measure does not."""
    maturity: int = 1
    """Levels by which it raises the enterprise's scenarios."""
    benefit: tuple[float, ...] = ()
    """The part of `value` that grows with its effect, yuan for each start; empty when that is not known."""
    blocked: str = ""
    """Something outside the plan that must change first; such a step is only taken when that constraint is relaxed."""

    @property
    def of(self) -> str:
        return self.group or self.id


@dataclass(frozen=True)
class Loan:
    """Money that may be borrowed in any quarter: equal instalments over `quarters`, interest on what is left."""

    amount: float
    """Most yuan at all."""
    rate: float
    """Interest a year, 0–1."""
    quarters: int

    def repaid(self, after: int) -> float:
        """Returns the share of a draw paid back, with interest, up to `after` quarters later."""
        paid = np.arange(1, min(max(after, 0), self.quarters) + 1)
        return float((1 / self.quarters + self.rate / 4 * (1 - (paid - 1) / self.quarters)).sum())

    def interest(self, quarterly_discount: float) -> float:
        """Returns the interest on one yuan, in yuan of the quarter in which it is drawn.

        Only interest counts as a cost: discounting the principal at more than the loan's own rate would make
        borrowing look like earning.
        """
        paid = np.arange(1, self.quarters + 1)
        return float((self.rate / 4 * (1 - (paid - 1) / self.quarters) * quarterly_discount**paid).sum())


@dataclass(frozen=True)
class Subsidy:
    """A policy rule: a share of the eligible one-off cost, up to a cap, paid some quarters after a step is finished."""

    id: str
    share: float
    cap: float
    lag: int
    eligible: Mapping[str, float]
    """Step id → yuan of its cost that count."""


@dataclass(frozen=True)
class Gain:
    """Points of the score, had once any of `groups` is finished in time."""

    id: str
    points: float
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """A graded scenario of the instrument, at the level asked once any of `groups` is finished in time."""

    id: str
    mandatory: bool
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """A maturity level by a date: the instrument's rule, less what is reached today."""

    level: int
    by: int
    """Last quarter that counts, from 0."""
    score: float
    """Points still missing."""
    scenarios: int
    """Items still missing at that level, of any kind; `mandatory`: of the mandatory kind."""
    mandatory: int
    gains: tuple[Gain, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class RiskBound:
    """Most yuan that may be lost on average over the worst (1 − level) of the drawn cases (CVaR); negative: must earn.

    `values` (draws, steps, quarters): net present value of each step in each draw, yuan.
    """

    values: Floats
    level: float = 0.9
    most: float = np.inf


@dataclass(frozen=True)
class Limits:
    """What there is, quarter by quarter. `budget` and `person_days` have the length of the plan."""

    budget: tuple[float, ...]
    """Yuan of own funds that come in at the start of each quarter."""
    person_days: tuple[float, ...]
    parallel: int
    departments: Mapping[str, int] = field(default_factory=dict)
    """Department → most of its projects under way at once."""
    skills: Mapping[str, float] = field(default_factory=dict)
    """Role → days at hand in each quarter."""
    loan: Loan | None = None
    subsidies: tuple[Subsidy, ...] = ()
    mandatory: Mapping[str, int | None] = field(default_factory=dict)
    """Group → last quarter by whose end it must be finished; None: within the plan."""
    starts: Mapping[str, int] = field(default_factory=dict)
    """Group → the only quarter in which it may start."""
    target: Target | None = None
    risk: RiskBound | None = None
    discount: float = 1.0
    """Worth today of a yuan one quarter later."""

    @property
    def quarters(self) -> int:
        return len(self.budget)


@dataclass(frozen=True)
class Choice:
    """What the optimiser found. `bound` is a proven upper limit of what any plan can be worth, yuan."""

    status: Status
    objective: float
    bound: float
    starts: Mapping[str, int]
    """Chosen step → quarter in which it starts, counted from 0."""
    loan: tuple[float, ...] = ()
    """Yuan drawn in each quarter."""
    finance: float = 0.0
    """The part of `objective` that is subsidies received less interest, both at today's worth, yuan."""
    slack: Mapping[Constraint, float] = field(default_factory=dict)
    """By how much each relaxed constraint was stretched, in its own unit."""

    @property
    def gap(self) -> float:
        """Share of the objective that a better plan could still add; 0 when proven best."""
        if self.status == "optimal":
            return 0.0
        return max(0.0, self.bound - self.objective) / max(abs(self.objective), 1.0)
