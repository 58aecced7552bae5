"""Tabulated draws against the exact transform."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from tujing.planning.draws import CELLS, REACH, Copula, levels
from tujing.planning.uncertainty import Normal, Triangular

RANGES = st.tuples(st.integers(-500, 500), st.integers(0, 400), st.integers(0, 400)).map(
    lambda it: Triangular(it[0] / 100, (it[0] + it[1]) / 100, (it[0] + it[1] + it[2]) / 100)
)


class Given:
    """Stands in the place of random words: hands out the sixteen-bit numbers that it was given, and no factor."""

    def __init__(self, numbers: np.ndarray) -> None:
        self.words = np.ascontiguousarray(numbers, dtype=np.uint16).view(np.uint64)

    def standard_normal(self, rows: int, dtype: type) -> np.ndarray:
        return np.zeros(rows, dtype=dtype)

    def integers(self, low: int, high: int, size: int, dtype: type, endpoint: bool) -> np.ndarray:
        assert (low, high, endpoint, size) == (0, 2**64 - 1, True, len(self.words))
        return self.words


def test_the_levels_are_a_standard_normal_distribution_to_five_digits():
    found = levels()
    assert len(found) == 65_536 and (np.diff(found) > 0).all()
    assert found.mean() == pytest.approx(0, abs=1e-12) and found.var() == pytest.approx(1)
    assert np.abs(ndtr(found) - (np.arange(65_536) + 0.5) / 65_536).max() < 1e-5
    assert (found**4).mean() == pytest.approx(3, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(RANGES, st.integers(0, 65_535))
def test_every_draw_of_a_range_is_the_exact_one_to_a_hundred_thousandth_of_its_width(figure, first):
    numbers = (first + np.arange(4_096) * 16) % 65_536
    drawn = Copula([figure], 0.0).draw(Given(numbers), len(numbers))[:, 0]
    exact = figure.from_normal(levels()[numbers])
    width = figure.high - figure.low
    assert np.abs(drawn - exact).max() <= 1e-5 * width + 4e-7 * max(abs(figure.low), abs(figure.high))


def test_every_draw_of_a_measured_figure_is_the_exact_one_in_single_precision():
    figure, numbers = Normal(2.0, 0.5), np.arange(65_536)
    drawn = Copula([figure], 0.0).draw(Given(numbers), len(numbers))[:, 0]
    assert np.abs(drawn - figure.from_normal(levels())).max() < 2e-6


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.9, 1.0])
def test_normal_figures_have_the_declared_moments_and_correlation(correlation):
    draws = Copula([Normal(1.0, 2.0), Normal(-3.0, 0.5)], correlation).draw(np.random.default_rng(1), 200_000)
    assert draws.mean(axis=0) == pytest.approx([1.0, -3.0], abs=4 * 2 / 200_000**0.5)
    assert draws.std(axis=0) == pytest.approx([2.0, 0.5], rel=0.01)
    assert np.corrcoef(draws.T)[0, 1] == pytest.approx(correlation, abs=0.01)


def test_no_deviate_leaves_the_tables_whatever_the_correlation():
    from tujing.planning.draws import FACTOR_REACH

    own = levels()[-1]
    worst = max(np.sqrt(share) * FACTOR_REACH + np.sqrt(1 - share) * own for share in np.linspace(0, 1, 101))
    assert worst < REACH * (1 - 2 / CELLS)


def test_a_range_is_never_left():
    draws = Copula([Triangular(1, 2, 6), Triangular(3, 3, 3)], 0.5).draw(np.random.default_rng(2), 50_000)
    assert draws[:, 0].min() >= 1 and draws[:, 0].max() <= 6 and (draws[:, 1] == 3).all()


def test_no_figures_are_no_columns_and_a_correlation_above_one_is_an_error():
    assert Copula([], 0.5).draw(np.random.default_rng(0), 10).shape == (10, 0)
    with pytest.raises(ValueError, match="correlation"):
        Copula([], 1.5)
