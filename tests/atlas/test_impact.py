"""What depends on a data element, computed from the manifests."""

from tujing.atlas.impact import impact
from tujing.atlas.loader import atlas


def test_readers_writers_and_what_follows_are_those_of_the_manifests():
    manifests = atlas().manifests
    found = impact(manifests, "work_order")
    assert "production/scheduling" in found.readers and set(found.required_by) <= set(found.readers)
    assert "operation_schedule" in found.then_elements and "work_order" not in found.then_elements
    assert not set(found.readers) & set(found.then_scenarios)
    for name in found.then_scenarios:
        assert {need.element for need in manifests[name].data_elements.reads} & set(found.then_elements)
    for scenario, kpi in found.kpis:
        formula = next(one.formula for one in manifests[scenario].kpis if one.id == kpi)
        assert "work_order." in formula
