"""How this firm's projects run over: a factor on forecast cost, and one on forecast time, learned from finished steps.

    log(actual ÷ forecast) ~ N(β, σ²)      one finished step
    β ~ N(0, τ²)                           this firm; τ, σ declared in `hierarchy.yaml`

so β given n steps is normal with precision 1/τ² + n/σ² (conjugate), and the factor exp(β) is log-normal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tujing.adoption.hierarchy import CostSpread
from tujing.problems import refuse


@dataclass(frozen=True)
class CostBelief:
    """A log-normal belief about actual ÷ forecast of this firm's next steps."""

    log_mean: float
    log_standard_deviation: float
    steps: int
    """Finished steps that it rests on."""

    @property
    def factor(self) -> float:
        """The expected factor; exactly 1 while no step is finished: untested forecasts are taken as they are."""
        return 1.0 if self.steps == 0 else math.exp(self.log_mean + self.log_standard_deviation**2 / 2)

    @property
    def median(self) -> float:
        return math.exp(self.log_mean)

    def interval(self, quantile: float = 1.959964) -> tuple[float, float]:
        """Returns the bounds between which the factor lies with 95 %."""
        half = quantile * self.log_standard_deviation
        return math.exp(self.log_mean - half), math.exp(self.log_mean + half)


def cost_belief(finished: Sequence[tuple[float, float]], spread: CostSpread) -> CostBelief:
    """Returns the belief after finished steps, each a forecast and an actual figure in the same unit.

    Raises
    ------
    BadInput
        When a forecast or an actual figure is not above nought.
    """
    logs = []
    for forecast, actual in finished:
        if not (forecast > 0 and actual > 0 and math.isfinite(forecast) and math.isfinite(actual)):
            raise refuse(
                "no_ratio",
                "预测值和实际值都须大于零，才能比较。",
                "Forecast and actual must both be above nought to be compared.",
                value=f"{forecast:g} / {actual:g}",
            )
        logs.append(math.log(actual / forecast))
    precision = spread.spread_of_firms**-2 + len(logs) * spread.spread_of_steps**-2
    mean = sum(logs) * spread.spread_of_steps**-2 / precision
    return CostBelief(mean, math.sqrt(1.0 / precision), len(logs))
