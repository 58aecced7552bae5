"""What an effect is worth: from a relative change of a money driver to yuan a year.

    costs                     B · e                 B = the driver over the last twelve months
    revenue                   B · e · margin        margin = (revenue − material − energy − logistics) ÷ revenue
    inventory, receivables    B · e · carrying cost B = mean balance over the last twelve months

The formulas stand in `value_tree.yaml`; `value_tree.py` opens a value down to the baseline's columns and months.

e is the improvement: a lower cost or balance, a higher revenue. The cash that a lower balance sets free is reported
once, beside the net present value and not in it: set free today and tied up again at the end, it is worth exactly
the carrying cost at that rate (R − R·(1 + r)^−n = Σ r·R·(1 + r)^−t), so adding both would count the same yuan twice.

Several effects on one driver diminish each other: together they improve it by 1 − Π(1 − e), not by Σ e. The
optimiser is linear and takes overlap · Σ e, where `overlap` is the ratio of the two over *all* candidates together.
The ratio only falls as effects are added, so the linear value of improvements is never more than the exact one,
whatever is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, get_args

import numpy as np

from tujing.atlas.manifest import Driver
from tujing.planning.value_model import value_model

DRIVERS: tuple[Driver, ...] = get_args(Driver)
STOCKS: tuple[Driver, ...] = ("inventory_value", "receivables")
VARIABLE_COSTS: tuple[Driver, ...] = ("material_cost", "energy_cost", "logistics_cost")


@dataclass(frozen=True)
class Baseline:
    """The enterprise's last twelve months. `annual`: yuan a year (flows) or mean balance (stocks); None = not known."""

    months: int
    first: date | None
    last: date | None
    annual: Mapping[Driver, float | None]
    filled: Mapping[Driver, tuple[date, ...]] = field(default_factory=dict)
    """The months that each driver's figure comes from."""

    @property
    def margin(self) -> float | None:
        """Contribution margin of revenue, 0–1; None when a part of it is not known."""
        return value_model().with_nodes({str(name): amount for name, amount in self.annual.items()})["margin"]


def read_baseline(columns: Mapping[str, Sequence[Any]], minimum_months: int) -> Baseline:
    """Works out the baseline from columns of `financial_baseline` (`month` and drivers in yuan a month).

    The last twelve months that are there count. A driver filled in at least `minimum_months` of them is scaled to a
    year; one filled less is not known, which is not zero.
    """
    order = sorted(range(len(columns["month"])), key=lambda row: columns["month"][row])[-12:]
    annual: dict[Driver, float | None] = {}
    used: dict[Driver, tuple[date, ...]] = {}
    for driver in DRIVERS:
        rows = [row for row in order if driver in columns and columns[driver][row] is not None]
        known = len(rows) >= minimum_months
        mean = float(np.mean([columns[driver][row] for row in rows])) if known else 0.0
        annual[driver] = mean * (1 if driver in STOCKS else 12) if known else None
        used[driver] = tuple(columns["month"][row] for row in rows)
    months = [columns["month"][row] for row in order]
    return Baseline(len(months), months[0] if months else None, months[-1] if months else None, annual, used)


def worth(driver: Driver, baseline: Baseline, cost_of_capital: float) -> float | None:
    """Returns what improving the driver by all of itself is worth, yuan a year; None when the baseline lacks it."""
    known: dict[str, float | None] = {str(name): amount for name, amount in baseline.annual.items()}
    return value_model().money(driver, {**known, "cost_of_capital": cost_of_capital})


def better(driver: str) -> int:
    """Returns +1 where more is better, −1 where less is."""
    return 1 if driver == "revenue" else -1


def overlap(improvements: Mapping[Driver, Sequence[float]]) -> dict[Driver, float]:
    """Returns for each driver (1 − Π(1 − e)) ÷ Σ e over all candidates' improvements; 1 for one alone."""
    factors: dict[Driver, float] = {}
    for driver, shares in improvements.items():
        positive = np.clip([share for share in shares if share > 0], 0.0, 1.0)
        total = float(positive.sum())
        with np.errstate(divide="ignore"):  # a share of 1 leaves nothing: its logarithm is −∞, the product 0
            together = float(-np.expm1(np.log1p(-positive).sum()))
        factors[driver] = together / total if total > 0 else 1.0
    return factors
