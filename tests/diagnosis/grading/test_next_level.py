"""The cheapest way to a form's next level is the cheapest: against brute force, for every rule that is a set of
sums."""

from __future__ import annotations

import random
from itertools import product

import pytest
from tests.diagnosis.forms import ADDITIVE, GRADES, cut, drawn_answers

from tujing.diagnosis.grading.form import form
from tujing.diagnosis.grading.grade import grade
from tujing.diagnosis.grading.next_level import next_level
from tujing.diagnosis.grading.rules import ByLevels, ByPoints, Ladder
from tujing.diagnosis.next_level import effort


def choices(one, item, answer):
    """Every answer that is not behind today's, with its effort in steps."""
    if isinstance(one.rule, ByPoints):
        points = {choice.id: choice.points for choice in item.choices}
        now = points.get(answer, 0)
        better = sorted({value for value in points.values() if value > now})
        yield answer, 0
        yield from ((id, better.index(value) + 1) for id, value in points.items() if value > now)
    elif isinstance(one.rule, Ladder):
        held = [float((answer or {}).get(level, 0)) for level in range(1, len(one.rule.cuts) + 1)]
        grades = sorted(set(GRADES))
        for climb in product(*([grade for grade in grades if grade >= now] for now in held[:3])):
            steps = sum(grades.index(new) - grades.index(now) for new, now in zip(climb, held[:3], strict=True))
            yield dict(enumerate([*climb, *held[3:]], start=1)), steps
    elif isinstance(one.rule, ByLevels):
        yield from ((level, level - (answer or 0)) for level in range(answer or 0, one.rule.highest + 1))
    else:
        yield answer or 0, 0
        yield 1, 1 - (answer or 0)


def brute_force(one, answers, wanted):
    best = float("inf")
    options = [list(choices(one, item, answers.get(item.id))) for item in one.items]
    for combination in product(*options):
        cost = sum(steps for _, steps in combination)
        changed = {item.id: answer for item, (answer, _) in zip(one.items, combination, strict=True)}
        given = {id: answer for id, answer in changed.items() if answer is not None}
        if cost < best and (grade(one, given).level or 0) >= wanted:
            best = cost
    return best * effort().step


WEAKEST = form("dcmm_2018").model_copy(
    update={"id": "weakest", "rule": form("dcmm_2018").rule.model_copy(update={"aggregate": "weakest"})}
)
SIZES = {"cmmm_2020": 2, "dtm_45341_2025": 4}


@pytest.mark.parametrize("whole", [*ADDITIVE, WEAKEST], ids=lambda one: one.id)
def test_the_effort_is_the_least_that_brute_force_finds(whole):
    luck = random.Random(11)
    reached = 0
    for _ in range(6):
        one = cut(whole, luck, SIZES.get(whole.id, 5))
        answers = drawn_answers(one, luck)
        now = grade(one, answers).level or 0
        if isinstance(one.rule, Ladder) and now >= 3:
            continue  # brute force looks at three levels of the ladder only
        way = next_level(one, answers)
        if now == len(one.rule.cuts):
            assert way is None
            continue
        assert way is not None and way.level == now + 1
        assert way.effort == pytest.approx(brute_force(one, answers, now + 1))
        reached += 1
    assert reached


@pytest.mark.parametrize("one", ADDITIVE, ids=lambda one: one.id)
@pytest.mark.parametrize("seed", range(2))
def test_on_the_whole_form_the_advice_reaches_the_level(one, seed):
    answers = drawn_answers(one, random.Random(seed), share=0.5)
    now = grade(one, answers).level or 0
    way = next_level(one, answers)
    if now == len(one.rule.cuts):
        assert way is None
    else:
        assert way is not None and way.level == now + 1
        assert way.effort == pytest.approx(sum(change.effort for change in way.changes))
        assert next_level(one, answers) == way


def test_a_floor_of_points_in_each_group_is_met():
    one = form("innovative_sme_2022")
    way = next_level(one, {})
    assert way is not None and way.level == 1
    assert {one.items[one.places[change.question]].group for change in way.changes} >= {"innovation", "growth"}


@pytest.mark.parametrize("id", ["sus_1996", "data_classification_2024"])
def test_where_the_rule_is_no_set_of_sums_nothing_is_advised(id):
    assert next_level(form(id), drawn_answers(form(id), random.Random(0))) is None


def test_what_is_tailored_out_is_never_advised():
    one = form("cmmm_2020")
    way = next_level(one, {"M1": None, "M2": {1: 1}})
    assert way is not None and "M1" not in {change.question for change in way.changes}
