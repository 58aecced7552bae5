"""Answering on the pages: one by one, by two people at once, with evidence, in a spreadsheet."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tujing.diagnosis import services
from tujing.diagnosis.models import AnswerChange, Assessment, AssessmentStatus, Assignment, EvidenceItem
from tujing.enterprise.models import Role
from tujing.enterprise.services import add_member

JSON = {"accept": "application/json"}


@pytest.fixture
def client(other_works, sign_in):
    return sign_in(other_works)


@pytest.fixture
def draft(other_works, client):
    assert client.post(reverse("diagnosis_start")).status_code == 302
    return services.draft(other_works)


def send(client, draft, question, **form):
    return client.post(reverse("diagnosis_answer", args=[draft.pk, question]), form, headers=JSON)


def answers(draft):
    draft.refresh_from_db()
    return draft.answers


def test_an_answer_is_saved_at_once_and_progress_told(client, draft):
    told = send(client, draft, "S05", choice="2", seen="null").json()
    assert (told["answered"], told["asked"], told["complete"], told["picked"]) == (1, 31, False, ["2"])
    assert told["by"] == "owner-other-works" and json.loads(told["seen"]) == {"level": 2}
    send(client, draft, "B1", choice=["control_network", "industrial_5g"])
    assert answers(draft) == {"S05": {"level": 2}, "B1": {"options": ["control_network", "industrial_5g"]}}
    for page in ("diagnosis_flash", "diagnosis_questions"):
        shown = client.get(reverse(page, args=[draft.pk])).content.decode()
        assert 'value="industrial_5g" checked' in shown
    plain = client.post(reverse("diagnosis_answer", args=[draft.pk, "S05"]), {"choice": "1"})
    assert plain.url == reverse("diagnosis_questions", args=[draft.pk]), "without a script the table comes back"


@pytest.mark.parametrize(
    ("question", "choice"),
    [("S05", "9"), ("S05", "two"), ("B2", "nothing"), ("B1", ["none", "control_network"]), ("ZZ", "1")],
)
def test_an_answer_that_does_not_fit_is_refused_with_a_sentence_and_not_kept(client, draft, question, choice):
    refused = send(client, draft, question, choice=choice)
    assert refused.status_code == 422 and refused.json()["problems"]
    assert answers(draft) == {}


def test_of_two_people_who_answer_at_once_neither_loses_anything(other_works, client, draft, sign_in):
    """Both opened the page before either answered."""
    colleague = sign_in(other_works, Role.LINE_WORKER)
    assert send(client, draft, "B5", choice="one", seen="null").status_code == 200
    assert send(colleague, draft, "S05", choice="3", seen="null").status_code == 200
    assert answers(draft) == {"B5": {"option": "one"}, "S05": {"level": 3}}
    refused = send(colleague, draft, "B5", choice="all", seen="null")
    assert refused.status_code == 409, "somebody has answered it meanwhile"
    theirs = refused.json()
    assert (theirs["by"], theirs["picked"]) == ("owner-other-works", ["one"]) and theirs["spoken"]
    assert answers(draft)["B5"] == {"option": "one"}
    assert send(colleague, draft, "B5", choice="all", seen=theirs["seen"]).status_code == 200
    kept = list(AnswerChange.objects.filter(assessment=draft, question="B5").values_list("before", "after"))
    assert kept == [(None, {"option": "one"}), ({"option": "one"}, {"option": "all"})]
    known = AnswerChange.objects.filter(assessment=draft).first().pk
    news = client.get(reverse("diagnosis_state", args=[draft.pk]), {"after": known}).json()
    assert {one["question"]: one["picked"] for one in news["changes"]} == {"S05": ["3"], "B5": ["all"]}
    assert client.get(reverse("diagnosis_state", args=[draft.pk]), {"after": news["last"]}).json()["changes"] == []


def test_an_answer_is_undone_by_its_earlier_value(client, draft):
    first = send(client, draft, "B5", choice="one", seen="null").json()
    second = send(client, draft, "B5", choice="all", seen=first["seen"]).json()
    assert send(client, draft, "B5", value=first["seen"], seen=second["seen"]).json()["picked"] == ["one"]
    assert send(client, draft, "B5", value="null", seen=first["seen"]).json()["answered"] == 0
    assert answers(draft) == {}
    assert send(client, draft, "B5", value="{", seen="null").status_code == 422


def test_questions_are_given_to_a_person_with_a_day_and_are_then_nobody_elses(other_works, client, draft, sign_in):
    worker = sign_in(other_works, Role.LINE_WORKER)
    form = {"question": ["S05", "S06"], "person": "line_worker-other-works", "due": "2026-01-02"}
    assert client.post(reverse("diagnosis_assign", args=[draft.pk]), form).status_code == 302
    assert set(Assignment.objects.values_list("question", "due")) == {
        ("S05", date(2026, 1, 2)),
        ("S06", date(2026, 1, 2)),
    }
    assert send(client, draft, "S05", choice="1").status_code == 422
    assert send(worker, draft, "S05", choice="1").status_code == 200
    overdue = client.get(reverse("diagnosis_questions", args=[draft.pk]), {"show": "overdue"}).content.decode()
    assert 'id="row-S06"' in overdue and 'id="row-S05"' not in overdue and "2026-01-02" in overdue
    mine = worker.get(reverse("diagnosis_flash", args=[draft.pk])).content.decode()
    assert 'data-start="S06"' in mine, "one goes on after one's last answer"
    client.post(reverse("diagnosis_assign", args=[draft.pk]), form | {"back": "on"})
    assert not Assignment.objects.exists()
    for wrong in ({"due": "tomorrow"}, {"person": "nobody"}, {"question": []}):
        assert client.post(reverse("diagnosis_assign", args=[draft.pk]), form | wrong).status_code == 422


def test_an_unfinished_questionnaire_cannot_be_submitted(client, draft):
    assert client.post(reverse("diagnosis_submit", args=[draft.pk])).status_code == 422
    assert not Assessment.objects.filter(status=AssessmentStatus.SUBMITTED).exists()


def test_several_questionnaires_start_at_once_and_go_on_when_started_again(other_works, client):
    chosen = {"instrument": ["dcmm_2025", "cmmm_2020"], "assessor": "third_party"}
    assert client.post(reverse("diagnosis_start"), chosen).url == reverse("diagnosis")
    client.post(reverse("diagnosis_start"), chosen)
    found = Assessment.objects.filter(organisation=other_works)
    assert {(one.instrument, one.assessor) for one in found} == {
        ("dcmm_2025", "third_party"),
        ("cmmm_2020", "third_party"),
    }
    assert found.count() == 2
    listed = client.get(reverse("diagnosis"), {"q": "39116"}, headers={"hx-request": "true"}).content.decode()
    assert "39116" in listed and "36073" not in listed and "<html" not in listed


@pytest.mark.parametrize(
    ("instrument", "question", "form", "stored"),
    [
        ("cmmm_2020", "M1", {"choice": "2+0.5"}, {"1": 1.0, "2": 1.0, "3": 0.5}),
        ("sme_2022", None, {"number": "37.5"}, 0.375),
        ("dtm_45341_2025", None, {"choice": "10"}, 10),
        ("innovative_sme_2022", "rd_ratio", {"choice": "ge_3"}, "ge_3"),
        ("enterprise_size", "staff", {"number": "260"}, 260.0),
        ("sus_1996", "Q01", {"choice": "4"}, 4),
    ],
)
def test_every_kind_of_question_is_answered_on_the_same_pages(other_works, client, instrument, question, form, stored):
    client.post(reverse("diagnosis_start"), {"instrument": instrument})
    draft = services.draft(other_works, instrument)
    from tujing.diagnosis.catalogue import find, item_ids

    question = question or item_ids(find(instrument))[0]
    told = send(client, draft, question, **form)
    assert told.status_code == 200 and answers(draft)[question] == stored
    for page in ("diagnosis_flash", "diagnosis_questions", "diagnosis_review", "diagnosis_result"):
        assert client.get(reverse(page, args=[draft.pk])).status_code == 200, page
    assert client.post(reverse("diagnosis_submit", args=[draft.pk])).status_code == 302
    for form_ in ("docx", "xlsx"):
        assert client.get(reverse("diagnosis_report", args=[draft.pk, form_])).status_code == 200


def panel(client, draft, **form):
    return client.post(reverse("diagnosis_evidence", args=[draft.pk, "B1"]), form).content.decode()


def test_evidence_is_added_looked_at_taken_away_and_put_back(client, draft):
    send(client, draft, "B1", choice="control_network")
    picture = SimpleUploadedFile("图 1.png", b"\x89PNG\r\n\x1a\n" + bytes(40))
    page = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 x")
    assert "图 1.png" in panel(client, draft, kind="file", file=[picture, page])
    assert "example.org" in panel(client, draft, kind="link", reference="https://example.org/plan")
    assert "看过现场" in panel(client, draft, kind="statement", note="看过现场")
    assert EvidenceItem.objects.filter(assessment=draft).count() == 4
    for kind, reference in (("link", "javascript:alert(1)"), ("run", "run:999"), ("measured", "table:work_order")):
        assert (
            "notice-error"
            in client.post(
                reverse("diagnosis_evidence", args=[draft.pk, "B1"]),
                {"kind": kind, "reference": reference},
                headers={"hx-request": "true"},
            ).content.decode()
        )
    shown, kept = EvidenceItem.objects.filter(kind="file")
    address = reverse("diagnosis_evidence_file", args=[draft.pk, shown.pk])
    inline, away = client.get(address, {"show": "1"}), client.get(address)
    assert inline["Content-Type"] == "image/png" and "sandbox" in inline["Content-Security-Policy"]
    assert away["Content-Type"] == "application/octet-stream" and "attachment" in away["Content-Disposition"]
    pdf = client.get(reverse("diagnosis_evidence_file", args=[draft.pk, kept.pk]), {"show": "1"})
    assert pdf["Content-Type"] == "application/octet-stream", "what may run something is downloaded only"
    gone = client.post(reverse("diagnosis_evidence_remove", args=[draft.pk, shown.pk])).content.decode()
    back = reverse("diagnosis_evidence_back", args=[draft.pk, shown.pk])
    assert back in gone and EvidenceItem.objects.count() == 3
    client.post(back)
    assert EvidenceItem.objects.count() == 4


def workbook_of(client, draft):
    content = client.get(reverse("diagnosis_workbook_download", args=[draft.pk])).content
    return openpyxl.load_workbook(io.BytesIO(content))


def mark(book, question, *options):
    for row in book["answers"].iter_rows(min_row=2):
        if row[0].value == question:
            row[5].value = "√" if row[2].value in options else None


def upload(client, draft, book):
    content = io.BytesIO()
    book.save(content)
    file = SimpleUploadedFile("answers.xlsx", content.getvalue())
    return client.post(reverse("diagnosis_workbook_upload", args=[draft.pk]), {"file": file})


def test_a_spreadsheet_is_set_against_what_others_did_meanwhile_taken_in_and_undone(
    other_works, client, draft, sign_in
):
    colleague = sign_in(other_works, Role.LINE_WORKER)
    for question, choice in (("B5", "one"), ("S05", "1"), ("S06", "1")):
        send(client, draft, question, choice=choice)
    book = workbook_of(client, draft)
    mark(book, "B5", "all")  # changed in the file, and differently here
    mark(book, "S05", "2")  # changed in the file only
    mark(book, "S07", "3")  # new in the file
    send(colleague, draft, "B5", choice="several")
    send(colleague, draft, "S06", choice="4")  # changed here only
    looked = upload(client, draft, book)
    assert looked.status_code == 302, looked.content.decode()
    page = client.get(looked.url).content.decode()
    assert [page.count(f'class="diff-{kind}"') for kind in ("added", "changed", "conflict", "newer")] == [1, 1, 1, 1]
    before = answers(draft).copy()
    client.post(looked.url)
    assert answers(draft) == before | {"S05": {"level": 2}, "S07": {"level": 3}}, "a conflict keeps what is here"
    send(colleague, draft, "S07", choice="1")
    client.post(reverse("diagnosis_workbook_undo", args=[draft.pk]))
    assert answers(draft) == before | {"S07": {"level": 1}}, "what was changed since stays"
    book = workbook_of(client, draft)
    mark(book, "B5", "all")
    send(colleague, draft, "B5", choice="none")
    client.post(upload(client, draft, book).url, {"overwrite": "B5"})
    assert answers(draft)["B5"] == {"option": "all"}, "chosen to be overwritten"


def test_a_faulty_spreadsheet_is_refused_by_row_and_column_and_changes_nothing(client, draft):
    book = workbook_of(client, draft)
    book["answers"]["F2"], book["answers"]["A3"] = "perhaps", "ZZ"
    refused = upload(client, draft, book)
    page = refused.content.decode()
    assert refused.status_code == 422 and "perhaps" in page and "ZZ" in page
    assert answers(draft) == {}
    client.post(reverse("diagnosis_start"), {"instrument": "sme_2024", "assessor": "third_party"})
    other = Assessment.objects.exclude(pk=draft.pk).get()
    assert upload(client, other, workbook_of(client, draft)).status_code == 422, "made of another assessment"


def test_the_pages_of_a_questionnaire_ask_the_database_a_fixed_number_of_times(
    other_works, client, draft, django_user_model, django_assert_max_num_queries
):
    worker = django_user_model.objects.create_user("worker")
    add_member(other_works, worker, Role.LINE_WORKER)
    for question in ("S05", "S06", "S07", "S08"):
        send(client, draft, question, choice="1")
        Assignment.objects.create(assessment=draft, question=question, person=worker)
        EvidenceItem.objects.create(assessment=draft, indicator=question, kind="link", reference="https://a.b")
    for page in ("diagnosis_flash", "diagnosis_questions", "diagnosis_review"):
        with django_assert_max_num_queries(45):
            client.get(reverse(page, args=[draft.pk]))
    with django_assert_max_num_queries(20):
        client.get(reverse("diagnosis_state", args=[draft.pk]), {"after": AnswerChange.objects.last().pk})
