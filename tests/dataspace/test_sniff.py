"""A file is what its bytes say; one that cannot be used is refused with a sentence."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from tujing.dataspace.limits import Limits
from tujing.dataspace.sniff import sniff
from tujing.problems import BadInput

LINES = "物料编码,名称\nP1,轴承\n"


def code(path: Path, sheet: str = "", **limits: int) -> str:
    with pytest.raises(BadInput) as caught:
        sniff(path, sheet, Limits(**limits))
    (problem,) = caught.value.problems
    assert problem.words.zh and problem.words.en
    assert problem.file == path.name
    return problem.code


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_headings_are_read_in_every_encoding_people_use(tmp_path, encoding):
    source = sniff(written(tmp_path / "a.csv", LINES.encode(encoding)))
    assert source.headings == ("物料编码", "名称")


def test_an_encoding_that_shows_only_late_is_found(tmp_path):
    content = b"a,b\n" + b"1,2\n" * 400_000 + "1,轴承\n".encode("gbk")
    assert sniff(written(tmp_path / "a.csv", content)).encoding == "gb18030"


def test_a_character_across_two_blocks_is_no_break(tmp_path):
    content = b"a\n" + b"x" * (2**20 - 3) + "轴".encode() + b"\n"
    assert sniff(written(tmp_path / "a.csv", content)).encoding == "utf-8"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    source = sniff(written(tmp_path / "a.txt", f"甲{delimiter}乙{delimiter}丙\n".encode()))
    assert (source.delimiter, source.headings) == (delimiter, ("甲", "乙", "丙"))


def test_a_workbook_is_read_from_its_first_sheet_or_the_one_named(tmp_path):
    book = Workbook()
    book.active.append(["甲"])
    book.create_sheet("数据").append(["乙", "丙"])
    book.create_sheet("空")
    book.save(tmp_path / "a.xlsx")
    assert sniff(tmp_path / "a.xlsx").headings == ("甲",)
    assert sniff(tmp_path / "a.xlsx", "数据").headings == ("乙", "丙")
    assert code(tmp_path / "a.xlsx", "没有") == "unknown_sheet"
    assert code(tmp_path / "a.xlsx", "空") == "empty_sheet"


def test_a_workbook_under_another_name_is_still_one(tmp_path):
    book = Workbook()
    book.active.append(["甲"])
    book.save(tmp_path / "a.csv")
    assert sniff(tmp_path / "a.csv").kind == "workbook"


def test_merged_and_blank_headings_are_refused(tmp_path):
    book = Workbook()
    book.active.append(["三月报表", None, None])
    book.active.merge_cells("A1:C1")
    book.active.append(["甲", "乙", "丙"])
    book.active.insert_cols(1)
    book.save(tmp_path / "a.xlsx")
    assert code(tmp_path / "a.xlsx") == "blank_heading"
    assert code(written(tmp_path / "b.csv", "甲,,丙\n".encode())) == "blank_heading"
    assert code(written(tmp_path / "c.csv", b"\n1,2\n")) == "blank_heading"


def test_blank_headings_at_the_end_are_no_headings(tmp_path):
    assert sniff(written(tmp_path / "a.csv", "甲,乙,,\n".encode())).headings == ("甲", "乙")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"a,a\n", "repeated_heading"),
        ("a.csv", ",".join(f"c{n}" for n in range(10_000)).encode(), "too_many_columns"),
        ("a.csv", b'"' + b"x" * 200_000, "unreadable_row"),
        ("a.csv", bytes(range(256)) * 50, "binary_file"),
        ("a.csv", b"\x01\x02\x03\x04" * 100, "binary_file"),
        ("a.xlsx", LINES.encode(), "not_a_workbook"),
        ("a.xlsx", b"PK\x03\x04 and no more", "broken_workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old_workbook"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "web_page"),
    ],
)
def test_hostile_and_mistaken_files_are_refused(tmp_path, name, content, expected):
    assert code(written(tmp_path / name, content)) == expected


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert code(tmp_path / "none.csv") == "missing_file"
    assert code(tmp_path) == "missing_file"


def test_a_file_beyond_the_limit_is_refused(tmp_path):
    assert code(written(tmp_path / "a.csv", LINES.encode()), file_bytes=10) == "file_too_large"


def test_a_zip_bomb_is_refused_unread(tmp_path):
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (40 * 2**20))
    assert os.path.getsize(bomb) < 2**20
    assert code(bomb) == "workbook_unpacks_too_large"


def test_an_archive_that_is_no_workbook_and_a_workbook_of_nonsense_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("data.csv", LINES)
    assert code(tmp_path / "a.xlsx") == "not_a_workbook"
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "nonsense")
    assert code(tmp_path / "b.xlsx") == "broken_workbook"
