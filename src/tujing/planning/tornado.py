"""Which figure moves the plan most: one at a time from its 10th to its 90th percentile, the rest at their means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tujing.planning.cashflow import Figures, Portfolio
from tujing.planning.uncertainty import Floats
from tujing.words import Text

TENTH = 1.2815515655446004
"""Standard normal deviate of the ninetieth percentile."""
RATE_STEP = 0.02


@dataclass(frozen=True)
class Bar:
    """Net present value, yuan, when one thing is at its unfavourable and at its favourable end."""

    label: Text
    low: float
    high: float


def tornado(portfolio: Portfolio) -> list[Bar]:
    """Returns the bars, widest first: the effects of each scenario, all costs, the discount rate."""
    low, high = _ends(portfolio, -TENTH), _ends(portfolio, TENTH)
    means = portfolio.expected()
    bars = []
    names = {one.scenario: one.name for one, _ in portfolio.projects}
    for scenario, name in names.items():
        mine = np.array([portfolio.projects[place][0].scenario == scenario for place, _ in portfolio.effects])

        def moved(end: Figures, mine: Floats = mine) -> Figures:
            return replace(means, improvements=np.where(mine, end.improvements, means.improvements))

        bars.append(_bar(Text(zh=f"{name.zh}的效果", en=f"Effects of {name.en.lower()}"), portfolio, low, high, moved))
    costs = Text(zh="全部费用", en="All costs")
    # Dear is the unfavourable end of costs, so their ends change places.
    bars.append(_bar(costs, portfolio, high, low, lambda end: replace(end, improvements=means.improvements)))
    bars.append(_rate_bar(portfolio, means))
    return sorted(bars, key=lambda bar: bar.low - bar.high)


def _ends(portfolio: Portfolio, deviate: float) -> Figures:
    at = np.array([deviate])
    return Figures(
        np.array([[effect.improvement.from_normal(at)[0] for _, effect in portfolio.effects]]),
        np.array([[one.one_off.from_normal(at)[0] for one, _ in portfolio.projects]]),
        np.array([[one.yearly.from_normal(at)[0] for one, _ in portfolio.projects]]),
    )


def _bar(label: Text, portfolio: Portfolio, low: Figures, high: Figures, moved: Callable[[Figures], Figures]) -> Bar:
    return Bar(label, float(portfolio.npv(moved(low))[0]), float(portfolio.npv(moved(high))[0]))


def _rate_bar(portfolio: Portfolio, means: Figures) -> Bar:
    rate = portfolio.horizon.discount_rate

    def at(step: float) -> float:
        horizon = replace(portfolio.horizon, discount_rate=rate + step)
        return float(Portfolio(portfolio.projects, portfolio.worth, horizon).npv(means)[0])

    label = Text(zh=f"折现率 ±{RATE_STEP:.0%}", en=f"Discount rate ±{RATE_STEP:.0%}")
    return Bar(label, at(RATE_STEP), at(-RATE_STEP))
