"""Importing a file: all rows or none, every bad row named as a person counts, nothing remembered of a failure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.csv as pacsv
import pytest
from openpyxl import Workbook

from tujing.dataspace import services
from tujing.dataspace.limits import Limits
from tujing.dataspace.models import ColumnMapping, TableVersion
from tujing.problems import BadInput, Problem

pytestmark = pytest.mark.django_db

PRODUCT = ("物料编码", "名称", "类别", "计量单位")
ORDER = ("订单号", "行号", "客户编码", "物料编码", "数量", "单价", "下单日期", "承诺交期")


def order(number: str, **changed: str) -> list[str]:
    row = dict(zip(ORDER, [number, "1", "C1", "P1", "5", "1200", "2026-03-01", "2026-03-09"], strict=True))
    return list({**row, **changed}.values())


def write(path: Path, headings: Sequence[str], rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def refused(organisation, element: str, path: Path, **options: Any) -> list[Problem]:
    """Asserts that the import is refused and that neither row nor part file came of it."""
    before = list(TableVersion.objects.values_list("pk", "active"))
    parts = set(path.parent.rglob("*.parquet"))
    with pytest.raises(BadInput) as caught:
        services.import_file(organisation, element, path, **options)
    assert list(TableVersion.objects.values_list("pk", "active")) == before
    assert set(path.parent.rglob("*.parquet")) == parts
    assert not list(path.parent.rglob(".incoming*"))
    return caught.value.problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_file_in_any_encoding_is_imported(organisation, tmp_path, encoding):
    path = write(tmp_path / "a.csv", PRODUCT, [["P1", "轴承", "raw", "件"]], encoding)
    report = services.import_file(organisation, "product", path)
    assert (report.rows, report.rejected, report.warnings) == (1, 0, [])
    assert services.arrow(organisation, "product")["name"].to_pylist() == ["轴承"]


def test_plain_and_untidy_spellings_of_the_same_rows_give_the_same_table(organisation, tmp_path):
    plain = [order("S1"), order("S2", 数量="1234")]
    untidy = [
        order("S1 ", 单价="¥1,200.00", 下单日期="2026年3月1日", 承诺交期="46090"),
        order(" S2", 数量="１,２３４", 下单日期="2026/3/1", 承诺交期="20260309"),
        ["", " ", "", "", "", "", "", ""],
    ]
    services.import_file(organisation, "sales_order", write(tmp_path / "a.csv", ORDER, plain))
    first = services.arrow(organisation, "sales_order")
    services.import_file(organisation, "sales_order", write(tmp_path / "b.csv", ORDER, untidy))
    assert services.arrow(organisation, "sales_order").equals(first)


def test_a_workbook_with_real_dates_and_numbers_is_imported(organisation, tmp_path):
    book = Workbook()
    book.active.append(ORDER)
    book.active.append(["S1", 1, "C1", 1001, 5, 12.5, datetime(2026, 3, 1), date(2026, 3, 9)])
    book.active.append(["S2", 1, "C1", "P1", 5.0, "1,200", 46082, "2026/3/9"])
    book.active.append([None] * 8)
    book.save(tmp_path / "a.xlsx")
    assert services.import_file(organisation, "sales_order", tmp_path / "a.xlsx").rows == 2
    read = services.arrow(organisation, "sales_order")
    assert read["product_id"].to_pylist() == ["1001", "P1"]
    assert read["ordered_date"].to_pylist() == [date(2026, 3, 1)] * 2


def test_a_workbook_may_leave_out_blank_last_cells(organisation, tmp_path):
    book = Workbook(write_only=True)  # writes rows as long as they are given
    sheet = book.create_sheet()
    sheet.append([*PRODUCT, "单位成本", "销售单价"])
    sheet.append(["P1", "轴承", "raw", "件"])
    sheet.append(["P2", "电机", "成品", "件", 3.5, 9])
    book.save(tmp_path / "a.xlsx")
    assert services.import_file(organisation, "product", tmp_path / "a.xlsx").rows == 2
    assert services.arrow(organisation, "product")["unit_cost"].to_pylist() == [None, 3.5]


def test_a_formula_without_a_saved_result_is_named_and_never_read_as_blank(organisation, tmp_path):
    book = Workbook()
    book.active.append([*PRODUCT, "单位成本"])
    book.active.append(["P1", "轴承", "raw", "件", "=1+1"])
    book.save(tmp_path / "a.xlsx")
    first, _ = refused(organisation, "product", tmp_path / "a.xlsx")
    assert (first.code, first.row, first.column) == ("not_number", 2, "单位成本")


def test_every_bad_row_is_named_by_row_column_and_value(organisation, tmp_path):
    services.import_file(organisation, "product", write(tmp_path / "p.csv", PRODUCT, [["P1", "轴承", "raw", "件"]]))
    rows = [
        order("S1"),
        order("S2", 数量="NaN"),
        order("S3", 下单日期="2026-02-30", 行号="0"),
        order("S4", 客户编码=""),
        order("S5", 物料编码="P9"),
        order("S1"),
        order("S6")[:-1],
        order("S7", 数量="-3"),
    ]
    *problems, summary = refused(organisation, "sales_order", write(tmp_path / "a.csv", ORDER, rows))
    assert [(problem.row, problem.column, problem.code, problem.value) for problem in problems] == [
        (3, "数量", "not_number", "NaN"),
        (4, "下单日期", "not_date", "2026-02-30"),
        (4, "行号", "below_minimum", "0"),
        (5, "客户编码", "required", ""),
        (6, "物料编码", "unknown_reference", "P9"),
        (7, "订单号", "repeated_key", ""),
        (8, "", "ragged_row", ""),
        (9, "数量", "below_minimum", "-3"),
    ]
    assert summary.code == "bad_rows"


def test_the_reject_file_holds_the_bad_rows_as_written_with_reasons_and_no_formula(organisation, tmp_path):
    rows = [order("S1"), order("=cmd()", 数量="-5"), order("S3", 单价="贵")]
    path = write(tmp_path / "a name.csv", ORDER, rows, "gbk")
    *_, summary = refused(organisation, "sales_order", path)
    reject = Path(summary.detail)
    assert reject.read_bytes().startswith(b"\xef\xbb\xbf")
    with reject.open(encoding="utf-8-sig", newline="") as file:
        headings, *lines = csv.reader(file)
    assert headings == [*ORDER, "行号 Row", "原因", "Reason"]
    assert lines[0][:5] == ["'=cmd()", "1", "C1", "P1", "-5"]
    assert [line[8] for line in lines] == ["3", "4"]
    assert "数量" in lines[0][9] and "单价" in lines[1][9]
    assert "a name" not in reject.name


def test_with_skip_bad_the_good_rows_come_in_and_the_rest_is_told(organisation, tmp_path):
    rows = [order("S1"), order("S2", 数量="many"), order("S1"), order("S3")]
    report = services.import_file(organisation, "sales_order", write(tmp_path / "a.csv", ORDER, rows), skip_bad=True)
    assert (report.rows, report.rejected) == (2, 2)
    assert services.arrow(organisation, "sales_order")["sales_order_id"].to_pylist() == ["S1", "S3"]
    assert report.reject_file.exists()
    assert [problem.row for problem in report.problems] == [3, 4]


def test_a_correct_file_after_a_refused_one_leaves_no_trace_of_the_refusal(organisation, tmp_path):
    refused(organisation, "sales_order", write(tmp_path / "a.csv", ORDER, [order("S1", 数量="x")]))
    report = services.import_file(organisation, "sales_order", write(tmp_path / "a.csv", ORDER, [order("S1")]))
    assert report.version.number == 1


def test_no_more_than_twenty_problems_are_listed_but_all_are_counted(organisation, tmp_path):
    rows = [order(f"S{number}", 数量="x") for number in range(300)]
    problems = refused(organisation, "sales_order", write(tmp_path / "a.csv", ORDER, rows))
    assert len(problems) == 20
    assert "300" in problems[-1].words.zh


@pytest.mark.parametrize("content", ["订单号,行号\n", ",".join(ORDER) + "\n", ",".join(ORDER) + "\n,,,,,,,\n"])
def test_a_file_without_rows_or_columns_is_refused(organisation, tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    assert refused(organisation, "sales_order", path)[0].code in ("missing_column", "no_rows")


def test_undecodable_bytes_a_very_long_cell_and_an_open_quote_are_named(organisation, tmp_path):
    good = ",".join(ORDER) + "\n" + ",".join(order("S1")) + "\n"
    for tail, code in [
        (",".join(order("S2")).encode().replace(b"C1", b"\xff\xff"), "undecodable"),
        (",".join(order("S2", 客户编码="x" * 40_000)).encode(), "cell_too_long"),
        (b'"' + b"x" * 200_000, "unreadable_row"),
    ]:
        path = tmp_path / "a.csv"
        path.write_bytes(good.encode() + tail)
        problem = refused(organisation, "sales_order", path)[0]
        assert (problem.code, problem.row) == (code, 3)


def test_too_many_rows_are_refused(organisation, tmp_path):
    path = write(tmp_path / "a.csv", ORDER, [order(f"S{number}") for number in range(5)])
    assert refused(organisation, "sales_order", path, limits=Limits(rows=4))[0].code == "too_many_rows"


def test_cells_with_delimiters_quotes_and_line_breaks_come_through(organisation, tmp_path):
    name = '轴承, "6204"\n带挡边'
    services.import_file(organisation, "product", write(tmp_path / "a.csv", PRODUCT, [["P1", name, "raw", "件"]]))
    assert services.arrow(organisation, "product")["name"].to_pylist() == [name]


def test_appending_adds_rows_and_refuses_keys_already_there(organisation, tmp_path):
    services.import_file(organisation, "sales_order", write(tmp_path / "a.csv", ORDER, [order("S1"), order("S2")]))
    path = write(tmp_path / "b.csv", ORDER, [order("S3")])
    report = services.import_file(organisation, "sales_order", path, mode="append")
    assert (report.rows, report.version.rows, report.version.number) == (1, 3, 2)
    assert services.arrow(organisation, "sales_order")["sales_order_id"].to_pylist() == ["S1", "S2", "S3"]
    again = write(tmp_path / "c.csv", ORDER, [order("S4"), order("S1")])
    problem, _ = refused(organisation, "sales_order", again, mode="append")
    assert (problem.code, problem.row) == ("known_key", 3)
    services.undo(organisation, "sales_order")
    assert services.arrow(organisation, "sales_order").num_rows == 2
    assert services.import_file(organisation, "sales_order", path, mode="append").version.rows == 3


def test_a_mapping_given_once_is_remembered_for_that_organisation_only(organisation, tmp_path):
    from tujing.enterprise.models import Organisation

    other = Organisation.objects.create(slug="other", name={"zh": "别的", "en": "Other"})
    headings = ["代号", *PRODUCT[1:]]
    path = write(tmp_path / "a.csv", headings, [["P1", "轴承", "raw", "件"]])
    refused(organisation, "product", path)
    services.import_file(organisation, "product", path, mapping={"product_id": "代号"})
    assert services.import_file(organisation, "product", path).columns["代号"] == "product_id"
    refused(other, "product", path)
    assert ColumnMapping.objects.count() == 1


def test_headings_that_are_not_used_are_told(organisation, tmp_path):
    path = write(tmp_path / "a.csv", [*PRODUCT, "颜色"], [["P1", "轴承", "raw", "件", "红"]])
    (warning,) = services.import_file(organisation, "product", path).warnings
    assert "颜色" in warning.zh


@pytest.mark.parametrize(("factor", "warned"), [(1.0, 0), (1e-4, 1), (1e4, 1), (1.6e4, 1), (100.0, 0)])
def test_money_that_jumps_by_ten_thousand_is_asked_about(organisation, tmp_path, factor, warned):
    for name, price in (("a", 1200.0), ("b", 1200.0 * factor)):
        path = write(tmp_path / f"{name}.csv", ORDER, [order(f"S{n}", 单价=str(price)) for n in range(5)])
        report = services.import_file(organisation, "sales_order", path)
    assert len(report.warnings) == warned
    assert all("万元" in warning.zh for warning in report.warnings)


def test_minutes_that_shrink_to_hours_are_asked_about(organisation, tmp_path):
    headings = ("工作中心编码", "换型前", "换型后", "换型时间")
    for name, minutes in (("a", "30"), ("b", "0.5")):
        path = write(tmp_path / f"{name}.csv", headings, [["W1", "A", "B", minutes]])
        report = services.import_file(organisation, "setup_time", path)
    assert "小时" in report.warnings[0].zh


def test_progress_runs_to_one_and_a_stop_leaves_nothing(organisation, tmp_path):
    path = write(tmp_path / "a.csv", ORDER, [order(f"S{number}") for number in range(50)])
    shares: list[float] = []
    services.import_file(organisation, "sales_order", path, progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.import_file(organisation, "sales_order", path, progress=stop)
    assert TableVersion.objects.count() == 1
    assert not list(tmp_path.rglob(".incoming*"))


def test_an_import_that_another_one_overtook_is_refused(organisation, tmp_path):
    path = write(tmp_path / "a.csv", PRODUCT, [["P1", "轴承", "raw", "件"]])
    services.import_file(organisation, "product", path)

    def overtake(share: float) -> None:
        if share < 1 and TableVersion.objects.count() == 1:
            services.undo(organisation, "product")

    with pytest.raises(BadInput) as caught:
        services.import_file(organisation, "product", path, progress=overtake)
    assert caught.value.problems[0].code == "changed_meanwhile"


def test_two_hundred_thousand_rows_with_one_bad_date_late(organisation, tmp_path):
    rows = [
        ["W1", f"tag{n % 7}", f"2026-01-01 {n // 7 // 3600:02}:{n // 7 // 60 % 60:02}:{n // 7 % 60:02}", n]
        for n in range(200_000)
    ]
    headings = ("工作中心编码", "测点", "时间", "数值")
    assert (
        services.import_file(organisation, "sensor_reading", write(tmp_path / "a.csv", headings, rows)).rows == 200_000
    )
    rows[190_000][2] = "不详"
    problem, _ = refused(organisation, "sensor_reading", write(tmp_path / "b.csv", headings, rows))
    assert (problem.row, problem.column) == (190_002, "时间")


def test_what_the_reject_file_holds_can_be_corrected_and_appended(organisation, tmp_path):
    rows = [order("S1"), order("S2", 数量="x")]
    report = services.import_file(organisation, "sales_order", write(tmp_path / "a.csv", ORDER, rows), skip_bad=True)
    corrected = tmp_path / "b.csv"
    corrected.write_text(report.reject_file.read_text(encoding="utf-8-sig").replace(",x,", ",7,"), encoding="utf-8-sig")
    assert services.import_file(organisation, "sales_order", corrected, mode="append").version.rows == 2


def test_a_table_written_out_as_csv_imports_to_itself(organisation, tmp_path):
    path = write(tmp_path / "a.csv", ORDER, [order("S1"), order("S2", 单价="0.1")])
    services.import_file(organisation, "sales_order", path)
    table = services.arrow(organisation, "sales_order")
    pacsv.write_csv(table, tmp_path / "b.csv")
    services.import_file(organisation, "sales_order", tmp_path / "b.csv")
    assert services.arrow(organisation, "sales_order").equals(table)
