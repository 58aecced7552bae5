"""Use-cases: make a backup while others write; restore one, wholly or not at all, on either database."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tujing import __version__
from tujing.audit.acting import unwatched
from tujing.audit.recording import record
from tujing.backup import archive, keys, rows
from tujing.backup.archive import FORMAT, Manifest, Progress
from tujing.problems import refuse

ENDING = ".tujing"
KEY_FILE = "secret_key"
NOT_COPIED = {"uploads", "work", "backups"}
"""Folders of the home folder that are of the moment, or would hold the backup itself. Files beside the folders (the
database, the key, the example's passwords) are not copied either: the key goes sealed or not at all.
"""
SPARE_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True)
class Restored:
    """What a restore came to."""

    manifest: Manifest
    has_key: bool
    """Whether sealed secrets (sign-on, second factors) can be read: the key is the same, or came with the backup."""
    key_changed: bool
    """Whether the processes must start again to read the key that came with the backup."""
    safety: Path | None
    """The backup of what was there before."""


def home() -> Path:
    return Path(settings.HOME)


def backup(file: Path, passphrase: str = "", progress: Progress = lambda share: None) -> Manifest:
    """Writes the whole installation into one file that only its owner can read; others may write meanwhile.

    The rows are of one moment. Files are copied after them: a file is always there before its row.

    Raises
    ------
    BadInput
        When the file exists, cannot be written, or the passphrase is too short.
    """
    if file.exists():
        raise refuse(
            "file_exists", "文件已存在，请换一个名称。", "The file exists already; choose another name.", file=file
        )
    # Former keys go along: what they sealed is still read.
    every_key = "\n".join([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    key = keys.seal(every_key, passphrase) if passphrase else None
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _folder() as folder, os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            manifest = _write(out, folder, key, progress)
        os.replace(part, file)
    except OSError as error:
        raise refuse(
            "cannot_write",
            "备份文件无法写入，请检查路径、权限与磁盘空间。",
            "The backup cannot be written; look at the path, the permissions and the room on the disk.",
            file=file,
            detail=str(error),
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def is_empty() -> bool:
    """Returns whether nobody has worked here yet: no organisation and no account."""
    return not any(apps.get_model(name)._base_manager.exists() for name in ("enterprise.Organisation", "auth.User"))


def restore(
    file: Path,
    passphrase: str = "",
    *,
    replace: bool = False,
    progress: Progress = lambda share: None,
    beside: Callable[[str], None] = lambda alias: None,
) -> Restored:
    """Brings back what a backup holds. All is checked before anything changes; it changes at once or not at all.

    `replace` allows to restore over what is there, after a backup of it into `backups/`. `beside` may write further
    rows into the restored database (its alias) before it becomes the live one.

    Raises
    ------
    BadInput
        When the file is damaged, foreign, hostile or newer, there is no room, or the workspace is not empty.
    """
    manifest = archive.read_manifest(file)
    rows.check_migrations(manifest)
    key = keys.unseal(manifest.key, passphrase) if manifest.key and passphrase else None
    if not is_empty() and not replace:
        raise refuse(
            "workspace_not_empty",
            "这个工作区已有数据；请恢复到新的工作区，或明确要求覆盖（--replace，会先自动备份现有数据）。",
            "This workspace holds data already; restore into a new one, or say --replace (what is there is backed up "
            "first).",
            file=home(),
        )
    _check_room(manifest)
    safety = None if is_empty() else _safety(lambda share: progress(share * 0.3))
    with _folder() as folder:
        archive.unpack(file, manifest, folder, lambda share: progress(0.3 + share * 0.3))
        progress(0.6)
        with unwatched():
            # From here on nothing is told: who told so far may be gone with the rows that were replaced.
            _put(manifest, folder, beside)
    same = manifest.key_fingerprint == keys.fingerprint(settings.SECRET_KEY)
    if key is not None and not same:
        _keep_key(key)
    record(
        None,
        f"从备份恢复（生成于 {manifest.created}）",
        f"Restored from a backup made {manifest.created}",
        changes={"rows": [None, manifest.rows], "files": [None, len(manifest.files)]},
    )
    return Restored(manifest, same or key is not None, key is not None and not same, safety)


@dataclass(frozen=True)
class CheckedBackup:
    manifest: archive.Manifest
    same_key: bool
    """Whether it is of an installation with this one's secret key."""


def check(file: Path) -> CheckedBackup:
    """Reads a backup to its end and computes every hash anew; changes nothing.

    Raises
    ------
    BadInput
        When it is no backup, or a part of it is damaged.
    """
    manifest = archive.read_manifest(file)
    archive.check(file, manifest)
    return CheckedBackup(manifest, manifest.key_fingerprint == keys.fingerprint(settings.SECRET_KEY))


def backups() -> list[Path]:
    """Returns the backups kept in the workspace, the newest first."""
    folder = home() / "backups"
    found = [path for path in folder.glob(f"*{ENDING}") if path.is_file()] if folder.is_dir() else []
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def new_name(prefix: str = "tujing") -> Path:
    """Returns a name for a backup in the workspace that is not taken."""
    stamp = f"{timezone.localtime():%Y%m%d-%H%M%S}"
    wanted = home() / "backups" / f"{prefix}-{stamp}{ENDING}"
    number = 2
    while wanted.exists():
        wanted = wanted.with_name(f"{prefix}-{stamp}-{number}{ENDING}")
        number += 1
    return wanted


def _write(out: BinaryIO, folder: Path, key: archive.SealedKey | None, progress: Progress) -> Manifest:
    with zipfile.ZipFile(out, "w", allowZip64=True) as box:
        writer = archive.Writer(box)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        with rows.snapshot(folder) as alias:
            migrations = rows.leaves(alias)
            tables, count = [], len(rows.models())
            for number, table in enumerate(rows.dump(writer, alias), start=1):
                tables.append(table)
                progress(0.5 * number / count)
        files, wanted = [], _files()
        for number, path in enumerate(wanted, start=1):
            try:
                files.append(writer.add_file(f"files/{path.relative_to(home()).as_posix()}", path))
            except FileNotFoundError:
                continue  # it went meanwhile: no row of the snapshot that is still valid names it
            progress(0.5 + 0.5 * number / len(wanted))
        manifest = Manifest(
            format=FORMAT,
            version=__version__,
            created=created,
            database="sqlite" if connection.vendor == "sqlite" else "postgresql",
            migrations=migrations,
            tables=tuple(tables),
            files=tuple(files),
            key_fingerprint=keys.fingerprint(settings.SECRET_KEY),
            key=key,
        )
        writer.add_manifest(manifest)
    return manifest


def _folders() -> list[Path]:
    """The home folder's folders that belong to the data; a link is not followed, what is hidden is half made."""
    found = sorted(path for path in home().iterdir() if path.is_dir() and not path.is_symlink())
    return [path for path in found if path.name not in NOT_COPIED and not path.name.startswith(".")]


def _files() -> list[Path]:
    found = []
    for top in _folders():
        for folder, names, files in os.walk(top):
            names[:] = sorted(name for name in names if not name.startswith("."))
            paths = [Path(folder) / name for name in sorted(files) if not name.startswith(".")]
            found += [path for path in paths if path.is_file() and not path.is_symlink()]
    return found


def _put(manifest: Manifest, folder: Path, beside: Callable[[str], None]) -> None:
    """Puts rows and files in place. Whatever fails leaves both as they were."""
    try:
        if connection.vendor == "sqlite":
            with rows.beside_live(folder / "restored.db") as alias, transaction.atomic(using=alias):
                rows.load(manifest, folder, alias)
                beside(alias)
            with _files_in_place(folder / "files"):
                rows.copy_into_live(folder / "restored.db")
            return
        with _files_in_place(folder / "files"), transaction.atomic():
            rows.load(manifest, folder, "default")
            beside("default")
    except DatabaseError as error:
        raise refuse(
            "rows_do_not_fit",
            "备份中的数据不满足数据库约束，没有恢复任何内容。",
            "The rows of the backup do not fit the database; nothing was restored.",
            detail=str(error)[:500],
        ) from error


@contextmanager
def _files_in_place(new: Path) -> Iterator[None]:
    """Exchanges the home folder's files for the new ones, and back again when what is done inside fails."""
    aside = Path(tempfile.mkdtemp(prefix=".replaced-", dir=home()))
    moved: list[tuple[Path, Path]] = []
    try:
        for path in _folders():
            _move(path, aside / path.name, moved)
        for path in sorted(new.iterdir()) if new.is_dir() else ():
            _move(path, home() / path.name, moved)
        yield
    except BaseException:
        for source, target in reversed(moved):
            target.rename(source)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move(source: Path, target: Path, moved: list[tuple[Path, Path]]) -> None:
    source.rename(target)
    moved.append((source, target))


def _safety(progress: Progress) -> Path:
    """Backs up what is there before it is replaced."""
    file = new_name("before-restore")
    backup(file, progress=progress)
    return file


def _check_room(manifest: Manifest) -> None:
    """Raises BadInput when the disk cannot hold what would be unpacked, with the rows a second time in the database."""
    wanted = sum(part.size for part in manifest.files) + 3 * sum(part.size for part in manifest.tables)
    free = shutil.disk_usage(home()).free
    if wanted + SPARE_BYTES > free:
        megabytes = (wanted + SPARE_BYTES - free) // 1024 // 1024 + 1
        raise refuse(
            "disk_full",
            f"磁盘空间不足，恢复还需要约 {megabytes:,} MB；请清理后重试。",
            f"The disk lacks room, about {megabytes:,} MB more are needed; make room and try again.",
            file=home(),
        )


def _keep_key(key: str) -> None:
    """Writes the restored key; the old one stays beside it, should anything sealed by it turn up."""
    path = home() / KEY_FILE
    if path.exists():
        path.replace(path.with_name(f"{KEY_FILE}.before-restore"))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)


@contextmanager
def _folder() -> Iterator[Path]:
    """Lends a folder on the home folder's disk, so that moving is renaming."""
    made = Path(tempfile.mkdtemp(prefix=".backup-", dir=home()))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
