"""Several people on one assessment: sections assigned, changes kept, verdicts, two versions side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from tests.diagnosis.drawn import SME, extreme
from tests.diagnosis.forms import drawn_answers

from tujing.diagnosis import services
from tujing.diagnosis.answers import AnswerFile
from tujing.diagnosis.grading.form import form
from tujing.diagnosis.models import AnswerChange, Assessment, Assignment, Verdict
from tujing.diagnosis.review import services as review
from tujing.enterprise.models import Membership, Organisation
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db

HIGH = extreme(SME, -1)


@pytest.fixture
def people(organisation):
    found = [get_user_model().objects.create_user(name) for name in ("wang", "li", "auditor")]
    for person in found:
        Membership.objects.create(organisation=organisation, user=person, role="line_worker")
    return found


@pytest.fixture
def draft(organisation):
    return services.open_assessment(organisation)


def code(refusal):
    return refusal.value.problems[0].code


def test_a_section_is_answered_by_those_it_is_assigned_to(organisation, draft, people):
    wang, li, _ = people
    assert review.assign(organisation, draft, "management", wang) == ("M1", "M2", "M3", "M4")
    review.assign(organisation, draft, "S05", li)
    services.answer(organisation, draft, "M1", {"option": SME.indicator_by_id["M1"].options[0].id}, by=wang)
    services.answer(organisation, draft, "B5", {"option": "one"}, by=li)
    with pytest.raises(BadInput) as refusal:
        services.answer(organisation, draft, "M2", {"options": []}, by=li)
    assert code(refusal) == "assigned_to_another"
    with pytest.raises(BadInput):
        services.fill(organisation, draft, AnswerFile({"S05": {"level": 1}}), by=wang)
    draft.refresh_from_db()
    rows = {one["person"]: one for one in review.progress(organisation, draft)}
    assert (rows["wang"]["answered"], rows["wang"]["open"]) == (1, ["M2", "M3", "M4"])
    assert rows["li"]["questions"] == ["S05"] and len(rows[None]["questions"]) == 26 and rows[None]["answered"] == 1
    review.unassign(organisation, draft, "all", wang)
    services.answer(organisation, draft, "M2", {"options": []}, by=li)


def test_only_members_are_assigned_and_only_to_what_exists(organisation, draft, people):
    stranger = get_user_model().objects.create_user("stranger")
    with pytest.raises(BadInput) as refusal:
        review.assign(organisation, draft, "all", stranger)
    assert code(refusal) == "no_member"
    with pytest.raises(BadInput) as refusal:
        review.assign(organisation, draft, "kitchen", people[0])
    assert code(refusal) == "unknown_section"
    other = Organisation.objects.create(slug="other", name={"zh": "别家", "en": "Other"})
    with pytest.raises(BadInput):
        review.assign(other, draft, "all", people[0])
    assert not Assignment.objects.exists()


def test_who_did_what_is_kept_with_every_value_there_ever_was(organisation, draft, people):
    wang, li, _ = people
    services.answer(organisation, draft, "B5", {"option": "one"}, by=wang)
    services.answer(organisation, draft, "B5", {"option": "one"}, by=li)  # nothing changed
    services.answer(organisation, draft, "B5", {"option": "all"}, by=li)
    services.answer(organisation, draft, "B5", None, by=wang)
    rows = review.history(organisation, draft, "B5")
    assert [(one["by"], one["before"], one["after"]) for one in rows] == [
        ("wang", None, {"option": "one"}),
        ("li", {"option": "one"}, {"option": "all"}),
        ("wang", {"option": "all"}, None),
    ]
    other = Organisation.objects.create(slug="other", name={"zh": "别家", "en": "Other"})
    assert review.history(other, draft) == []


def test_several_instruments_are_open_side_by_side(organisation, people):
    dtmm, dcmm = form("dtmm_2023"), form("dcmm_2018")
    import random

    opened = [services.open_assessment(organisation, id) for id in ("sme_2024", "dtmm_2023", "dcmm_2018", "sme_2024")]
    assert [one.pk for one in services.drafts(organisation)] == [one.pk for one in reversed(opened)]
    review.assign(organisation, opened[1], "production", people[0])
    for assessment, one in ((opened[1], dtmm), (opened[2], dcmm)):
        answers = drawn_answers(one, random.Random(1))
        for question, value in answers.items():
            services.answer(organisation, assessment, question, value)
        submitted = services.submit(Assessment.objects.get(pk=assessment.pk))
        document = services.summary(submitted)
        assert (
            document["instrument"]["id"] == one.id and document["score"] is not None and document["by_scenario"] == []
        )
    assert services.latest(organisation) is None and services.latest(organisation, "dcmm_2018") is not None
    with pytest.raises(BadInput):
        services.answer(organisation, services.open_assessment(organisation, "dtmm_2023"), "O1", {9: 1})
    with pytest.raises(BadInput) as refusal:
        services.submit(services.open_assessment(organisation, "dcmm_2018"))
    assert code(refusal) == "unanswered"


def test_verdicts_change_the_evidenced_level_and_the_newest_counts(organisation, people):
    wang, _, auditor = people
    draft = services.open_assessment(organisation, by=wang)
    evidence = {id: [{"kind": "file", "reference": f"{id}.pdf", "note": {}}] for id in HIGH}
    services.fill(organisation, draft, AnswerFile(HIGH, evidence), by=wang)
    done = services.submit(Assessment.objects.get(pk=draft.pk))
    assert services.confidence(done).evidenced.level == 4 and services.confidence(done).accepted.level == 0

    review.give_verdict(organisation, done, "S05", "rejected", "看板上没有", instead={"level": 2}, by=auditor)
    found = services.confidence(done)
    assert found.states["S05"] == "rejected" and found.counted["S05"] == {"level": 2}
    assert (found.claimed.scenario_levels["S05"], found.evidenced.scenario_levels["S05"]) == (4, 2)
    review.give_verdict(organisation, done, "S05", "more", {"zh": "请补排程记录"}, by=auditor)
    assert services.confidence(done).evidenced.scenario_levels["S05"] == 0
    for id in HIGH:
        review.give_verdict(organisation, done, id, "accepted", by=auditor)
    found = services.confidence(done)
    assert found.evidenced.level == found.accepted.level == 4 and found.unevidenced == ()
    assert Verdict.objects.filter(question="S05").count() == 3
    [row] = [one for one in services.summary(done)["by_scenario"] if one["scenario"] == "S05"]
    assert (row["claimed"], row["evidenced"], row["accepted"], row["state"]) == (4, 4, 4, "accepted")
    assert "production/scheduling" in row["map_scenarios"]


def test_a_verdict_on_an_answer_that_changed_since_no_longer_counts(organisation, draft, people):
    services.answer(organisation, draft, "S05", {"level": 4})
    services.add_evidence(organisation, draft, "S05", "file", reference="x.pdf")
    review.give_verdict(organisation, draft, "S05", "rejected", "没有", by=people[2])
    changed = services.answer(organisation, draft, "S05", {"level": 1})
    assert services.confidence(changed).states["S05"] == "evidenced"


@pytest.mark.parametrize(
    ("verdict", "words", "instead", "expected"),
    [
        ("fine", "", None, "unknown_verdict"),
        ("accepted", "", None, "nothing_to_accept"),
        ("rejected", "", None, "say_why"),
        ("more", "x" * 501, None, "bad_words"),
        ("more", "x", {"level": 1}, "bad_instead"),
        ("rejected", "x", {"level": 3}, "bad_instead"),
        ("rejected", "x", {"level": 9}, "level_out_of_range"),
    ],
)
def test_a_verdict_that_says_nothing_is_refused(organisation, draft, verdict, words, instead, expected):
    services.answer(organisation, draft, "S05", {"level": 2})
    with pytest.raises(BadInput) as refusal:
        review.give_verdict(organisation, draft, "S05", verdict, words, instead)
    assert code(refusal) == expected and not Verdict.objects.exists()


def test_nobody_reviews_their_own_or_anothers_answers(organisation, draft, people):
    services.answer(organisation, draft, "S05", {"level": 2}, by=people[0])
    with pytest.raises(BadInput) as refusal:
        review.give_verdict(organisation, draft, "S05", "rejected", "x", by=people[0])
    assert code(refusal) == "own_answer"
    with pytest.raises(BadInput) as refusal:
        review.give_verdict(organisation, draft, "S06", "rejected", "x", by=people[1])
    assert code(refusal) == "unanswered"
    other = Organisation.objects.create(slug="other", name={"zh": "别家", "en": "Other"})
    with pytest.raises(BadInput) as refusal:
        review.give_verdict(other, draft, "S05", "rejected", "x")
    assert code(refusal) == "no_assessment"


def test_own_and_third_party_versions_stand_side_by_side(organisation):
    theirs = {**HIGH, "S05": {"level": 1}, "B5": {"option": "one"}}
    services.record(organisation, AnswerFile(HIGH))
    assert review.disagreement(organisation) is None
    third = services.record(organisation, AnswerFile(theirs, assessor="third_party"))
    found = review.disagreement(organisation)
    assert [one["question"] for one in found["questions"]] == ["B5"]
    assert [(one["question"], one["one"], one["other"]) for one in found["scenarios"]] == [
        ("S05", {"level": 4}, {"level": 1})
    ]
    assert found["one"]["level"] == 4 and found["agreement"]["units"] == 16
    assert services.summary(third)["disagreement"] == found
    with pytest.raises(BadInput) as refusal:
        review.side_by_side(organisation, third, services.open_assessment(organisation, "dcmm_2018"))
    assert code(refusal) == "other_instrument"
    other = Organisation.objects.create(slug="other", name={"zh": "别家", "en": "Other"})
    with pytest.raises(BadInput):
        review.side_by_side(other, third, third)


@pytest.mark.django_db(transaction=True)
def test_two_people_on_one_assessment_at_once_lose_nothing(organisation, draft, people):
    """Each answers 15 questions of their own while both fight for one: every write is kept or told, none vanishes."""
    opening, both_open = Lock(), Barrier(2)
    told = {person.username: 0 for person in people}

    def work(person, questions):
        try:
            with opening:  # two connections opening together on SQLite are now and then refused
                connection.ensure_connection()
            both_open.wait(timeout=20)
            for place, question in enumerate(questions):
                services.answer(organisation, draft, question, HIGH[question], seen=None, by=person)
                services.add_evidence(organisation, draft, question, "file", reference=f"{question}.pdf", by=person)
                seen = Assessment.objects.get(pk=draft.pk).answers.get("S16")
                try:
                    services.answer(organisation, draft, "S16", {"level": place % 5}, seen=seen, by=person)
                except BadInput as refusal:
                    assert refusal.problems[0].code == "changed_meanwhile"
                    told[person.username] += 1
        finally:
            connection.close()

    ids = [id for id in SME.question_ids() if id != "S16"]
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, people[0], ids[::2]), pool.submit(work, people[1], ids[1::2])]:
            done.result()
    draft.refresh_from_db()
    assert {id: draft.answers[id] for id in ids} == {id: HIGH[id] for id in ids}
    assert draft.evidence.count() == 30
    # The history of the question they fought for is one unbroken chain that ends in the stored answer.
    chain = list(AnswerChange.objects.filter(question="S16").order_by("id"))
    assert [one.before for one in chain] == [None, *(one.after for one in chain[:-1])]
    assert chain[-1].after == draft.answers["S16"]
    assert len(chain) + sum(told.values()) <= 30
