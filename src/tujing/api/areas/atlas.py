"""Operations: scenarios, the map, how ready the company's data are."""

from __future__ import annotations

from typing import Literal

from django.http import Http404, HttpRequest, HttpResponse

from tujing.adoption.models import Adoption
from tujing.adoption.readiness import Readiness
from tujing.adoption.services import adoptions
from tujing.api.area import Area
from tujing.api.paging import PageQuery, page_of
from tujing.atlas.export import as_json, as_workbook
from tujing.atlas.graph import graph as drawn
from tujing.atlas.loader import Card, atlas
from tujing.diagnosis.services import readiness_by_scenario
from tujing.documents import atlas as documents
from tujing.documents.common import Page
from tujing.enterprise.models import Organisation
from tujing.iteration.documents import readiness_document
from tujing.runtime.registry import runnable
from tujing.web.exports import XLSX, attachment

area = Area("atlas")
Order = Literal["id", "-readiness", "wing"]


@area.get("/scenarios", Page[documents.ScenarioRow])
def scenarios(
    request: HttpRequest,
    paging: PageQuery,
    q: str = "",
    wing: str = "",
    runnable: bool | None = None,
    ready: bool | None = None,
    order: Order = "id",
) -> Page[documents.ScenarioRow]:
    """Every scenario of the map, searched and filtered"""
    measured, adopted = readiness_by_scenario(request.organisation), _adopted(request.organisation)
    wish = q.strip().lower()
    rows = []
    for name, card in atlas().cards.items():
        row = _row(card, measured[name], adopted.get(name))
        words = f"{row.id} {row.name.zh} {row.name.en} {row.summary.zh} {row.summary.en}".lower()
        told = (wish in words, not wing or row.wing == wing)
        asked = (runnable is None or row.runnable == runnable, ready is None or row.ready == ready)
        if all((*told, *asked)):
            rows.append(row)
    keys = {"id": lambda row: row.id, "-readiness": lambda row: -row.readiness, "wing": lambda row: row.wing}
    return page_of(request, sorted(rows, key=keys[order]), paging, lambda row: row)


@area.get("/scenarios/{wing}/{name}", documents.Scenario)
def scenario(request: HttpRequest, wing: str, name: str) -> documents.Scenario:
    """One scenario's card: its manifest with the four lists, readiness, and the parameters of a run"""
    card = card_or_404(f"{wing}/{name}")
    adoption = _adopted(request.organisation).get(card.manifest.id)
    found = readiness_by_scenario(request.organisation)[card.manifest.id]
    return documents.Scenario(
        id=card.manifest.id,
        runnable=card.runnable,
        manifest=card.manifest.model_dump(mode="json"),
        readiness=_readiness(found),
        stage=adoption.stage if adoption else "",
        level_today=adoption.level_today if adoption else None,
        level_target=adoption.level_target if adoption else None,
        parameters=runnable(card.manifest.id).Parameters.model_json_schema() if card.runnable else None,
    )


@area.get("/readiness", Page[documents.Readiness])
def readiness(request: HttpRequest, paging: PageQuery) -> Page[documents.Readiness]:
    """How ready the company's data are for each scenario, measured"""
    found = list(readiness_by_scenario(request.organisation).values())
    return page_of(request, found, paging, _readiness)


@area.get("/atlas/graph", documents.Graph)
def graph(request: HttpRequest) -> documents.Graph:
    """Who feeds whom through which data element"""
    found = drawn(atlas())
    edges = [
        documents.Edge(source=edge.source, target=edge.target, kind=edge.kind, element=edge.element or "")
        for edge in found.edges
    ]
    return documents.Graph(nodes=[node.id for node in found.nodes], edges=edges)


@area.file("/atlas/export.xlsx", XLSX)
def workbook(request: HttpRequest) -> HttpResponse:
    """The whole map with its four lists as a workbook"""
    return attachment(as_workbook(atlas()), "tujing-atlas.xlsx", XLSX)


@area.file("/atlas/export.json", "application/json")
def archive(request: HttpRequest) -> HttpResponse:
    """The whole map as JSON"""
    return attachment(as_json(atlas()).encode(), "tujing-atlas.json", "application/json")


def card_or_404(scenario: str) -> Card:
    card = atlas().cards.get(scenario)
    if card is None:
        raise Http404
    return card


def _adopted(organisation: Organisation) -> dict[str, Adoption]:
    """By scenario; where there are both, the whole factory's adoption stands before the pilot."""
    return {one.scenario: one for one in adoptions(organisation).order_by("-is_pilot", "pk")}


def _row(card: Card, measured: Readiness, adoption: Adoption | None) -> documents.ScenarioRow:
    manifest = card.manifest
    return documents.ScenarioRow(
        id=manifest.id,
        name=manifest.name.as_dict(),
        summary=manifest.summary.as_dict(),
        wing=manifest.wing,
        runnable=card.runnable,
        readiness=measured.share,
        ready=measured.ready,
        stage=adoption.stage if adoption else "",
        level_today=adoption.level_today if adoption else None,
    )


def _readiness(found: Readiness) -> documents.Readiness:
    return documents.Readiness.model_validate(readiness_document({found.scenario: found})[0])
