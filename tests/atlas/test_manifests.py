"""The shipped manifests: complete in both languages, true to the guide, no figure without a source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from tujing.atlas.loader import atlas
from tujing.atlas.manifest import Duration, Effect, Manifest, Provenance, Range, SizeClass, Skill
from tujing.words import Text

TWELVE = {
    "research_design/generative_design",
    "production/scheduling",
    "production/quality_inspection",
    "production/energy",
    "service/predictive_maintenance",
    "service/condition_monitoring",
    "management/process_mining",
    "management/cash_forecast",
    "supply_chain/network_resilience",
    "supply_chain/inventory",
    "supply_chain/distribution",
    "supply_chain/order_tracking",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")

every_manifest = pytest.mark.parametrize("manifest", atlas().manifests.values(), ids=lambda manifest: manifest.id)


def _parts(value: Any) -> Iterator[BaseModel]:
    """Every model within a manifest, itself first."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from _parts(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from _parts(each)


def test_the_twelve_are_there():
    assert set(atlas().manifests) >= TWELVE


@every_manifest
def test_chinese_is_chinese_and_english_is_english(manifest: Manifest):
    texts = [part for part in _parts(manifest) if isinstance(part, Text)]
    assert len(texts) > 20
    for text in texts:
        assert CHINESE.search(text.zh), text.zh
        assert not CHINESE.search(text.en), text.en


@every_manifest
def test_formulas_and_interfaces_need_no_translation(manifest: Manifest):
    assert not any(CHINESE.search(kpi.formula) for kpi in manifest.kpis)


@every_manifest
def test_a_manifest_is_full(manifest: Manifest):
    assert len(manifest.pain_points) >= 3 and len(manifest.kpis) >= 3 and manifest.risks and manifest.standards
    assert manifest.maps.sme_2024 and manifest.maps.cmmm and manifest.maps.typical_2025 and manifest.maps.value_class
    assert {effect.level for effect in manifest.effects} == {2, 3, 4}
    sizes = get_args(SizeClass)
    assert {(cost.level, cost.size) for cost in manifest.costs} == {
        (level, size) for level in (2, 3, 4) for size in sizes
    }


@every_manifest
def test_every_figure_says_where_it_comes_from(manifest: Manifest):
    """Whatever holds a range, quarters or days holds its provenance; an own estimate says that it is one."""
    for part in _parts(manifest):
        fields = [getattr(part, name) for name in type(part).model_fields]
        if any(isinstance(field, Range) for field in fields) or isinstance(part, Duration | Skill):
            (provenance,) = [field for field in fields if isinstance(field, Provenance)]
            if provenance.status == "constructed":
                assert "estimate" in provenance.source and "估算" in provenance.source


@every_manifest
def test_effects_are_modest(manifest: Manifest):
    """No step promises to halve a cost or to grow revenue by more than two per cent."""
    for effect in (part for part in _parts(manifest) if isinstance(part, Effect)):
        assert effect.change.low >= -0.5
        assert effect.change.high <= (0.02 if effect.driver == "revenue" else 0.0)


@every_manifest
def test_costs_grow_with_size(manifest: Manifest):
    order = ["micro", "small", "medium", "large"]
    for level in (2, 3, 4):
        by_size = {cost.size: cost for cost in manifest.costs if cost.level == level}
        for smaller, larger in pairwise(order):
            assert by_size[smaller].one_off.mode < by_size[larger].one_off.mode
            assert by_size[smaller].yearly.mode < by_size[larger].yearly.mode


@every_manifest
def test_the_passage_stands_in_the_guide_under_its_clause(manifest: Manifest, shared_data):
    path = shared_data.parent / "guide.zh.md"
    if not path.is_file():
        pytest.skip("the guide's text is not at hand")
    chapter, clause = re.fullmatch(r"(.)（(.)）", manifest.guide.clause).groups()
    guide = path.read_text(encoding="utf-8")
    body = guide.split("**附件1**")[0].split(f"**{chapter}、", 1)[1]
    section = re.split(r"\*\*（.）", body.split(f"**（{clause}）", 1)[1])[0]
    assert manifest.guide.passage in section


def test_each_output_of_a_solution_has_one_writer():
    """Several scenarios may keep one table, as inspections; two solutions that run would overwrite each other."""
    writers: dict[str, list[str]] = {}
    for name, card in atlas().cards.items():
        for need in card.manifest.data_elements.writes if card.runnable else ():
            writers.setdefault(need.element, []).append(name)
    assert all(len(names) == 1 for names in writers.values()), writers
