"""A long list a page at a time; `parts/pager.html` shows the way to its neighbours, the filters stay in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ROWS_A_PAGE = 50


def page_of(request: HttpRequest, rows: Any, per_page: int = ROWS_A_PAGE) -> Page[Any]:
    """Returns the page that `?page=` asks for; what is no number or too far is the nearest there is."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def asked_page(request: HttpRequest) -> int:
    """Returns the number that `?page=` asks for, for rows that are fetched a page at a time; no number is the first."""
    words = request.GET.get("page", "")
    return max(int(words), 1) if words.isascii() and words.isdigit() and len(words) < 7 else 1


def counted(number: int, count: int, per_page: int = ROWS_A_PAGE) -> Page[Any]:
    """Returns a page, for the pager, of rows that are fetched apart; what is too far is the last there is."""
    return Paginator(range(count), per_page).get_page(number)


@dataclass(frozen=True)
class Uncounted:
    """A page, for the pager, of rows that nobody counted: whether more follow is all that is known."""

    number: int
    has_next: bool
    paginator = None

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_previous or self.has_next

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1
