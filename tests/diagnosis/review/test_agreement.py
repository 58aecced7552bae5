"""Agreement beyond chance: against published figures and independent implementations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.diagnosis.drawn import SME, answers_to, extreme
from tests.diagnosis.forms import ADDITIVE, drawn_answers

from tujing.diagnosis.questionnaire import level
from tujing.diagnosis.review.agreement import alpha, gower, reading, weighted_kappa
from tujing.diagnosis.review.compare import compare, distance

N = np.nan
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    ]
)
"""Krippendorff (2011), section C: four observers, twelve units."""


@pytest.mark.parametrize(("metric", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_equals_the_published_example(metric, expected):
    assert round(alpha(PUBLISHED, metric), 3) == expected


def test_alpha_is_one_for_full_agreement_and_undefined_without_any_difference():
    same = np.tile(np.array([0.0, 1, 2, 3]), (2, 1))
    assert alpha(same) == 1
    assert alpha(np.ones((2, 5))) is None and alpha(np.array([[1.0, N], [N, 2.0]])) is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=20))
def test_kappa_is_one_less_the_mean_square_of_pairs_over_that_of_all_pairings(pairs):
    """With quadratic weights that is the whole definition: Fleiss & Cohen (1973)."""
    one, other = zip(*pairs, strict=True)
    found = weighted_kappa(one, other, 5)
    seen = np.mean([(a - b) ** 2 for a, b in pairs])
    by_chance = np.mean([(a - b) ** 2 for a in one for b in other])
    if by_chance == 0:
        assert found is None
    else:
        assert found == pytest.approx(1 - seen / by_chance)


@settings(max_examples=30, deadline=None)
@given(answers_to(complete=False), answers_to(complete=False))
def test_side_by_side_is_symmetric_and_names_every_difference(mine, theirs):
    there, back = compare(SME, mine, theirs), compare(SME, theirs, mine)
    assert {one.question: one.distance for one in there.differences} == {
        one.question: one.distance for one in back.differences
    }
    assert there.gower == back.gower and there.alpha == pytest.approx(back.alpha, nan_ok=True)
    assert (there.level_one, there.level_other) == (back.level_other, back.level_one)
    for one in there.differences:
        assert 0 < one.distance <= 1
        swapped = {**mine, one.question: theirs.get(one.question)}
        swapped = {id: answer for id, answer in swapped.items() if answer is not None}
        assert one.level_if_other == level(SME, swapped)
        assert (one.question in there.decisive) == (one.level_if_other != there.level_one)


def test_opposite_ends_are_wholly_apart():
    low, high = extreme(SME, 0), extreme(SME, -1)
    found = compare(SME, high, low)
    assert found.gower == 0 and len(found.differences) == 31 and found.alpha < 0
    assert compare(SME, high, high).differences == () and compare(SME, high, high).gower == 1


@pytest.mark.parametrize("one", ADDITIVE, ids=lambda one: one.id)
def test_forms_are_compared_as_well(one):
    import random

    mine, theirs = (drawn_answers(one, random.Random(seed)) for seed in (1, 2))
    found = compare(one, mine, theirs)
    assert found.differences and 0 <= found.gower < 1
    for id in mine:
        assert distance(one, id, mine[id], mine[id]) == 0


def test_readings_follow_the_customary_bounds():
    words = [reading(value).en for value in (None, 0.9, 0.7, 0.2)]
    assert len(set(words)) == 4 and gower([]) is None
