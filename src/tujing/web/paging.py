"""A long list a page at a time; `parts/pager.html` shows the way to its neighbours, the filters stay in the address."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ROWS_A_PAGE = 50


def page_of(request: HttpRequest, rows: Any, per_page: int = ROWS_A_PAGE) -> Page[Any]:
    """Returns the page that `?page=` asks for; what is no number or too far is the nearest there is."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
