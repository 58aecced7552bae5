"""Operations: how ready, how good and where from the company's data are."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest

from tujing.adoption.readiness import Cell, cells
from tujing.api.area import Area
from tujing.api.areas.data import element_or_404
from tujing.api.paging import PageQuery, page_of
from tujing.api.shapes import shaped
from tujing.assurance.services import ledger
from tujing.atlas.loader import atlas
from tujing.dataspace import history_services, services
from tujing.documents import quality as documents
from tujing.documents.atlas import Missing
from tujing.documents.common import Page
from tujing.documents.data import Facts
from tujing.evaluation.appraisal.services import data_quality
from tujing.runtime.lineage_services import Lineage
from tujing.runtime.lineage_services import lineage as lineage_of

area = Area("data")


@area.get("/readiness/matrix", Page[documents.Need])
def matrix(
    request: HttpRequest,
    paging: PageQuery,
    scenario: str = "",
    element: str = "",
    wing: str = "",
    state: documents.State | None = None,
    required: bool | None = None,
) -> Page[documents.Need]:
    """Scenario × data element: ready, partly or missing, with the reason"""
    facts = services.facts(request.organisation)
    found = [
        (name, cell)
        for name, manifest in atlas().manifests.items()
        if scenario in ("", name) and wing in ("", manifest.wing)
        for cell in cells(manifest, facts)
        if element in ("", cell.element)
        and state in (None, cell.state)
        and (required is None or cell.required == required)
    ]
    return page_of(request, found, paging, lambda one: _need(*one))


@area.get("/data-quality", documents.DataQuality)
def quality(request: HttpRequest) -> documents.DataQuality:
    """The six characteristics of GB/T 36344 over all tables, and the grades with their duties"""
    return documents.DataQuality(
        characteristics=[
            documents.Characteristic(id=one.id, name=one.name.as_dict(), share=one.share, basis=one.basis.as_dict())
            for one in data_quality(request.organisation)
        ],
        ledger=documents.Ledger.model_validate(ledger(request.organisation)),
    )


@area.get("/elements/{element}/quality", documents.TableQuality)
def table_quality(request: HttpRequest, element: str) -> documents.TableQuality:
    """The measurable characteristics of a table, today and version by version"""
    name = element_or_404(element).name
    today = services.facts(request.organisation).get(name)
    return documents.TableQuality(
        facts=Facts.model_validate(asdict(today)) if today else None,
        history=[
            documents.VersionQuality(
                version=version.number, created=version.created, facts=Facts.model_validate(asdict(facts))
            )
            for version, facts in history_services.quality_over_time(request.organisation, name)
        ],
    )


@area.get("/elements/{element}/lineage", documents.Lineage)
def lineage(request: HttpRequest, element: str) -> documents.Lineage:
    """Which import or run wrote a table, which runs read it, and what depends on it"""
    return _lineage(lineage_of(request.organisation, element_or_404(element).name))


def _need(scenario: str, cell: Cell) -> documents.Need:
    return shaped(
        documents.Need,
        cell,
        scenario=scenario,
        purpose=cell.purpose.as_dict(),
        missing=[
            Missing(element=gap.element, column=gap.column, required=gap.required, **gap.reason.as_dict())
            for gap in cell.gaps
        ],
    )


def _lineage(found: Lineage) -> documents.Lineage:
    impact = asdict(found.impact)
    impact["kpis"] = [{"scenario": scenario, "kpi": kpi} for scenario, kpi in found.impact.kpis]
    return documents.Lineage.model_validate({**asdict(found), "impact": impact})
