"""ETag and If-Match where two people edit: the second is told, and looks again."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Annotated, Any

from ninja import Header

from tujing.api.refusing import Refused

IfMatch = Annotated[str | None, Header(None, alias="If-Match", description="The ETag of what you saw.")]
TAG = re.compile(r'"v(\d{1,9})(\.[0-9a-f]+)?"')


def version_tag(version: int, content: Any = None) -> str:
    """Tag of a document that counts its versions; with the content's hash where that changes in between."""
    return f'"v{version}"' if content is None else f'"v{version}.{_hash(content)}"'


def content_tag(content: Any) -> str:
    """Tag of a document without a version of its own: a hash over it."""
    return f'"{_hash(content)}"'


def _strong(tag: str) -> str:
    """The tag without the mark of a packed answer: who got it packed saw the same."""
    return tag.strip().removeprefix("W/")


def _hash(content: Any) -> str:
    told = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def seen_version(given: str | None) -> int:
    """Returns the version that the caller saw.

    Raises
    ------
    Refused
        When there is none, or it is no tag of ours.
    """
    found = TAG.fullmatch(_strong(given or ""))
    if found is None:
        raise Refused(
            428,
            "if_match_missing",
            "请用 If-Match 带上您看到的版本（读取时的 ETag），以免覆盖他人的修改。",
            "Send If-Match with the ETag you read, so that nobody's change is overwritten.",
        )
    return int(found[1])


def check_unchanged(given: str | None, current: Any) -> None:
    """Refuses an edit of something other than what the caller saw; without `If-Match` anything goes."""
    if given is not None and _strong(given) not in ("*", content_tag(current)):
        raise Refused(
            412,
            "changed_meanwhile",
            "内容刚被他人改过，没有保存；请重新读取后再改。",
            "Somebody has changed this meanwhile. Nothing was saved; read it again.",
        )
