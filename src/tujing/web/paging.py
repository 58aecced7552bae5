"""A long list a page at a time; `parts/pager.html` shows the way to its neighbours, the filters stay in the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS_A_PAGE = 50
COUNTED = 10_000
"""Rows that a list without end counts at most: counting reads every one of them."""


def page_of(request: HttpRequest, rows: Any, per_page: int = ROWS_A_PAGE) -> Page[Any]:
    """Returns the page that `?page=` asks for; what is no number or too far is the nearest there is."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def endless(
    request: HttpRequest, rows: QuerySet[Any], per_page: int = ROWS_A_PAGE, columns: Sequence[str] = ()
) -> Page[Any] | Uncounted:
    """Returns the page that `?page=` asks for of a query that may hold any number of rows, newest first by `created`.

    Up to `COUNTED` rows it is the page that `page_of` returns; of more than that no total is told. With `columns` its
    rows are tuples of these.
    """
    number = asked_page(request)
    far = (number - 1) * per_page >= COUNTED
    found = _part(rows, columns, number, per_page) if far else []
    if not found:
        count = rows.order_by()[: COUNTED + 1].count()
        if count <= COUNTED:
            page = page_of(request, range(count), per_page)
            page.object_list = _part(rows, columns, page.number, per_page)[:per_page]
            return page
        number = Paginator(rows, per_page).num_pages if far else number
        found = _part(rows, columns, number, per_page)
    return Uncounted(number, len(found) > per_page, found[:per_page], COUNTED)


def asked_page(request: HttpRequest) -> int:
    """Returns the number that `?page=` asks for, for rows that are fetched a page at a time; no number is the first."""
    words = request.GET.get("page", "")
    return max(int(words), 1) if words.isascii() and words.isdigit() and len(words) < 7 else 1


def counted(number: int, count: int, per_page: int = ROWS_A_PAGE) -> Page[Any]:
    """Returns a page, for the pager, of rows that are fetched apart; what is too far is the last there is."""
    return Paginator(range(count), per_page).get_page(number)


@dataclass(frozen=True)
class Uncounted:
    """A page of rows that nobody counted to the end: whether more follow is known, and perhaps how many there are."""

    number: int
    has_next: bool
    rows: Sequence[Any] = ()
    """Empty for rows that are fetched apart."""
    more_than: int = 0
    paginator = None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

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


def _part(rows: QuerySet[Any], columns: Sequence[str], number: int, per_page: int) -> list[Any]:
    """The rows of a page and one more, if there is one.

    Of those far down an index alone tells the keys and the moments, between which they are read.
    """
    start = (number - 1) * per_page
    if not start:
        return list(_read(rows, columns)[: per_page + 1])
    found = list(rows.values_list("pk", "created")[start : start + per_page + 1])
    if not found:
        return []
    keys, moments = zip(*found, strict=True)
    return list(_read(rows.filter(pk__in=keys, created__range=(moments[-1], moments[0])), columns))


def _read(rows: QuerySet[Any], columns: Sequence[str]) -> QuerySet[Any]:
    return rows.values_list(*columns) if columns else rows
