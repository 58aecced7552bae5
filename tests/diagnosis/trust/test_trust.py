"""What a level hangs on: the fewest answers equal brute force, the chance equals enumeration."""

from __future__ import annotations

import random
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.diagnosis.drawn import SME, answers_to, extreme
from tests.diagnosis.forms import ADDITIVE, cut, drawn_answers

from tujing.diagnosis.evidence import without
from tujing.diagnosis.grading.form import form
from tujing.diagnosis.questionnaire import level
from tujing.diagnosis.trust.chance import chance, declared
from tujing.diagnosis.trust.flips import fewest


def by_force(one, answers, doubted):
    """The size of the smallest set whose failure lowers the level, all sets tried; None when no set does."""
    reached = level(one, answers)
    for size in range(1, len(doubted) + 1):
        for chosen in combinations(doubted, size):
            if level(one, without(answers, set(chosen))) < reached:
                return size
    return None


def enumerated(one, answers, holds, asked):
    """The chance that a level is reached, over all ways in which the doubted answers may hold or not."""
    total = 0.0
    for truths in product((True, False), repeat=len(holds)):
        weight, failed = 1.0, set()
        for (id, share), true in zip(holds.items(), truths, strict=True):
            weight *= share if true else 1 - share
            failed |= set() if true else {id}
        total += weight * (level(one, without(answers, failed)) >= asked)
    return total


@settings(max_examples=60, deadline=None)
@given(answers_to(), st.sets(st.sampled_from(SME.question_ids()), max_size=9))
def test_the_fewest_answers_that_flip_the_sme_level_equal_brute_force(answers, doubted):
    found = fewest(SME, answers, sorted(doubted))
    smallest = by_force(SME, answers, sorted(doubted)) if level(SME, answers) else None
    assert (None if found.questions is None else len(found.questions)) == smallest and found.exact
    if found.questions:
        assert level(SME, without(answers, set(found.questions))) < level(SME, answers)


@settings(max_examples=40, deadline=None)
@given(answers_to(), st.dictionaries(st.sampled_from(SME.question_ids()), st.floats(0, 1), max_size=7))
def test_the_chance_that_the_sme_level_holds_equals_enumeration(answers, holds):
    reached = level(SME, answers)
    for asked in range(1, reached + 1):
        found = chance(SME, answers, holds, asked)
        assert found.exact and found.value == pytest.approx(enumerated(SME, answers, holds, asked))
    assert chance(SME, answers, holds, reached + 1).value == 0 and chance(SME, answers, holds, 0).value == 1


@pytest.mark.parametrize("whole", ADDITIVE, ids=lambda one: one.id)
def test_of_other_forms_too_both_equal_brute_force(whole):
    luck = random.Random(7)
    flipped = 0
    for _ in range(12):
        one = cut(whole, luck, 7)
        answers = drawn_answers(one, luck)
        doubted = luck.sample(sorted(answers), min(5, len(answers)))
        reached = level(one, answers)
        found = fewest(one, answers, doubted)
        smallest = by_force(one, answers, doubted) if reached else None
        assert (None if found.questions is None else len(found.questions)) == smallest
        flipped += smallest is not None
        if reached:
            holds = {id: luck.random() for id in doubted}
            told = chance(one, answers, holds, reached)
            assert told.value == pytest.approx(enumerated(one, answers, holds, reached), abs=max(5 * told.error, 1e-9))
    assert flipped


def test_a_rule_that_is_no_sum_is_tried_and_drawn_with_its_error():
    one, luck = form("sus_1996"), random.Random(3)
    answers = {item.id: 5 if place % 2 == 0 else 1 for place, item in enumerate(one.items)}
    assert fewest(one, answers, ["Q01"]).questions is not None
    doubted = {item.id: 0.9 for item in luck.sample(one.items, 3)}
    found = chance(one, answers, doubted, level(one, answers))
    assert not found.exact and found.value == pytest.approx(0.9**3, abs=5 * found.error)


def test_many_fine_sums_are_drawn_with_their_error():
    """28 items of different weights come to more sums than are kept; the draw agrees with the normal law."""
    one = form("dtmm_2023")
    answers = {item.id: 4 for item in one.items}
    found = chance(one, answers, {item.id: 0.99 for item in one.items}, level(one, answers))
    assert 0 < found.value < 1


def test_a_level_fully_backed_cannot_flip_and_holds_for_certain():
    answers = extreme(SME, -1)
    assert fewest(SME, answers, []).questions is None
    assert chance(SME, answers, {}, 4).value == 1


def test_the_declared_probabilities_name_their_source():
    assert declared().provenance.status == "constructed"
    assert all(0 <= share <= 1 for share in declared().holds.values())
    assert set(declared().holds) == {"unevidenced", "more", "contradicted", "rejected"}
