"""What it would take to tell: the smallest change that shows now, and how many more periods the promised one needs.

Cohen, Statistical Power Analysis, 2nd ed. (1988): power 80 % at the 5 % level, so a change of 2.80 standard errors.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tujing.evaluation.autoregressive import standard_error
from tujing.evaluation.designs import JUMP, Design, Fitted, matrix
from tujing.evaluation.scale import Scale

ERRORS = 2.80
WORTH_SEEING = 0.05
"""The change aimed at when the plan promised none: five per cent."""
AHEAD = (1 / 12, 1 / 6, 1 / 4, 1 / 2, 3 / 4, 1.0, 1.5, 2.0)
"""Years that one might wait."""


@dataclass(frozen=True)
class Power:
    detectable: float
    """The smallest relative change that now shows in four of five cases."""
    target: float
    """The relative change to be seen: the plan's forecast, or five per cent."""
    more: int | None
    """About so many further periods after go-live until it shows in four of five cases; none when two years would not
    do."""


def power(
    places: np.ndarray, after: np.ndarray, fitted: Fitted, scale: Scale, promised: float | None, per_year: float
) -> Power:
    """Works out what a measure that tells nothing yet would need; arguments as in `designs.fit`."""
    target = promised if promised is not None and abs(promised) > 1e-3 else WORTH_SEEING
    wanted = abs(scale.jump(-abs(target)))
    # The likeliest noise tells how precision grows; today's own error says from where.
    now = ERRORS * fitted.standard_error / max(_error(places, after, 0, fitted, per_year), 1e-300)
    waits = [max(round(years * per_year), 1) for years in AHEAD]
    enough = bisect_left(waits, True, key=lambda more: now * _error(places, after, more, fitted, per_year) <= wanted)
    more = waits[enough] if enough < len(waits) else None
    return Power(_detectable(ERRORS * fitted.standard_error, scale), target, more)


def _detectable(jump: float, scale: Scale) -> float:
    return abs(scale.share(-jump))


def _error(places: np.ndarray, after: np.ndarray, more: int, fitted: Fitted, per_year: float) -> float:
    point = int(fitted.noise.argmax())
    return _unit_error(tuple(places.tolist()), int(after.argmax()), more, fitted.design, per_year, point)


@lru_cache(maxsize=4096)
def _unit_error(
    places: tuple[int, ...], first_after: int, more: int, design: Design, per_year: float, point: int
) -> float:
    longer = np.array([*places, *(places[-1] + 1 + np.arange(more))], float)
    after = np.arange(len(longer)) >= first_after
    return standard_error(longer, matrix(longer, after, design, per_year), JUMP, point)
