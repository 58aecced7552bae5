"""The backup file `tujing-backup/1`: a zip of rows and files with a manifest of their hashes. Pure.

    manifest.json                what is inside, from which version, each part's size and SHA-256
    rows/<app>.<model>.jsonl     one JSON array a row, in the order of the manifest's columns
    files/<path>                 the home folder's files: tables, evidence, runs, reports

A file that comes in is untrusted: names, sizes and hashes must be those of the manifest, and nothing is written outside
the folder that it is unpacked to.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tujing.problems import BadInput, refuse

FORMAT: Literal["tujing-backup/1"] = "tujing-backup/1"
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 64 * 1024 * 1024
BROKEN = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What reading an archive raises that is cut short, sealed, packed in an unknown way, or no archive at all."""
CHUNK = 1024 * 1024
HIGHEST_RATIO = 200
"""Bytes unpacked for each byte packed, beyond which a part is taken for a bomb. JSON lines come to about 20."""
SMALL = 1024 * 1024
"""Parts below this size may have any ratio."""
MODEL = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
Progress = Callable[[float], None]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Strict):
    """One part of the archive."""

    name: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Table(Part):
    """The rows of one model."""

    model: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")
    columns: tuple[str, ...]
    rows: int = Field(ge=0)


class SealedKey(_Strict):
    """The installation's secret key under a passphrase."""

    salt: str
    sealed: str


class Manifest(_Strict):
    """What an archive says of itself."""

    format: Literal["tujing-backup/1"]
    version: str
    created: str
    """ISO 8601, UTC."""
    database: Literal["sqlite", "postgresql"]
    migrations: dict[str, str]
    """App → its latest migration: the shape that the rows have."""
    tables: tuple[Table, ...]
    files: tuple[Part, ...]
    key_fingerprint: str
    """Tells whether another installation has the same secret key, without telling the key."""
    key: SealedKey | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        return (*self.tables, *self.files)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


class Writer:
    """Puts parts into an archive and remembers their hashes."""

    def __init__(self, box: zipfile.ZipFile) -> None:
        self.box = box

    def add_lines(self, name: str, lines: Iterable[str]) -> Part:
        """Writes text lines, packed."""
        return self._add(name, (f"{line}\n".encode() for line in lines), zipfile.ZIP_DEFLATED)

    def add_file(self, name: str, path: Path) -> Part:
        """Writes a file as it is: tables and pictures are packed already."""
        with path.open("rb") as file:
            return self._add(name, iter(lambda: file.read(CHUNK), b""), zipfile.ZIP_STORED)

    def add_manifest(self, manifest: Manifest) -> None:
        self._add(MANIFEST, [manifest.model_dump_json(indent=1).encode()], zipfile.ZIP_DEFLATED)

    def _add(self, name: str, chunks: Iterable[bytes], how: int) -> Part:
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = how
        info.external_attr = 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with self.box.open(info, "w", force_zip64=True) as part:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                part.write(chunk)
        return Part(name=name, size=size, sha256=digest.hexdigest())


def read_manifest(path: Path) -> Manifest:
    """Reads what an archive says of itself, and checks that its list of contents says the same. Unpacks nothing.

    Raises
    ------
    BadInput
        When it is no backup, is damaged, or holds anything that does not belong.
    """
    try:
        with zipfile.ZipFile(path) as box:
            return _checked(box, path)
    except (*BROKEN, OSError) as error:
        raise _damaged(path, str(error)) from error


def unpack(path: Path, manifest: Manifest, folder: Path, progress: Progress = lambda share: None) -> None:
    """Unpacks every part below a folder, checking each hash on the way.

    Raises
    ------
    BadInput
        When a part is not what the manifest says. What was unpacked so far is for the caller to remove.
    """
    total = sum(part.size for part in manifest.parts) or 1
    done = 0
    try:
        with zipfile.ZipFile(path) as box:
            for part in manifest.parts:
                target = folder.joinpath(*PurePosixPath(part.name).parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with box.open(part.name) as source, target.open("xb") as sink:
                    _copy(source, sink, part, path)
                done += part.size
                progress(done / total)
    except BROKEN as error:
        raise _damaged(path, str(error)) from error


def check(path: Path, manifest: Manifest) -> None:
    """Reads every part to its end and compares its hash; writes nothing.

    Raises
    ------
    BadInput
        When a part is not what the manifest says.
    """
    try:
        with zipfile.ZipFile(path) as box:
            for part in manifest.parts:
                with box.open(part.name) as source:
                    _copy(source, None, part, path)
    except BROKEN as error:
        raise _damaged(path, str(error)) from error


def _copy(source: IO[bytes], sink: IO[bytes] | None, part: Part, path: Path) -> None:
    digest, left = hashlib.sha256(), part.size
    while chunk := source.read(min(CHUNK, left + 1)):
        left -= len(chunk)
        if left < 0:
            raise _damaged(path, f"{part.name} is longer than the manifest says")
        digest.update(chunk)
        if sink is not None:
            sink.write(chunk)
    if left or digest.hexdigest() != part.sha256:
        raise _damaged(path, f"{part.name} does not have the hash of the manifest")


def _checked(box: zipfile.ZipFile, path: Path) -> Manifest:
    entries = box.infolist()
    names = [entry.filename for entry in entries]
    if MANIFEST not in names:
        raise refuse(
            "no_backup",
            "这不是图景的备份文件（缺少 manifest.json），请选择由 tujing backup 或备份页面生成的文件。",
            "This is no backup of Tujing (it has no manifest.json); choose one made by tujing backup or the page.",
            file=path.name,
        )
    for entry in entries:
        _refuse_hostile(entry, path)
    if len(set(names)) != len(names):
        raise _hostile(path, "the same name twice")
    head = box.getinfo(MANIFEST)
    if head.file_size > LARGEST_MANIFEST:
        raise _hostile(path, "the manifest is too large")
    with box.open(MANIFEST) as file:
        text = file.read(LARGEST_MANIFEST + 1)
    manifest = _parsed(text, path)
    wanted = {part.name: part.size for part in manifest.parts}
    there = {entry.filename: entry.file_size for entry in entries if entry.filename != MANIFEST}
    if wanted != there or len(wanted) != len(manifest.parts):
        raise _damaged(path, "the contents are not those of the manifest")
    for table in manifest.tables:
        if table.name != f"rows/{table.model}.jsonl":
            raise _hostile(path, table.name)
    if not all(part.name.startswith("files/") for part in manifest.files):
        raise _hostile(path, "a file outside files/")
    return manifest


def _parsed(text: bytes, path: Path) -> Manifest:
    try:
        content = json.loads(text)
        found = content.get("format") if isinstance(content, dict) else None
        if found != FORMAT:
            raise refuse(
                "foreign_backup",
                f"备份格式是 {found!r}，本版本只认识 {FORMAT}；请升级图景，或选择另一份备份。",
                f"The backup's format is {found!r}, this version reads {FORMAT}; upgrade Tujing or choose another.",
                file=path.name,
            )
        return Manifest.model_validate(content)
    except BadInput:
        raise
    except (ValidationError, ValueError, RecursionError) as error:
        raise _damaged(path, str(error)[:500]) from error


def _refuse_hostile(entry: zipfile.ZipInfo, path: Path) -> None:
    """Refuses what would leave the folder, is no plain file, or unpacks to far more than it takes."""
    name = entry.filename
    steps = PurePosixPath(name).parts
    bad = "\\" in name or name.startswith("/") or ":" in name or "\x00" in name or not steps or name.endswith("/")
    if bad or any(step in (".", "..") or step.startswith("~") for step in steps) or "//" in name:
        raise _hostile(path, name)
    kind = entry.external_attr >> 16
    if stat.S_IFMT(kind) not in (0, stat.S_IFREG):
        raise _hostile(path, f"{name} is no plain file")
    if entry.flag_bits & 0x1:
        raise _hostile(path, f"{name} is encrypted")
    if entry.file_size > SMALL and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
        raise _hostile(path, f"{name} unpacks to {entry.file_size} bytes")


def _damaged(path: Path, detail: str) -> BadInput:
    return refuse(
        "damaged_backup",
        "备份文件已损坏或不完整，没有恢复任何内容；请重新复制该文件，或选择另一份备份。",
        "The backup is damaged or incomplete, nothing was restored; copy it again, or choose another.",
        file=path.name,
        detail=detail,
    )


def _hostile(path: Path, detail: str) -> BadInput:
    return refuse(
        "hostile_backup",
        "这个文件含有备份中不应出现的内容，已拒绝；请只使用自己生成的备份。",
        "The file holds what no backup holds and was refused; use only backups that you made yourself.",
        file=path.name,
        detail=detail,
    )
