"""What an assessment comes to on the pages: result, review, comparison, frozen copy, peers, pain points, facts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import tujing.examples.motor_works as motor_works
from tujing.diagnosis import services
from tujing.diagnosis.answer_file import read
from tujing.diagnosis.instrument import instrument
from tujing.diagnosis.models import FactSheet, PainPoint, PeerConsent, Snapshot, Verdict
from tujing.enterprise.models import Role

JSON = {"accept": "application/json"}
ANSWERS = Path(motor_works.__file__).parent / "answers.sme_2024.yaml"


@pytest.fixture(scope="module")
def file():
    found = read(ANSWERS, instrument("sme_2024"))
    # What the example measures needs its tables, which are not here.
    held = {
        id: [one for one in items if one["kind"] not in ("measured", "run")] for id, items in found.evidence.items()
    }
    return replace(found, evidence=held)


@pytest.fixture
def submitted(other_works, file):
    return services.record(other_works, file)


@pytest.fixture
def client(other_works, sign_in):
    return sign_in(other_works)


def text(response):
    return response.content.decode()


def data(page, name):
    return json.loads(re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page)[1])


def test_the_result_shows_every_chart_as_a_table_too(client, submitted):
    page = text(client.get(reverse("diagnosis_result", args=[submitted.pk])))
    heat, radar = data(page, "heat"), data(page, "radar")
    assert (len(heat["y"]), len(heat["x"]), len(heat["values"])) == (16, 4, 64)
    assert [len(one["values"]) for one in radar["series"]] == [len(radar["indicators"])] * 3
    assert page.count("<table") >= 5 and submitted.signature in page
    claimed = services.result(submitted).scenario_levels
    reached = {y: sum(value >= 2 for _, row, value in heat["values"] if row == y) for y in range(16)}
    assert list(reached.values()) == list(claimed.values()), "as many cells are filled as the level claimed"
    assert "?scenarios=" in page, "the cheapest changes can be planned"


def test_a_report_is_had_as_word_pdf_and_excel(client, submitted):
    start = {"docx": b"PK", "xlsx": b"PK", "pdf": b"%PDF"}
    for form, magic in start.items():
        answer = client.get(reverse("diagnosis_report", args=[submitted.pk, form]))
        assert answer.content.startswith(magic) and "attachment" in answer["Content-Disposition"], form
    assert client.get(reverse("diagnosis_report", args=[submitted.pk, "exe"])).status_code == 404


def judge(client, assessment, question, **form):
    return client.post(reverse("diagnosis_verdict", args=[assessment.pk, question]), form, headers=JSON)


def test_a_reviewer_accepts_lowers_or_asks_and_the_levels_follow(other_works, client, submitted, sign_in):
    answers = submitted.answers
    backed = next(id for id, items in services.backing(submitted).kinds.items() if "file" in items)
    accepted = judge(client, submitted, backed, verdict="accepted")
    assert accepted.json()["counts"]["accepted"] == 1, accepted.content
    scenario = next(id for id in answers if id.startswith("S") and answers[id]["level"] >= 2)
    assert judge(client, submitted, scenario, verdict="rejected").status_code == 422, "without words"
    lowered = judge(client, submitted, scenario, verdict="rejected", words="只见到一级", instead="1")
    assert lowered.json()["verdict"] == "rejected"
    assert Verdict.objects.get(question=scenario).instead == {"level": 1}
    higher = judge(client, submitted, scenario, verdict="rejected", words="x", instead="4")
    assert higher.status_code == 422
    asked = judge(client, submitted, "B5", verdict="more", words="请补系统清单")
    assert asked.json()["counts"] == {"open": 28, "accepted": 1, "rejected": 1, "more": 1, "disagreed": 0}
    shown = text(client.get(reverse("diagnosis_review", args=[submitted.pk]), {"show": "more"}))
    assert "请补系统清单" in shown and shown.count('class="card flash-card"') == 1
    client.post(reverse("diagnosis_freeze", args=[submitted.pk]))
    assert Snapshot.objects.filter(assessment=submitted).count() == 2
    assert judge(sign_in(other_works, Role.LINE_WORKER), submitted, "B5", verdict="more", words="x").status_code == 403


def test_nobody_reviews_an_answer_of_their_own(client, other_works):
    client.post(reverse("diagnosis_start"))
    draft = services.draft(other_works)
    client.post(reverse("diagnosis_answer", args=[draft.pk, "S05"]), {"choice": "1"}, headers=JSON)
    assert judge(client, draft, "S05", verdict="more", words="x").status_code == 422
    assert "须由他人审核" in text(client.get(reverse("diagnosis_review", args=[draft.pk])))


def test_two_versions_stand_side_by_side(client, other_works, submitted, file):
    other = {**file.answers, "S06": {"level": 0}}
    theirs = services.record(other_works, replace(file, answers=other, assessor="third_party"))
    page = text(client.get(reverse("diagnosis_compare"), {"with": [submitted.pk, theirs.pk]}))
    assert "S06" in page and page.count('<th scope="row">') == 1
    assert "S06" in text(client.get(reverse("diagnosis_review", args=[submitted.pk]), {"show": "disagreed"}))
    assert client.get(reverse("diagnosis_compare"), {"with": ["x", "9" * 30]}).status_code == 200


def test_a_frozen_copy_is_downloaded_and_verified_and_a_changed_one_is_told(client, submitted):
    copy = client.get(reverse("diagnosis_snapshot", args=[submitted.pk])).content
    here = text(client.post(reverse("diagnosis_check", args=[submitted.pk])))
    assert "不成立" not in here and here.count("成立") >= 6
    address = reverse("diagnosis_verify")
    good = client.post(address, {"file": SimpleUploadedFile("copy.json", copy)})
    assert "不成立" not in text(good)
    forged = (
        copy.replace(b'"level":3', b'"level":4', 1)
        if b'"level":3' in copy
        else copy.replace(b'"level":2', b'"level":3', 1)
    )
    assert forged != copy and "不成立" in text(client.post(address, {"file": SimpleUploadedFile("copy.json", forged)}))
    assert client.post(address, {"file": SimpleUploadedFile("x.json", b"{}")}).status_code == 422
    assert client.post(address).status_code == 422


def test_pain_points_are_noted_tied_taken_off_and_put_back(client, other_works):
    form = {"words": "换型占掉半个班，订单总拖期", "department": "装配", "severity": "4", "frequency": "daily"}
    assert client.post(reverse("diagnosis_pains_add"), form | {"severity": "9"}).status_code == 422
    client.post(reverse("diagnosis_pains_add"), form | {"yuan_per_year": "90,000"})
    point = PainPoint.objects.get(organisation=other_works)
    assert (point.severity, float(point.yuan_per_year), point.words) == (4, 90_000, {"zh": form["words"]})
    page = text(client.get(reverse("diagnosis_pains")))
    proposed = re.search(r'name="tie" value="([^"]+)"', page)[1]
    client.post(reverse("diagnosis_pains_tie", args=[point.pk]), {"tie": proposed})
    point.refresh_from_db()
    assert point.scenarios == [proposed]
    assert client.post(reverse("diagnosis_pains_tie", args=[point.pk]), {"tie": "no/such"}).status_code == 422
    client.post(reverse("diagnosis_pains_remove", args=[point.pk]))
    gone = text(client.get(reverse("diagnosis_pains")))
    assert not PainPoint.objects.exists()
    back = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', gone))
    client.post(reverse("diagnosis_pains_add"), {name: value for name, value in back.items() if name != "organisation"})
    again = PainPoint.objects.get()
    assert (again.words, again.scenarios, float(again.yuan_per_year)) == (point.words, [proposed], 90_000)
    content = client.get(reverse("diagnosis_pains_export")).content
    client.post(reverse("diagnosis_pains_upload"), {"file": SimpleUploadedFile("list.xlsx", content)})
    assert PainPoint.objects.count() == 1, "the export comes in again as the same list"


def test_a_fact_is_answered_once_and_taken_back(client, other_works, submitted):
    page = text(client.get(reverse("diagnosis_facts")))
    kinds = dict(
        re.findall(
            r'(?:id="fact-(\w+)") (type="number"|name="\w+"><option value="">–</option><option value="true")', page
        )
    )
    number = next(name for name, kind in kinds.items() if kind.startswith("type"))
    assert client.post(reverse("diagnosis_facts_answer"), {number: "many"}).status_code == 422
    client.post(reverse("diagnosis_facts_answer"), {number: "1"})
    assert FactSheet.objects.get(organisation=other_works).answers[number] == 1
    client.post(reverse("diagnosis_facts_answer"), {number: ""})
    assert number not in FactSheet.objects.get(organisation=other_works).answers
    assert client.get(reverse("diagnosis_instruments")).status_code == 200


def test_consent_is_given_and_taken_back_by_the_owner(client, other_works, sign_in):
    address = reverse("diagnosis_peers_consent")
    assert sign_in(other_works, Role.MANAGER).post(address, {"give": "on"}).status_code == 403
    client.post(address, {"give": "on"})
    assert PeerConsent.objects.filter(organisation=other_works).exists()
    client.post(address)
    assert not PeerConsent.objects.exists()
    assert "10" in text(client.get(reverse("diagnosis_peers"))), "says how small a group is withheld"
