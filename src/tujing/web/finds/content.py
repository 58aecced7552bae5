"""What is the same for every enterprise: scenarios, official scenes, data elements, instruments and questions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.urls import reverse

from tujing.enterprise.models import Organisation
from tujing.search.matching import Entry
from tujing.search.services import provider
from tujing.words import Text


@provider("content")
def content(organisation: Organisation, user: Any) -> tuple[Entry, ...]:
    return shared()


@cache
def shared() -> tuple[Entry, ...]:
    """Made once a process, at its start: some thousand entries with their spelling take a second."""
    return (*_scenarios(), *_scenes(), *_elements(), *_columns(), *_instruments(), *_kpis())


def _scenarios() -> Iterator[Entry]:
    from tujing.atlas.loader import atlas

    for identity, known in atlas().manifests.items():
        yield Entry("scenario", known.name, reverse("atlas_card", args=[identity]), known.summary, code=identity)


def _scenes() -> Iterator[Entry]:
    from tujing.atlas.scenes import industry_maps

    for one in industry_maps().values():
        for scene in one.scenes:
            url = reverse("atlas_card", args=[scene.realised_by[0].scenario]) if scene.realised_by else reverse("atlas")
            detail = Text(zh=f"{scene.code} · {one.title.zh}", en=f"{scene.code} · {one.title.en}")
            yield Entry("scene", scene.name, url, detail, code=scene.code)


def _elements() -> Iterator[Entry]:
    from tujing.elements.definition import elements

    for name, known in elements().items():
        yield Entry("element", known.label, reverse("data_element", args=[name]), known.description, code=name)


def _columns() -> Iterator[Entry]:
    from tujing.elements.definition import elements

    for name, known in elements().items():
        url = reverse("data_element", args=[name])
        for column, about in known.columns.items():
            detail = Text(zh=f"{known.label.zh} · {name}.{column}", en=f"{known.label.en} · {name}.{column}")
            yield Entry("column", about.label, url, detail, code=column, keywords=tuple(about.aliases), behind=15)


def _instruments() -> Iterator[Entry]:
    from tujing.diagnosis.catalogue import every_instrument
    from tujing.diagnosis.instrument import instruments

    url = reverse("diagnosis")
    for identity, one in every_instrument().items():
        yield Entry("instrument", one.title, url, Text(zh=one.document, en=one.document), code=identity)
    for known in instruments().values():
        for question in known.question_ids():
            yield Entry("question", known.label(question), url, known.title, code=question, behind=6)


def _kpis() -> Iterator[Entry]:
    from tujing.evaluation.measures import measures

    for identity, one in measures().items():
        detail = Text(zh=f"指标 · {one.unit}", en=f"KPI · {one.unit}") if one.unit != "1" else Text(zh="指标", en="KPI")
        yield Entry("kpi", one.name, reverse("evaluation"), detail, code=identity)
