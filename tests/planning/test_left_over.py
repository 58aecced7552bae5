"""What is not used up at the end of the horizon: the horizon's end must not choose between buying and subscribing."""

from dataclasses import replace

import numpy as np
import pytest
from tests.planning.factory import candidate, effect

from tujing.atlas.loader import atlas
from tujing.planning.assumptions import assumptions
from tujing.planning.cashflow import Horizon, Portfolio
from tujing.planning.options import cost_options
from tujing.planning.robustness import step_draws
from tujing.planning.steps import overlap_factors, to_steps
from tujing.planning.uncertainty import Triangular
from tujing.planning.value_split import npv_shares

HORIZON = Horizon(quarters=8, quarters_after=8, ramp_up=(1.0,), discount_rate=0.1, life=20)
WORTH = {"scrap_cost": 1_000_000.0}


def sure(amount: float) -> Triangular:
    return Triangular(amount, amount, amount)


@pytest.mark.parametrize("start", [0, 3, 6])
def test_a_price_costs_what_equal_yearly_fees_over_its_life_cost_in_the_quarters_that_count(start):
    """Paid in one quarter, used from the next: the same as the annuity as a fee at each quarter's end in use."""
    rate = 1.1**0.25 - 1
    fee = 100_000 * rate / (1 - (1 + rate) ** -20)
    bought = replace(candidate("a/bought", (effect("scrap_cost"),), sure(100_000), sure(0)), owned=1.0)
    hired = candidate("a/hired", (effect("scrap_cost"),), sure(0), sure(4 * fee))
    worth = [
        Portfolio([(one, start)], WORTH, HORIZON).npv(Portfolio([(one, start)], WORTH, HORIZON).expected())[0]
        for one in (bought, hired)
    ]
    assert worth[0] == pytest.approx(worth[1], rel=1e-9)


def test_what_outlives_its_life_leaves_nothing_and_what_is_not_in_use_yet_leaves_all():
    assert replace(HORIZON, life=8).left_over(live=8) == 0.0
    assert replace(HORIZON, life=8).left_over(live=0) == 0.0
    assert HORIZON.left_over(live=16) == 1.0
    assert HORIZON.left_over(4) < HORIZON.left_over(5) < 1.0
    flat = replace(HORIZON, discount_rate=0.0)
    assert flat.left_over(6) == pytest.approx(0.5)


def test_every_way_of_valuing_a_plan_counts_it_alike():
    one = replace(candidate("a/one", (effect("scrap_cost"),), Triangular(5e4, 8e4, 2e5), sure(5e3)), owned=0.7)
    portfolio = Portfolio([(one, 2)], WORTH, HORIZON)
    exact = portfolio.npv(portfolio.expected())[0]
    factors = overlap_factors([one])
    linear = to_steps([one], WORTH, factors, HORIZON)[0].value[2]
    assert npv_shares(portfolio).sum() == pytest.approx(exact)
    assert linear == pytest.approx(exact)
    drawn = step_draws([one], WORTH, factors, HORIZON, assumptions(), 4000, 1)[:, 0, 2]
    assert drawn.mean() == pytest.approx(exact, abs=5 * drawn.std() / 4000**0.5)
    back = portfolio.left_over()
    without = Portfolio([(replace(one, owned=0.0), 2)], WORTH, HORIZON)
    assert portfolio.cash(portfolio.expected())[0, -1] - without.cash(without.expected())[0, -1] == pytest.approx(back)
    assert np.allclose(portfolio.cash(portfolio.expected())[0, :-1], without.cash(without.expected())[0, :-1])


def test_how_much_dearer_buying_is_does_not_hang_on_when_a_step_starts():
    """Per yuan of price and quarter of use, at once and two years later; without what is left over it grows."""
    grown = {0: [], 20: []}
    for card in atlas().manifests.values():
        for cost in card.costs:
            ways = {one.id: one for one in cost_options(card, cost.level, "medium", assumptions())}
            if cost.size != "medium" or not {"buy", "subscribe"} <= set(ways):
                continue
            for life, growth in grown.items():
                horizon = Horizon(12, 8, assumptions().ramp_up.value, 0.1, life)
                at_once, later = (_dearer(ways, horizon, start) for start in (0, 8))
                growth.append((later - at_once) / ways["buy"].one_off.mean)
    assert len(grown[0]) > 30
    assert np.median(grown[0]) > 0.01
    assert abs(np.median(grown[20])) < np.median(grown[0]) / 5


def _dearer(ways, horizon: Horizon, start: int) -> float:
    """By how many yuan buying costs more than subscribing, a discounted quarter of use."""
    discount, found = horizon.discount(), {}
    for name in ("buy", "subscribe"):
        way = ways[name]
        used = horizon.in_use(start + way.quarters) @ discount
        price = way.one_off.mean * horizon.outlay(start, way.quarters, way.owned) @ discount
        found[name] = float(price / used + way.yearly.mean) / 4
    return found["buy"] - found["subscribe"]
