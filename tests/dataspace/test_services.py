"""Tables of an organisation: written whole or not at all, versioned, undone, isolated."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
import pytest

from tujing.dataspace import services
from tujing.dataspace.models import TableVersion
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db):
    from tujing.enterprise.models import Organisation

    return Organisation.objects.create(slug="other-works", name={"zh": "别的工厂", "en": "Other works"})


def products(*ids: str) -> pa.Table:
    return pa.table({"product_id": ids, "name": ids, "kind": ["raw"] * len(ids), "unit": ["kg"] * len(ids)})


def work_orders(**changed: list[object]) -> pa.Table:
    columns: dict[str, list[object]] = {
        "work_order_id": ["W1", "W2"],
        "product_id": ["P1", "P1"],
        "quantity": [5.0, 7.0],
        "release_time": [datetime(2026, 3, 1, 8), datetime(2026, 3, 10, 8)],
        "due_time": [datetime(2026, 3, 5), datetime(2026, 3, 12)],
        "status": ["released", "completed"],
    }
    return pa.table({**columns, **changed})


def test_what_is_written_is_read_back_with_the_elements_columns(organisation):
    services.write_table(organisation, "product", products("P1", "P2"), source="test")
    read = services.arrow(organisation, "product")
    assert read["product_id"].to_pylist() == ["P1", "P2"]
    assert read["unit_cost"].null_count == 2
    assert services.arrow(organisation, "product", ["name"]).column_names == ["name"]
    assert services.table(organisation, "product").count().to_pyarrow().as_py() == 2


def test_an_element_without_data_reads_as_none(organisation):
    assert services.arrow(organisation, "product") is None
    assert services.table(organisation, "product") is None
    assert services.facts(organisation) == {}
    assert services.versions(organisation, "product") == []


@pytest.mark.parametrize(
    ("changed", "code", "column"),
    [
        ({"quantity": [5.0, -1.0]}, "below_minimum", "quantity"),
        ({"quantity": [5.0, float("nan")]}, "not_finite", "quantity"),
        ({"status": ["released", "lost"]}, "not_in_enum", "status"),
        ({"due_time": [datetime(2026, 3, 5), None]}, "required", "due_time"),
        ({"product_id": ["P1", "P9"]}, "unknown_reference", "product_id"),
    ],
)
def test_a_row_that_breaks_a_rule_is_named_and_nothing_is_written(organisation, changed, code, column):
    services.write_table(organisation, "product", products("P1"), source="test")
    with pytest.raises(BadInput) as caught:
        services.write_table(organisation, "work_order", work_orders(**changed), source="test")
    (problem,) = caught.value.problems
    assert (problem.code, problem.row, problem.column) == (code, 3, column)
    assert services.arrow(organisation, "work_order") is None


def test_a_repeated_key_leaves_neither_row_nor_file(organisation, tmp_path):
    with pytest.raises(BadInput) as caught:
        services.write_table(organisation, "product", products("P1", "P1"), source="test")
    assert caught.value.problems[0].code == "repeated_key"
    assert not TableVersion.objects.exists()
    assert list(tmp_path.rglob("*.parquet")) == []


def test_unknown_missing_and_mistyped_columns_are_refused(organisation):
    for broken, code in [
        (products("P1").append_column("colour", pa.array(["red"])), "unknown_column"),
        (products("P1").drop_columns(["unit"]), "missing_column"),
        (products("P1").append_column("mass", pa.array(["heavy"])), "wrong_type"),
    ]:
        with pytest.raises(BadInput) as caught:
            services.write_table(organisation, "product", broken, source="test")
        assert caught.value.problems[0].code == code


def test_undo_returns_to_the_version_before_and_numbers_are_never_reused(organisation):
    first = services.write_table(organisation, "product", products("P1"), source="one")
    services.write_table(organisation, "product", products("P2"), source="two")
    assert services.undo(organisation, "product") == first
    assert services.arrow(organisation, "product")["product_id"].to_pylist() == ["P1"]
    third = services.write_table(organisation, "product", products("P3"), source="three")
    assert third.number == 3
    assert services.undo(organisation, "product") == first
    assert services.undo(organisation, "product") is None
    assert services.arrow(organisation, "product") is None
    with pytest.raises(BadInput):
        services.undo(organisation, "product")


def test_no_organisation_sees_anothers_rows(organisation, other):
    services.write_table(organisation, "product", products("P1"), source="test")
    services.write_table(other, "product", products("Q1", "Q2"), source="test")
    assert services.arrow(organisation, "product")["product_id"].to_pylist() == ["P1"]
    assert services.facts(other)["product"].rows == 2
    assert len(services.versions(organisation, "product")) == 1
    services.undo(organisation, "product")
    assert services.arrow(other, "product").num_rows == 2
    with pytest.raises(BadInput):
        services.undo(organisation, "product")


def test_references_are_checked_against_ones_own_tables_only(organisation, other):
    services.write_table(other, "product", products("P1"), source="test")
    services.write_table(organisation, "product", products("P2"), source="test")
    with pytest.raises(BadInput):
        services.write_table(organisation, "work_order", work_orders(), source="test")


def test_facts_count_rows_span_freshness_and_shares(organisation):
    services.write_table(organisation, "work_order", work_orders(weight=[None, 2.0]), source="test")
    fact = services.facts(organisation, date(2026, 3, 15))["work_order"]
    assert (fact.rows, fact.first, fact.last) == (2, date(2026, 3, 1), date(2026, 3, 10))
    assert (fact.span_days, fact.freshness_days) == (10, 5)
    assert fact.completeness["weight"] == 0.5
    assert fact.completeness["quantity"] == 1.0
    assert (fact.uniqueness, fact.validity) == (1.0, 1.0)


def test_validity_falls_when_a_referenced_table_no_longer_holds_the_value(organisation):
    services.write_table(organisation, "work_order", work_orders(product_id=["P1", "P2"]), source="test")
    assert services.facts(organisation)["work_order"].validity == 1.0
    services.write_table(organisation, "product", products("P1"), source="test")
    assert services.facts(organisation)["work_order"].validity == 0.5
    services.undo(organisation, "product")
    assert services.facts(organisation)["work_order"].validity == 1.0
