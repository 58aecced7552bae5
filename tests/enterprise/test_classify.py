"""The rules of size, ladder and track, at their edges and in general."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.enterprise import rules
from tujing.enterprise.classify import ProfileFacts, classify
from tujing.problems import BadInput

TODAY = date(2026, 11, 23)
ORDER = ["micro", "small", "medium", "large"]
STEPS = ["cloud_first", "key_scenarios", "complex_scenarios"]

staff = st.integers(0, 5000)
revenue = st.floats(0, 1e9, allow_nan=False)


def facts(staff=260, revenue=130e6, **more):
    return ProfileFacts(industry="C3812", staff=staff, revenue=revenue, **more)


@pytest.mark.parametrize(
    ("staff", "revenue", "size"),
    [
        (1000, 400e6, "large"),
        (999, 400e6, "medium"),
        (1000, 399_999_999, "medium"),
        (300, 20e6, "medium"),
        (299, 20e6, "small"),
        (300, 19_999_999, "small"),
        (20, 3e6, "small"),
        (19, 3e6, "micro"),
        (5000, 2_999_999, "micro"),
    ],
)
def test_size_at_every_threshold(staff, revenue, size):
    assert classify(facts(staff, revenue), TODAY).size == size


@given(staff, revenue, st.integers(0, 5000), st.floats(0, 1e9))
def test_more_staff_or_revenue_never_gives_a_smaller_class(staff, revenue, more_staff, more_revenue):
    before = classify(facts(staff, revenue), TODAY)
    after = classify(facts(staff + more_staff, revenue + more_revenue), TODAY)
    assert ORDER.index(after.size) >= ORDER.index(before.size)
    assert after.above_scale >= before.above_scale


@given(st.integers(0, 999), revenue, st.sets(st.sampled_from(["innovative", "specialised_provincial", "little_giant"])))
def test_another_honour_never_lowers_the_step(staff, revenue, held):
    before = classify(facts(staff, revenue, honours=tuple(held)), TODAY)
    after = classify(facts(staff, revenue, honours=(*held, "little_giant")), TODAY)
    assert STEPS.index(after.step) >= STEPS.index(before.step)
    assert after.tier == "little_giant"


def test_the_motor_works_is_small_above_scale_specialised_on_the_stepwise_track():
    found = classify(facts(honours=("specialised_provincial", "innovative")), TODAY)
    assert (found.size, found.above_scale, found.tier) == ("small", True, "specialised_provincial")
    assert (found.track, found.step, found.clause) == ("stepwise", "key_scenarios", "四（三）")
    assert found.next_rung is not None and found.next_rung.honour == "little_giant"
    assert "300号" in found.reasons[0].zh


@pytest.mark.parametrize(
    ("changes", "track", "step"),
    [
        ({"chain_role": "leader"}, "chain", "chain"),
        ({"chain_role": "leader", "staff": 3000, "revenue": 5e9}, "chain", "chain"),
        ({"staff": 3000, "revenue": 5e9}, "whole", "whole"),
        ({"honours": ("little_giant",)}, "stepwise", "complex_scenarios"),
        ({"staff": 15, "revenue": 1e6, "honours": ("specialised_provincial",)}, "stepwise", "key_scenarios"),
        ({"revenue": 20e6}, "stepwise", "key_scenarios"),
        ({"revenue": 19_999_999}, "stepwise", "cloud_first"),
    ],
)
def test_track_follows_part_four_of_the_guide(changes, track, step):
    found = classify(facts(**changes), TODAY)
    assert (found.track, found.step) == (track, step)


def test_the_regime_changes_on_the_first_of_april_2026():
    """A works with 12 million yuan passes the old revenue test of 10 million and fails the new one of 15 million."""
    works = facts(60, 12e6, honours=("innovative",), facts={"new_equity_2y": 0})
    old, new = (classify(works, day).next_rung for day in (date(2026, 3, 31), date(2026, 4, 1)))
    assert old and new and (old.document, new.document) == ("工信部企业〔2022〕63号", "工信部企业〔2026〕2号")
    assert [test.met for test in old.tests if "营业收入 ≥" in test.words.zh] == [True]
    assert [test.met for test in new.tests if "营业收入 ≥" in test.words.zh] == [False]
    assert classify(works, date(2020, 1, 1)).next_rung is None


def test_an_unknown_figure_is_neither_met_nor_failed():
    tests = classify(facts(honours=("specialised_provincial",), facts={"debt_ratio": 0.9}), TODAY).next_rung.tests
    met = {test.words.en: test.met for test in tests}
    assert met["Debt ratio ≤ 75%"] is False
    assert met["Class I IP rights in use ≥ 4"] is None
    assert met["Share of the niche market ≥ 10% or National rank in the niche ≤ 3"] is None


def test_a_large_enterprise_is_not_on_the_ladder():
    found = classify(facts(3000, 5e9, honours=("specialised_provincial",)), TODAY)
    assert found.tier == "none" and found.next_rung is None


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (ProfileFacts(industry="A0111", staff=5, revenue=1), "not_industry"),
        (ProfileFacts(industry="C3812", staff=-1, revenue=1), "negative"),
        (ProfileFacts(industry="C3812", staff=1, revenue=float("nan")), "negative"),
        (ProfileFacts(industry="C3812", staff=1, revenue=1, honours=("best",)), "unknown_honour"),
    ],
)
def test_facts_that_cannot_be_are_refused(broken, code):
    with pytest.raises(BadInput) as refusal:
        classify(broken, TODAY)
    assert refusal.value.problems[0].code == code


def test_every_rule_names_known_honours_and_facts():
    ladder = rules.ladder()
    for regime in ladder.regimes:
        for rung in regime.rungs:
            assert rung.honour in rules.honours()
            for test in rung.tests:
                for one in test.any:
                    assert one.fact in ladder.facts
                    assert (one.at_least is None) != (one.at_most is None)
    for track in rules.tracks().tracks:
        assert set(track.when.get("honours", ())) <= set(rules.honours())


@given(st.dates(date(2022, 8, 1), date(2040, 1, 1)))
def test_exactly_one_regime_is_in_force_each_day(day):
    in_force = [
        one for one in rules.ladder().regimes if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
    ]
    assert len(in_force) == 1
