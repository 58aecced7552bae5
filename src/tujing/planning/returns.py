"""What cash flows are judged by: payback, internal rate of return, deepest cash, expected shortfall.

Everywhere `cash` is yuan a quarter, shape (n, quarters), money moving at the end of a quarter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tujing.planning.uncertainty import Floats, Numbers

LEAST_RATE, MOST_RATE = -0.9, 10.0
"""Internal rates a year are looked for between minus ninety per cent and a thousand per cent."""
HALVINGS = 24


@dataclass(frozen=True)
class Trough:
    """The deepest cumulative cash, yuan, nought or less, and the quarter (0 = first) it is reached in, shape (n,)."""

    amount: Floats
    quarter: npt.NDArray[np.int64]


def payback(cash: Numbers) -> Floats:
    """Returns after how many quarters cumulative cash stays at nought or above, shape (n,); inf when never."""
    total, last_short = np.zeros(len(cash)), np.zeros(len(cash))
    for quarter in range(cash.shape[1]):
        total += cash[:, quarter]
        np.copyto(last_short, quarter + 1.0, where=total < 0)
    return np.where(total < 0, np.inf, np.where(last_short > 0, last_short + 1.0, 0.0))


def trough(cash: Numbers) -> Trough:
    """Returns how much money the plan needs before it carries itself, and when."""
    total, deepest = np.zeros(len(cash)), np.zeros(len(cash))
    when = np.zeros(len(cash), dtype=np.int64)
    for quarter in range(cash.shape[1]):
        total += cash[:, quarter]
        np.copyto(when, quarter, where=total < deepest)
        np.minimum(deepest, total, out=deepest)
    return Trough(deepest, when)


def internal_rate(cash: Numbers) -> Floats:
    """Returns the yearly rate at which the flows are worth nought, shape (n,).

    Where money is first spent and then comes back there is one such rate. It is −inf below minus ninety per cent (the
    money is lost), inf above a thousand per cent (nothing is ever tied up), nan where no money moves. Found by halving
    the range of the quarterly discount factor, to a millionth.
    """
    kind = cash.dtype.type
    low = np.full(len(cash), (1 + MOST_RATE) ** -0.25, dtype=cash.dtype)
    high = np.full(len(cash), (1 + LEAST_RATE) ** -0.25, dtype=cash.dtype)
    above, below = _worth(cash, low) > 0, _worth(cash, high) < 0
    for _ in range(HALVINGS):
        middle = (low + high) * kind(0.5)
        rising = _worth(cash, middle) < 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    rate = ((low + high) / 2).astype(np.float64) ** -4 - 1
    rate = np.where(above, np.inf, np.where(below, -np.inf, rate))
    return np.where(np.abs(cash).max(axis=1, initial=0.0) > 0, rate, np.nan)


def one_rate_only(cash: Numbers) -> bool:
    """Returns whether the flows of one plan, shape (1, quarters), have one internal rate above nought at most.

    Norstrøm's criterion (1972): cumulative cash begins below nought and changes its sign once.
    """
    total = np.cumsum(cash[0])
    signs = np.sign(total[total != 0])
    return bool(len(signs) == 0 or (signs[0] < 0 and (np.diff(signs) != 0).sum() <= 1))


def expected_shortfall(values: Floats, share: float) -> float:
    """Returns the mean of the worst `share` of the values (CVaR at level 1 − share); at least the worst one counts."""
    if not len(values):
        return math.nan
    count = max(1, math.ceil(share * len(values)))
    return float(np.partition(values, count - 1)[:count].mean())


def _worth(cash: Numbers, factor: Numbers) -> Numbers:
    """Returns Σ cash_t · factor^t, shape (n,), by Horner's rule."""
    worth = np.zeros_like(factor)
    for quarter in range(cash.shape[1] - 1, -1, -1):
        worth *= factor
        worth += cash[:, quarter]
    return worth
