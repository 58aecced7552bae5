"""A long list a page at a time; the filters stay in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Paged:
    """One page of a list, and the address of its neighbours."""

    page: Page[Any]
    query: str
    """What else is in the address, ready to go before `page=`."""


def paged(request: HttpRequest, rows: Any, rows_a_page: int = ROWS_A_PAGE) -> Paged:
    """Returns the page that `?page=` asks for; a page that does not exist is the nearest one that does."""
    others = request.GET.copy()
    wish = others.pop("page", ["1"])[-1]
    query = others.urlencode()
    return Paged(Paginator(rows, rows_a_page).get_page(wish), f"?{query}&" if query else "?")
