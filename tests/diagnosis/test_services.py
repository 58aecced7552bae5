"""Assessments on a database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Lock

import pyarrow as pa
import pytest
from django.db import connection
from tests.diagnosis.drawn import SME, extreme

from tujing.dataspace import services as dataspace
from tujing.diagnosis import services
from tujing.diagnosis.answers import AnswerFile
from tujing.diagnosis.models import Assessment, EvidenceItem
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db

FULL = extreme(SME, 0)


@pytest.fixture
def draft(organisation):
    return services.open_assessment(organisation)


@pytest.fixture
def other(db):
    return Organisation.objects.create(slug="other", name={"zh": "别家", "en": "Other"})


def code(refusal):
    return refusal.value.problems[0].code


def test_only_instruments_in_force_are_offered():
    assert [one.id for one in services.instruments(date(2026, 11, 23))] == ["sme_2024"]
    assert services.instruments(date(2020, 1, 1)) == []


def test_answers_of_two_people_at_the_same_time_are_both_kept(organisation, draft):
    """Both opened the page before either saved: each holds an old copy of the record."""
    hers, his = (Assessment.objects.get(pk=draft.pk) for _ in range(2))
    services.answer(organisation, hers, "B5", {"option": "one"}, seen=None)
    services.answer(organisation, his, "S05", {"level": 2}, seen=None)
    draft.refresh_from_db()
    assert draft.answers == {"B5": {"option": "one"}, "S05": {"level": 2}}


def test_the_same_question_changed_by_another_is_not_overwritten(organisation, draft):
    services.answer(organisation, draft, "B5", {"option": "one"}, seen=None)
    with pytest.raises(BadInput) as refusal:
        services.answer(organisation, draft, "B5", {"option": "all"}, seen=None)
    assert code(refusal) == "changed_meanwhile"
    services.answer(organisation, draft, "B5", {"option": "all"}, seen={"option": "one"})
    draft.refresh_from_db()
    assert draft.answers == {"B5": {"option": "all"}}


def test_an_answer_can_be_taken_back(organisation, draft):
    services.answer(organisation, draft, "B5", {"option": "one"})
    assert services.answer(organisation, draft, "B5", None).answers == {}


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        ("B5", {"option": "dozen"}, "unknown_option"),
        ("B99", {"option": "one"}, "unknown_indicator"),
        ("B99", None, "unknown_indicator"),
        ("S05", {"level": 5}, "level_out_of_range"),
    ],
)
def test_a_wrong_answer_changes_nothing(organisation, draft, question, value, expected):
    with pytest.raises(BadInput) as refusal:
        services.answer(organisation, draft, question, value)
    assert code(refusal) == expected
    draft.refresh_from_db()
    assert draft.answers == {}


def test_another_organisation_can_neither_answer_nor_add_evidence(organisation, draft, other):
    for act in (
        lambda: services.answer(other, draft, "B5", {"option": "one"}),
        lambda: services.add_evidence(other, draft, "B5", "statement", note="我们说了算"),
        lambda: services.remove_evidence(other, draft, 1),
    ):
        with pytest.raises(BadInput) as refusal:
            act()
        assert code(refusal) == "no_assessment"
    assert not services.assessments(other).exists()


def test_an_incomplete_assessment_is_not_submitted(organisation, draft):
    services.answer(organisation, draft, "B5", {"option": "one"})
    with pytest.raises(BadInput) as refusal:
        services.submit(draft)
    assert len(refusal.value.problems) == 30
    draft.refresh_from_db()
    assert draft.status == "draft" and services.latest(organisation) is None


def test_submitting_freezes_and_signs(organisation):
    assessment = services.record(organisation, AnswerFile(FULL))
    assert services.latest(organisation) == assessment
    assert assessment.signature == services.signature(assessment) and len(assessment.signature) == 64
    for act in (
        lambda: services.answer(organisation, assessment, "B5", {"option": "one"}),
        lambda: services.add_evidence(organisation, assessment, "B5", "file", reference="x.pdf"),
        lambda: services.submit(assessment),
    ):
        with pytest.raises(BadInput) as refusal:
            act()
        assert code(refusal) == "already_submitted"
    EvidenceItem.objects.create(assessment=assessment, indicator="B1", kind="file", reference="slipped-in.pdf")
    assert services.signature(assessment) != assessment.signature


def test_an_incomplete_answer_file_stores_nothing(organisation):
    with pytest.raises(BadInput):
        services.record(organisation, AnswerFile({"B5": {"option": "one"}}))
    assert not Assessment.objects.exists() and not EvidenceItem.objects.exists()


def test_latest_is_the_one_submitted_last_and_drafts_are_apart(organisation):
    services.record(organisation, AnswerFile(FULL))
    second = services.record(organisation, AnswerFile(extreme(SME, -1)))
    draft = services.open_assessment(organisation, kind="third_party")
    assert services.latest(organisation) == second
    assert services.draft(organisation) == draft
    assert services.result(second).level == 4


def test_evidence_backs_the_level(organisation, draft):
    item = services.add_evidence(organisation, draft, "B5", "file", note="系统清单", reference="systems.xlsx")
    services.answer(organisation, draft, "B5", {"option": "all"})
    assert services.confidence(draft.__class__.objects.get(pk=draft.pk)).evidenced.score == 10
    services.remove_evidence(organisation, draft, item.pk)
    assert services.confidence(draft.__class__.objects.get(pk=draft.pk)).evidenced.score == 0


@pytest.mark.parametrize(
    ("question", "kind", "words"),
    [("B5", "rumour", "x"), ("B99", "file", "x"), ("B5", "file", ""), ("B5", "file", "x" * 501)],
)
def test_evidence_that_says_nothing_is_refused(organisation, draft, question, kind, words):
    with pytest.raises(BadInput):
        services.add_evidence(organisation, draft, question, kind, note=words)
    assert not EvidenceItem.objects.exists()


@pytest.mark.parametrize(("instrument", "kind"), [("sme_1999", "self"), ("sme_2024", "friend")])
def test_an_unknown_instrument_or_assessor_is_refused(organisation, instrument, kind):
    with pytest.raises(BadInput):
        services.open_assessment(organisation, instrument, kind=kind)


def test_measured_facts_come_from_the_organisations_own_tables(organisation, other):
    table = pa.table(
        {
            "work_centre_id": ["M1", "M2"],
            "name": ["车床", "磨床"],
            "kind": ["turning", "grinding"],
            "is_networked": [True, False],
        }
    )
    dataspace.write_table(organisation, "work_centre", table, source="test")
    fact = services.measured_facts(organisation)["B3"]
    assert (fact.option, fact.value) == ("le_60", 0.5)
    assert services.measured_facts(other) == {}


def test_the_summary_holds_what_the_command_promises(organisation):
    summary = services.summary(services.record(organisation, AnswerFile(FULL)))
    promised = {
        "instrument",
        "score",
        "level",
        "level_name",
        "parts",
        "scenarios",
        "next_level",
        "claimed_vs_evidenced",
    }
    assert promised | {"measured"} <= set(summary)
    assert summary["next_level"]["level"] == 1 and summary["next_level"]["changes"]


def test_readiness_covers_the_whole_map(organisation):
    from tujing.atlas.loader import atlas

    found = services.readiness_by_scenario(organisation)
    assert set(found) == set(atlas().manifests)
    assert not any(one.ready for id, one in found.items() if atlas().manifests[id].data_elements.reads)


@pytest.mark.django_db(transaction=True)
def test_two_people_answering_thirty_questions_at_once_lose_none(organisation, draft):
    """Each writes on a connection of their own while the other does."""
    # Only the writing is at once: two connections opening together on SQLite were now and then refused with "disk I/O
    # error" by the journal-mode pragma, which is not what this test asks about.
    opening, both_open = Lock(), Barrier(2)

    def write(questions):
        try:
            with opening:
                connection.ensure_connection()
            both_open.wait(timeout=20)
            for question in questions:
                services.answer(organisation, draft, question, FULL[question], seen=None)
        finally:
            connection.close()

    ids = SME.question_ids()
    with ThreadPoolExecutor(2) as people:
        for done in [people.submit(write, ids[::2]), people.submit(write, ids[1::2])]:
            done.result()
    draft.refresh_from_db()
    assert draft.answers == FULL
