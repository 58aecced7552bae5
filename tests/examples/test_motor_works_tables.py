"""The example's tables hold to their definitions, to one another and to how a shop works."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tujing.elements.definition import element
from tujing.examples.motor_works.export import write_csv
from tujing.examples.motor_works.generate import generate
from tujing.runtime.contract import hash_tables

EXPECTED = {
    "product", "bom_line", "work_centre", "operation_route", "setup_time", "calendar", "work_order", "operation_event",
    "machine_event", "inspection", "sensor_reading", "energy_reading", "supplier", "purchase_order", "sales_order",
    "shipment", "inventory_balance", "cash_flow", "financial_baseline",
}  # fmt: skip
KINDS = {
    "string": pa.types.is_string,
    "integer": pa.types.is_int64,
    "number": pa.types.is_float64,
    "boolean": pa.types.is_boolean,
    "date": pa.types.is_date32,
    "datetime": pa.types.is_timestamp,
}


def test_the_same_seed_gives_the_same_tables_and_another_seed_others():
    short = {"end": date(2026, 9, 30), "months": 2}
    assert hash_tables(generate(7, **short)) == hash_tables(generate(7, **short))
    assert hash_tables(generate(7, **short)) != hash_tables(generate(8, **short))


def test_every_element_is_there(tables):
    assert set(tables) == EXPECTED
    assert all(table.num_rows for table in tables.values())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_columns_keys_ranges_and_references_hold(tables, name):
    table, definition = tables[name], element(name)
    assert table.column_names == list(definition.columns)
    for column, rule in definition.columns.items():
        values = table[column]
        assert KINDS[rule.type](values.type), f"{column} is {values.type}"
        if rule.required:
            assert values.null_count == 0, column
        present = values.drop_null()
        if rule.enum:
            assert set(present.unique().to_pylist()) <= set(rule.enum), column
        if len(present) and rule.minimum is not None:
            assert pc.min(present).as_py() >= rule.minimum, column
        if len(present) and rule.maximum is not None:
            assert pc.max(present).as_py() <= rule.maximum, column
        if rule.reference:
            parent, _, key = rule.reference.partition(".")
            assert set(present.unique().to_pylist()) <= set(tables[parent][key].to_pylist()), column
    keys = table.select(definition.key).to_pandas()
    assert not keys.duplicated().any()


def test_no_machine_does_two_things_at_once(operations, frames):
    for _, work in operations.groupby("work_centre_id"):
        assert (work["start_time"].iloc[1:].to_numpy() >= work["end_time"].iloc[:-1].to_numpy()).all()
    for _, states in frames["machine_event"].sort_values("start_time").groupby("work_centre_id"):
        assert (states["start_time"].iloc[1:].to_numpy() == states["end_time"].iloc[:-1].to_numpy()).all()
        assert (states["end_time"] > states["start_time"]).all()


def test_machine_states_agree_with_the_operations(operations, frames):
    states = frames["machine_event"]
    hours = (states["end_time"] - states["start_time"]).dt.total_seconds() / 60
    first = states["start_time"].min()
    for machine in states["work_centre_id"].unique():
        setup = hours[(states["work_centre_id"] == machine) & (states["state"] == "setup")].sum()
        work = operations[(operations["work_centre_id"] == machine) & (operations["start_time"] >= first)]
        assert setup == pytest.approx(work["setup_minutes"].sum(), rel=0.001)


def test_every_lot_follows_its_route_in_order(operations, frames):
    eligible = set(frames["operation_route"][["product_id", "sequence", "work_centre_id"]].itertuples(index=False))
    assert set(operations[["product_id", "sequence", "work_centre_id"]].itertuples(index=False)) <= eligible
    work = operations.sort_values(["work_order_id", "sequence"])
    same = work["work_order_id"].iloc[1:].to_numpy() == work["work_order_id"].iloc[:-1].to_numpy()
    assert (work["start_time"].iloc[1:].to_numpy()[same] >= work["end_time"].iloc[:-1].to_numpy()[same]).all()
    assert (work["sequence"].iloc[1:].to_numpy()[same] == work["sequence"].iloc[:-1].to_numpy()[same] + 10).all()


def test_pieces_are_conserved(operations, frames):
    made = operations.groupby("work_order_id")["scrap_quantity"].sum()
    orders = frames["work_order"].set_index("work_order_id")
    done = orders[orders["status"] == "completed"]
    assert (done["completed_quantity"] + made[done.index] == done["quantity"]).all()
    assert (done["scrap_quantity"] == made[done.index]).all()


def test_a_plant_engineer_would_believe_it(operations, frames):
    span = frames["calendar"]
    span = span[span["start_time"] < pd.Timestamp("2026-10-01")]
    open_minutes = (span["end_time"] - span["start_time"]).dt.total_seconds().groupby(span["work_centre_id"]).sum() / 60
    use = operations.groupby("work_centre_id")["minutes"].sum() / open_minutes
    assert use.between(0.5, 0.9).all() and 0.65 < use.mean() < 0.85
    orders = frames["work_order"]
    done = orders[orders["status"] == "completed"]
    assert 0.70 < (done["completed_time"] <= done["due_time"]).mean() < 0.85
    assert 0.01 < done["scrap_quantity"].sum() / done["quantity"].sum() < 0.04
    assert 0.08 < operations["setup_minutes"].sum() / operations["minutes"].sum() < 0.15
    assert 4000 < len(orders) < 6000 and 25_000 < len(operations) < 40_000


def test_money_fits_the_profile_and_the_records(frames):
    months = frames["financial_baseline"]
    assert len(months) == 24
    assert months["revenue"].sum() / 2 == pytest.approx(130e6, rel=0.05)
    assert 0.05 < months["operating_profit"].sum() / months["revenue"].sum() < 0.15
    assert months["energy_cost"].sum() == pytest.approx(frames["energy_reading"]["cost"].sum(), rel=1e-6)
    assert months["logistics_cost"].sum() == pytest.approx(frames["shipment"]["cost"].sum(), rel=1e-6)
    invoices = frames["cash_flow"].query("category == 'receivable'")
    open_now = invoices.loc[invoices["settled_date"].isna(), "amount"].sum()
    assert months["receivables"].iloc[-1] == pytest.approx(open_now, rel=1e-6)


def test_open_orders_make_a_real_scheduling_case(operations, frames):
    orders = frames["work_order"]
    still = orders[orders["status"] != "completed"]
    steps = frames["operation_route"].drop_duplicates(["product_id", "sequence"]).groupby("product_id").size()
    done = operations[operations["work_order_id"].isin(still["work_order_id"])]
    left = steps[still["product_id"]].sum() - len(done)
    assert 60 <= len(still) <= 120 and 300 <= left <= 600
    assert frames["calendar"]["end_time"].max() >= pd.Timestamp("2026-10-31")


def test_exported_files_read_back_under_chinese_headings(tmp_path, tables):
    few = {name: tables[name].slice(0, 50) for name in ("work_order", "product", "energy_reading")}
    paths = write_csv(tmp_path, few)
    assert [path.name for path in paths] == ["work_order.csv", "product.csv", "energy_reading.csv"]
    back = pd.read_csv(tmp_path / "work_order.csv", encoding="gb18030")
    assert list(back.columns) == [column.label.zh for column in element("work_order").columns.values()]
    assert back["工单号"].tolist() == few["work_order"]["work_order_id"].to_pylist()
    assert pd.to_datetime(back["交期"]).tolist() == few["work_order"]["due_time"].to_pylist()
    assert "伺服电机" in (tmp_path / "product.csv").read_text(encoding="gb18030")
