"""Every instrument's questions in one shape, and a spreadsheet set against what others did."""

from __future__ import annotations

import pytest

from tujing.diagnosis.asking.about import about, minutes, purpose
from tujing.diagnosis.asking.questions import claims_nothing, number_of, picked_of, questions, spoken, value_of
from tujing.diagnosis.catalogue import every_instrument, item_ids
from tujing.diagnosis.questionnaire import check, worth
from tujing.diagnosis.spreadsheet import workbook
from tujing.diagnosis.spreadsheet.differences import differences
from tujing.problems import BadInput

EVERY = sorted(every_instrument())


@pytest.mark.parametrize("name", EVERY)
def test_each_choice_is_stored_shown_and_told_as_it_was_picked(name):
    one = every_instrument()[name]
    asked = questions(one)
    assert [question.id for question in asked] == list(item_ids(one))
    for question in asked:
        for choice in question.choices:
            stored = check(one, {question.id: value_of(one, question, [choice.value])})[question.id]
            assert picked_of(one, question, stored) == (choice.value,)
            assert spoken(one, question, stored) == choice.label
        nothing = claims_nothing(question)
        if nothing:
            assert (
                worth(one, question.id, check(one, {question.id: value_of(one, question, nothing)})[question.id]) == 0
            )


@pytest.mark.parametrize("name", EVERY)
def test_a_filled_in_spreadsheet_gives_the_answers_back(name, tmp_path):
    one = every_instrument()[name]
    answers = {}
    for question in questions(one):
        picks = [question.choices[-1].value] if question.choices else []
        answers[question.id] = value_of(one, question, picks, "12" if question.kind == "number" else "")
    answers = check(one, answers)
    path = tmp_path / "filled.xlsx"
    workbook.template(one, path, answers)
    assert workbook.read(path, one).answers == answers


def test_where_even_the_lowest_answer_says_something_there_is_none_that_claims_nothing():
    assert not any(claims_nothing(question) for question in questions(every_instrument()["sus_1996"]))
    assert all(claims_nothing(question) for question in questions(every_instrument()["sme_2024"]))


def test_every_instrument_says_what_it_is_for_and_how_long_it_takes():
    assert set(about().purposes) == set(EVERY) and all(purpose(name) for name in EVERY)
    assert [minutes(count) for count in (0, 1, 31)] == [0, 1, 11]


def test_a_number_is_read_as_people_write_it_and_nonsense_is_refused():
    one = every_instrument()["sme_2022"]
    question = questions(one)[0]
    assert value_of(one, question, [], "37.5%") == 0.375
    assert (number_of(question, 0.375), picked_of(one, question, 0.375)) == ("37.5", ())
    for text in ("many", "inf", "nan"):
        with pytest.raises(BadInput):
            value_of(one, question, [], text)


def test_the_three_way_comparison_tells_every_case_apart():
    one = every_instrument()["sme_2024"]
    ids = ("S05", "S06", "S07", "S08", "S09", "S10")
    base = {"S05": 1, "S06": 1, "S07": 1, "S10": 1}
    here = {"S05": 1, "S06": 2, "S07": 2, "S09": 3, "S10": 4}
    file = {"S05": 3, "S06": 1, "S07": 3, "S08": 2, "S09": 3}
    found = {each.question: each.kind for each in differences(one, base, here, file)}
    assert found == {"S05": "changed", "S06": "newer", "S07": "conflict", "S08": "added"}
    assert set(found) < set(ids), "the same answer, and a question left open, are no difference"
