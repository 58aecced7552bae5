"""Files that people hand in as evidence or documents, kept by their hash.

An uploaded file is untrusted: its name never becomes a path, its kind is told by its bytes, what can carry a program is
refused, and nothing is ever opened or unpacked here.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePath

from tujing.problems import refuse

LARGEST = 20 * 1024 * 1024
UNPACKED = 200 * 1024 * 1024
"""An Office file that would unpack to more than this is a bomb or a mistake."""

OFFICE = {
    ".xlsx": ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".docx": ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".pptx": ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
MAGIC = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
}
PLAIN = {".csv": "text/csv", ".txt": "text/plain"}
KINDS = (*MAGIC, *OFFICE, *PLAIN)


@dataclass(frozen=True)
class Kept:
    """A file in the store."""

    sha256: str
    size: int
    media_type: str
    name: str
    """The person's own name for it, with nothing in it that a file system or a page could trip over."""


def keep(folder: Path, content: bytes, name: str) -> Kept:
    """Stores a file under its hash; the same content twice is one file.

    Raises
    ------
    BadInput
        When it is empty, too large, of a kind that is not taken, not what its name says, or carries a program.
    """
    plain = plain_name(name)
    if not content:
        raise refuse("empty_file", "文件是空的，请重新导出。", "The file is empty; export it again.", file=plain)
    if len(content) > LARGEST:
        limit = LARGEST // 1024 // 1024
        raise refuse(
            "file_too_large",
            f"文件超过 {limit} MB，请压缩图片或拆分。",
            f"The file exceeds {limit} MB; shrink its pictures or split it.",
            file=plain,
        )
    media_type = _media_type(content, plain)
    sha256 = hashlib.sha256(content).hexdigest()
    target = path_of(folder, sha256)
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            part.write(content)
        os.replace(part.name, target)
    return Kept(sha256, len(content), media_type, plain)


def path_of(folder: Path, sha256: str) -> Path:
    """Returns where a file of this hash lies.

    Raises
    ------
    ValueError
        When it is no SHA-256.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError(sha256)
    return folder / sha256[:2] / sha256


def intact(folder: Path, sha256: str) -> bool:
    """Returns whether the stored file is there and still has its hash."""
    path = path_of(folder, sha256)
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def plain_name(name: str) -> str:
    """Keeps letters (Chinese too), digits, dots and hyphens; the ending stays."""
    cleaned = re.sub(r"[^\w.\-（）() ]+", "_", PurePath(name.replace("\\", "/")).name).strip(". ")
    return cleaned[-120:] or "evidence"


def _media_type(content: bytes, name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    if suffix not in KINDS:
        shown = ", ".join(KINDS)
        raise refuse(
            "unknown_format",
            f"文件只收 {shown}；其他格式请另存或打印成 PDF。",
            f"Files taken are {shown}; print anything else to PDF.",
            file=name,
        )
    if suffix in MAGIC and content.startswith(MAGIC[suffix][0]):
        return MAGIC[suffix][1]
    if suffix in OFFICE and _is_office(content, OFFICE[suffix][0], name):
        return OFFICE[suffix][1]
    if suffix in PLAIN and _is_text(content):
        return PLAIN[suffix]
    raise refuse(
        "not_what_it_says",
        f"文件内容不是 {suffix}，请用原软件重新导出。",
        f"The content is no {suffix}; export it again from the program that made it.",
        file=name,
    )


def _is_office(content: bytes, inside: str, name: str) -> bool:
    """Whether it is such a file, by its list of contents; nothing is unpacked. The caller refuses what is none."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as box:
            entries = box.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    names = {entry.filename for entry in entries}
    if any(PurePath(one).name.lower() in ("vbaproject.bin", "vbadata.xml") for one in names):
        raise refuse(
            "carries_program",
            "文件里带有宏，请另存为不含宏的格式。",
            "The file carries macros; save it without them.",
            file=name,
        )
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise refuse(
            "unpacks_too_large",
            "文件解开后过大，请检查它是否损坏。",
            "The file would unpack to too much; check whether it is damaged.",
            file=name,
        )
    return "[Content_Types].xml" in names and any(one.startswith(inside) for one in names)


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
