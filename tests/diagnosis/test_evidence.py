"""The level claimed and the level evidenced."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.diagnosis.drawn import SME, answers_to, extreme

from tujing.diagnosis.evidence import Backing, confidence


@settings(max_examples=30)
@given(answers_to(), st.sets(st.sampled_from(SME.question_ids())))
def test_evidence_never_raises_the_level_above_the_claim(answers, backed):
    found = confidence(SME, answers, Backing({id: ["file"] for id in backed}))
    assert found.evidenced.level <= found.claimed.level
    assert found.evidenced.score <= found.claimed.score
    assert set(found.pivotal) <= set(found.unevidenced)
    assert not set(found.unevidenced) & backed


def test_full_evidence_keeps_the_claim_and_statements_alone_keep_nothing():
    answers = extreme(SME, -1)
    full = confidence(SME, answers, Backing({id: ["measured"] for id in answers}))
    words = confidence(SME, answers, Backing({id: ["statement"] for id in answers}))
    assert full.evidenced == full.claimed and full.unevidenced == ()
    assert (words.evidenced.level, len(words.unevidenced)) == (0, 31)


def test_the_answer_that_alone_carries_the_level_is_pivotal():
    """Level 4 with exactly six mandatory scenarios at 4: each of the six carries it; a seventh would free them."""
    answers = extreme(SME, -1)
    low = [one.id for one in SME.scenarios if one.mandatory][6:]
    at_edge = {**answers, **{id: {"level": 3} for id in low}}
    found = confidence(SME, at_edge, Backing())
    high = {one.id for one in SME.scenarios if one.mandatory} - set(low)
    assert high <= set(found.pivotal) and not set(low) & set(found.pivotal)


def test_an_answer_that_claims_nothing_needs_no_evidence():
    assert confidence(SME, extreme(SME, 0), Backing()).unevidenced == ()
