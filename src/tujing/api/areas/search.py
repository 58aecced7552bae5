"""Operations: the one box over everything."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query

from tujing.api.area import Area
from tujing.documents import search as documents
from tujing.search.services import Group, find
from tujing.web import finds  # noqa: F401  (registers what can be found)

area = Area("search")
MOST_HITS = 30


@area.get("/search", documents.Found)
def everything(
    request: HttpRequest, q: str, per_group: Annotated[int, Query(ge=1, le=MOST_HITS)] = 6
) -> documents.Found:
    """Scenarios, data elements, pages, projects, runs, people … by words, code, pinyin or initials

    Of a query the first 60 characters count.
    """
    scope = None if request.token is None else request.token.actions
    found = find(request.organisation, request.user, q, per_group, scope)
    return documents.Found(groups=[_group(one) for one in found])


def _group(one: Group) -> documents.HitGroup:
    hits = [
        documents.Hit(
            title=hit.entry.title.as_dict(),
            detail=hit.entry.detail.as_dict() if hit.entry.detail else None,
            code=hit.entry.code,
            url=str(hit.entry.url),
            score=round(hit.score, 3),
        )
        for hit in one.hits
    ]
    return documents.HitGroup(name=one.name, hits=hits, more=one.more)
