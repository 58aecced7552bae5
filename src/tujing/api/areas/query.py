"""Operations: the analysts' console — one SELECT over the company's own tables, its result, what is worth keeping."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from tujing.api.area import Area
from tujing.api.paging import PageQuery, next_path, page_of
from tujing.api.shapes import shaped
from tujing.dataspace import query_services as queries
from tujing.dataspace.models import QueryRun, SavedQuery
from tujing.dataspace.query_services import Queryable
from tujing.dataspace.querying import LIMITS
from tujing.documents import query as documents
from tujing.documents.common import Page
from tujing.documents.running import Table
from tujing.runtime.document import plain
from tujing.web.exports import XLSX, as_csv, as_xlsx

area = Area("query")
JSON_KINDS = (str, int, float, bool, type(None))


@area.get("/query/tables", Page[documents.Queryable], "query")
def tables(request: HttpRequest, paging: PageQuery) -> Page[documents.Queryable]:
    """The tables that have data, with their columns"""
    return page_of(request, queries.queryable(request.organisation), paging, _queryable)


@area.post("/queries", documents.Query, "query", 201)
def ask(request: HttpRequest, wishes: documents.QueryWishes) -> documents.Query:
    """Run one SELECT over the company's current tables

    It runs apart from the server, reads nothing but these tables, and is stopped after ten seconds or 512 MB.
    One that is refused or fails stands in the caller's history all the same.
    """
    limits = replace(LIMITS, rows=wishes.rows)
    return _query(queries.ask(request.organisation, request.user, wishes.sql, limits))


@area.get("/queries", Page[documents.Query], "query")
def history(request: HttpRequest, paging: PageQuery) -> Page[documents.Query]:
    """What the caller has asked, newest first"""
    return page_of(request, queries.history(request.organisation, request.user), paging, _query)


@area.get("/queries/{uuid:query}", documents.Query, "query")
def query(request: HttpRequest, query: UUID) -> documents.Query:
    """One statement that the caller ran"""
    return _query(_own(request, query))


@area.get("/queries/{uuid:query}/rows", Table, "query")
def rows(request: HttpRequest, query: UUID, paging: PageQuery) -> Table:
    """The rows of a result, a page at a time"""
    found = queries.result(_own(request, query), paging.start, paging.page_size)
    return Table(
        count=found.total,
        next=next_path(request, paging, found.total),
        columns=found.columns,
        items=[[_told(value) for value in row] for row in found.rows],
    )


@area.file("/queries/{uuid:query}/export.{ending}", "text/csv", XLSX, action="query")
def export(request: HttpRequest, query: UUID, ending: Literal["csv", "xlsx"]) -> HttpResponse:
    """All rows of a result as CSV or XLSX"""
    asked = _own(request, query)
    found = queries.result(asked)
    rows = [
        [str(value) if isinstance(value, (list, dict, tuple, bytes)) else value for value in row] for row in found.rows
    ]
    name = f"query-{asked.created:%Y%m%d-%H%M%S}.{ending}"
    if ending == "csv":
        return as_csv(found.columns, rows, name)
    return as_xlsx({"query": (found.columns, rows), "sql": (["sql"], [[asked.sql]])}, name)


@area.get("/saved-queries", Page[documents.SavedQuery], "query")
def saved_queries(request: HttpRequest, paging: PageQuery, q: str = "") -> Page[documents.SavedQuery]:
    """The caller's own statements and those that others share"""
    found = queries.saved(request.organisation, request.user)
    return page_of(request, found.filter(name__icontains=q) if q else found, paging, _saved)


@area.post("/saved-queries", documents.SavedQuery, "query", 201)
def save(request: HttpRequest, wishes: documents.SavedQueryWishes) -> documents.SavedQuery:
    """Keep a statement under a name"""
    return _saved(queries.save(request.organisation, request.user, wishes.name, wishes.sql, wishes.shared))


@area.delete("/saved-queries/{int:saved}", "query")
def remove(request: HttpRequest, saved: int) -> None:
    """Remove one of the caller's own statements"""
    if not queries.remove(request.organisation, request.user, saved):
        raise Http404


def _own(request: HttpRequest, query: UUID) -> QueryRun:
    return get_object_or_404(queries.history(request.organisation, request.user), pk=query)


def _told(value: Any) -> Any:
    """A cell as JSON knows it; whatever has no word there (bytes, spans of time) as text."""
    value = plain(value)
    if isinstance(value, list):
        return [_told(one) for one in value]
    if isinstance(value, dict):
        return {name: _told(one) for name, one in value.items()}
    return value if isinstance(value, JSON_KINDS) else str(value)


def _queryable(one: Queryable) -> documents.Queryable:
    return documents.Queryable(name=one.name, label=one.label, rows=one.rows, columns=list(one.columns))


def _query(row: QueryRun) -> documents.Query:
    return shaped(documents.Query, row, reads=dict(row.reads), problems=row.error)


def _saved(row: SavedQuery) -> documents.SavedQuery:
    return shaped(documents.SavedQuery, row, owner=row.owner.get_username())
