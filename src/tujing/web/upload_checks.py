"""What an upload is, told by its bytes and not by its name; an archive that would unpack to too much is not opened."""

from __future__ import annotations

import zipfile
from pathlib import PurePath
from typing import BinaryIO

from tujing.problems import refuse

UNPACKED = 1024**3
RATIO = 200
"""Most bytes unpacked for each byte packed, in an archive of more than `SMALL` unpacked."""
SMALL = 20 * 1024 * 1024
PACKED = (".xlsx", ".xlsm", ".docx", ".zip")
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")
TEXT = (".csv", ".txt", ".tsv", ".yaml", ".yml", ".json")


def check(file: BinaryIO, name: str) -> None:
    """Looks at a file's first bytes and, of an archive, at its list of contents; leaves it at its beginning.

    Raises
    ------
    BadInput
        When it is not what its name says, a program, or an archive that unpacks to too much.
    """
    ending = PurePath(name).suffix.lower()
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    is_packed = start.startswith(b"PK\x03\x04")
    if start.startswith(PROGRAMS):
        raise refuse("is_a_program", "不接受可执行文件。", "A program is not taken.", file=name)
    if (ending in PACKED and not is_packed) or (ending in TEXT and (is_packed or start.startswith(b"%PDF"))):
        raise refuse(
            "not_what_it_says",
            f"文件内容与扩展名 {ending} 不符，请用原来的程序重新导出。",
            f"The file is not what its ending {ending} says; export it again with the program it comes from.",
            file=name,
        )
    if is_packed:
        _check_unpacked(file, name)
        file.seek(0)


def _check_unpacked(file: BinaryIO, name: str) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            packed = sum(member.compress_size for member in archive.infolist())
    except zipfile.BadZipFile:
        raise refuse(
            "broken_workbook", "文件已损坏，无法打开；请重新导出。", "The file is damaged; export it again.", file=name
        ) from None
    if unpacked > UNPACKED or (unpacked > SMALL and unpacked > RATIO * max(packed, 1)):
        raise refuse(
            "unpacks_too_large",
            "文件解压后异常庞大，已拒绝；请另存为 CSV 再上传。",
            "The file unpacks to an abnormal size and was refused; save it as CSV and upload that.",
            file=name,
        )
