"""What a row says, for the trail: plain JSON, long values by their size and hash, secrets by a mark only. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

LONGEST = 300
"""Characters of a value's JSON that are kept as they are."""
SECRET = re.compile(r"password|secret|token|passphrase|private|recovery|(^|_)key$|^key$|credential|seed_phrase", re.I)
HIDDEN = "•••"
LARGEST_FLOAT = 1e15


def is_secret(field: str) -> bool:
    """Returns whether a field's value must never reach the trail, by its name."""
    return SECRET.search(field) is not None


def told(field: str, value: Any) -> Any:
    """Returns a value as the trail keeps it."""
    if value is None or isinstance(value, bool):
        return value
    if is_secret(field):
        return HIDDEN if value not in ("", {}, []) else ""
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    if len(text) <= LONGEST:
        return plain
    return {"size": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Returns field → [before, after] of what differs; a changed secret shows as hidden on both sides."""
    changes = {}
    for field in {**before, **after}:
        old, new = before.get(field), after.get(field)
        if old == new or _plain(old) == _plain(new):
            continue
        changes[field] = [told(field, old), told(field, new)]
    return changes


def canonical(content: Mapping[str, Any]) -> bytes:
    """Returns content as bytes that are the same for the same content: sorted keys, no blanks, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return value.replace("\x00", "")  # PostgreSQL keeps no such character
    if isinstance(value, float):
        # Written the same by both databases: beyond this one of them writes an integer.
        return value + 0.0 if abs(value) < LARGEST_FLOAT else str(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(one) for one in value]
    if isinstance(value, (bytes, memoryview)):
        return hashlib.sha256(bytes(value)).hexdigest()
    return str(value)
