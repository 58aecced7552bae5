"""Reading the forms of the delivery pages, and answering them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from tujing.delivery.cells import read_amount, read_day
from tujing.problems import refuse


def text(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, "")).strip()


def day(request: HttpRequest, name: str) -> date | None:
    raw = text(request, name)
    return read_day(raw, name) if raw else None


def amount(request: HttpRequest, name: str) -> float | None:
    raw = text(request, name)
    return read_amount(raw, name) if raw else None


def whole(request: HttpRequest, name: str, default: int = 0) -> int:
    """Reads a whole number of the form; an empty field is the default.

    Raises
    ------
    BadInput
        When it is none, or larger than any that makes sense.
    """
    raw = text(request, name)
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        value = 10**9
    if abs(value) > 100_000:
        raise refuse(
            "not_whole",
            f"“{raw[:40]}”不是整数，请改正。",
            f"“{raw[:40]}” is no whole number.",
            key=name,
            value=raw[:40],
        )
    return value


def seen(request: HttpRequest) -> int:
    """The version of the project that the person had before them."""
    return whole(request, "seen")


def chosen(request: HttpRequest, name: str = "project") -> list[int]:
    """The keys that were ticked; what is no number counts for nothing."""
    return [int(raw) for raw in request.POST.getlist(name) if raw.isdecimal() and len(raw) < 19]


def done(request: HttpRequest, name: str, *args: Any, anchor: str = "") -> HttpResponse:
    """Back to a page, whether the form went by htmx or not."""
    target = reverse(name, args=args) + anchor
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)


def without_blanks(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in values if value not in ("", None)}
