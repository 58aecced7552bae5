"""Whether a series is one series: periods that are missing, and a unit that changed on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tujing.evaluation.series import Series, positions

FACTORS = {
    10_000.0: ("元与万元", "yuan and 10 000 yuan"),
    1_000.0: ("千倍单位，如 kg 与 t、W 与 kW", "units a thousand apart, as kg and t, or W and kW"),
    100.0: ("小数与百分数", "shares and per cent"),
    60.0: ("分钟与小时", "minutes and hours"),
}
TOLERANCE = 1.5
"""How far the jump may be from the factor, either way."""
NEIGHBOURS = 6
FEWEST = 3
GAPS = 0.3
"""Share of missing periods above which a series is too broken to compare."""


@dataclass(frozen=True)
class Break:
    """A jump by about the ratio of two usual units."""

    at: np.datetime64
    """First period in the new unit."""
    ratio: float
    factor: float

    @property
    def words(self) -> tuple[str, str]:
        return FACTORS[self.factor]


def breaks(weeks: np.ndarray, values: np.ndarray) -> list[Break]:
    """Finds where a series jumps by the ratio of two usual units and stays there.

    The medians of the neighbouring periods on both sides differ by such a factor, the values on each side are of one
    kind (within a factor of three of their median), and the two sides do not overlap.
    """
    known = np.isfinite(values) & (values > 0)
    days, logs = weeks[known], np.log(values[known])
    found: list[Break] = []
    for place in range(FEWEST, len(logs) - FEWEST + 1):
        left, right = logs[max(place - NEIGHBOURS, 0) : place], logs[place : place + NEIGHBOURS]
        jump = float(np.median(right) - np.median(left))
        factor = _factor(abs(jump))
        if factor is None or not _apart(left, right, jump):
            continue
        here = Break(days[place], float(np.exp(jump)), factor)
        before = [one for one in found if np.searchsorted(days, one.at) > place - NEIGHBOURS]
        # Of neighbouring candidates the one where the jump itself happens: the step between the two periods is largest.
        if before and abs(logs[place] - logs[place - 1]) > _step(days, logs, before[-1]):
            found[-1] = here
        elif not before:
            found.append(here)
    return found


def gaps(series: Series) -> tuple[int, int]:
    """Returns how many periods are missing between the first and the last, and of how many."""
    if not len(series.weeks):
        return 0, 0
    whole = int(positions(series)[-1]) + 1
    known = int(np.isfinite(series.treated).sum())
    return whole - known, whole


def _factor(jump: float) -> float | None:
    near = [factor for factor in FACTORS if abs(jump - np.log(factor)) <= np.log(TOLERANCE)]
    return min(near, key=lambda factor: abs(jump - np.log(factor))) if near else None


def _apart(left: np.ndarray, right: np.ndarray, jump: float) -> bool:
    of_one_kind = max(np.ptp(left), np.ptp(right)) < 2 * np.log(3.0)
    overlap = left.max() >= right.min() if jump > 0 else left.min() <= right.max()
    return bool(of_one_kind and not overlap)


def _step(days: np.ndarray, logs: np.ndarray, one: Break) -> float:
    place = int(np.searchsorted(days, one.at))
    return float(abs(logs[place] - logs[place - 1]))
