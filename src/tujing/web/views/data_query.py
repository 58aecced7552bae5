"""The analysts' console: one SELECT over this company's tables, its result page by page, history, saved statements."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.dataspace import query_services as queries
from tujing.dataspace.models import QueryRun
from tujing.dataspace.querying import LIMITS
from tujing.problems import BadInput
from tujing.web.access import requires
from tujing.web.exports import as_csv, as_xlsx
from tujing.web.paging import asked_page, counted
from tujing.web.refusals import UNPROCESSABLE, shown
from tujing.web.words import cell

RESULT_ROWS = 100
HISTORY_SHOWN = 30


@require_GET
@requires("query")
def console(request: HttpRequest) -> HttpResponse:
    """The statement, the tables beside it, one's own history; `?run=` shows an earlier one, `?table=` begins one."""
    tables = queries.queryable(request.organisation)
    sql = ""
    asked = _wished(request)
    if asked is not None:
        sql = asked.sql
    elif request.GET.get("table") in {one.name for one in tables}:
        sql = f"SELECT *\nFROM {request.GET['table']}\nLIMIT 100"
    context = {
        "tab": "query",
        "may_query": True,
        "tables": tables,
        "sql": sql,
        "asked": asked,
        "limits": LIMITS,
        "memory": LIMITS.memory_bytes // 1024**2,
        "words": [name for one in tables for name in (one.name, *one.columns)],
    } | _kept(request)
    if asked is not None and asked.rows is not None:
        context |= _result(request, asked)
    return render(request, "data/query.html", context)


@require_POST
@requires("query")
def run(request: HttpRequest) -> HttpResponse:
    """Runs the statement; what is wrong with it is told in place of the result."""
    sql = request.POST.get("sql", "")
    try:
        asked = queries.ask(request.organisation, request.user, sql)
    except BadInput as error:
        context = {"problems": shown(error.problems)} | _kept(request)
        return render(request, "data/query_outcome.html", context, status=UNPROCESSABLE)
    return render(request, "data/query_outcome.html", _result(request, asked) | _kept(request))


@require_GET
@requires("query")
def result(request: HttpRequest, query: UUID) -> HttpResponse:
    """A page of a result that is kept."""
    asked = get_object_or_404(queries.history(request.organisation, request.user), pk=query)
    return render(request, "data/query_result.html", _result(request, asked))


@require_GET
@requires("query")
def export(request: HttpRequest, query: UUID, ending: str) -> HttpResponse:
    """All rows of a result that is kept."""
    asked = get_object_or_404(queries.history(request.organisation, request.user), pk=query)
    found = queries.result(asked)
    rows = [[_plain(value) for value in row] for row in found.rows]
    name = f"query-{asked.created:%Y%m%d-%H%M%S}.{ending}"
    if ending == "csv":
        return as_csv(found.columns, rows, name)
    if ending == "xlsx":
        return as_xlsx({"query": (found.columns, rows), "sql": (["sql"], [[asked.sql]])}, name)
    raise Http404


@require_POST
@requires("query")
def save(request: HttpRequest) -> HttpResponse:
    """Keeps the statement under a name."""
    shared = request.POST.get("shared") == "on"
    sql = request.POST.get("sql", "")
    kept = queries.save(request.organisation, request.user, request.POST.get("name", ""), sql, shared)
    return render(request, "data/query_kept.html", _kept(request) | {"saved_now": kept})


@require_POST
@requires("query")
def remove(request: HttpRequest, saved: int) -> HttpResponse:
    """Removes one of one's own statements."""
    if not queries.remove(request.organisation, request.user, saved):
        raise Http404
    if request.htmx:
        return render(request, "data/query_kept.html", _kept(request))
    messages.success(request, _("The saved query is removed."))
    return redirect("data_query")


def _wished(request: HttpRequest) -> QueryRun | None:
    try:
        wished = UUID(request.GET.get("run", ""))
    except ValueError:
        return None
    return queries.history(request.organisation, request.user).filter(pk=wished).first()


def _kept(request: HttpRequest) -> dict[str, Any]:
    return {
        "history": queries.history(request.organisation, request.user)[:HISTORY_SHOWN],
        "saved": queries.saved(request.organisation, request.user),
    }


def _result(request: HttpRequest, asked: QueryRun) -> dict[str, Any]:
    page = counted(asked_page(request), asked.rows or 0, RESULT_ROWS)
    try:
        found = queries.result(asked, (page.number - 1) * RESULT_ROWS, RESULT_ROWS)
    except BadInput as error:
        return {"asked": asked, "problems": shown(error.problems)}
    numeric = [kind.startswith(("int", "uint", "float", "double", "decimal")) for kind in found.types]
    return {
        "asked": asked,
        "columns": list(zip(found.columns, found.types, numeric, strict=True)),
        "rows": [
            [(cell(value), is_number) for value, is_number in zip(row, numeric, strict=True)] for row in found.rows
        ],
        "page": page,
    }


def _plain(value: Any) -> Any:
    """A cell that a file can hold: lists and structures as text."""
    return str(value) if isinstance(value, (list, dict, tuple, bytes)) else value
