"""Covered: evaluating again changes no belief, a pilot and its roll-out count once each, figures are always JSON."""

import json
from datetime import date, datetime, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest

from tujing.adoption.models import Adoption, EffectBelief, KpiRecord, Stage
from tujing.adoption.services import current_cycle
from tujing.evaluation import store
from tujing.evaluation.services import evaluate

pytestmark = pytest.mark.django_db

SCENARIO = "production/scheduling"
FIRST_DAY = datetime(2025, 1, 6, 8)
PILOT_LIVE, ROLL_OUT_LIVE = date(2025, 6, 2), date(2025, 12, 1)
DAYS = 7 * 72


def tables(setup_minutes):
    """Two families, one work order a day each; `setup_minutes(day, family)` of a two-hour operation are set-up."""
    random = np.random.default_rng(3)
    rows = [(f"{family}{day}", family, day) for day in range(DAYS) for family in "AB"]
    start = [FIRST_DAY + timedelta(days=day) for _, _, day in rows]
    done = [moment + timedelta(days=3 + random.random()) for moment in start]
    return {
        "operation_event": pa.table(
            {
                "work_order_id": [order for order, _, _ in rows],
                "start_time": pa.array(start, pa.timestamp("us")),
                "end_time": pa.array([moment + timedelta(hours=2) for moment in start], pa.timestamp("us")),
                "setup_minutes": [
                    float(setup_minutes(moment.date(), family)) * random.uniform(0.9, 1.1)
                    for moment, (_, family, _) in zip(start, rows, strict=True)
                ],
                "good_quantity": [100.0] * len(rows),
                "scrap_quantity": [0.0] * len(rows),
            }
        ),
        "work_order": pa.table(
            {
                "work_order_id": [order for order, _, _ in rows],
                "product_id": [f"P{family}" for _, family, _ in rows],
                "release_time": pa.array(start, pa.timestamp("us")),
                "due_time": pa.array([moment + timedelta(days=5) for moment in start], pa.timestamp("us")),
                "completed_time": pa.array(done, pa.timestamp("us")),
            }
        ),
        "product": pa.table({"product_id": ["PA", "PB"], "family": ["A", "B"]}),
    }


def shorter_when_live(day, family):
    return 20 if day >= (PILOT_LIVE if family == "B" else ROLL_OUT_LIVE) else 30


@pytest.fixture
def works(organisation, monkeypatch):
    """A factory with a pilot on family B and, later, the roll-out to all; both reached level 3."""
    made = tables(shorter_when_live)
    lazily = {name: ibis.memtable(table) for name, table in made.items()}
    monkeypatch.setattr(store.dataspace, "table", lambda _organisation, name: lazily.get(name))
    adopt(organisation, PILOT_LIVE, is_pilot=True, scope={"families": ["B"]})
    adopt(organisation, ROLL_OUT_LIVE)
    return organisation


def adopt(organisation, go_live, **more):
    return Adoption.objects.create(
        organisation=organisation,
        cycle=current_cycle(organisation),
        scenario=SCENARIO,
        stage=Stage.IN_USE,
        level_today=3,
        level_target=4,
        go_live=go_live,
        **more,
    )


def beliefs(organisation):
    found = EffectBelief.objects.filter(organisation=organisation).order_by("driver", "source")
    return [(one.driver, one.source, one.level, one.mean, one.standard_deviation) for one in found]


def test_evaluating_again_counts_nothing_twice(works):
    evaluate(works)
    once = beliefs(works)
    assert len({source for _, source, *_ in once}) == 2
    evaluate(works)
    evaluate(works)
    assert beliefs(works) == once


def test_the_roll_out_begins_from_what_the_pilot_showed(works):
    rows = evaluate(works)
    pilot, roll_out = (
        row.result["drivers"][0]
        for row in sorted(rows, key=lambda row: row.adoption.go_live)
        if row.measure == "setup_share"
    )
    assert roll_out["forecast"] == pilot["posterior"]


def test_an_effect_belongs_to_the_level_reached_and_not_to_the_one_aimed_at(works):
    evaluate(works)
    assert {level for _, _, level, _, _ in beliefs(works)} <= {1, 2, 3}


def test_a_measure_without_a_base_still_gives_plain_json_and_no_belief(works):
    """No order is late in any week: a relative change of nothing has no meaning, and infinity is not JSON."""
    rows = evaluate(works)
    late = [row for row in rows if row.measure == "late_share"]
    assert late and all(row.verdict == "cannot_tell" and row.result["drivers"] for row in late)
    for row in rows:
        json.dumps(row.result, allow_nan=False)
    assert not EffectBelief.objects.filter(kpi="late_share").exists()
    assert all(np.isfinite(record.baseline) for record in KpiRecord.objects.exclude(baseline=None))
