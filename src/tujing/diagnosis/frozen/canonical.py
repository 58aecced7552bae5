"""One document, one sequence of bytes: JSON in a canonical form, and its SHA-256.

Keys sorted by code point, no blanks, UTF-8 without escapes, a whole number without a point whatever type holds it,
other numbers in the shortest digits that give the same double. Close to RFC 8785 (which sorts by UTF-16 units and
writes exponents its own way); a database that stores JSON as numbers and reorders keys gives the same bytes back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(document: Any) -> bytes:
    """Returns the bytes.

    Raises
    ------
    ValueError
        For a number that JSON does not have (NaN, infinity).
    TypeError
        For what JSON cannot say.
    """
    plain = _plain(document)
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def digest(document: Any) -> str:
    """Returns the SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
