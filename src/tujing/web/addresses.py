"""Addresses of many things of one kind: resolved once, not once a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

PLACE = 9_999_999_999
"""Stands where the number of a thing goes."""


def numbered(view: str, *before: Any) -> Callable[[int], str]:
    """Returns what gives the address of a thing from its number, which follows `before` in the address."""
    head, _, tail = reverse(view, args=[*before, PLACE]).rpartition(str(PLACE))
    return lambda number: f"{head}{number}{tail}"
