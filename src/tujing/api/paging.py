"""Lists a page at a time: bounded numbers, so that no call asks the database for more than it can count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query
from pydantic import BaseModel, Field

from tujing.documents.common import Page

MOST_ROWS = 500
MOST_PAGES = 1_000_000

Row = TypeVar("Row", bound=BaseModel)


class Paging(BaseModel):
    """Which page."""

    page: int = Field(1, ge=1, le=MOST_PAGES)
    page_size: int = Field(50, ge=1, le=MOST_ROWS)

    @property
    def start(self) -> int:
        return (self.page - 1) * self.page_size

    @property
    def stop(self) -> int:
        return self.start + self.page_size


PageQuery = Annotated[Paging, Query(...)]


def page_of(
    request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], paging: Paging, shape: Callable[[Any], Row]
) -> Page[Row]:
    """Returns one page of a query or a list, each row as its document."""
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    items = [shape(row) for row in rows[paging.start : paging.stop]]
    return Page(count=count, next=next_path(request, paging, count), items=items)


def next_path(request: HttpRequest, paging: Paging, count: int) -> str | None:
    """Path of the following page with the same filters; none after the last."""
    if paging.stop >= count:
        return None
    query = request.GET.copy()
    query["page"], query["page_size"] = str(paging.page + 1), str(paging.page_size)
    return f"{request.path}?{query.urlencode()}"
