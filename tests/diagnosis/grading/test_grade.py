"""Grades at their boundaries, each with the arithmetic beside it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tujing.diagnosis.catalogue import every_instrument, find, listed
from tujing.diagnosis.grading.derived import derived_forms
from tujing.diagnosis.grading.form import Form, form, forms
from tujing.diagnosis.grading.grade import apply, encode, grade
from tujing.problems import BadInput

CMMM = form("cmmm-2020")


def ladder(upto: int, then: float = 0.0) -> dict[int, float]:
    """Every level met up to `upto`, the next one graded `then`."""
    return {**dict.fromkeys(range(1, upto + 1), 1.0), **({upto + 1: then} if upto < 5 else {})}


def everywhere(answer):
    return dict.fromkeys(CMMM.places, answer)


def test_the_list_has_every_instrument_that_is_asked_for():
    known = every_instrument()
    assert len(known) >= 13
    for name in ("sme_2024", "sme_2022", "cmmm_2020", "dtmm_2023", "dtm_45341_2025", "iii_23020_2013", "dcmm_2018"):
        assert name in known
    assert find("sme-2024") is find("sme_2024")
    assert {one.id: one.items for one in listed()}["cmmm_2020"] == 20


@pytest.mark.parametrize("one", [pytest.param(one, id=name) for name, one in {**forms(), **derived_forms()}.items()])
def test_every_form_holds_together(one: Form):
    for kind in one.kinds or ("all",):
        for way in ("stated", "equal_inside", "equal"):
            assert sum(one.weights(kind, way)) == pytest.approx(1)
    assert one.valid_to is None or one.valid_from < one.valid_to
    assert not one.superseded_by or one.superseded_by in every_instrument()
    assert grade(one, {}).level is None


def test_cmmm_weights_of_discrete_and_process():
    discrete = dict(zip(CMMM.places, CMMM.weights("discrete"), strict=True))
    process = dict(zip(CMMM.places, CMMM.weights("process"), strict=True))
    assert discrete["P1"] == pytest.approx(0.06 * 0.50)
    assert discrete["T1"] == pytest.approx(0.11 * 0.46)
    assert discrete["M1"] == pytest.approx(0.77 * 0.13 * 0.50)
    assert discrete["M5"] == pytest.approx(0.77 * 0.48 * 0.16)
    assert process["M1"] == 0
    assert process["M2"] == pytest.approx(0.68 * 0.04)
    assert process["R1"] == pytest.approx(0.15 * 0.67)


@pytest.mark.parametrize("kind", ["discrete", "process"])
@pytest.mark.parametrize(
    ("upto", "then", "score", "level"),
    [
        (0, 0.5, 0.5, 0),  # level 1 not met (0.5 < 0.8): S = 0.5 < 0.8
        (0, 0.8, 1.0, 1),  # level 1 met at 0.8 and counts 1; level 2 counts 0: S = 1
        (1, 0.5, 1.5, 1),  # S = 1 + 0.5 < 1.8
        (1, 0.8, 2.0, 2),  # S = 1 + 1
        (2, 0.8, 3.0, 3),
        (3, 0.5, 3.5, 3),  # S = 3 + 0.5 < 3.8
        (3, 0.8, 4.0, 4),
        (4, 0.8, 5.0, 5),
        (5, 0.0, 5.0, 5),
    ],
)
def test_cmmm_at_each_level(kind, upto, then, score, level):
    found = grade(CMMM, everywhere(ladder(upto, then)), kind)
    assert found.score == pytest.approx(score)
    assert found.level == level


def test_cmmm_level_two_just_reached_and_just_missed():
    # Level 1 met everywhere. Level 2 graded 0.8 in all but M5 (discrete weight .77·.48·.16 = .059136).
    # With M5 at 1 the level scores .8 + .2·.059136 = .8118 and is met; with M5 at .5 it scores .8 − .3·.059136 = .7823:
    # not met, S = 1 + .7823 = 1.7823 < 1.8, so the grade stays 1.
    weight = 0.77 * 0.48 * 0.16
    base = everywhere(ladder(1, 0.8))
    up = grade(CMMM, {**base, "M5": {1: 1, 2: 1}})
    assert (up.score, up.level) == (pytest.approx(2.0), 2)
    down = grade(CMMM, {**base, "M5": {1: 1, 2: 0.5}})
    assert down.score == pytest.approx(1 + 0.8 - 0.3 * weight)
    assert down.level == 1


def test_cmmm_requirements_of_a_level_are_averaged():
    # (1 + 0.8 + 0.5) / 3 = 0.7667 at level 1, not met.
    found = grade(CMMM, everywhere({1: [1, 0.8, 0.5]}))
    assert found.score == pytest.approx(2.3 / 3)
    assert found.level == 0


def test_cmmm_levels_above_an_unmet_one_do_not_count():
    found = grade(CMMM, everywhere({1: 1, 2: 0.5, 3: 1, 4: 1, 5: 1}))
    assert found.score == pytest.approx(1.5)


def test_cmmm_tailoring_gives_the_weight_to_the_rest_of_the_domain():
    # Discrete, M13 left out: M12 alone carries the domain service: .77·.13 = .1001 instead of .05005.
    weights = dict(zip(CMMM.places, CMMM.weights("discrete", left_out={"M13"}), strict=True))
    assert weights["M12"] == pytest.approx(0.77 * 0.13)
    assert sum(weights.values()) == pytest.approx(1)
    # All at level 3 but M12, which is nowhere: level n scores 1 − .1001 = .8999 ≥ .8, met at 1, 2, 3.
    answers = {**everywhere(ladder(3)), "M12": {1: 0}, "M13": None}
    found = grade(CMMM, answers)
    assert (found.score, found.level) == (pytest.approx(3.0), 3)
    assert found.left_out == ("M13",)


def test_cmmm_process_tailors_two_sub_domains_of_itself():
    found = grade(CMMM, everywhere(ladder(2)), "process")
    assert found.left_out == ("M1", "M13")


def test_unanswered_counts_nothing_and_says_so():
    found = grade(CMMM, {"M5": ladder(3)})
    assert found.level == 0
    assert found.score == pytest.approx(0.77 * 0.48 * 0.16)
    assert found.score_of_answered == pytest.approx(3)
    assert len(found.missing) == 19


@pytest.mark.parametrize(("level", "expected"), [(2, 2), (3, 3), (5, 5)])
def test_means_of_levels(level, expected):
    dcmm = form("dcmm_2025")
    assert grade(dcmm, dict.fromkeys(dcmm.places, level)).level == expected


def test_the_weakest_domain_is_a_switch():
    dcmm = form("dcmm_2018")
    answers = {id: 1 if id.startswith("D6") else 4 for id in dcmm.places}
    # Mean of eight equal domains: (7·4 + 1)/8 = 3.625 → 3; the weakest is 1.
    assert grade(dcmm, answers).score == pytest.approx(3.625)
    assert grade(dcmm, answers).level == 3
    assert grade(dcmm, answers, switches={"aggregate": "weakest"}).level == 1
    higher = {**answers, "D6.1": 4, "D6.2": 4, "D6.3": 3, "D6.4": 3}
    # (7·4 + 3.5)/8 = 3.9375: four fifths into level 4, but not whole.
    assert grade(dcmm, higher).level == 4
    assert grade(dcmm, higher, switches={"cuts": "whole"}).level == 3


@pytest.mark.parametrize(
    ("staff", "revenue", "level"),
    [(1000, 4e8, 4), (999, 4e8, 3), (1000, 3.99e8, 3), (300, 2e7, 3), (299, 2e7, 2), (20, 3e6, 2), (19, 3e6, 1)],
)
def test_size_classes(staff, revenue, level):
    assert grade(find("enterprise_size"), {"staff": staff, "revenue": revenue}).level == level


def test_the_ladder_asks_for_every_rung_below():
    giant = {
        "niche_years": 3,
        "revenue": 5e7,
        "main_share": 0.9,
        "growth_2y": 0.05,
        "debt_ratio": 0.75,
        "rd_spend": 1e6,
        "rd_spend_2y": 1.2e7,
        "rd_ratio": 0.03,
        "class_1_ip": 4,
        "market_rank": 3,
        "innovation_score": 60,
        "specialised_score": 50,
        "little_giant_score": 60,
    }
    new = find("quality_sme_miit_2026_2")
    assert grade(new, giant).level == 3
    assert grade(new, {**giant, "market_rank": 4}).level == 2
    assert grade(new, {**giant, "specialised_score": 49}).level == 1
    assert grade(new, {**giant, "innovation_score": 59}).level == 0


def test_innovative_scorecard_and_direct_pass():
    card = form("innovative_sme_2022")
    # 15 + 5 (innovation 20) + 10 + 5 (growth 15) + 5 + 20 (specialisation 25) = 60.
    answers = {
        "ip": "class_1_own",
        "rd_ratio": "ge_1",
        "revenue_growth": "ge_5",
        "debt_ratio": "le_75",
        "field": "other",
        "main_share": "ge_70",
    }
    assert (grade(card, answers).score, grade(card, answers).level) == (60, 1)
    # Growth falls to 5 + 5 = 10 < 15 while the sum is made up elsewhere: 20 + 10 + … = 65, not met.
    short = {**answers, "revenue_growth": "ge_0", "field": "strategic", "rd_ratio": "ge_2"}
    assert grade(card, short).score == 65
    assert grade(card, short).level == 0
    assert grade(card, {**short, "direct_pass": "held"}).level == 1


def test_data_grades_by_the_gravest_harm():
    data = form("data_classification_2024")
    assert grade(data, {"organisation": 3, "person": 3}).level == 1
    assert grade(data, {"organisation": 3, "economy": 2}).level == 2
    assert grade(data, {"national_security": 1}).level == 2
    assert grade(data, {"public_interest": 3}).level == 3


def test_usability_scale():
    scale = form("sus_1996")
    best = {id: 5 if place % 2 == 0 else 1 for place, id in enumerate(scale.places)}
    assert grade(scale, best).score == 100
    assert grade(scale, dict.fromkeys(scale.places, 3)).score == 50
    # 2.5 · (5·3 + 5·3) = 75 → good.
    assert grade(scale, {id: 4 if place % 2 == 0 else 2 for place, id in enumerate(scale.places)}).level == 2
    assert grade(scale, {"Q01": 5}).level is None


def test_requirements_without_grades_give_a_share():
    guide = form("ics-protection-2024")
    found = grade(guide, {**dict.fromkeys(guide.places, True), "R23": False, "R24": 0.5})
    assert found.level is None
    assert found.level_name.zh == "不分级"
    # 15 groups weigh the same: the monitoring group has 1 of 2, the centre 0.5 of 1.
    assert found.score == pytest.approx(1 - (0.5 + 0.5) / 15)
    assert grade(guide, found_answers(guide), switches={"weights": "equal"}).score == pytest.approx(31.5 / 33)


def found_answers(guide):
    return {**dict.fromkeys(guide.places, 1), "R23": 0, "R24": 0.5}


@pytest.mark.parametrize(
    ("name", "answers", "code"),
    [
        ("cmmm_2020", {"M99": {1: 1}}, "unknown_item"),
        ("cmmm_2020", {"M1": {1: 0.7}}, "bad_answer"),
        ("cmmm_2020", {"M1": {6: 1}}, "bad_answer"),
        ("cmmm_2020", {"M1": 3}, "bad_answer"),
        ("cmmm_2020", {"M1": {1: []}}, "bad_answer"),
        ("dcmm_2025", {"D1.1": 6}, "bad_answer"),
        ("dcmm_2025", {"D1.1": 2.5}, "bad_answer"),
        ("data_quality_2018", {"accuracy": 1.2}, "bad_answer"),
        ("data_quality_2018", {"accuracy": math.nan}, "bad_answer"),
        ("innovative_sme_2022", {"ip": "class_9"}, "bad_answer"),
        ("sus_1996", {"Q01": 0}, "bad_answer"),
        ("enterprise_size", {"staff": "many"}, "bad_answer"),
    ],
)
def test_answers_that_do_not_fit_are_told(name, answers, code):
    with pytest.raises(BadInput) as caught:
        grade(find(name), answers)
    [problem] = caught.value.problems
    assert problem.code == code
    assert problem.key in answers


def test_unknown_kind_and_switch_are_told():
    with pytest.raises(BadInput) as caught:
        grade(CMMM, {}, kind="mixed", switches={"weights": "random"})
    assert {problem.code for problem in caught.value.problems} == {"unknown_kind", "unknown_switch"}


grades = st.sampled_from([0, 0.5, 0.8, 1])
one_ladder = st.fixed_dictionaries(dict.fromkeys(range(1, 6), grades))


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(list(CMMM.places)), one_ladder), st.sampled_from(["discrete", "process"]))
def test_cmmm_score_stays_in_its_range_and_many_equal_one_by_one(answers, kind):
    found = grade(CMMM, answers, kind)
    if found.score is not None:
        assert 0 <= found.score <= 5
    scores, levels = apply(CMMM, encode(CMMM, [answers, {}]), np.array(CMMM.weights(kind)), {})
    assert scores[0] == pytest.approx(found.score, nan_ok=True) if found.score is not None else np.isnan(scores[0])
    assert levels[0] == (-1 if found.level is None else found.level)
    assert levels[1] == -1


@settings(max_examples=40)
@given(st.data())
def test_raising_an_answer_never_lowers_a_grade(data):
    dcmm = form("dcmm_2025")
    answers = data.draw(st.dictionaries(st.sampled_from(list(dcmm.places)), st.integers(0, 5), min_size=1))
    id = data.draw(st.sampled_from(list(answers)))
    raised = {**answers, id: data.draw(st.integers(answers[id], 5))}
    before, after = grade(dcmm, answers), grade(dcmm, raised)
    assert after.score >= before.score
    assert after.level >= before.level
