"""Covered: what runs have in common is no difference, changes are against the first run, a changed unit gives none."""

from tujing.runtime import comparing


def document(kpis, parameters=None):
    return {"kpis": kpis, "run": {"parameters": parameters or {}}}


def test_changes_are_relative_to_the_first_run():
    runs = [document({"late": {"value": 50.0, "unit": "min"}}), document({"late": {"value": 40.0, "unit": "min"}})]
    (row,) = comparing.kpis(runs)
    assert row.unit == "min" and row.values == (50.0, 40.0)
    assert row.changes == (0.0, -0.2)


def test_a_kpi_that_a_run_lacks_or_whose_unit_changed_has_no_change():
    runs = [
        document({"late": {"value": 50.0, "unit": "min"}, "cost": {"value": 0.0, "unit": "CNY"}}),
        document({"late": {"value": 1.0, "unit": "h"}}),
    ]
    late, cost = comparing.kpis(runs)
    assert late.unit == "" and late.changes == (None, None)
    assert cost.values == (0.0, None) and cost.changes == (None, None)


def test_only_what_differs_is_a_difference():
    runs = [
        document({}, {"objective": "makespan", "horizon": 5}),
        document({}, {"objective": "tardiness", "horizon": 5}),
    ]
    assert {row.name: row.differs for row in comparing.parameters(runs)} == {"objective": True, "horizon": False}
    assert [row.differs for row in comparing.inputs([{"work_order": 1}, {}])] == [True]
