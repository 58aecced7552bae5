"""The import on the pages: what is asked, every row checked, bad cells mended in place, and what hostile files get."""

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tujing.dataspace import preview_services
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Role
from tujing.runtime import jobs
from tujing.runtime.models import Job

HEAD = "工单号,物料编码,计划数量,可开工时间,交期,状态"
GOOD = "W1,P1,10,2026-03-01 08:00,2026-03-05 17:00,released"
BAD = "W2,P1,many,2026-03-01,2026-03-09,released"
HTMX = {"hx-request": "true"}


def upload(client, content, name="orders.csv"):
    raw = content if isinstance(content, bytes) else content.encode()
    return client.post(reverse("data_upload", args=["work_order"]), {"file": SimpleUploadedFile(name, raw)})


def work_off():
    job = jobs.claim()
    jobs.handler(job.kind)(job)


def test_from_a_titled_file_with_a_bad_cell_to_a_version(organisation, sign_in):
    client = sign_in(organisation)
    at = upload(client, f"三月生产日报\n{HEAD}\n{GOOD}\n{BAD}\n").url
    page = client.get(at).content.decode()
    assert '<option value="2" selected>2</option>' in page and "many" in page
    checked = client.post(f"{at}check/", {}, headers=HTMX).content.decode()
    assert "1 行有问题，1 行合格" in checked and 'name="cell_4_2"' in checked and 'aria-invalid="true"' in checked
    form = {"heading_2": "计划数量", "cell_4_2": "20", "was_4_2": "many"}
    assert "2 行全部合格" in client.post(f"{at}check/", form, headers=HTMX).content.decode()
    assert not dataspace.versions(organisation, "work_order"), "a check imports nothing"
    ended = client.post(at, {}).url
    work_off()
    assert "2 行" in client.get(ended).content.decode()
    assert dataspace.arrow(organisation, "work_order")["quantity"].to_pylist() == [10.0, 20.0]


def test_a_choice_of_header_row_is_kept_and_drops_the_corrections(organisation, sign_in):
    client = sign_in(organisation)
    at = upload(client, f"{HEAD}\n{GOOD}\n{BAD}\n").url
    client.post(f"{at}check/", {"heading_2": "计划数量", "cell_3_2": "20", "was_3_2": "many"}, headers=HTMX)
    assert 'role="alert"' in client.get(at, {"header": "9"}).content.decode(), "row 9 is no header"
    client.get(at, {"header": "1"})
    assert "1 行有问题" in client.post(f"{at}check/", {}, headers=HTMX).content.decode()


def test_a_large_file_is_left_to_the_job(organisation, sign_in, monkeypatch):
    client = sign_in(organisation)
    monkeypatch.setattr(preview_services, "CHECKED_BYTES", 10)
    at = upload(client, f"{HEAD}\n{GOOD}\n").url
    assert "check-rows" not in client.get(at).content.decode()
    assert "文件较大" in client.post(f"{at}check/", {}, headers=HTMX).content.decode()


def bomb():
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (64 * 1024 * 1024))
    return inside.getvalue()


def merged():
    book = openpyxl.Workbook()
    book.active.append(["合并表头", None, "数量"])
    book.active.merge_cells("A1:B1")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "文件是空的"),
        (bomb(), "a.xlsx", "异常庞大"),
        (b"PK\x03\x04 not a zip", "a.xlsx", "已损坏"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "a.csv", "不是文本"),
        (b"<html><table>", "a.xls", "网页格式"),
        (b"\xd0\xcf\x11\xe0 old", "a.xls", "旧版"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_next_step(organisation, sign_in, content, name, words):
    answer = upload(sign_in(organisation), content, name)
    assert answer.status_code == 422 and words in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [(f"工单号,工单号\n{GOOD}\n", "a.csv", "不止一次"), (merged(), "a.xlsx", "表头")],
    ids=["repeated headings", "merged cells"],
)
def test_a_header_that_cannot_be_used_is_asked_about(organisation, sign_in, content, name, words):
    client = sign_in(organisation)
    page = client.get(upload(client, content, name).url).content.decode()
    assert words in page and 'name="header"' in page and "confirm-import" not in page


@pytest.mark.parametrize(
    ("cell", "row"),
    [("NaN", None), ("inf", None), ("-5", None), ("12 吨", None), ("1,200", 1200.0), ("１２", 12.0), ("¥12", 12.0)],
)
def test_figures_are_taken_or_refused_by_their_cell(organisation, sign_in, cell, row):
    client = sign_in(organisation)
    at = upload(client, f'{HEAD}\nW1,P1,"{cell}",2026-03-01,2026-03-05,released\n'.encode("gb18030")).url
    checked = client.post(f"{at}check/", {}, headers=HTMX).content.decode()
    assert ("1 行有问题" in checked) is (row is None) and ('aria-invalid="true"' in checked) is (row is None)


def test_dates_in_three_spellings_are_one_day_and_a_guess_is_refused(organisation, sign_in):
    client = sign_in(organisation)
    spelt = ["2026-03-05", "2026/3/5", "2026年3月5日", "3/5/2026"]
    rows = "\n".join(f"W{number},P1,1,2026-03-01,{day},released" for number, day in enumerate(spelt))
    at = upload(client, f"{HEAD}\n{rows}\n").url
    checked = client.post(f"{at}check/", {}, headers=HTMX).content.decode()
    assert "1 行有问题，3 行合格" in checked and 'value="3/5/2026"' in checked


def test_only_who_may_import_reaches_a_kept_file_and_only_in_ones_own_company(organisation, other_works, sign_in):
    at = upload(sign_in(organisation), f"{HEAD}\n{GOOD}\n").url
    assert sign_in(organisation, Role.VIEWER).post(f"{at}check/", {}).status_code == 403
    stranger = sign_in(other_works)
    assert stranger.get(at).status_code == 422 and stranger.post(f"{at}check/", {}).status_code == 422
    assert not Job.objects.exists()
