"""What goes out as a table can never run as a formula, and comes back as it was."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.web.exports import as_csv, as_xlsx, harmless

DANGEROUS = ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_is_made_text(text):
    assert harmless(text) == f"'{text}"


@given(st.floats(allow_nan=False) | st.integers() | st.none() | st.booleans())
def test_values_that_are_no_text_stay(value):
    assert harmless(value) == value


@given(st.floats(allow_nan=False, allow_infinity=False).map(str))
def test_a_written_number_stays_a_number(text):
    assert harmless(text) == text


@given(st.text())
def test_no_exported_text_begins_like_a_formula(text):
    shown = str(harmless(text))
    if shown.startswith(("=", "+", "@", "\t", "\r", "-")):
        float(shown)


def test_csv_carries_chinese_for_excel():
    content = as_csv(["名称", "值"], [["排程", 1.5], ["=1+1", None]], "表.csv").content
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    assert rows == [["名称", "值"], ["排程", "1.5"], ["'=1+1", ""]]


def test_xlsx_holds_text_as_text_and_numbers_as_numbers():
    sheets = {"表": (["名称", "值"], [[text, 1.5] for text in DANGEROUS[:4]])}
    book = openpyxl.load_workbook(BytesIO(as_xlsx(sheets, "表.xlsx").content))
    rows = list(book["表"].iter_rows(min_row=2))
    assert [row[0].value for row in rows] == DANGEROUS[:4]
    assert {row[0].data_type for row in rows} == {"s"} and {row[1].value for row in rows} == {1.5}
