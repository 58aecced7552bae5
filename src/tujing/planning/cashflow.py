"""The exact cash of a plan, quarter by quarter, for one or many sets of figures at once.

Effects start with the quarter after a step is finished and ramp up; several on one driver diminish each other (see
`value.py`). One-off cost is spread evenly over the step's quarters; yearly cost runs from its end. What is not
used up at the end of the horizon comes back there at what is left of its cost. Money moves at the end of a quarter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tujing.atlas.manifest import Driver
from tujing.planning.assumptions import Assumptions
from tujing.planning.candidates import Candidate
from tujing.planning.uncertainty import Floats, Numbers
from tujing.planning.value import STOCKS


@dataclass(frozen=True)
class Horizon:
    """The quarters that count: the plan's and those after it, with the ramp-up and the yearly discount rate."""

    quarters: int
    quarters_after: int
    ramp_up: tuple[float, ...]
    discount_rate: float
    life: float = 0.0
    """Quarters over which what was bought or made is used up; 0: nothing is left over."""

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

    def left_over(self, live: int) -> float:
        """Returns what is left, at the end of the horizon, of a yuan of cost in use from quarter `live`.

        The yuan is spread over its life in equal parts that are worth it together (equivalent annual cost); left are
        the parts that are still to come. So only the quarters that count bear it. Without this a licence bought late
        would have to earn its whole price in a shorter time than it is used, and subscribing would look cheaper than
        it is.
        """
        ahead = self.life - (self.length - live)
        if self.life <= 0 or ahead <= 0:
            return 0.0
        rate = (1 + self.discount_rate) ** 0.25 - 1
        return (1 - (1 + rate) ** -ahead) / (1 - (1 + rate) ** -self.life) if rate else ahead / self.life

    def outlay(self, start: int, quarters: int, owned: float) -> Floats:
        """Returns the share of the one-off cost in each quarter, less at the end what is left over, shape (length,)."""
        paid = self.under_way(start, quarters)
        paid[-1] -= owned * self.left_over(start + quarters)
        return paid

    def in_use(self, live: int) -> Floats:
        """Returns the share of the yearly cost in each quarter, shape (length,)."""
        return (np.arange(self.length) >= live) / 4


def horizon_of(quarters: int, given: Assumptions) -> Horizon:
    """Returns the horizon of a plan of so many quarters under the assumptions."""
    return Horizon(
        quarters,
        4 * given.years_after.value,
        given.ramp_up.value,
        given.discount_rate.value,
        4 * given.useful_life.value,
    )


@dataclass(frozen=True)
class Figures:
    """One or many (n) sets of figures: `improvements` (n, effects), `one_off` and `yearly` (n, projects) in yuan.

    `delay` (n, projects): quarters by which the effects of a project come later than planned; None = none does.
    Quickest where the n figures of one column lie side by side in memory (Fortran order).
    """

    improvements: Numbers
    one_off: Numbers
    yearly: Numbers
    delay: npt.NDArray[np.int8] | None = None


@dataclass(frozen=True)
class Way:
    """How an effect comes in: the quarters in which a share of it is there, and the first from which all of it is."""

    rising: tuple[tuple[int, float], ...]
    full: int
    """The number of quarters when that is never."""


def way_in(ramp: Floats) -> Way:
    """Reads a ramp, shape (length,)."""
    short = np.flatnonzero(ramp != 1.0)
    full = int(short[-1]) + 1 if len(short) else 0
    return Way(tuple((quarter, float(ramp[quarter])) for quarter in range(full) if ramp[quarter] > 0), full)


class Portfolio:
    """Chosen candidates with their starts, ready to be valued with any figures."""

    def __init__(
        self, projects: Sequence[tuple[Candidate, int]], worth: Mapping[Driver, float], horizon: Horizon
    ) -> None:
        self.projects, self.worth, self.horizon = tuple(projects), worth, horizon
        self.effects = tuple((place, effect) for place, (one, _) in enumerate(projects) for effect in one.effects)
        self.by_driver: dict[Driver, list[int]] = {}
        for number, (_, effect) in enumerate(self.effects):
            self.by_driver.setdefault(effect.driver, []).append(number)
        self._ways: dict[tuple[int, int], Way] = {}

    def expected(self) -> Figures:
        """Returns every figure at its mean, n = 1."""
        return Figures(
            np.array([[effect.improvement.mean for _, effect in self.effects]]),
            np.array([[one.one_off.mean for one, _ in self.projects]]),
            np.array([[one.yearly.mean for one, _ in self.projects]]),
        )

    def ramp(self, place: int, delay: int = 0) -> Floats:
        """Returns the share of the effects of project `place` in each quarter, shape (length,)."""
        one, start = self.projects[place]
        return self.horizon.ramp(start + one.quarters + delay, one.ramp)

    def benefit(self, figures: Figures) -> Numbers:
        """Returns yuan a quarter, shape (n, length)."""
        improvements = np.minimum(figures.improvements, 1.0)
        count, kind = len(improvements), improvements.dtype
        total = np.zeros((self.horizon.length, count), dtype=kind)
        left, kept = np.empty_like(total), np.empty(count, dtype=kind)
        for driver, numbers in self.by_driver.items():
            # What is left of the driver: a share that lasts multiplies every later quarter, so it goes in once, at the
            # quarter from which it lasts, and one running product carries it on.
            left[...] = 1
            parts = [part for number in numbers for part in self._parts(number, improvements, figures.delay)]
            for share, way in parts:
                if way.full < len(left):
                    np.subtract(1, share, out=kept)
                    left[way.full] *= kept
            for quarter in range(1, len(left)):
                left[quarter] *= left[quarter - 1]
            for share, way in parts:
                for quarter, ramp in way.rising:
                    np.multiply(share, ramp, out=kept)
                    np.subtract(1, kept, out=kept)
                    left[quarter] *= kept
            left *= -self.worth[driver] / 4
            left += self.worth[driver] / 4
            total += left
        return total.T

    def _parts(
        self, number: int, improvements: Numbers, delay: npt.NDArray[np.int8] | None
    ) -> Iterator[tuple[Numbers, Way]]:
        """Yields one effect's shares, shape (n,), with the way they come in: one for each delay that is drawn."""
        place, share = self.effects[number][0], improvements[:, number]
        late = None if delay is None else delay[:, place]
        if late is None or not late.any():
            yield share, self._way(place, 0)
            return
        for quarters in np.flatnonzero(np.bincount(late)):
            yield share * (late == quarters), self._way(place, int(quarters))

    def _way(self, place: int, delay: int) -> Way:
        if (place, delay) not in self._ways:
            self._ways[place, delay] = way_in(self.ramp(place, delay))
        return self._ways[place, delay]

    def cost(self, figures: Figures) -> Numbers:
        """Returns one-off and yearly cost less what is left over, yuan a quarter, shape (n, length)."""
        # What a quarter costs more than the one before; one running sum makes the cost of it.
        change = np.zeros((self.horizon.length + 1, len(figures.one_off)), dtype=figures.one_off.dtype)
        last = self.horizon.length
        for place, (one, start) in enumerate(self.projects):
            live = min(start + one.quarters, last)
            spread = figures.one_off[:, place] * (1 / one.quarters)
            change[start] += spread
            change[live] += figures.yearly[:, place] * 0.25 - spread
            if left := one.owned * self.horizon.left_over(start + one.quarters):
                change[last - 1] -= figures.one_off[:, place] * left
        for quarter in range(1, last):
            change[quarter] += change[quarter - 1]
        return change[:last].T

    def cash(self, figures: Figures) -> Numbers:
        """Returns benefit less one-off and yearly cost, yuan a quarter, shape (n, length)."""
        cash: Numbers = self.benefit(figures) - self.cost(figures)
        return cash

    def npv(self, figures: Figures) -> Floats:
        """Returns the net present value, yuan, shape (n,)."""
        return self.present(self.cash(figures))

    def present(self, cash: Numbers) -> Floats:
        """Returns today's worth of cash flows, shape (n,), from yuan a quarter, shape (n, length)."""
        worth = np.zeros(len(cash))
        for quarter, factor in enumerate(self.horizon.discount()):
            worth += factor * cash[:, quarter]
        return worth

    def left_over(self) -> float:
        """Returns the yuan that come back at the end of the horizon, at the means: what is not used up by then."""
        return sum(
            one.one_off.mean * one.owned * self.horizon.left_over(start + one.quarters) for one, start in self.projects
        )

    def freed_cash(self, balances: Mapping[Driver, float]) -> float:
        """Returns the yuan that lower inventory and receivables set free once, at full effect and at the means."""
        freed = 0.0
        for driver in STOCKS:
            shares = [self.effects[number][1].improvement.mean for number in self.by_driver.get(driver, [])]
            freed += balances.get(driver, 0.0) * (1 - float(np.prod([1 - share for share in shares])))
        return freed
