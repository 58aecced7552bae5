"""The planted effects can be found again by plain statistics, and a naive look is led astray."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest

from tujing.examples.motor_works.generate import generate
from tujing.examples.motor_works.plant import truth

PILOT = truth()["scheduling_pilot"]
GO_LIVE = pd.Timestamp(PILOT["declared"]["go_live"])


def _difference_in_differences(records: pd.DataFrame, value: str, time: str) -> tuple[float, float]:
    """Returns the change of treated less controls over weekly means, and the half width of its 95 % interval."""
    week = records[time].dt.to_period("W").dt.start_time
    means = records.groupby([week, records["family"] == PILOT["family"]])[value].mean().unstack()
    gap = (means[True] - means[False]).dropna()
    before, after = gap[gap.index < GO_LIVE], gap[gap.index >= GO_LIVE]
    error = np.sqrt(before.var() / len(before) + after.var() / len(after))
    return after.mean() - before.mean(), 1.96 * error


def _naive(records: pd.DataFrame, value: str, time: str) -> float:
    treated = records[records["family"] == PILOT["family"]]
    return treated.loc[treated[time] >= GO_LIVE, value].mean() - treated.loc[treated[time] < GO_LIVE, value].mean()


@pytest.fixture(scope="module")
def leads(frames) -> pd.DataFrame:
    return _leads(frames["work_order"], frames["product"])


def _leads(orders: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    done = orders[orders["status"] == "completed"].merge(products[["product_id", "family"]], on="product_id")
    days = (done["completed_time"] - done["release_time"]).dt.total_seconds() / 86400
    return done.assign(log_days=np.log(days))


def test_the_pilots_set_up_cut_is_within_the_interval_and_the_naive_one_is_not(operations):
    work = operations.assign(log_setup=np.log(operations["setup_minutes"]))
    work["log_setup"] -= work.groupby(["family", "operation"])["log_setup"].transform("mean")
    effect, width = _difference_in_differences(work, "log_setup", "start_time")
    true = np.log(1 + PILOT["declared"]["setup_change"])
    assert abs(effect - true) < width < 0.06
    assert abs(_naive(work, "log_setup", "start_time") - true) > width


def test_the_pilots_lead_time_cut_is_within_the_interval_and_the_naive_one_is_not(leads):
    effect, width = _difference_in_differences(leads, "log_days", "release_time")
    true = np.log(1 + PILOT["consequence"]["lead_time_change"])
    assert abs(effect - true) < width < 0.10
    assert abs(_naive(leads, "log_days", "release_time") - true) > width


def test_the_declared_lead_time_cut_is_what_the_shop_loses_without_the_pilot(leads, frames):
    without = copy.deepcopy(truth())
    without["scheduling_pilot"]["declared"].update(setup_change=0.0, move_factor=1.0)
    other = _leads(generate(truths=without)["work_order"].to_pandas(), frames["product"])
    both = leads.merge(other[["work_order_id", "log_days"]], on="work_order_id", suffixes=("", "_without"))
    both = both[both["release_time"] >= GO_LIVE]
    change = np.exp((both["log_days"] - both["log_days_without"]).groupby(both["family"] == PILOT["family"]).mean()) - 1
    assert change[True] == pytest.approx(PILOT["consequence"]["lead_time_change"], abs=0.01)
    assert change[False] == pytest.approx(PILOT["consequence"]["others_lead_time_change"], abs=0.02)


def test_winding_changes_over_far_more_than_family_sequencing_would_need(operations):
    work = operations[operations["work_centre_id"].str.startswith("WD")]
    changed = work.groupby("work_centre_id")["setup_family"].shift() != work["setup_family"]
    needed = work.groupby(["work_centre_id", work["start_time"].dt.to_period("W")])["setup_family"].nunique().sum()
    same, change = (work.loc[changed == is_change, "setup_minutes"].mean() for is_change in (False, True))
    sequenced = needed * change + (len(work) - needed) * same
    run = (work["minutes"] - work["setup_minutes"]).sum()
    said = truth()["setup_loss"]["consequence"]
    assert work["setup_minutes"].sum() / work["minutes"].sum() == pytest.approx(said["setup_share"], abs=0.005)
    assert sequenced / (run + sequenced) == pytest.approx(said["setup_share_sequenced"], abs=0.005)


def test_the_grinders_drift_is_within_the_regressions_interval(frames):
    planted = truth()["drifting_grinder"]
    bores = frames["inspection"].query("characteristic == @planted['characteristic']")
    since = (bores["inspected_time"] - pd.Timestamp(planted["declared"]["drift_from"])).dt.total_seconds() / (7 * 86400)
    for machine, rows in bores.groupby("work_centre_id"):
        weeks = since[rows.index]
        after = weeks > 0
        line, covariance = np.polyfit(weeks[after], rows.loc[after, "value"] * 1000, 1, cov=True)
        true = planted["declared"]["drift_um_per_week"] if machine == planted["work_centre"] else 0.0
        assert abs(line[0] - true) < 2.6 * np.sqrt(covariance[0, 0])
        assert rows.loc[~after, "value"].mean() == pytest.approx(35.0125, abs=0.0005)


def test_the_grinders_vibration_rises_before_its_bore_drifts_and_its_scrap_follows(frames, operations):
    planted = truth()["drifting_grinder"]["declared"]
    readings = frames["sensor_reading"].query("tag == 'vibration_rms' and work_centre_id == 'GR-02' and value > 1.3")
    from_date, drift = pd.Timestamp(planted["vibration_from"]), pd.Timestamp(planted["drift_from"])
    assert from_date < drift
    level = readings.set_index("time")["value"]
    last = level[level.index >= pd.Timestamp("2026-09-01")].median()
    weeks = (pd.Timestamp("2026-09-15") - from_date).days / 7
    rise = weeks * planted["vibration_mm_s_per_week"]
    assert last - level[level.index < from_date].median() == pytest.approx(rise, rel=0.15)
    work = operations[operations["work_centre_id"] == "GR-02"]
    late = work["start_time"] >= pd.Timestamp("2026-07-01")
    share = work.groupby(late)["scrap_quantity"].sum() / work.groupby(late)["good_quantity"].sum()
    assert share[True] > 5 * share[False]


def test_the_late_supplier_stands_out_and_by_as_much_as_declared(frames):
    planted = truth()["late_supplier"]
    came = frames["purchase_order"].dropna(subset=["received_date"])
    days = (pd.to_datetime(came["received_date"]) - pd.to_datetime(came["promised_date"])).dt.days
    is_planted = came["supplier_id"] == planted["supplier"]
    for mask, prefix in ((is_planted, ""), (~is_planted, "others_")):
        late, said = days[mask] > 0, planted["declared"][f"{prefix}late_probability"]
        assert abs(late.mean() - said) < 2.6 * np.sqrt(said * (1 - said) / len(late))
        lateness = days[mask][late]
        error = lateness.std() / np.sqrt(len(lateness))
        assert abs(lateness.mean() - planted["declared"][f"{prefix}mean_days_late"]) < 2.6 * error
    shares = (days > 0).groupby(came["supplier_id"]).mean()
    assert shares.idxmax() == planted["supplier"] and shares.max() > 1.8 * shares.drop(planted["supplier"]).max()


def test_the_compressors_idle_share_is_the_intercept_on_busy_hours(frames, operations):
    planted = truth()["idle_compressor"]
    use = frames["energy_reading"].query("meter_id == @planted['meter']").set_index("start_time")["quantity"]
    hours = operations.groupby(operations["start_time"].dt.normalize())["minutes"].sum() / 60
    _, intercept = np.polyfit(hours.reindex(use.index).fillna(0), use, 1)
    assert intercept / use.mean() == pytest.approx(planted["declared"]["idle_share"], abs=0.02)


def test_the_late_payer_stands_out_and_by_as_much_as_declared(frames):
    planted = truth()["late_payer"]
    paid = frames["cash_flow"].query("category == 'receivable'").dropna(subset=["settled_date"])
    days = (pd.to_datetime(paid["settled_date"]) - pd.to_datetime(paid["due_date"])).dt.days
    means = days.groupby(paid["counterparty"]).mean()
    assert means[planted["customer"]] == pytest.approx(planted["declared"]["mean_days_late"], abs=1.5)
    others = means.drop(planted["customer"])
    assert (abs(others - planted["declared"]["others_mean_days_late"]) < 2).all()
