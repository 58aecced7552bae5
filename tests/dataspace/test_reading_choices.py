"""A file read as a person says: another sheet, encoding, header row or unit, with cells mended in place."""

import openpyxl
import pyarrow.parquet as pq
import pytest

from tujing.dataspace import services as dataspace
from tujing.dataspace import store
from tujing.dataspace.choices import Reading
from tujing.dataspace.mapping import likely_header, suggest
from tujing.dataspace.models import ColumnMapping
from tujing.dataspace.preview_services import check_file
from tujing.dataspace.sniff import first_rows, sniff
from tujing.elements.definition import elements
from tujing.problems import BadInput

HEAD = "工单号,物料编码,计划数量,可开工时间,交期,状态"
GOOD = "W1,P1,10,2026-03-01 08:00,2026-03-05 17:00,released"


def write(tmp_path, text, encoding="utf-8", name="orders.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def values(organisation, column):
    (path,) = store.paths(store.current(organisation, "work_order"))
    return pq.read_table(path)[column].to_pylist()


def check(organisation, path, **more):
    return check_file(organisation, "work_order", path, mapping={}, **more)


def test_titles_above_the_header_are_left_out_and_rows_keep_their_numbers(organisation, tmp_path):
    path = write(tmp_path, f"生产日报\n制表：张三,,\n{HEAD}\n{GOOD}\nW2,P1,-5,2026-03-01,2026-03-05,released\n")
    assert (
        likely_header(elements()["work_order"], first_rows(path)) == 3 and sniff(path, header=3).headings[0] == "工单号"
    )
    found = check(organisation, path, reading=Reading(header=3))
    assert (found.good, found.bad, found.rows[0].row) == (1, 1, 5)
    assert set(found.rows[0].complaints) == {"计划数量"} and found.rows[0].cells["工单号"] == "W2"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_an_encoding_may_be_said(organisation, tmp_path, encoding):
    path = write(tmp_path, f"{HEAD}\n{GOOD}\n", encoding)
    reading = Reading(encoding=encoding)
    dataspace.import_file(organisation, "work_order", path, reading=reading)
    assert values(organisation, "work_order_id") == ["W1"]


def test_cells_mended_in_place_are_what_is_imported_and_the_file_stays(organisation, tmp_path):
    bad = "W2,P1,many,2026-03-01,31/2/2026,released"
    path = write(tmp_path, f"{HEAD}\n{GOOD}\n{bad}\nW3,P1\n")
    before = path.read_bytes()
    found = check(organisation, path)
    assert [(row.row, set(row.complaints)) for row in found.rows] == [(3, {"计划数量", "交期"}), (4, {""})]
    mended = {
        3: {"计划数量": "20", "交期": "2026-03-09"},
        4: {"计划数量": "5", "可开工时间": "2026-03-01", "交期": "2026-03-09", "状态": "released"},
    }
    reading = Reading(corrections=mended)
    assert check(organisation, path, reading=reading).bad == 0
    dataspace.import_file(organisation, "work_order", path, reading=Reading.from_dict(reading.as_dict()))
    assert values(organisation, "quantity") == [10.0, 20.0, 5.0] and path.read_bytes() == before


def test_a_repeated_key_and_a_known_key_are_shown_before_an_import(organisation, tmp_path):
    path = write(tmp_path, f"{HEAD}\n{GOOD}\n{GOOD}\n")
    assert check(organisation, path).rows[0].row == 3
    dataspace.import_file(organisation, "work_order", write(tmp_path, f"{HEAD}\n{GOOD}\n", name="one.csv"))
    again = check(organisation, tmp_path / "one.csv", mode="append")
    assert "现有数据" in again.rows[0].complaints["工单号"][0].zh
    assert len(dataspace.versions(organisation, "work_order")) == 1, "a check changes nothing"


def test_figures_in_another_unit_are_converted_and_the_unit_is_remembered(organisation, tmp_path):
    head = "月份,营业收入,材料成本"
    path = write(tmp_path, f"{head}\n2026-01-01,12.5,3\n")
    columns = elements()["financial_baseline"].columns
    money = [name for name, column in columns.items() if column.unit == "CNY"]
    heads = ",".join(["month", *money])
    path = write(tmp_path, f"{heads}\n2026-01-01,{','.join(['12.5'] * len(money))}\n")
    reading = Reading(units={money[0]: "万元"})
    dataspace.import_file(organisation, "financial_baseline", path, reading=reading)
    table = dataspace.arrow(organisation, "financial_baseline")
    assert table[money[0]].to_pylist() == [125_000.0] and table[money[1]].to_pylist() == [12.5]
    assert ColumnMapping.objects.get(organisation=organisation).units == {money[0]: "万元"}
    with pytest.raises(BadInput):
        Reading(units={money[0]: "min"}).factors(elements()["financial_baseline"])


def test_a_sheet_and_its_header_row_may_be_said(organisation, tmp_path):
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["封面"])
    sheet = book.create_sheet("明细")
    sheet.append(["三月工单"])
    sheet.merge_cells("A1:F1")
    sheet.append(HEAD.split(","))
    sheet.append(GOOD.split(","))
    book.save(path)
    assert likely_header(elements()["work_order"], first_rows(path, "明细")) == 2
    dataspace.import_file(organisation, "work_order", path, reading=Reading(sheet="明细", header=2))
    assert values(organisation, "work_order_id") == ["W1"]


def test_headings_are_suggested_as_remembered_named_or_alike():
    found = suggest(
        elements()["work_order"], ["单号X", "物料编码", "计划的数量", "完全无关"], {"单号x": "work_order_id"}
    )
    assert found["work_order_id"] == ("单号X", "remembered")
    assert found["product_id"] == ("物料编码", "named")
    assert found["quantity"] == ("计划的数量", "alike")
    assert "完全无关" not in {heading for heading, _how in found.values()}
