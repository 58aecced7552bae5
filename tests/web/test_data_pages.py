"""The data pages: rows, versions, lineage, the matrix, templates and the query console."""

import re
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from tests.web.conftest import SAMPLE

from tujing.dataspace import services as dataspace
from tujing.dataspace.models import QueryRun
from tujing.dataspace.sniff import sniff
from tujing.enterprise.models import Role


@pytest.fixture
def plain(organisation):
    """A factory with tables, and with a second version of one of them."""
    for name in ("product", "work_centre", "calendar", "operation_route", "setup_time", "work_order"):
        dataspace.import_file(organisation, name, SAMPLE / f"{name}.csv")
    lines = (SAMPLE / "work_order.csv").read_text().splitlines()
    path = dataspace.store.folder(organisation, "work_order") / "fewer.csv"
    path.write_text("\n".join(lines[:-2]))
    dataspace.import_file(organisation, "work_order", path, by="owner")
    return organisation


def test_rows_are_filtered_from_the_address_and_exported_alike(plain, sign_in):
    client = sign_in(plain)
    whole = client.get(reverse("data_rows", args=["work_order"])).content.decode()
    name = re.findall(r'<td class="nowrap">(\S+)</td>', whole)[0]
    query = {"f_work_order_id": f"={name}"}
    page = client.get(reverse("data_rows", args=["work_order"]), query, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in page and page.count("<tr>") == 2 and f"f_work_order_id=%3D{name}" in page
    file = client.get(reverse("data_export", args=["work_order", "csv"]), query).content.decode("utf-8-sig")
    assert len(file.strip().splitlines()) == 2 and name in file
    refused = client.get(reverse("data_rows", args=["work_order"]), {"f_quantity": ">many"})
    assert refused.status_code == 422 and "筛选条件" in refused.content.decode()


def test_a_page_of_rows_asks_the_database_few_times(plain, sign_in, django_assert_max_num_queries):
    client = sign_in(plain)
    client.get(reverse("data_rows", args=["work_order"]))
    with django_assert_max_num_queries(8):
        client.get(reverse("data_rows", args=["work_order"]))
    client.get(reverse("data_matrix"))
    with django_assert_max_num_queries(8):
        client.get(reverse("data_matrix"))


def test_versions_are_compared_restored_with_a_note_and_undone(plain, sign_in):
    client = sign_in(plain)
    diff = client.get(reverse("data_diff", args=["work_order"])).content.decode()
    assert "删除行" in diff and re.search(r'<div class="value">2</div>', diff)
    client.post(reverse("data_restore", args=["work_order", 1]), {"note": "少了两行"})
    page = client.get(reverse("data_versions", args=["work_order"])).content.decode()
    assert "少了两行" in page and "v3" in page
    client.post(reverse("data_undo", args=["work_order"]))
    assert dataspace.versions(plain, "work_order")[1].active
    viewer = sign_in(plain, Role.VIEWER)
    assert "恢复此版本" not in viewer.get(reverse("data_versions", args=["work_order"])).content.decode()


def test_the_matrix_tells_why_and_filters(plain, sign_in):
    client = sign_in(plain)
    page = client.get(reverse("data_matrix"), {"q": "scheduling"}).content.decode()
    assert 'cell-ready required" data-element="work_order"' in page and "cell-missing" in page
    assert "还没有" in page and page.count('<th scope="row">') == 1
    sheet = openpyxl.load_workbook(BytesIO(client.get(reverse("data_matrix_export", args=["xlsx"])).content)).active
    assert sheet.max_row > 300 and "请导入" in "".join(str(row[7].value) for row in sheet.iter_rows(min_row=2))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_template_names_every_column_as_an_import_understands_it(plain, sign_in, tmp_path, language):
    client = sign_in(plain)
    client.cookies["django_language"] = language
    path = tmp_path / "template.xlsx"
    path.write_bytes(client.get(reverse("data_template", args=["work_order"])).content)
    from tujing.dataspace.mapping import choose
    from tujing.elements.definition import elements

    definition = elements()["work_order"]
    choice = choose(definition, sniff(path).headings)
    assert set(choice.columns.values()) == set(definition.columns) and choice.ignored == ()
    book = openpyxl.load_workbook(path)
    assert len(book.worksheets) == 3 and book.worksheets[0].data_validations.count >= 1


def test_the_console_answers_refuses_pages_saves_and_exports(plain, sign_in, other_works):
    client = sign_in(plain)
    assert "work_order" in client.get(reverse("data_query"), {"table": "work_order"}).content.decode()
    run = reverse("data_query_run")
    answer = client.post(run, {"sql": "select range as n from range(250)"}, headers={"hx-request": "true"})
    assert answer.status_code == 200 and "第 1 / 3 页 · 共 250 行" in answer.content.decode()
    asked = QueryRun.objects.get()
    third = client.get(reverse("data_query_result", args=[asked.pk]), {"page": "3"}).content.decode()
    assert "第 3 / 3 页 · 共 250 行" in third and "下一页" not in third and third.count("<tr>") == 51
    file = client.get(reverse("data_query_export", args=[asked.pk, "csv"])).content.decode("utf-8-sig")
    assert file.split() == ["n", *map(str, range(250))]
    refused = client.post(run, {"sql": "select * from read_csv('/etc/passwd')"}, headers={"hx-request": "true"})
    assert (
        refused.status_code == 422
        and "不能使用" in refused.content.decode()
        and "root:" not in refused.content.decode()
    )
    saved = client.post(reverse("data_query_save"), {"sql": "select 1", "name": "一"}).content.decode()
    assert "已保存“一”" in saved
    colleague = sign_in(plain, Role.CONSULTANT)
    assert colleague.get(reverse("data_query_result", args=[asked.pk])).status_code == 404, "a result is one's own"
    assert sign_in(other_works).get(reverse("data_query_export", args=[asked.pk, "csv"])).status_code == 404
    for role in (Role.DEPARTMENT_HEAD, Role.LINE_WORKER, Role.VIEWER):
        assert sign_in(plain, role).get(reverse("data_query")).status_code == 403


def test_lineage_shows_runs_that_wrote_and_read(works, sign_in):
    client = sign_in(works)
    page = client.get(reverse("data_lineage", args=["operation_schedule"])).content.decode()
    assert re.search(r"第 \d+ 次运行</a> · ", page) and "<svg" in page
    assert "读取它的运行" in client.get(reverse("data_lineage", args=["work_order"])).content.decode()
