"""The exact cash of a plan, quarter by quarter, for one or many sets of figures at once.

Effects start with the quarter after a step is finished and ramp up; several on one driver diminish each other (see
`value.py`). One-off cost is spread evenly over the step's quarters; yearly cost runs from its end. Money moves at
the end of a quarter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tujing.atlas.manifest import Driver
from tujing.planning.candidates import Candidate
from tujing.planning.uncertainty import Floats
from tujing.planning.value import STOCKS


@dataclass(frozen=True)
class Horizon:
    """The quarters that count: the plan's and those after it, with the ramp-up and the yearly discount rate."""

    quarters: int
    quarters_after: int
    ramp_up: tuple[float, ...]
    discount_rate: float

    @property
    def length(self) -> int:
        return self.quarters + self.quarters_after

    def discount(self) -> Floats:
        """Returns today's worth of one yuan at the end of each quarter, shape (length,)."""
        return (1 + self.discount_rate) ** (-(np.arange(self.length) + 1) / 4)

    def ramp(self, live: int, ramp_up: tuple[float, ...] | None = None) -> Floats:
        """Returns the share of an effect in each quarter when quarter `live` is the first in use, shape (length,).

        `ramp_up` is a candidate's own ramp, in the place of the horizon's.
        """
        since = np.arange(self.length) - live
        steps = np.append(self.ramp_up if ramp_up is None else ramp_up, 1.0)
        return np.where(since < 0, 0.0, steps[np.clip(since, 0, len(steps) - 1)])

    def under_way(self, start: int, quarters: int) -> Floats:
        """Returns the share of the one-off cost in each quarter, shape (length,)."""
        quarter = np.arange(self.length)
        return ((quarter >= start) & (quarter < start + quarters)) / quarters

    def in_use(self, live: int) -> Floats:
        """Returns the share of the yearly cost in each quarter, shape (length,)."""
        return (np.arange(self.length) >= live) / 4


@dataclass(frozen=True)
class Figures:
    """One or many (n) sets of figures: `improvements` (n, effects), `one_off` and `yearly` (n, projects) in yuan."""

    improvements: Floats
    one_off: Floats
    yearly: Floats


class Portfolio:
    """Chosen candidates with their starts, ready to be valued with any figures."""

    def __init__(
        self, projects: Sequence[tuple[Candidate, int]], worth: Mapping[Driver, float], horizon: Horizon
    ) -> None:
        self.projects, self.worth, self.horizon = tuple(projects), worth, horizon
        self.effects = tuple((place, effect) for place, (one, _) in enumerate(projects) for effect in one.effects)
        length = horizon.length
        self._ramp = np.array(
            [
                horizon.ramp(projects[place][1] + projects[place][0].quarters, projects[place][0].ramp)
                for place, _ in self.effects
            ]
        ).reshape(-1, length)
        self._one_off = np.array([horizon.under_way(start, one.quarters) for one, start in projects]).reshape(
            -1, length
        )
        self._yearly = np.array([horizon.in_use(start + one.quarters) for one, start in projects]).reshape(-1, length)
        self._by_driver: dict[Driver, list[int]] = {}
        for number, (_, effect) in enumerate(self.effects):
            self._by_driver.setdefault(effect.driver, []).append(number)

    def expected(self) -> Figures:
        """Returns every figure at its mean, n = 1."""
        return Figures(
            np.array([[effect.improvement.mean for _, effect in self.effects]]),
            np.array([[one.one_off.mean for one, _ in self.projects]]),
            np.array([[one.yearly.mean for one, _ in self.projects]]),
        )

    def benefit(self, figures: Figures) -> Floats:
        """Returns yuan a quarter, shape (n, length)."""
        total = np.zeros((len(figures.improvements), self.horizon.length))
        for driver, numbers in self._by_driver.items():
            # Most quarters share one state of the ramps: each different state is worked out once.
            ramps, place = np.unique(self._ramp[numbers], axis=1, return_inverse=True)
            left = np.ones((len(total), ramps.shape[1]))
            for row, number in enumerate(numbers):
                left *= 1 - np.minimum(figures.improvements[:, [number]], 1.0) * ramps[row]
            total += (self.worth[driver] / 4) * (1 - left)[:, place.ravel()]
        return total

    def cash(self, figures: Figures) -> Floats:
        """Returns benefit less one-off and yearly cost, yuan a quarter, shape (n, length)."""
        cash: Floats = self.benefit(figures) - figures.one_off @ self._one_off - figures.yearly @ self._yearly
        return cash

    def npv(self, figures: Figures) -> Floats:
        """Returns the net present value, yuan, shape (n,)."""
        present: Floats = self.cash(figures) @ self.horizon.discount()
        return present

    def freed_cash(self, balances: Mapping[Driver, float]) -> float:
        """Returns the yuan that lower inventory and receivables set free once, at full effect and at the means."""
        freed = 0.0
        for driver in STOCKS:
            shares = [self.effects[number][1].improvement.mean for number in self._by_driver.get(driver, [])]
            freed += balances.get(driver, 0.0) * (1 - float(np.prod([1 - share for share in shares])))
        return freed


def payback(cash: Floats) -> Floats:
    """Returns after how many quarters cumulative cash stays at nought or above, shape (n,); inf when never."""
    short = np.cumsum(cash, axis=1) < 0
    last_short = cash.shape[1] - np.argmax(short[:, ::-1], axis=1)
    quarters = np.where(short.any(axis=1), last_short + 1.0, 0.0)
    return np.where(short[:, -1], np.inf, quarters)
