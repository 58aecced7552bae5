"""Text files as factories and benchmark collections send them: gzipped or not, UTF-8, UTF-16 or GBK."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from tujing.problems import BadInput, refuse

LIMIT_BYTES = 512 * 1024 * 1024
"""More than this once unpacked is refused: a small archive may unpack to anything."""
ENCODINGS = ("utf-8-sig", "gb18030")


def read_text(path: Path) -> str:
    """Returns the whole text.

    Raises
    ------
    BadInput
        When it is no text, a broken archive, or unpacks to more than `LIMIT_BYTES`.
    """
    content = _bytes(path, LIMIT_BYTES + 1)
    if len(content) > LIMIT_BYTES:
        raise refuse(
            "too_large",
            f"文件超过 {LIMIT_BYTES // 1024**2} MB，请拆分后再试。",
            f"The file holds more than {LIMIT_BYTES // 1024**2} MB; split it.",
            file=path,
        )
    return _decode(content, path)


def first_lines(path: Path, count: int = 20) -> list[str]:
    """Returns the first lines of a text file; nothing for a folder, an empty file or one that is no text."""
    if not path.is_file():
        return []
    try:
        content = _bytes(path, 64 * 1024)
        if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return []
        # A cut in the middle of a character is no reason to refuse.
        return _decode(content, path, errors="replace").splitlines()[:count]
    except (BadInput, UnicodeDecodeError):  # a broken archive or odd bytes: not this format
        return []


def _bytes(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            return file.read(limit)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise refuse(
            "broken_archive",
            "压缩文件已损坏，请重新打包。",
            "The archive is broken; pack it again.",
            file=path,
            detail=str(error),
        ) from error


def _decode(content: bytes, path: Path, errors: str = "strict") -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors)
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding, "strict" if encoding != ENCODINGS[-1] else errors)
        except UnicodeDecodeError:
            continue
    raise refuse(
        "not_text",
        "不是文本文件，或编码无法识别；请另存为 UTF-8 文本。",
        "Not a text file, or in an unknown encoding; save it as UTF-8 text.",
        file=path,
    )
