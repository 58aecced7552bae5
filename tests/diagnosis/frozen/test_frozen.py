"""A frozen copy reproduces to the byte; whoever touches it, or the record behind it, is found out."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.diagnosis.drawn import SME, answers_to, extreme

from tujing.diagnosis import services
from tujing.diagnosis.answers import AnswerFile
from tujing.diagnosis.frozen import services as frozen
from tujing.diagnosis.frozen.canonical import canonical, digest
from tujing.diagnosis.models import Assessment, EvidenceItem, Snapshot
from tujing.diagnosis.review import services as review
from tujing.enterprise import files
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db

NUMBERS = {"digital_equipment": 1e22, "all_equipment": 3e22}
FULL = extreme(SME, -1) | {"B2": {"option": "le_40", "numbers": NUMBERS}}


@pytest.fixture
def done(organisation):
    draft = services.open_assessment(organisation)
    services.fill(organisation, draft, AnswerFile(FULL))
    services.attach_file(organisation, draft, "S05", b"%PDF-1.7 plan", "计划.pdf")
    return services.submit(Assessment.objects.get(pk=draft.pk))


def states(checks):
    return {one.id: one.held for one in checks}


def test_submitting_freezes_a_copy_that_the_record_gives_again_to_the_byte(organisation, done, tmp_path):
    kept = frozen.newest(organisation, done)
    for _ in range(2):  # from the database anew, by whichever engine
        again = Snapshot.objects.get(pk=kept.pk)
        assert frozen.frozen(Assessment.objects.get(pk=done.pk), again.taken) == kept.content.encode()
        assert frozen.reproduces(again)
    frozen.write(kept, tmp_path / "copy.json")
    content = (tmp_path / "copy.json").read_bytes()
    assert content == kept.content.encode() and canonical(json.loads(content)) == content
    assert set(states(frozen.verify(organisation, content)).values()) == {True}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers_to())
def test_any_assessment_reproduces(organisation, answers):
    done = services.record(organisation, AnswerFile(answers))
    assert frozen.reproduces(frozen.newest(organisation, done))


def test_a_later_verdict_makes_a_new_copy_and_leaves_the_old_one(organisation, done):
    first = frozen.newest(organisation, done)
    review.give_verdict(organisation, done, "S05", "rejected", "没有执行")
    second = frozen.take(organisation, done)
    assert frozen.newest(organisation, done) == second and second.sha256 != first.sha256
    assert frozen.reproduces(first) and frozen.reproduces(second)
    assert json.loads(second.content)["verdicts"] == [
        {"question": "S05", "verdict": "rejected", "words": {"zh": "没有执行"}, "instead": None}
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_single_changed_byte_goes_unseen(organisation, data):
    assessment = services.latest(organisation) or services.record(organisation, AnswerFile(FULL))
    content = bytearray(frozen.newest(organisation, assessment).content.encode())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        found = frozen.verify(organisation, bytes(content))
    except BadInput as refusal:
        assert refusal.problems[0].code == "no_snapshot"
    else:
        assert False in states(found).values()


def test_a_forger_who_makes_every_hash_anew_is_caught_by_the_copy_kept(organisation, done):
    document = json.loads(frozen.newest(organisation, done).content)
    document["assessed"]["answers"]["S05"]["level"] = 1
    assert states(frozen.verify(organisation, canonical(document)))["signature"] is False
    document["signature"] = digest(document["assessed"])
    found = states(frozen.verify(organisation, canonical(document)))
    assert (found["signature"], found["canonical"], found["record"]) == (True, True, False)


def test_a_claimed_result_that_the_answers_do_not_give_is_caught(organisation, done):
    document = json.loads(frozen.newest(organisation, done).content)
    document["result"]["level"] = 3
    assert states(frozen.verify(organisation, canonical(document)))["result"] is False


def test_a_changed_record_is_found_out_and_cannot_be_frozen_again(organisation, done):
    kept = frozen.newest(organisation, done)
    EvidenceItem.objects.create(assessment=done, indicator="B1", kind="file", reference="slipped-in.pdf")
    assert not frozen.reproduces(kept)
    assert states(frozen.verify(organisation, kept.content.encode()))["reproduced"] is False
    with pytest.raises(BadInput) as refusal:
        frozen.take(organisation, done)
    assert refusal.value.problems[0].code == "record_changed"


def test_a_changed_evidence_file_is_found_out(organisation, done):
    kept = frozen.newest(organisation, done)
    item = done.evidence.get()
    files.path_of(services.evidence_folder(organisation), item.sha256).write_bytes(b"%PDF-1.7 other")
    assert states(frozen.verify(organisation, kept.content.encode()))["files"] is False


def test_a_copy_of_another_enterprise_is_checked_by_itself_only(organisation, done):
    other = Organisation.objects.create(slug="other", name={"zh": "别家", "en": "Other"})
    content = frozen.newest(organisation, done).content.encode()
    found = states(frozen.verify(other, content))
    assert found == {"canonical": True, "signature": True, "instrument": True, "result": True, "record": None}
    with pytest.raises(BadInput):
        frozen.take(other, done)
    assert frozen.newest(other, done) is None


def test_a_draft_is_not_frozen(organisation):
    with pytest.raises(BadInput) as refusal:
        frozen.take(organisation, services.open_assessment(organisation))
    assert refusal.value.problems[0].code == "not_submitted"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"schema":"tujing-run/1"}',
        b'{"schema":"tujing-assessment/1","assessed":{"instrument":{},"answers":NaN}}',
        b"[" * 3000 + b"]" * 3000,
        "编号,答案".encode("gbk"),
    ],
)
def test_what_is_no_frozen_copy_is_refused(organisation, content):
    with pytest.raises(BadInput) as refusal:
        frozen.verify(organisation, content)
    assert refusal.value.problems[0].code == "no_snapshot"
