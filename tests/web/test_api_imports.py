"""By the API as by the pages: a file seen, read otherwise, checked, taken in; spreadsheets of answers and of pains."""

from __future__ import annotations

import openpyxl
import pytest
from tests.web.api_client import calling, refused
from tests.web.test_actions import work_off

from tujing.client import ApiProblem
from tujing.dataspace import preview_services
from tujing.dataspace import services as dataspace
from tujing.diagnosis.models import Assessment
from tujing.documents.diagnosis import Answer, AssessmentWishes, PainPointWishes
from tujing.documents.uploads import MappingWishes, ReadingWishes, TakeInWishes
from tujing.enterprise.models import Role
from tujing.runtime.models import Job

__all__ = ["calling"]
HEAD = "工单号,物料编码,计划数量,可开工时间,交期,状态"
GOOD = "W1,P1,10,2026-03-01 08:00,2026-03-05 17:00,released"
BAD = "W2,P1,many,2026-03-01,2026-03-09,released"
ELEMENT = "work_order"


@pytest.fixture
def owner(other_works, calling):
    return calling(other_works)


@pytest.fixture
def orders(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text(f"三月生产日报\n{HEAD}\n{GOOD}\n{BAD}\n", encoding="utf-8")
    return file


def test_from_a_titled_file_with_a_bad_cell_to_a_version(other_works, owner, orders):
    kept = owner.data.upload(ELEMENT, orders)
    assert (kept.reading.header, kept.missing, kept.problems) == (2, [], []) and kept.headings == HEAD.split(",")
    columns = {one.name: one for one in kept.columns}
    assert (columns["quantity"].heading, columns["quantity"].how) == ("计划数量", "named")
    assert kept.rows[1][2] == "many" and kept.top[0] == ["三月生产日报"]
    found = owner.data.check(ELEMENT, kept.token, MappingWishes())
    assert (found.good, found.bad, found.rows[0].row) == (1, 1, 4)
    [complaint] = found.rows[0].complaints
    assert complaint.heading == "计划数量" and complaint.words[0].zh and complaint.words[0].en
    mended = kept.reading.model_copy(update={"corrections": {"4": {"计划数量": "20"}}})
    owner.data.read_as(ELEMENT, kept.token, mended)
    assert owner.data.uploaded(ELEMENT, kept.token).reading.corrections == {"4": {"计划数量": "20"}}
    assert owner.data.check(ELEMENT, kept.token, MappingWishes()).bad == 0
    assert not dataspace.versions(other_works, ELEMENT), "a check imports nothing"
    job = owner.data.take_in(ELEMENT, kept.token, TakeInWishes(), key="once")
    assert owner.data.take_in(ELEMENT, kept.token, TakeInWishes(), key="once") == job and Job.objects.count() == 1
    work_off()
    assert dataspace.arrow(other_works, ELEMENT)["quantity"].to_pylist() == [10.0, 20.0]
    with refused("not_found", 404):
        owner.data.uploaded(ELEMENT, kept.token)


def test_another_header_row_drops_the_corrections_and_a_row_that_is_none_is_told(owner, orders):
    kept = owner.data.upload(ELEMENT, orders)
    mended = kept.reading.model_copy(update={"corrections": {"4": {"计划数量": "20"}}})
    owner.data.read_as(ELEMENT, kept.token, mended)
    wrong = owner.data.read_as(ELEMENT, kept.token, mended.model_copy(update={"header": 9}))
    assert wrong.reading.corrections == {} and wrong.problems[0].code == "blank_heading" and not wrong.columns
    assert owner.data.read_as(ELEMENT, kept.token, kept.reading).missing == []
    for wishes, code in (
        (ReadingWishes(header=2, units={"quantity": "moons"}), "unknown_unit"),
        (ReadingWishes(header=2, corrections={"x": {}}), "bad_corrections"),
    ):
        with refused(code):
            owner.data.read_as(ELEMENT, kept.token, wishes)


def test_a_mapping_is_by_the_columns_there_are_and_a_large_file_is_left_to_the_job(owner, orders, monkeypatch):
    kept = owner.data.upload(ELEMENT, orders)
    with pytest.raises(ApiProblem) as told:
        owner.data.take_in(ELEMENT, kept.token, TakeInWishes(mapping={"moon": "计划数量"}))
    [problem] = told.value.problems
    assert problem.code == "unknown_column" and "没有列 moon" in problem.zh and "no column moon" in problem.en
    monkeypatch.setattr(preview_services, "CHECKED_BYTES", 10)
    with refused("too_large_to_check"):
        owner.data.check(ELEMENT, kept.token, MappingWishes())


def test_an_upload_is_of_its_company_and_of_who_may_import_alone(works, other_works, owner, calling, orders):
    kept = owner.data.upload(ELEMENT, orders)
    stranger = calling(works)
    for attempt in (
        lambda: stranger.data.uploaded(ELEMENT, kept.token),
        lambda: stranger.data.check(ELEMENT, kept.token, MappingWishes()),
        lambda: stranger.data.take_in(ELEMENT, kept.token, TakeInWishes()),
        lambda: stranger.data.forget(ELEMENT, kept.token),
    ):
        with refused("not_found", 404):
            attempt()
    with refused("not_allowed", 403):
        calling(other_works, Role.VIEWER).data.upload(ELEMENT, orders)
    owner.data.forget(ELEMENT, kept.token)
    with refused("not_found", 404):
        owner.data.forget(ELEMENT, kept.token)


def test_a_file_that_cannot_be_read_is_refused_and_not_kept(owner, tmp_path, settings):
    file = tmp_path / "orders.xls"
    file.write_text("<html><table>", encoding="utf-8")
    with pytest.raises(ApiProblem):
        owner.data.upload(ELEMENT, file)
    assert not [one for one in settings.HOME.glob("uploads/*/*") if any(one.iterdir())]


def test_the_template_of_a_table_holds_its_columns(owner, tmp_path):
    book = openpyxl.load_workbook(owner.data.template(ELEMENT, tmp_path))
    cells = [cell for page in book for row in page.values for cell in row]
    assert any("quantity" in str(cell) or "数量" in str(cell) for cell in cells)


def test_answers_come_back_in_a_spreadsheet_are_seen_taken_in_and_undone(works, calling, tmp_path):
    owner = calling(works)
    submitted = Assessment.objects.get(organisation=works, status="submitted")
    first = owner.diagnosis.start(AssessmentWishes(instrument=submitted.instrument))
    Assessment.objects.filter(pk=first.id).update(answers=submitted.answers)
    file = owner.diagnosis.answer_workbook(first.id, tmp_path)
    Assessment.objects.filter(pk=first.id).update(answers={})
    seen = owner.diagnosis.preview_answers(first.id, file)
    assert seen.answered == len(seen.differences) > 10 and {one.kind for one in seen.differences} == {"added"}
    assert Assessment.objects.get(pk=first.id).answers == {}, "seeing stores nothing"
    taken = owner.diagnosis.take_in_answers(first.id, file)
    assert taken.changed == len(seen.differences) and Assessment.objects.get(pk=first.id).answers
    question = seen.differences[0].question
    owner.diagnosis.answer(first.id, question, Answer(value=None))
    undone = owner.diagnosis.undo_answers(first.id, taken.batch)
    assert (undone.back, undone.stay) == (taken.changed - 1, 1)
    assert Assessment.objects.get(pk=first.id).answers == {}
    with refused("nothing_to_undo"):
        owner.diagnosis.undo_answers(first.id, "0" * 32)
    with refused("other_assessment"):
        owner.diagnosis.preview_answers(submitted.pk, file)
    with refused("not_allowed", 403):
        calling(works, Role.VIEWER).diagnosis.preview_answers(first.id, file)


def test_pain_points_go_out_and_come_in_as_a_spreadsheet(works, other_works, calling, tmp_path):
    told = PainPointWishes(department="生产部", words={"zh": "换型太久"}, severity=4, frequency="daily")
    calling(works).diagnosis.add_pain_point(told)
    file = calling(works, Role.MANAGER).diagnosis.pain_workbook(tmp_path)
    other = calling(other_works)
    assert other.diagnosis.read_pain_points(file).changed == 1
    assert [one.words.zh for one in other.diagnosis.pain_points()] == ["换型太久"]
    broken = tmp_path / "pains.xlsx"
    openpyxl.Workbook().save(broken)
    with pytest.raises(ApiProblem) as problem:
        other.diagnosis.read_pain_points(broken)
    assert problem.value.status == 422 and problem.value.problems[0].zh
