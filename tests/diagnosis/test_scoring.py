"""Score and level: by hand, at the edges of the rule, in general, and many at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.diagnosis.drawn import SME, answers_to, extreme

from tujing.diagnosis.scoring import encode, score, score_many


def test_a_score_worked_out_by_hand(sme):
    """B 4 + 3 + 1.5 + 2.8 + 5 + 2.5 + 1.25 = 20.05; M 4.5 + 1.875 + 3 + 0 = 9.375; R 3.5 + 7 + 1.5 + 0 = 12."""
    answers = {
        "B1": {"options": ["control_network", "application_network"]},
        "B2": {"option": "le_40"},
        "B3": {"option": "le_20"},
        "B4": {"options": ["sales", "quality", "energy", "finance"]},
        "B5": {"option": "several"},
        "B6": {"options": ["rules", "products"]},
        "B7": {"options": ["rules"]},
        "M1": {"option": "rebuild"},
        "M2": {"options": ["workflow"]},
        "M3": {"options": ["staff", "training"]},
        "M4": {"option": "le_10"},
        "R1": {"option": "flat"},
        "R2": {"option": "up"},
        "R3": {"option": "flat"},
        "R4": {"option": "up"},
        **{f"S{number:02}": {"level": 2 if number in (1, 3, 6, 14, 15, 16) else 1} for number in range(1, 17)},
    }
    found = score(sme, answers)
    assert found.parts == {"foundation": 20.05, "management": 9.375, "results": 12.0}
    assert found.score == 41.425
    assert (found.level, found.level_name.zh) == (2, "规范级")
    assert [check.met for check in found.met] == [True, True, False, False]
    assert (found.met[1].scenarios, found.met[1].mandatory) == (6, 3)


def test_nothing_answered_scores_nothing_and_everything_scores_the_total(sme):
    nothing, everything = score(sme, {}), score(sme, extreme(sme, -1))
    assert (nothing.score, nothing.level, nothing.level_name.zh) == (0, 0, "无等级")
    assert len(nothing.unanswered) == 31
    assert (everything.score, everything.level) == (100, 4)


def _scenarios(sme, level, starred, plain):
    """So many mandatory and so many other scenarios at a level, the rest at 0."""
    marked = [one.id for one in sme.scenarios if one.mandatory][:starred]
    others = [one.id for one in sme.scenarios if not one.mandatory][:plain]
    return {one.id: {"level": level if one.id in (*marked, *others) else 0} for one in sme.scenarios}


TWENTY = {"B5": {"option": "all"}, "B4": {"options": [option.id for option in SME.indicator_by_id["B4"].options]}}


@pytest.mark.parametrize(
    ("change", "starred", "plain", "level"),
    [
        ({}, 3, 3, 1),
        ({"B5": {"option": "over_80"}}, 3, 3, 0),
        ({}, 2, 4, 0),
        ({}, 3, 2, 0),
    ],
)
def test_each_test_of_level_one_alone_can_fail(sme, change, starred, plain, level):
    """Twenty points are fourteen collected links (13 × 0.7 + 0.9) and all systems: a sum that floats would miss."""
    found = score(sme, {**TWENTY, **change, **_scenarios(sme, 1, starred, plain)})
    assert found.level == level


@pytest.mark.parametrize(("starred", "plain", "level"), [(6, 4, 4), (6, 3, 0), (5, 5, 3), (5, 3, 3), (4, 4, 2)])
def test_levels_three_and_four_at_their_edges(sme, starred, plain, level):
    full = {id: one for id, one in extreme(sme, -1).items() if not id.startswith("S")}
    at = 3 if (starred, plain) in ((5, 3), (4, 4)) else 4
    found = score(sme, {**full, **_scenarios(sme, at, starred, plain)})
    assert found.level == (level if level else 3)


@settings(max_examples=60)
@given(answers_to(complete=False), st.data())
def test_raising_any_answer_never_lowers_score_or_level(answers, data):
    before = score(SME, answers)
    question = data.draw(st.sampled_from(SME.question_ids()))
    indicator = SME.indicator_by_id.get(question)
    if indicator is None:
        now = answers.get(question, {"level": 0})["level"]
        raised = {"level": data.draw(st.integers(now, 4))}
    elif indicator.kind == "single":
        ids = [option.id for option in indicator.options]
        now = ids.index(answers[question]["option"]) if question in answers else 0
        raised = {"option": data.draw(st.sampled_from(ids[now:]))}
    else:
        free = [option.id for option in indicator.options if not option.exclusive]
        raised = {
            "options": sorted({*answers.get(question, {"options": []})["options"], data.draw(st.sampled_from(free))})
        }
    after = score(SME, {**answers, question: raised})
    assert after.score >= before.score
    assert after.level >= before.level


@settings(max_examples=30)
@given(st.lists(answers_to(complete=False), max_size=8))
def test_many_at_once_equals_one_by_one(population):
    many = score_many(SME, encode(SME, population))
    one_by_one = [score(SME, answers) for answers in population]
    assert many.score.tolist() == [one.score for one in one_by_one]
    assert many.level.tolist() == [one.level for one in one_by_one]
    assert many.parts.tolist() == [list(one.parts.values()) for one in one_by_one]
