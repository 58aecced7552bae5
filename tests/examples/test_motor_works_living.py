"""The factory lives on: what happened stays as it was, what was taken up works as the truth says."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from tujing.examples.motor_works.changes import Changes, InUse
from tujing.examples.motor_works.generate import END, MONTHS, NEW_ONLY, generate
from tujing.examples.motor_works.living import Life
from tujing.examples.motor_works.plant import Clock, truth

NEXT = date(2027, 9, 30)
STEP = InUse(
    "quality/inspection",
    2,
    date(2027, 1, 1),
    {"scrap_cost": -0.20, "labour_cost": -0.01, "overhead_cost": -0.02},
    cost=100_000,
    start=date(2026, 10, 1),
)
KEYS = {
    "work_order": ["work_order_id"],
    "sales_order": ["sales_order_id", "line"],
    "purchase_order": ["purchase_order_id", "line"],
    "shipment": ["shipment_id"],
    "cash_flow": ["cash_flow_id"],
}


@pytest.fixture(scope="module")
def later() -> dict[str, pd.DataFrame]:
    made = generate(end=NEXT, months=MONTHS + 12, seams=[END], in_use=[STEP])
    return {name: table.to_pandas() for name, table in made.items()}


@pytest.mark.parametrize("name", sorted(KEYS))
def test_what_was_settled_stays_as_it_was(frames, later, name):
    both = frames[name].merge(later[name], on=KEYS[name], how="left", suffixes=("", "_later"), indicator=True)
    assert (both["_merge"] == "both").all()
    for column in set(frames[name].columns) - {*KEYS[name], "status"}:
        settled = both[column].notna()
        assert (both.loc[settled, column] == both.loc[settled, f"{column}_later"]).all(), column


@pytest.mark.parametrize("name", NEW_ONLY)
def test_events_go_on_where_they_stopped_and_no_number_comes_twice(frames, later, name):
    times = [column for column in ("end_time", "inspected_time", "time", "date", "month") if column in later[name]]
    moments = pd.to_datetime(later[name][times[0]])
    assert moments.min() > pd.Timestamp(END)
    assert moments.max() <= pd.Timestamp(NEXT) + pd.Timedelta(days=1)
    key = later[name].columns[0]
    if key.endswith("_id") and name not in ("sensor_reading", "energy_reading", "inventory_balance"):
        assert not set(later[name][key]) & set(frames[name][key])


def test_a_step_in_use_brings_its_true_effect_and_not_the_manifests(later):
    without = generate(end=NEXT, months=MONTHS + 12, seams=[END])
    plain = {name: table.to_pandas() for name, table in without.items()}
    true = Changes(Clock(date(2026, 1, 1), NEXT), truth(), [STEP]).true(STEP)
    assert true["scrap_cost"] == pytest.approx(-0.28) and true["overhead_cost"] == pytest.approx(-0.011)

    def since(events):
        return events[events["start_time"] >= pd.Timestamp(STEP.go_live)]

    scrap = since(later["operation_event"])["scrap_quantity"].sum()
    assert scrap / since(plain["operation_event"])["scrap_quantity"].sum() - 1 == pytest.approx(-0.28, abs=0.02)
    setups = (
        since(later["operation_event"])["setup_minutes"].sum() / since(plain["operation_event"])["setup_minutes"].sum()
    )
    share = truth()["adoptions"]["moves"]["labour_cost_per_setup"]
    assert setups - 1 == pytest.approx(true["labour_cost"] / share, abs=0.02)
    accounts = {
        name: frame["financial_baseline"].set_index("month") for name, frame in (("with", later), ("plain", plain))
    }
    before, after = date(2026, 11, 1), date(2027, 5, 1)
    assert accounts["with"].loc[before, "labour_cost"] == accounts["plain"].loc[before, "labour_cost"]
    labour = accounts["with"].loc[after, "labour_cost"] / accounts["plain"].loc[after, "labour_cost"]
    assert labour - 1 == pytest.approx(true["labour_cost"])


def test_a_project_is_paid_under_its_steps_name_at_its_true_cost(later):
    paid = later["cash_flow"].query("category == 'capital'")
    assert set(paid["document_id"]) == {"quality/inspection@2"}
    assert paid["amount"].sum() == pytest.approx(100_000 * truth()["adoptions"]["cost_overrun"])
    assert later["financial_baseline"]["digital_spend"].sum() == pytest.approx(12 * 45_000 + paid["amount"].sum())


def test_the_pilots_family_gains_nothing_from_a_roll_out_below_its_level():
    step = InUse("production/scheduling", 2, date(2027, 1, 1), {"labour_cost": -0.005})
    changes = Changes(Clock(date(2026, 10, 1), NEXT), truth(), [step])
    day = 200
    assert changes.setup("B", day) == 1.0 > changes.setup("A", day)
    assert changes.setup("A", 10) == 1.0


def test_the_repaired_grinder_drifts_no_more(later):
    bores = later["inspection"].query("characteristic == 'bore_diameter' and work_centre_id == 'GR-02'")
    repaired = pd.Timestamp(truth()["drifting_grinder"]["declared"]["repaired"])
    after = bores.loc[bores["inspected_time"] >= repaired, "value"]
    assert np.mean(after) == pytest.approx(35.0125, abs=0.0005)


def test_the_story_ends_where_the_calendar_does():
    assert Life((END,), ()).next_end == NEXT
    assert Life((END, NEXT, date(2028, 9, 30), date(2029, 9, 30)), ()).next_end is None
