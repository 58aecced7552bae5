"""Drawn plans against closed forms."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm
from tests.planning.factory import candidate, effect

from tujing.planning import montecarlo, returns
from tujing.planning.candidates import EffectOn
from tujing.planning.cashflow import Figures, Horizon, Portfolio
from tujing.planning.montecarlo import Event, sample, simulate
from tujing.planning.returns import payback
from tujing.planning.tornado import tornado
from tujing.planning.uncertainty import Normal, Triangular

DRAWS = 60_000
HORIZON = Horizon(quarters=4, quarters_after=4, ramp_up=(0.5, 1.0), discount_rate=0.1)
WORTH = {"scrap_cost": 1_000_000.0, "energy_cost": 400_000.0}


def two_projects() -> Portfolio:
    one = candidate("production/one", (effect("scrap_cost"),), Triangular(5e4, 8e4, 2e5), Triangular(1e3, 2e3, 6e3))
    two = candidate("production/two", (effect("energy_cost", 0.0, 0.05, 0.1),), Triangular(1e4, 2e4, 3e4), quarters=2)
    return Portfolio([(one, 0), (two, 1)], WORTH, HORIZON)


def weights(portfolio: Portfolio) -> list[tuple[float, object]]:
    """Net present value of one unit of each uncertain figure, with its distribution: one effect a driver, so linear."""
    discount, found = HORIZON.discount(), []
    for one, start in portfolio.projects:
        live = start + one.quarters
        found += [(float(HORIZON.ramp(live) @ discount) / 4 * WORTH[it.driver], it.improvement) for it in one.effects]
        found.append((-float(HORIZON.under_way(start, one.quarters) @ discount), one.one_off))
        found.append((-float(HORIZON.in_use(live) @ discount), one.yearly))
    return found


def test_mean_and_deviation_equal_the_closed_form_when_figures_are_independent():
    portfolio = two_projects()
    risk = simulate(portfolio, 0.0, 0.0, DRAWS, seed=1)
    mean = sum(weight * figure.mean for weight, figure in weights(portfolio))
    deviation = math.sqrt(sum((weight * figure.standard_deviation) ** 2 for weight, figure in weights(portfolio)))
    assert abs(risk.mean - mean) < 4 * deviation / math.sqrt(DRAWS)
    assert risk.standard_deviation == pytest.approx(deviation, rel=4 / math.sqrt(2 * DRAWS))


def covariance(one, other, correlation: float) -> float:
    """Covariance in a Gaussian copula by Mehler's formula: Σ ρ^k a_k b_k with a_k = E[x(Z) He_k(Z)] ÷ √k!."""
    nodes, masses = np.polynomial.hermite_e.hermegauss(300)
    masses = masses / math.sqrt(2 * math.pi)
    total = 0.0
    for order in range(1, 40):
        kernel = np.polynomial.hermite_e.hermeval(nodes, [0] * order + [1]) / math.sqrt(math.factorial(order))
        parts = [float((masses * figure.from_normal(nodes) * kernel).sum()) for figure in (one, other)]
        total += correlation**order * parts[0] * parts[1]
    return total


def test_mean_deviation_and_shortfall_equal_the_closed_form_when_figures_are_correlated():
    portfolio, effect_correlation, cost_correlation = two_projects(), 0.5, 0.3
    effects = {id(it.improvement) for _, it in portfolio.effects}
    terms = weights(portfolio)
    mean = sum(weight * figure.mean for weight, figure in terms)
    variance = 0.0
    for place, (weight, figure) in enumerate(terms):
        variance += (weight * figure.standard_deviation) ** 2
        for other_weight, other in terms[:place]:
            if (id(figure) in effects) == (id(other) in effects):
                common = effect_correlation if id(figure) in effects else cost_correlation
                variance += 2 * weight * other_weight * covariance(figure, other, common)
    risk = simulate(portfolio, effect_correlation, cost_correlation, 4 * DRAWS, seed=5)
    assert abs(risk.mean - mean) < 4 * math.sqrt(variance / (4 * DRAWS))
    assert risk.standard_deviation == pytest.approx(math.sqrt(variance), rel=4 / math.sqrt(2 * 4 * DRAWS))


def test_a_plan_of_normal_figures_has_the_normal_moments_percentiles_loss_and_shortfall():
    measured = [Normal(0.10, 0.05), Normal(0.04, 0.03)]
    projects = [
        (candidate(f"production/{driver}", (EffectOn(driver, "kpi", figure, "test", "measured"),)), 0)
        for driver, figure in zip(WORTH, measured, strict=True)
    ]
    portfolio = Portfolio(projects, WORTH, HORIZON)
    each = [float(HORIZON.ramp(1) @ HORIZON.discount()) / 4 * amount for amount in WORTH.values()]
    spread = [weight * figure.standard_deviation for weight, figure in zip(each, measured, strict=True)]
    mean = sum(weight * figure.mean for weight, figure in zip(each, measured, strict=True))
    deviation = math.sqrt(spread[0] ** 2 + spread[1] ** 2 + 2 * 0.6 * spread[0] * spread[1])
    risk = simulate(portfolio, 0.6, 0.0, 4 * DRAWS, seed=6)
    error = deviation / math.sqrt(4 * DRAWS)
    assert abs(risk.mean - mean) < 4 * error
    assert risk.standard_deviation == pytest.approx(deviation, rel=4 / math.sqrt(8 * DRAWS))
    assert abs(risk.p10 - norm.ppf(0.1, mean, deviation)) < 8 * error
    assert abs(risk.loss - norm.cdf(0, mean, deviation)) < 0.002
    assert abs(risk.cvar - (mean - deviation * norm.pdf(norm.ppf(0.05)) / 0.05)) < 20 * error


def test_two_effects_on_one_driver_have_the_closed_mean_of_their_product():
    projects = [(candidate(f"production/{name}", (effect(),)), 0) for name in "ab"]
    portfolio = Portfolio(projects, WORTH, HORIZON)
    mean, ramp = effect().improvement.mean, HORIZON.ramp(1)
    closed = float((1 - (1 - ramp * mean) ** 2) @ HORIZON.discount()) * WORTH["scrap_cost"] / 4
    risk = simulate(portfolio, 0.0, 0.0, DRAWS, seed=7)
    assert abs(risk.mean - closed) < 4 * risk.standard_deviation / math.sqrt(DRAWS)


def test_a_certain_figure_gives_its_rate_of_return_and_its_deepest_cash():
    sure = candidate(effects=(effect(low=0.4, mode=0.4, high=0.4),), one_off=Triangular(3e5, 3e5, 3e5), quarters=2)
    portfolio = Portfolio([(sure, 0)], WORTH, HORIZON)
    risk, cash = simulate(portfolio, 0.5, 0.3, 100), portfolio.cash(portfolio.expected())
    assert risk.trough.p10 == pytest.approx(-3e5) and risk.trough_quarter == 1
    assert risk.irr.p50 == pytest.approx(returns.internal_rate(cash)[0], abs=1e-4)
    assert risk.cvar == pytest.approx(risk.mean) and risk.p10 == pytest.approx(
        float(portfolio.npv(portfolio.expected())[0])
    )


@pytest.mark.parametrize(
    ("event", "loss"),
    [
        (Event("dear", (0,), 0.3, one_off=Triangular(0.1, 0.4, 0.7)), lambda part: 0.3 * 0.4 * part["one_off"]),
        (Event("run", (0,), 0.3, yearly=Triangular(0.1, 0.4, 0.7)), lambda part: 0.3 * 0.4 * part["yearly"]),
        (Event("weak", (0,), 0.2, effect=Triangular(0.0, 0.5, 1.0)), lambda part: 0.2 * 0.5 * part["benefit"]),
        (Event("late", (0,), 0.25, delay=2), lambda part: 0.25 * (part["benefit"] - part["late"])),
        (Event("never", (0,), 0.0, effect=Triangular(1, 1, 1), delay=3), lambda part: 0.0),
        (Event("other", (1,), 1.0, effect=Triangular(1, 1, 1)), lambda part: part["other"]),
    ],
)
def test_an_event_costs_its_probability_times_what_it_takes(event, loss):
    portfolio, discount = two_projects(), HORIZON.discount()
    one = portfolio.projects[0][0]
    gain, other = (
        mean * WORTH[driver] / 4
        for mean, driver in zip((one.effects[0].improvement.mean, 0.05), ("scrap_cost", "energy_cost"), strict=True)
    )
    part = {
        "one_off": one.one_off.mean * float(HORIZON.under_way(0, 1) @ discount),
        "yearly": one.yearly.mean * float(HORIZON.in_use(1) @ discount),
        "benefit": gain * float(HORIZON.ramp(1) @ discount),
        "late": gain * float(HORIZON.ramp(3) @ discount),
        "other": other * float(HORIZON.ramp(3) @ discount),
    }
    without, struck = (simulate(portfolio, 0.5, 0.3, DRAWS, 8, events) for events in ((), (event,)))
    lost = without.mean - struck.mean
    # Both draw the same figures, so only the event itself makes noise: at most its own spread.
    assert lost == pytest.approx(loss(part), abs=4 * 2 * part["benefit"] * 0.5 / math.sqrt(DRAWS) + 1)


def test_an_event_that_takes_all_effects_is_found_in_the_worst_draws():
    bad = Event("bad", (0, 1), 0.05, effect=Triangular(1, 1, 1))
    risk = simulate(two_projects(), 0.5, 0.3, DRAWS, 9, [bad, Event("harmless", (0,), 0.3)])
    assert risk.in_tail[0] > 0.9 and risk.in_tail[1] == pytest.approx(0.3, abs=0.05)


def test_two_delays_of_one_project_add_up():
    sure = Portfolio([(candidate(effects=(effect(low=0.4, mode=0.4, high=0.4),)), 0)], WORTH, HORIZON)
    events = [Event("one", (0,), 1.0, delay=1), Event("two", (0,), 1.0, delay=2)]
    late = Portfolio([(candidate(effects=(effect(low=0.4, mode=0.4, high=0.4),)), 3)], WORTH, HORIZON)
    assert simulate(sure, 0.5, 0.3, 64, 0, events).mean == pytest.approx(float(late.npv(late.expected())[0]))


def test_the_number_of_threads_changes_nothing(monkeypatch):
    two = simulate(two_projects(), 0.5, 0.3, 20_000, 1)
    monkeypatch.setattr(montecarlo, "THREADS", 1)
    assert simulate(two_projects(), 0.5, 0.3, 20_000, 1) == two


def test_a_common_factor_leaves_the_mean_and_widens_the_spread():
    apart, together = (simulate(two_projects(), common, common, DRAWS, seed=2) for common in (0.0, 0.9))
    error = together.standard_deviation * math.sqrt(2 / DRAWS)
    assert abs(apart.mean - together.mean) < 5 * error
    effects = next(sample(two_projects(), 0.9, 0.0, 20_000, 3)).improvements
    assert np.corrcoef(effects.T)[0, 1] > 0.8


@pytest.mark.parametrize("figure", [Triangular(1, 2, 6), Triangular(1, 1, 4), Triangular(0, 3, 3), Normal(2.0, 0.5)])
def test_draws_have_the_distributions_own_moments(figure):
    draws = figure.from_normal(np.random.default_rng(4).standard_normal(DRAWS))
    error = figure.standard_deviation / math.sqrt(DRAWS)
    assert abs(draws.mean() - figure.mean) < 4 * error
    assert draws.std() == pytest.approx(figure.standard_deviation, rel=0.02)


def test_the_range_is_never_left_and_a_range_without_width_is_a_figure():
    draws = Triangular(1, 2, 6).from_normal(np.linspace(-9, 9, 1_001))
    assert draws.min() >= 1 and draws.max() <= 6 and (np.diff(draws) >= 0).all()
    assert (Triangular(3, 3, 3).from_normal(np.linspace(-3, 3, 7)) == 3).all()


def test_the_same_seed_gives_the_same_figures_and_another_seed_others():
    first, again, other = (simulate(two_projects(), 0.5, 0.3, 5_000, seed) for seed in (7, 7, 8))
    assert first == again and first.mean != other.mean


def test_percentiles_are_in_order_and_the_histogram_counts_every_draw():
    risk = simulate(two_projects(), 0.5, 0.3, 5_000, 1)
    assert risk.p10 < risk.p50 < risk.p90 and 0 <= risk.loss <= 1
    assert sum(risk.counts) == 5_000 and len(risk.edges) == len(risk.counts) + 1


def test_effects_on_one_driver_diminish_each_other():
    projects = [(candidate(f"production/{name}", (effect(low=0.3, mode=0.3, high=0.3),)), 0) for name in "ab"]
    portfolio = Portfolio(projects, WORTH, HORIZON)
    last_quarter = portfolio.benefit(portfolio.expected())[0, -1]
    assert last_quarter == pytest.approx(1_000_000 / 4 * (1 - 0.7 * 0.7))


def test_benefit_begins_with_the_quarter_after_the_step_and_ramps_up():
    portfolio = Portfolio([(candidate(effects=(effect(low=0.4, mode=0.4, high=0.4),), quarters=2), 1)], WORTH, HORIZON)
    full = 1_000_000 / 4 * 0.4
    assert portfolio.benefit(portfolio.expected())[0] == pytest.approx([0, 0, 0, full / 2, full, full, full, full])


def test_an_empty_plan_is_worth_nothing_and_risks_nothing():
    risk = simulate(Portfolio([], WORTH, HORIZON), 0.5, 0.3, 1_000, 0)
    assert (risk.mean, risk.p10, risk.p90, risk.loss, risk.payback) == (0, 0, 0, 0, 0)


def test_cash_set_free_is_counted_once_and_not_in_the_present_value():
    freed = Portfolio(
        [(candidate(effects=(effect("inventory_value", 0.1, 0.1, 0.1),)), 0)], {"inventory_value": 60.0}, HORIZON
    )
    assert freed.freed_cash({"inventory_value": 1_000.0}) == pytest.approx(100.0)
    assert freed.npv(freed.expected())[0] < 60.0 * 0.1 * HORIZON.length / 4


def test_payback_is_when_cash_stays_above_nought():
    cash = np.array([[-10.0, 4.0, 6.0, 1.0], [-10.0, 20.0, -15.0, 9.0], [-1.0, 0.0, 0.0, 0.5], [2.0, 1.0, 1.0, 1.0]])
    assert payback(cash).tolist() == [3.0, 4.0, math.inf, 0.0]


def test_each_tornado_bar_holds_the_expected_value_and_the_widest_comes_first():
    portfolio = two_projects()
    middle, bars = portfolio.npv(portfolio.expected())[0], tornado(portfolio)
    assert len(bars) == 4
    assert all(bar.low < middle < bar.high for bar in bars)
    widths = [bar.high - bar.low for bar in bars]
    assert widths == sorted(widths, reverse=True)


def test_many_figures_at_once_equal_them_one_by_one():
    portfolio = two_projects()
    many = next(sample(portfolio, 0.5, 0.3, 50, 5))
    together = portfolio.npv(many)
    for row in range(50):
        one = Figures(many.improvements[[row]], many.one_off[[row]], many.yearly[[row]])
        assert portfolio.npv(one)[0] == pytest.approx(together[row])


def test_a_candidate_may_ramp_up_in_its_own_way():
    full = effect(low=0.4, mode=0.4, high=0.4)
    quick = replace(candidate(effects=(full,)), ramp=(1.0,))
    slow = replace(candidate(effects=(full,)), ramp=(0.0, 0.25, 0.5))
    cash = [Portfolio([(one, 0)], WORTH, HORIZON) for one in (quick, slow)]
    first, second = (one.benefit(one.expected())[0] / (1_000_000 / 4 * 0.4) for one in cash)
    assert first == pytest.approx([0, 1, 1, 1, 1, 1, 1, 1])
    assert second == pytest.approx([0, 0, 0.25, 0.5, 1, 1, 1, 1])
