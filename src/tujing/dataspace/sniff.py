"""What kind of file this is: text with its encoding and delimiter, or a workbook with its sheet; and its headings."""

from __future__ import annotations

import codecs
import csv
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

from tujing.dataspace.limits import LIMITS, Limits
from tujing.problems import BadInput, refuse

SAMPLE_BYTES = 1 << 20
DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True)
class Source:
    """A readable file. `headings` are its header row as written, in order."""

    path: Path
    kind: Literal["text", "workbook"]
    headings: tuple[str, ...]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = 1
    """Which row the headings are in; what stands above them is left out."""
    corrections: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Row → heading → text that stands in place of the file's own."""


ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16")
"""What a person may choose where the guess is wrong."""
HIGHEST_HEADER = 50
LONGEST_HEADING = 200
"""Characters; a longer one is no name, but a text or a file with another delimiter."""


def sniff(path: Path, sheet: str = "", limits: Limits = LIMITS, *, encoding: str = "", header: int = 1) -> Source:
    """Looks at a file's bytes, not at its name, and reads its headings. `encoding` overrides the guess.

    Raises
    ------
    BadInput
        When the file is missing, empty, too large, of no known kind, or its first row is no row of headings.
    """
    if not path.is_file():
        raise refuse("missing_file", "找不到这个文件，请检查路径。", "No such file; check the path.", file=path.name)
    size = path.stat().st_size
    if size == 0:
        raise refuse(
            "empty_file", "文件是空的，请重新导出后再导入。", "The file is empty; export it again.", file=path.name
        )
    if size > limits.file_bytes:
        raise refuse(
            "file_too_large",
            f"文件超过 {limits.file_bytes / 2**20:.0f} MB 的上限，请拆分后再导入。",
            f"The file exceeds the limit of {limits.file_bytes / 2**20:.0f} MB; split it.",
            file=path.name,
        )
    with path.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
    header = min(max(header, 1), HIGHEST_HEADER)
    if start.startswith(b"PK\x03\x04"):
        return _workbook(path, sheet, limits, header)
    _refuse_foreign(path, start)
    guessed = _encoding(path, start)
    return _text(path, encoding if encoding in ENCODINGS else guessed, limits, header)


def first_rows(path: Path, sheet: str = "", encoding: str = "", most: int = 12) -> list[list[str]]:
    """Returns the first rows to choose the header from, as much of them as can be read; no cell is longer than one.

    Raises
    ------
    BadInput
        When a workbook cannot be opened, or unpacks to an abnormal size.
    """
    with path.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
    if start.startswith(b"PK\x03\x04"):
        from tujing.dataspace.workbook import sheet_names, top_rows

        _refuse_unsafe(path, LIMITS)
        return _cut(top_rows(path, sheet if sheet in sheet_names(path) else "", most))
    spoken = encoding if encoding in ENCODINGS else _encoding(path, start)
    with path.open(encoding=spoken, errors="replace", newline="") as text:
        delimiter = _delimiter(text.read(SAMPLE_BYTES // 16).splitlines())
        text.seek(0)
        try:
            return _cut(islice(csv.reader(text, delimiter=delimiter), most))
        except csv.Error:
            return []


def _cut(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    return [[cell[:LONGEST_HEADING] for cell in row] for row in rows]


def check_headings(headings: Sequence[str], file: str, limits: Limits = LIMITS, row: int = 1) -> tuple[str, ...]:
    """Returns the header row without blank cells at its end.

    Raises
    ------
    BadInput
        When it holds a blank (a merged or two-line header), one twice, too many, or one that is too long.
    """
    named = [heading.strip() for heading in headings]
    while named and not named[-1]:
        named.pop()
    if len(named) > limits.columns:
        raise refuse(
            "too_many_columns",
            f"共有 {len(named)} 列，超过 {limits.columns} 列的上限，请删去无关列。",
            f"There are {len(named)} columns, more than {limits.columns}; remove those not needed.",
            file=file,
            row=row,
        )
    if any(len(one) > LONGEST_HEADING for one in named):
        raise refuse(
            "long_heading",
            f"第 {row} 行有超过 {LONGEST_HEADING} 个字的表头；请检查分隔符是否正确，或指明表头在哪一行。",
            f"Row {row} has a heading of over {LONGEST_HEADING} characters; check the delimiter, "
            "or say which row the headings are in.",
            file=file,
            row=row,
        )
    if not named or "" in named:
        raise refuse(
            "blank_heading",
            f"第 {row} 行有空白或合并的表头，请把表头整理为一行、每列一个名称，或指明表头在哪一行。",
            f"Row {row} has blank or merged headings; put one row of headings, one per column, or say which row it is.",
            file=file,
            row=row,
        )
    repeated = [heading for heading, count in Counter(named).items() if count > 1]
    if repeated:
        raise refuse(
            "repeated_heading",
            f"表头“{repeated[0]}”出现了不止一次，请改名或删去多余的列。",
            f"The heading “{repeated[0]}” occurs more than once; rename or remove the extra column.",
            file=file,
            row=row,
            column=repeated[0],
        )
    return tuple(named)


def _refuse_foreign(path: Path, start: bytes) -> None:
    head = start[:512].lstrip().lower()
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(
            "old_workbook",
            "这是旧版 .xls 文件，或带密码的工作簿；请在 Excel 中去掉密码并另存为 .xlsx 再导入。",
            "This is an old .xls file or a workbook with a password; save it as .xlsx without one.",
            file=path.name,
        )
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise refuse(
            "web_page",
            "这其实是网页格式的文件；请在 Excel 中打开并另存为 .xlsx 再导入。",
            "This is really a web page; open it in Excel and save it as .xlsx.",
            file=path.name,
        )
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        raise refuse(
            "not_a_workbook",
            "文件名是 Excel 工作簿，内容却不是；请重新导出，或按实际格式改名。",
            "The name says Excel workbook but the content is not; export it again or give it its real ending.",
            file=path.name,
        )


def _encoding(path: Path, start: bytes) -> str:
    """UTF-8 when all of the file is; UTF-16 by its marks or zero bytes; else GB18030, which holds GBK and GB2312."""
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in start:
        even, odd = start[::2].count(0), start[1::2].count(0)
        if odd > 0.3 * len(start) / 2 and even < odd / 10:
            return "utf-16-le"
        if even > 0.3 * len(start) / 2 and odd < even / 10:
            return "utf-16-be"
        raise _binary(path)
    if sum(start.count(byte) for byte in range(32) if byte not in (9, 10, 13)) > len(start) / 100:
        raise _binary(path)
    reached = _decodes_until(path, "utf-8")
    # Where neither decodes to the end, the one that gets further is meant, and the rows that break it are named later.
    if reached == path.stat().st_size or reached >= _decodes_until(path, "gb18030"):
        return "utf-8"
    return "gb18030"


def _decodes_until(path: Path, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)()
    position = 0
    with path.open("rb") as file:
        while block := file.read(SAMPLE_BYTES):
            try:
                if not (block.isascii() and decoder.getstate()[0] == b""):
                    decoder.decode(block)
            except UnicodeDecodeError as error:
                return position + error.start
            position += len(block)
    # A character cut off at the end is held back by the decoder and is no character.
    return position - len(decoder.getstate()[0])


def _binary(path: Path) -> BadInput:
    return refuse(
        "binary_file",
        "这不是文本或 Excel 文件；请导出为 CSV（UTF-8 或 GBK）或 .xlsx 再导入。",
        "This is neither text nor a workbook; export it as CSV (UTF-8 or GBK) or .xlsx.",
        file=path.name,
    )


def _delimiter(lines: Sequence[str]) -> str:
    """The mark that the lines hold most of; titles above the header hold none."""
    line = max(lines[:HIGHEST_HEADER], key=lambda one: max(one.count(mark) for mark in DELIMITERS), default="")
    return max(DELIMITERS, key=lambda mark: (line.count(mark), -DELIMITERS.index(mark)))


def _text(path: Path, encoding: str, limits: Limits, header: int) -> Source:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        delimiter = _delimiter([file.readline(SAMPLE_BYTES) for _ in range(header)][-1:])
        file.seek(0)
        try:
            first = next(islice(csv.reader(file, delimiter=delimiter), header - 1, None), [])
        except csv.Error as error:
            raise refuse(
                "unreadable_row",
                "首行无法读取，请检查引号是否成对。",
                "The first row cannot be read; check that its quotes are closed.",
                file=path.name,
                row=1,
                detail=str(error),
            ) from error
    headings = check_headings(first, path.name, limits, header)
    return Source(path, "text", headings, encoding, delimiter, header=header)


def _workbook(path: Path, sheet: str, limits: Limits, header: int) -> Source:
    from tujing.dataspace.workbook import first_row, open_workbook

    _refuse_unsafe(path, limits)
    with open_workbook(path) as book:
        title, headings = first_row(book, sheet, path.name, header)
    return Source(path, "workbook", check_headings(headings, path.name, limits, header), sheet=title, header=header)


def _refuse_unsafe(path: Path, limits: Limits) -> None:
    """Refuses what is no workbook, or unpacks to an abnormal size, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise refuse(
            "broken_workbook",
            "工作簿已损坏，无法打开；请重新导出。",
            "The workbook is damaged and cannot be opened; export it again.",
            file=path.name,
            detail=str(error),
        ) from error
    ratio = unpacked / max(path.stat().st_size, 1)
    if unpacked > limits.unpacked_bytes or (unpacked > 20 * 2**20 and ratio > limits.unpacked_ratio):
        raise refuse(
            "workbook_unpacks_too_large",
            "工作簿解压后异常庞大，已拒绝；请另存为 CSV 再导入。",
            "The workbook unpacks to an abnormal size and was refused; save it as CSV and import that.",
            file=path.name,
            detail=f"{unpacked} bytes, {ratio:.0f} × the file",
        )
    if "xl/workbook.xml" not in names:
        raise refuse(
            "not_a_workbook",
            "这是压缩包而不是 Excel 工作簿；请解压后逐个导入其中的文件。",
            "This is a zip archive, not a workbook; unpack it and import the files inside.",
            file=path.name,
        )
