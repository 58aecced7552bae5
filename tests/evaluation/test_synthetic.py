"""Covered: weights as the field's library finds them, honesty on unseen weeks, and strangers refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tujing.evaluation.methods import Outcome, answer
from tujing.evaluation.synthetic import simplex_weights, twin

AFTER = np.arange(130) >= 104


def donors(seed=0, count=5):
    random = np.random.default_rng(seed)
    return np.cumsum(random.normal(0, 0.05, (130, count)), axis=0) + random.normal(0, 0.01, (130, count))


def test_the_weights_are_those_of_pysyncon():
    pysyncon = pytest.importorskip("pysyncon")
    values = donors()
    treated = values @ np.array([0.6, 0.3, 0.1, 0.0, 0.0])
    before = values[:104] - values[:104].mean(axis=0)
    # pysyncon divides every period by its spread over the units; the same is done to ours here.
    mine = treated[:104] - treated[:104].mean()
    spread = np.column_stack([before, mine]).std(axis=1, ddof=1)
    ours = simplex_weights(mine / spread, before / spread[:, None])
    theirs = pysyncon.PenalizedSynth()
    theirs.fit(X0=pd.DataFrame(before), X1=pd.Series(mine, name="treated"), lambda_=0.0)
    assert ours == pytest.approx(np.asarray(theirs.W), abs=0.01)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), level=st.floats(-5, 5), effect=st.floats(-1, 1))
def test_a_level_of_its_own_changes_nothing_and_an_effect_shows_as_it_is(seed, level, effect):
    values = donors(seed)
    treated = values @ np.random.default_rng(seed).dirichlet(np.ones(5))
    plain, moved = twin(treated, values, AFTER), twin(treated + level + effect * AFTER, values, AFTER)
    assert moved.gap - plain.gap == pytest.approx(effect * AFTER, abs=1e-6)
    assert moved.weights.sum() == pytest.approx(1.0) and (moved.weights >= 0).all()


def test_a_part_outside_what_all_donors_did_has_no_twin():
    random = np.random.default_rng(3)
    values = random.normal(0, 0.02, (130, 4))
    treated = 0.02 * np.arange(130) + random.normal(0, 0.02, 130)
    assert twin(treated, values, AFTER).outside > 0.25
    sisters = {str(number): values[:, number] for number in range(4)}
    (found,) = answer(np.arange(130), AFTER, [Outcome(treated, values.mean(axis=1), sisters)], 52.18)
    assert found.method == "comparative_interrupted_time_series" and found.refused == "outside_donors"


def test_judged_on_weeks_it_did_not_see_the_fit_is_never_flattered():
    values = donors(1, count=12)
    treated = np.random.default_rng(9).normal(0, 0.1, 130)
    found = twin(treated, values, AFTER)
    middle = values[:104] - values[:104].mean(axis=0)
    seen = treated[:104] - treated[:104].mean() - middle @ found.weights
    assert found.error >= np.sqrt(np.mean(seen**2))
