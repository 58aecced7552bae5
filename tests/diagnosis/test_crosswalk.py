"""Answer once, score in all."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.diagnosis.drawn import answers_to

from tujing.cli import output
from tujing.cli.init import create_example
from tujing.cli.main import main
from tujing.diagnosis.catalogue import every_instrument, item_ids
from tujing.diagnosis.crosswalk.facts import check, facts, mapping, named
from tujing.diagnosis.crosswalk.fill import facts_of, filled
from tujing.diagnosis.crosswalk.gather import agree, gather
from tujing.diagnosis.crosswalk.population import columns, levels
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.grading.grade import grade
from tujing.diagnosis.scoring import score
from tujing.problems import BadInput


def of_kind(fact):
    return {
        "level": st.integers(0, 5),
        "degree": st.integers(0, 3),
        "share": st.floats(0, 1),
        "held": st.booleans(),
        "number": st.floats(0, 1e9),
        "choice": st.sampled_from(fact.choices or ("",)),
    }[fact.kind]


known_facts = st.fixed_dictionaries({}, optional={id: of_kind(fact) for id, fact in facts().items()})


def test_there_are_about_150_facts_and_each_is_read():
    assert len(facts()) >= 150
    read = {name for items in mapping().values() for source in items.values() for name in named(source)}
    assert set(facts()) == read


@settings(max_examples=40, deadline=None)
@given(known_facts)
def test_whatever_facts_are_known_each_instrument_takes_the_answers(known):
    check(known)
    for id, one in every_instrument().items():
        answers = filled(id, known)
        assert set(answers) <= set(item_ids(one))
        grade(one, answers) if isinstance(one, Form) else score(one, answers)


def test_one_answer_fills_every_instrument_that_can_take_it():
    known = {"product_design": 2}
    assert filled("sme_2024", known) == {"S01": {"level": 2}}
    assert filled("cmmm_2020", known) == {"M1": {1: 1.0, 2: 1.0, 3: 0}}
    assert filled("dtmm_2023", known) == {"M1": 2}
    assert filled("iii_23020_2013", known) == {"S1": 0.4}
    assert filled("cmmm_2020", {"digital_strategy": 2}) == {}  # P1 asks for the organisation as well


def test_a_mean_between_levels_becomes_the_grade_below():
    known = {"digital_strategy": 2, "digital_organisation": 3}
    assert filled("cmmm_2020", known)["P1"] == {1: 1.0, 2: 1.0, 3: 0.5}
    assert filled("sme_2024", {"warehouse": 2, "logistics": 3})["S12"] == {"level": 2}
    assert filled("dtm_45341_2025", {"system_integration": 3})["B2"] == 6


def test_numbers_become_bands():
    known = {"rd_ratio": 0.03, "growth_2y": -0.01, "networked_equipment_rate": 0.4}
    assert filled("innovative_sme_2022", known) == {"rd_ratio": "ge_3", "revenue_growth": "lt_0"}
    assert filled("sme_2024", known) == {"B3": {"option": "le_40"}}


@settings(max_examples=40, deadline=None)
@given(answers_to(complete=False))
def test_an_assessment_gives_facts_that_give_the_same_answers_back(answers):
    told = facts_of("sme_2024", answers)
    back = filled("sme_2024", told)
    for item, answer in back.items():
        plain = {key: value for key, value in answers[item].items() if key != "numbers"}
        if "options" in plain:
            plain["options"] = [option for option in plain["options"] if option != "none"]
        assert answer == plain


def test_the_best_source_is_taken_and_contradictions_are_kept():
    found = gather(
        {
            "measured": {"networked_equipment_rate": 0.4},
            "answered": {"networked_equipment_rate": 0.6, "product_design": 3},
            "assessment": {"product_design": 2},
        }
    )
    assert (found["networked_equipment_rate"].value, found["networked_equipment_rate"].origin) == (0.4, "measured")
    assert found["networked_equipment_rate"].others == {"answered": 0.6}
    assert found["product_design"].others == {"assessment": 2}
    assert agree(100, 104) and not agree(100, 120) and not agree("up", "flat") and agree(0, 0)


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ({"nothing": 1}, "nothing"),
        ({"product_design": 6}, "product_design"),
        ({"product_design": 2.5}, "product_design"),
        ({"b6_rules": 1}, "b6_rules"),
        ({"control_r01": 1.5}, "control_r01"),
        ({"staff": float("nan")}, "staff"),
        ({"energy_trend": "sideways"}, "energy_trend"),
    ],
)
def test_facts_that_do_not_fit_are_told(answers, word):
    with pytest.raises(BadInput) as caught:
        check(answers)
    assert caught.value.problems[0].key == word


@pytest.fixture
def works(tmp_path, monkeypatch):
    organisation = create_example(tmp_path)
    monkeypatch.setattr(output, "open_workspace", lambda folder: organisation)
    return tmp_path


@pytest.mark.any_engine
@pytest.mark.django_db
def test_motor_works_is_scored_by_eight_instruments_or_more(works, capsys):
    assert main(["diagnose", str(works), "--all", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["scored"] >= 8
    by_id = {one["id"]: one for one in found["instruments"]}
    for one in found["instruments"]:
        assert one["answered_share"] + one["measured_share"] + one["missing_share"] == pytest.approx(1)
    assert by_id["sme_2024"]["level"] == 2
    assert by_id["data_quality_2018"]["measured_share"] > 0.5
    assert by_id["quality_sme_miit_2026_2"]["level_name"]["en"] == "Provincial specialised SME"
    assert found["facts"]["by_origin"]["measured"] >= 5
    assert all(each["others"] for each in found["conflicts"])


@pytest.mark.django_db
def test_a_file_of_facts_is_stored_whole_or_not_at_all(works, tmp_path, capsys):
    path = tmp_path / "facts.yaml"
    path.write_text(yaml.safe_dump({"facts": {"product_service": 4, "warehouse": 9}}))
    assert main(["diagnose", str(works), "--facts", str(path)]) == 2
    assert "warehouse" in capsys.readouterr().err
    path.write_text(yaml.safe_dump({"facts": {"product_service": 4}}))
    assert main(["diagnose", str(works), "--facts", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert next(one for one in found["instruments"] if one["id"] == "cmmm_2020")["missing_share"] == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(known_facts, min_size=1, max_size=5))
def test_a_population_is_scored_as_one_by_one(population):
    arrays = columns(population)
    for id, one in every_instrument().items():
        found = levels(id, arrays)
        for place, known in enumerate(population):
            answers = filled(id, known)
            level = grade(one, answers).level if isinstance(one, Form) else score(one, answers).level
            if level is not None or (isinstance(one, Form) and one.levels):
                assert found[place] == (-1 if level is None else level), (id, answers)


@pytest.mark.django_db
def test_one_answer_to_a_fact_fills_a_draft_of_every_instrument_that_asks_it(organisation):
    from tujing.diagnosis import services as diagnosis
    from tujing.diagnosis.crosswalk import services

    services.answer_facts(organisation, {"scheduling": 3, "production_control": 2, "data_use": 2})
    sme, cmmm = (diagnosis.open_assessment(organisation, id) for id in ("sme_2024", "cmmm_2020"))
    diagnosis.answer(organisation, sme, "S06", {"level": 1})
    assert "S05" in services.prefill(organisation, sme) and services.prefill(organisation, cmmm)
    sme.refresh_from_db()
    cmmm.refresh_from_db()
    assert sme.answers["S05"] == {"level": 3}
    assert sme.answers["S06"] == {"level": 1}  # what somebody answered stays
    assert "scheduling" in sme.evidence.get(indicator="S05").note["en"]
    assert diagnosis.outcome(cmmm).score is not None and diagnosis.confidence(sme).states["S05"] == "unevidenced"
    assert services.prefill(organisation, sme) == ()


@pytest.mark.django_db
def test_answers_given_to_an_instrument_itself_count_before_facts(organisation):
    from tujing.diagnosis import services as diagnosis
    from tujing.diagnosis.answers import AnswerFile
    from tujing.diagnosis.crosswalk import services

    services.answer_facts(organisation, {"product_design": 1, "scheduling": 1})
    for level in (1, 5):
        answers = dict.fromkeys(item_ids(every_instrument()["dcmm_2025"]), level)
        diagnosis.record(organisation, AnswerFile(answers), "dcmm_2025")
    [found] = [one for one in services.every_result(organisation)["instruments"] if one["id"] == "dcmm_2025"]
    assert found["level"] == 5 and found["missing_share"] == 0
