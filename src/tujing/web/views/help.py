"""Help: the words of the site, the keys, the manual."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tujing.search.matching import Entry, search
from tujing.web.access import member
from tujing.web.glossary import GROUPS, glossary
from tujing.web.manual import manual, reading
from tujing.web.words import language


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    wish = request.GET.get("q", "").strip()
    terms = list(glossary().values())
    if wish:
        entries = [Entry("term", one.name, one.id, one.means) for one in terms]
        terms = [glossary()[hit.entry.url] for hit in search(entries, wish, limit=len(entries))]
    groups = [(name, [one for one in terms if one.group == name]) for name in GROUPS]
    context = {"groups": [(name, rows) for name, rows in groups if rows], "q": wish, "count": len(terms)} | _contents()
    return render(request, "help/terms.html" if request.htmx else "help/page.html", context)


@require_GET
@member
def read(request: HttpRequest, manual_page: str) -> HttpResponse:
    """A page of the manual; most are in English, which the page says to who reads the site in Chinese."""
    one = manual().get(manual_page)
    if one is None:
        raise Http404
    return render(request, "help/read.html", {"one": one, "reading": reading(one.page, language())} | _contents())


def _contents() -> dict[str, object]:
    return {"manual": [(kind, list(pages)) for kind, pages in groupby(manual().values(), lambda one: one.kind)]}
