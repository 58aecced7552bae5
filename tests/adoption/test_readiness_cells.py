"""Readiness need by need, and which import opens most scenarios."""

from datetime import date

from tujing.adoption.readiness import cells, next_imports, readiness
from tujing.atlas.loader import atlas
from tujing.dataspace.facts import ElementFacts
from tujing.elements.definition import elements

SCENARIO = "production/scheduling"


def facts(name, filled=1.0, rows=10):
    columns = elements()[name].columns
    day = date(2026, 3, 1)
    return ElementFacts(name, rows, day, day, 1, 0, dict.fromkeys(columns, filled), 1.0, 1.0)


def test_a_cell_is_ready_partly_or_missing_and_says_why():
    manifest = atlas().manifests[SCENARIO]
    known = {"work_order": facts("work_order"), "operation_route": facts("operation_route", filled=0.5)}
    found = {cell.element: cell for cell in cells(manifest, known)}
    assert found["work_order"].state == "ready" and not found["work_order"].gaps
    assert found["operation_route"].state == "partly" and "50%" in found["operation_route"].gaps[0].reason.zh
    assert found["work_centre"].state == "missing" and found["work_centre"].share == 0.0
    assert [gap for cell in found.values() for gap in cell.gaps] == list(readiness(manifest, known).missing)


def test_the_import_that_opens_most_scenarios_stands_first():
    everything = {name: facts(name) for name in elements()}
    assert next_imports(atlas().manifests, everything) == []
    without = {name: one for name, one in everything.items() if name != "work_order"}
    (only,) = next_imports(atlas().manifests, without)
    assert only.element == "work_order" and set(only.opens) == set(only.helps)
    ranked = next_imports(atlas().manifests, {})
    assert [len(one.opens) for one in ranked] == sorted((len(one.opens) for one in ranked), reverse=True)
