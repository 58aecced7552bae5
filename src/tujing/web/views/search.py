"""The one box over everything: for htmx the list of the palette, else a page of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tujing.search.services import find
from tujing.web import finds  # noqa: F401  (registers what can be found)
from tujing.web.access import member

ON_PAGE = 30


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").strip()
    if request.htmx:
        return render(
            request, "search/list.html", {"groups": find(request.organisation, request.user, typed), "q": typed}
        )
    groups = find(request.organisation, request.user, typed, per_group=ON_PAGE)
    return render(request, "search/page.html", {"groups": groups, "q": typed})
