"""Lists page by page."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 50


def pages_of(request: HttpRequest, rows: Any, per_page: int = PER_PAGE) -> Page:
    """Returns the page that `?page=` asks for; what is no number or too far is the nearest there is."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
