"""Operations: the four lists, official scenes of industries, two industries side by side."""

from __future__ import annotations

from typing import Literal

from django.http import Http404, HttpRequest

from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.atlas.comparing import compare
from tujing.atlas.lists import four_lists
from tujing.atlas.loader import atlas
from tujing.atlas.scenes import IndustryMap, Scene, industry_maps, scenes_by_code
from tujing.documents import scenes as documents
from tujing.documents.common import Page

area = Area("atlas")


@area.get("/atlas/lists/{which}", Page[documents.ListRow])
def four_list(
    request: HttpRequest,
    which: Literal["data_elements", "knowledge_models", "tools", "skills"],
    paging: PageQuery,
    q: str = "",
    scenario: str = "",
) -> Page[documents.ListRow]:
    """One of the four lists over all scenarios"""
    wish = q.strip().lower()
    found = [
        row
        for row in four_lists(atlas())[which]
        if scenario in ("", row["scenario"]) and wish in " ".join(map(str, row.values())).lower()
    ]
    return page_of(request, found, paging, lambda row: documents.ListRow(scenario=row["scenario"], entry=dict(row)))


@area.get("/atlas/industries", Page[documents.Industry])
def industries(request: HttpRequest, paging: PageQuery) -> Page[documents.Industry]:
    """Industries whose official map is here, with the links of their chain"""
    return page_of(request, list(industry_maps().values()), paging, _industry)


@area.get("/atlas/scenes", Page[documents.SceneRow])
def scenes(
    request: HttpRequest,
    paging: PageQuery,
    q: str = "",
    industry: str = "",
    link: str = "",
    activity: str = "",
    scenario: str = "",
    realised: bool | None = None,
) -> Page[documents.SceneRow]:
    """Official scenes by code or words, and the scenarios that realise them"""
    wish = q.strip().lower()
    found = [
        (whole, one)
        for whole, one in scenes_by_code().values()
        if wish in f"{one.code} {one.name.zh} {one.name.en}".lower()
        and industry in ("", whole.code)
        and link in ("", one.link)
        and activity in ("", one.activity)
        and (not scenario or scenario in [each.scenario for each in one.realised_by])
        and realised in (None, bool(one.realised_by))
    ]
    return page_of(request, found, paging, lambda one: _scene(*one))


@area.get("/atlas/scenes/{scene}", documents.SceneRow)
def scene(request: HttpRequest, scene: str) -> documents.SceneRow:
    """One official scene"""
    if scene not in scenes_by_code():
        raise Http404
    return _scene(*scenes_by_code()[scene])


@area.get("/atlas/comparison", documents.IndustryComparison)
def compare_industries(request: HttpRequest, left: str, right: str) -> documents.IndustryComparison:
    """Two industries side by side: the scenarios that serve both, and those that serve one"""
    maps = industry_maps()
    if left not in maps or right not in maps:
        raise Http404
    found = compare(maps[left], maps[right])
    shared = {name: list(getattr(found, name)) for name in ("shared", "only_left", "only_right")}
    return documents.IndustryComparison(left=left, right=right, **shared)


def _industry(one: IndustryMap) -> documents.Industry:
    return documents.Industry(
        code=one.code,
        title=one.title.as_dict(),
        links={key: words.as_dict() for key, words in one.links.items()},
        scenes=len(one.scenes),
        official_scenes=one.official_count,
    )


def _scene(whole: IndustryMap, one: Scene) -> documents.SceneRow:
    realised = [documents.Realisation(scenario=each.scenario, reason=each.reason.as_dict()) for each in one.realised_by]
    lists = {name: list(getattr(one, name)) for name in ("data", "models", "tools", "skills")}
    return shaped(documents.SceneRow, one, industry=whole.code, name=one.name.as_dict(), realised_by=realised, **lists)
