import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.evaluation.posterior import Belief, from_range, update

means = st.floats(-1, 1)
spreads = st.floats(0.001, 1)


@given(means, spreads, means, spreads)
def test_the_posterior_lies_between_and_is_surer_than_both(prior_mean, prior_spread, mean, spread):
    prior, measured = Belief(prior_mean, prior_spread), Belief(mean, spread)
    posterior = update(prior, measured)
    assert min(prior_mean, mean) - 1e-9 <= posterior.mean <= max(prior_mean, mean) + 1e-9
    assert posterior.standard_deviation <= min(prior_spread, spread) + 1e-12


def test_it_equals_the_product_of_densities_on_a_grid():
    prior, measured = Belief(-0.02, 0.01), Belief(-0.035, 0.006)
    grid = np.linspace(-0.2, 0.2, 400_001)
    density = np.exp(-0.5 * ((grid - prior.mean) / 0.01) ** 2 - 0.5 * ((grid - measured.mean) / 0.006) ** 2)
    density /= density.sum()
    mean = (grid * density).sum()
    posterior = update(prior, measured)
    assert posterior.mean == pytest.approx(mean, abs=1e-8)
    assert posterior.standard_deviation == pytest.approx(np.sqrt((density * (grid - mean) ** 2).sum()), rel=1e-5)


@given(st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=3))
def test_a_range_keeps_the_moments_of_its_triangle(values):
    low, mode, high = sorted(values)
    if high - low < 1e-3:
        return
    draws = np.random.default_rng(0).triangular(low, mode, high, 200_000)
    belief = from_range(low, mode, high)
    assert belief.mean == pytest.approx(draws.mean(), abs=0.005)
    assert belief.standard_deviation == pytest.approx(draws.std(), abs=0.005)
