"""Help: the words of the site, the keys, where to read on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tujing.search.matching import Entry, search
from tujing.web.access import member
from tujing.web.glossary import GROUPS, glossary


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    wish = request.GET.get("q", "").strip()
    terms = list(glossary().values())
    if wish:
        entries = [Entry("term", one.name, one.id, one.means) for one in terms]
        terms = [glossary()[hit.entry.url] for hit in search(entries, wish, limit=len(entries))]
    groups = [(name, [one for one in terms if one.group == name]) for name in GROUPS]
    context = {"groups": [(name, rows) for name, rows in groups if rows], "q": wish, "count": len(terms)}
    return render(request, "help/terms.html" if request.htmx else "help/page.html", context)
