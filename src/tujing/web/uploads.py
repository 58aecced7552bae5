"""Uploaded files, kept only until they are used. A person's file name never becomes a path."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from tujing.enterprise.models import Organisation
from tujing.problems import refuse
from tujing.runtime.health_services import refuse_when_full
from tujing.web.upload_checks import check

KEPT_SECONDS = 24 * 3600
CHOICES = ".choices.json"
"""Beside the file: what its person chose so far. No file of a person begins with a dot."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def keep(organisation: Organisation, upload: UploadedFile | None) -> tuple[str, Path]:
    """Stores an upload and returns its token and path. Files older than a day are removed.

    Raises
    ------
    BadInput
        When nothing was uploaded, the file is over the limit, or not what its name says.
    """
    if upload is None:
        raise refuse("no_file", "还没有选择文件，请先选择。", "No file is chosen yet; choose one first.")
    if (upload.size or 0) > settings.UPLOAD_LIMIT_BYTES:
        limit = settings.UPLOAD_LIMIT_BYTES // 1024 // 1024
        raise refuse(
            "file_too_large",
            f"文件超过 {limit} MB 的上限，请拆分后再上传。",
            f"The file exceeds the limit of {limit} MB; split it.",
            file=upload.name or "",
        )
    refuse_when_full(upload.size or 0)
    check(upload, _plain_name(upload.name or ""))
    _forget_old(organisation)
    token = secrets.token_urlsafe(16)
    path = _folder(organisation) / token / _plain_name(upload.name or "")
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return token, path


def find(organisation: Organisation, token: str) -> Path:
    """Returns the kept file of a token.

    Raises
    ------
    BadInput
        When it is no longer there.
    """
    folder = _folder(organisation) / token
    known = TOKEN.fullmatch(token) and folder.is_dir()
    files = [one for one in folder.iterdir() if one.name != CHOICES] if known else []
    if len(files) != 1:
        raise refuse("upload_gone", "上传的文件已被清理，请重新上传。", "The uploaded file is gone; upload it again.")
    return files[0]


def choices(organisation: Organisation, token: str) -> dict[str, Any]:
    """Returns what was chosen for a kept file so far; nothing at first."""
    path = find(organisation, token).with_name(CHOICES)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def choose(organisation: Organisation, token: str, made: dict[str, Any]) -> None:
    """Keeps what was chosen for a kept file, whole or not at all."""
    path = find(organisation, token).with_name(CHOICES)
    draft = path.with_name(f"{CHOICES}.{secrets.token_hex(4)}")
    draft.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)


def forget(organisation: Organisation, token: str) -> None:
    if TOKEN.fullmatch(token):
        shutil.rmtree(_folder(organisation) / token, ignore_errors=True)


def _folder(organisation: Organisation) -> Path:
    return Path(settings.HOME) / "uploads" / str(organisation.pk)


def _plain_name(name: str) -> str:
    """Keeps letters (Chinese too), digits, dots, hyphens; the ending stays."""
    cleaned = re.sub(r"[^\w.\-（）() ]+", "_", PurePath(name.replace("\\", "/")).name).strip(". ")
    return cleaned[-120:] or "upload"


def _forget_old(organisation: Organisation) -> None:
    folder = _folder(organisation)
    for old in folder.iterdir() if folder.is_dir() else ():
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
