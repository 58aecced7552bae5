"""A firm's overrun factor is the conjugate posterior of its finished steps."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.adoption.costs import cost_belief
from tujing.adoption.hierarchy import declared
from tujing.problems import BadInput

SPREAD = declared().cost
figures = st.floats(1e3, 1e7)


@given(st.lists(st.tuples(figures, figures), min_size=1, max_size=8))
def test_it_equals_conditioning_the_joint_normal(finished):
    belief = cost_belief(finished, SPREAD)
    logs = np.array([math.log(actual / forecast) for forecast, actual in finished])
    count = len(logs)
    covariance = np.full((count, count), SPREAD.spread_of_firms**2) + np.eye(count) * SPREAD.spread_of_steps**2
    gain = np.linalg.solve(covariance, np.full(count, SPREAD.spread_of_firms**2))
    assert belief.log_mean == pytest.approx(gain @ logs, abs=1e-9)
    exact = SPREAD.spread_of_firms**2 * (1 - gain.sum())
    assert belief.log_standard_deviation**2 == pytest.approx(exact, rel=1e-8)


def test_nothing_finished_leaves_the_forecast_alone():
    assert cost_belief([], SPREAD).factor == 1.0


def test_steady_overruns_are_learned_and_the_interval_narrows():
    factors = [cost_belief([(100.0, 120.0)] * steps, SPREAD) for steps in (1, 4, 40)]
    assert 1.0 < factors[0].median < factors[1].median < factors[2].median < 1.2
    widths = [belief.interval()[1] - belief.interval()[0] for belief in factors]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("pair", [(0.0, 5.0), (5.0, 0.0), (-1.0, 5.0), (5.0, math.nan), (math.inf, 5.0)])
def test_what_has_no_ratio_is_refused(pair):
    with pytest.raises(BadInput) as refused:
        cost_belief([pair], SPREAD)
    assert refused.value.problems[0].code == "no_ratio"
