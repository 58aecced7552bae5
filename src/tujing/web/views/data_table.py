"""One data element: what its columns hold, its rows, its versions and their differences, lineage, quality."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.readiness import Cell, cells
from tujing.atlas.loader import atlas
from tujing.dataspace import history_services as history
from tujing.dataspace import services as dataspace
from tujing.dataspace import store
from tujing.dataspace.browsing import Wish
from tujing.dataspace.models import TableVersion
from tujing.dataspace.template import workbook
from tujing.elements.definition import Element, elements
from tujing.enterprise.services import may
from tujing.runtime.lineage_services import lineage as lineage_of
from tujing.runtime.samples import example_rows
from tujing.web.access import member, requires
from tujing.web.exports import XLSX, as_csv, as_xlsx, attachment
from tujing.web.lineage import picture
from tujing.web.paging import Uncounted, page_of
from tujing.web.profiles import shown_profile
from tujing.web.words import enum_word, language, say

SAMPLE_ROWS = 8
VERSIONS_A_PAGE = 30
EXPORT_ROWS = 100_000
REJECT_NAME = re.compile(r"[a-z0-9_]+-\d{8}-\d{6}-[0-9a-f]{8}\.csv")


def known_element(name: str) -> Element:
    if name not in elements():
        raise Http404
    return elements()[name]


@require_GET
@member
def element(request: HttpRequest, element: str) -> HttpResponse:
    """Its facts, its first rows, which scenarios wait for it, and the import form."""
    one = known_element(element)
    organisation = request.organisation
    facts = dataspace.facts(organisation)
    version = store.current(organisation, element)
    sample = history.rows(version, Wish()).rows[:SAMPLE_ROWS] if version else []
    context = _head(request, one) | {
        "facts": facts.get(element),
        "sample": _worded(one, sample),
        "needs": _needs(element, facts),
        "limit": settings.UPLOAD_LIMIT_BYTES // 1024 // 1024,
        "chosen": request.GET.get("column", ""),
    }
    return render(request, "data/element.html", context)


@require_GET
@member
def profile(request: HttpRequest, element: str) -> HttpResponse:
    """What the columns hold, as small pictures with their figures; fetched after the page."""
    one = known_element(element)
    version = store.current(request.organisation, element)
    facts = dataspace.facts(request.organisation).get(element)
    found = history.profile_of(version) if version else None
    context = {"element": one, "columns": shown_profile(one, found, facts), "chosen": request.GET.get("column", "")}
    return render(request, "data/profile.html", context)


@require_GET
@member
def rows(request: HttpRequest, element: str) -> HttpResponse:
    """The rows, a page at a time: searched, filtered by column, sorted; of any version."""
    one = known_element(element)
    head = _head(request, one)
    version = _version(request, element, head["current"])
    wish = _wish(request, one)
    page = history.rows(version, wish) if version else None
    query = request.GET.copy()
    query.pop("page", None)
    start = (wish.page - 1) * 50
    context = head | {
        "version": version,
        "wish": wish,
        "page": Uncounted(wish.page, page.has_next) if page else None,
        "rows": _worded(one, page.rows) if page else [],
        "columns": [
            {
                "name": name,
                "column": column,
                "filter": wish.filters.get(name, ""),
                "sort": _sort(wish, name),
                "choices": [(f"={value}", enum_word(column, value)) for value in column.enum],
            }
            for name, column in one.columns.items()
        ],
        "query": query.urlencode(),
        "first": start + 1,
        "last": start + (len(page.rows) if page else 0),
    }
    return render(request, "data/rows_table.html" if request.htmx else "data/rows.html", context)


@require_GET
@member
def versions(request: HttpRequest, element: str) -> HttpResponse:
    """Who made which version from what, newest first, with the way back to any."""
    one = known_element(element)
    found = page_of(request, dataspace.versions(request.organisation, element), VERSIONS_A_PAGE)
    return render(request, "data/versions.html", _head(request, one) | {"page": found})


@require_GET
@member
def diff(request: HttpRequest, element: str) -> HttpResponse:
    """Rows added, removed and changed between two versions; by default the current one and the one before."""
    one = known_element(element)
    numbers = [version.number for version in dataspace.versions(request.organisation, element)]
    context = _head(request, one) | {"numbers": numbers}
    if len(numbers) > 1:
        after = _number(request.GET.get("after"), numbers[0])
        before = _number(request.GET.get("before"), next((one for one in numbers if one < after), numbers[-1]))
        found = history.changes(request.organisation, element, before, after)
        context |= {"before": before, "after": after, "diff": found, "parts": _parts(one, found)}
    return render(request, "data/diff.html", context)


@require_POST
@requires("import")
def restore(request: HttpRequest, element: str, number: int) -> HttpResponse:
    """Makes an earlier version current again, as a new version."""
    one = known_element(element)
    note = request.POST.get("note", "").strip()
    made = history.restore(request.organisation, element, number, note=note, by=request.user.get_username())
    told = {"name": say(one.label), "old": number, "number": made.number}
    messages.success(request, _("%(name)s is as in version %(old)s again; this is now version %(number)s.") % told)
    return redirect("data_versions", element)


@require_POST
@requires("import")
def undo(request: HttpRequest, element: str) -> HttpResponse:
    """Makes the version before the current one current again."""
    one = known_element(element)
    current = dataspace.undo(request.organisation, element)
    if current is None:
        messages.success(request, _("%(name)s is empty again.") % {"name": say(one.label)})
    else:
        told = {"name": say(one.label), "number": current.number}
        messages.success(request, _("%(name)s is back at version %(number)s.") % told)
    return redirect("data_versions", element)


@require_GET
@member
def lineage(request: HttpRequest, element: str) -> HttpResponse:
    """Which import or run wrote it, which scenarios and KPIs read it, and what follows from that."""
    one = known_element(element)
    found = lineage_of(request.organisation, element)
    return render(request, "data/lineage.html", _head(request, one) | {"lineage": found, "picture": picture(found)})


@require_GET
@member
def element_quality(request: HttpRequest, element: str) -> HttpResponse:
    """The measurable characteristics of the table, today and version by version."""
    one = known_element(element)
    found = history.quality_over_time(request.organisation, element)
    names = {"validity": _("Valid rows"), "completeness": _("Filled cells"), "uniqueness": _("Unique keys")}
    series = {
        "kind": "line",
        "categories": [f"v{version.number}" for version, _facts in found],
        "unit": "%",
        "series": [
            {"name": name, "values": [round(100 * _share(facts, key), 2) for _version, facts in found]}
            for key, name in names.items()
        ],
    }
    facts = dataspace.facts(request.organisation).get(element)
    context = {
        "facts": facts,
        "history": found,
        "series": series,
        "filled": _share(facts, "completeness") if facts else 0,
    }
    return render(request, "data/element_quality.html", _head(request, one) | context)


@require_GET
@member
def template(request: HttpRequest, element: str) -> HttpResponse:
    """A workbook to fill in: drop-downs, units, explanations and examples."""
    one = known_element(element)
    made = workbook(one, example_rows(element), language())
    return attachment(made, f"{say(one.label)}-{element}.xlsx", XLSX)


@require_GET
@member
def export(request: HttpRequest, element: str, ending: str) -> HttpResponse:
    """The rows that the page's search and filters leave, at most EXPORT_ROWS; only headings when there are none."""
    from tujing.dataspace.browsing import narrowed
    from tujing.dataspace.engine import engine

    one = known_element(element)
    version = _version(request, element, store.current(request.organisation, element))
    found: list[tuple[Any, ...]] = []
    if version is not None:
        table = narrowed(engine(), one, store.paths(version), _wish(request, one))
        arrow = table.limit(EXPORT_ROWS).to_pyarrow()
        found = list(zip(*(arrow[name].to_pylist() for name in one.columns), strict=True))
    name = f"{element}.{ending}"
    if ending == "csv":
        return as_csv(list(one.columns), found, name)
    if ending == "xlsx":
        return as_xlsx({element: (list(one.columns), found)}, name)
    raise Http404


@require_GET
@member
def reject(request: HttpRequest, element: str, name: str) -> HttpResponse:
    """The bad rows with their reasons."""
    path = Path(settings.HOME) / "rejects" / str(request.organisation.pk) / name
    if not REJECT_NAME.fullmatch(name) or not name.startswith(f"{element}-") or not path.is_file():
        raise Http404
    return attachment(path.read_bytes(), name, "text/csv; charset=utf-8")


def _head(request: HttpRequest, one: Element) -> dict[str, Any]:
    """What every page of an element shows above its tabs."""
    return {
        "element": one,
        "current": store.current(request.organisation, one.name),
        "may_import": may(request.user, request.organisation, "import"),
        "columns": [{"name": name, "column": column} for name, column in one.columns.items()],
    }


def _version(request: HttpRequest, element: str, current: TableVersion | None) -> TableVersion | None:
    wished = request.GET.get("version", "")
    if wished.isdecimal() and len(wished) < 9:
        return history.version(request.organisation, element, int(wished))
    return current


def _wish(request: HttpRequest, one: Element) -> Wish:
    given = request.GET
    filters = {name: words for name in one.columns if (words := given.get(f"f_{name}", "").strip()[:200])}
    sort = given.get("sort", "")
    known = sort.removeprefix("-") in one.columns
    return Wish(given.get("q", "").strip()[:200], filters, sort if known else "", _number(given.get("page"), 1))


def _number(words: str | None, otherwise: int) -> int:
    return max(int(words), 1) if words and words.isdecimal() and len(words) < 9 else otherwise


def _sort(wish: Wish, name: str) -> dict[str, str]:
    """What a click on the heading asks for next, and how it stands."""
    if wish.sort == name:
        return {"next": f"-{name}", "state": "ascending"}
    if wish.sort == f"-{name}":
        return {"next": "", "state": "descending"}
    return {"next": name, "state": "none"}


def _needs(element: str, facts: Any) -> list[tuple[str, Cell]]:
    return [
        (name, cell)
        for name, manifest in atlas().manifests.items()
        for cell in cells(manifest, facts)
        if cell.element == element
    ]


def _share(facts: Any, key: str) -> float:
    found = getattr(facts, key)
    return sum(found.values()) / max(len(found), 1) if key == "completeness" else float(found)


def _worded(one: Element, rows: Iterable[Sequence[Any]]) -> list[list[str]]:
    """Cells in the reader's words; the rows hold the element's columns in order."""
    columns = list(one.columns.values())
    return [[enum_word(column, value) for column, value in zip(columns, row, strict=True)] for row in rows]


def _parts(one: Element, found: Any) -> list[dict[str, Any]]:
    names = list(one.columns)
    return [
        {"name": name, "count": count, "rows": _worded(one, [[row[column] for column in names] for row in rows])}
        for name, count, rows in (
            (_("Added rows"), found.added, found.added_rows),
            (_("Removed rows"), found.removed, found.removed_rows),
        )
    ]
